// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * vmap() with VM_MAP_PUT_PAGES, undone by vfree(), of pages that may be tails of their
 * folio (Willy, November 2023; kernel.md, sections 1.1 and 5).
 *
 * vfree() drops one reference of each page by its own struct page, as of a page of
 * order 0. A tail page has none: its count goes to -1, and the reference that get_page()
 * took stays with the head. So refs-held is refuted. With HVO, from the 65th page of a
 * folio on, that store lands in a struct page that was freed: tail-write is refuted, an
 * oops on hardware. (The load that is part of the same instruction faults as a store,
 * and counts as one.) Among the first 64 pages of each folio tail-write holds.
 */
#include <vmapcheck/ranges.h>
#include <vmapcheck/spec.h>

static void *map_and_own(const struct folio_range *ranges, unsigned int nr_ranges)
{
	unsigned long total = ranges_pages(ranges, nr_ranges);
	struct page **pages;
	unsigned long i;
	void *addr;

	pages = kvmalloc_array(total, sizeof(*pages), GFP_KERNEL);
	if (!pages)
		return NULL;

	ranges_to_pages(ranges, nr_ranges, pages);
	for (i = 0; i < total; i++)
		get_page(pages[i]);
	addr = vmap(pages, total, VM_MAP | VM_MAP_PUT_PAGES, PAGE_KERNEL);
	if (addr)
		return addr;
	for (i = 0; i < total; i++)
		put_page(pages[i]);
	kvfree(pages);
	return NULL;
}

static void first_64_pages(const struct folio_range *ranges, unsigned int nr_ranges)
{
	unsigned int r;

	for (r = 0; r < nr_ranges; r++)
		vmap_assume(ranges[r].offset + ranges[r].nr_pages <= 64);
}

VMAP_SPEC(vmap_put_pages) = {
	.title = "vfree() of a VM_MAP_PUT_PAGES area writes struct pages that HVO freed",
	.map = map_and_own,
	.unmap = vfree,
	.buffer = { .kinds = SHMEM | THP | HUGETLB, .max_pages = MAX_ARRAY_PAGES },
	.cost = { .per_page = sizeof(struct page *) },
	.expect = {
		[TAIL_WRITE] = REFUTED,
		[REFS_HELD] = REFUTED,
		[TAIL_READ ... API_CLASS] = PROVED,
		[NO_WRAP] = PROVED,
		[COST] = PROVED,
	},
};

VMAP_SPEC(vmap_put_pages_below_64) = {
	.title = "vfree() of a VM_MAP_PUT_PAGES area drops references that tails do not have",
	.map = map_and_own,
	.unmap = vfree,
	.buffer = { .kinds = SHMEM | THP | HUGETLB, .max_pages = MAX_ARRAY_PAGES },
	.assume = first_64_pages,
	.cost = { .per_page = sizeof(struct page *) },
	.expect = {
		[REFS_HELD] = REFUTED,
		[TAIL_READ ... API_CLASS] = PROVED,
		[NO_WRAP] = PROVED,
		[COST] = PROVED,
	},
};

/* Of pages of order 0 it is what VM_MAP_PUT_PAGES is for. */
VMAP_SPEC(vmap_put_pages_order_0) = {
	.title = "vfree() of a VM_MAP_PUT_PAGES area of order-0 pages is right",
	.map = map_and_own,
	.unmap = vfree,
	.buffer = { .kinds = SHMEM, .max_pages = MAX_ARRAY_PAGES },
	.cost = { .per_page = sizeof(struct page *) },
	.expect = {
		[MAPS_EXACTLY ... API_CLASS] = PROVED,
		[NO_WRAP] = PROVED,
		[COST] = PROVED,
	},
};
