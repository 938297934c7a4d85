// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Twin of rfc/vmap_of_pages.c: the array has one entry more than there are pages.
 */
#include <vmapcheck/ranges.h>
#include <vmapcheck/spec.h>

static void *map_pages(const struct folio_range *ranges, unsigned int nr_ranges)
{
	unsigned long total = ranges_pages(ranges, nr_ranges);
	struct page **pages;
	void *addr;

	pages = kvmalloc_array(total + 1, sizeof(*pages), GFP_KERNEL);
	if (!pages)
		return NULL;
	ranges_to_pages(ranges, nr_ranges, pages);
	addr = vmap(pages, total, VM_MAP, PAGE_KERNEL);
	kvfree(pages);
	return addr;
}

VMAP_SPEC(twin_cost) = {
	.title = "the array of pages is larger than the bound by one entry",
	.map = map_pages,
	.unmap = vunmap,
	.buffer = { .kinds = SHMEM | THP | HUGETLB, .max_pages = MAX_ARRAY_PAGES - 1 },
	.cost = { .per_page = sizeof(struct page *) },
	.expect = { [COST] = REFUTED },
};
