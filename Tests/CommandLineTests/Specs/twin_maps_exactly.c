// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Twin of rfc/vmap_of_pages.c: the second page of a range is mapped in place of its first,
 * where a range has more than one.
 */
#include <vmapcheck/ranges.h>
#include <vmapcheck/spec.h>

static void *map_pages(const struct folio_range *ranges, unsigned int nr_ranges)
{
	unsigned long total = ranges_pages(ranges, nr_ranges);
	struct page **pages;
	void *addr;

	pages = kvmalloc_array(total, sizeof(*pages), GFP_KERNEL);
	if (!pages)
		return NULL;
	ranges_to_pages(ranges, nr_ranges, pages);
	if (ranges[0].nr_pages > 1)
		pages[0] = pages[1];
	addr = vmap(pages, total, VM_MAP, PAGE_KERNEL);
	kvfree(pages);
	return addr;
}

VMAP_SPEC(twin_maps_exactly) = {
	.title = "the first page of a range is replaced by its second",
	.map = map_pages,
	.unmap = vunmap,
	.buffer = { .kinds = SHMEM | THP | HUGETLB, .max_pages = MAX_ARRAY_PAGES },
	.cost = { .per_page = sizeof(struct page *) },
	.expect = { [MAPS_EXACTLY] = REFUTED },
};
