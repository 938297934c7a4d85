// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Twin of rfc/vmap_of_pages.c: marks each page of the mapping dirty in its own struct page,
 * which HVO may have freed. The mark is stored, and not looked at first.
 */
#include <vmapcheck/ranges.h>
#include <vmapcheck/spec.h>

static void *map_pages(const struct folio_range *ranges, unsigned int nr_ranges)
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
		WRITE_ONCE(pages[i]->private, 1);
	addr = vmap(pages, total, VM_MAP, PAGE_KERNEL);
	kvfree(pages);
	return addr;
}

VMAP_SPEC(twin_tail_write) = {
	.title = "a mark in each page of the mapping is stored to freed struct pages",
	.map = map_pages,
	.unmap = vunmap,
	.buffer = { .kinds = SHMEM | THP | HUGETLB, .max_pages = MAX_ARRAY_PAGES },
	.cost = { .per_page = sizeof(struct page *) },
	.expect = { [TAIL_WRITE] = REFUTED },
};
