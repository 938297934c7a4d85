// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Twin of rfc/vmap_of_pages.c: where vmap() fails, the array is read after it was freed.
 */
#include <vmapcheck/ranges.h>
#include <vmapcheck/spec.h>

static void *map_pages(const struct folio_range *ranges, unsigned int nr_ranges)
{
	unsigned long total = ranges_pages(ranges, nr_ranges);
	struct page **pages;
	struct page *first;
	void *addr;

	pages = kvmalloc_array(total, sizeof(*pages), GFP_KERNEL);
	if (!pages)
		return NULL;
	ranges_to_pages(ranges, nr_ranges, pages);
	addr = vmap(pages, total, VM_MAP, PAGE_KERNEL);
	kvfree(pages);
	if (!addr) {
		first = READ_ONCE(pages[0]);
		(void)first;
	}
	return addr;
}

VMAP_SPEC(twin_in_bounds) = {
	.title = "the array of pages is used after it was freed",
	.map = map_pages,
	.unmap = vunmap,
	.buffer = { .kinds = SHMEM | THP | HUGETLB, .max_pages = MAX_ARRAY_PAGES },
	.cost = { .per_page = sizeof(struct page *) },
	.expect = { [IN_BOUNDS] = REFUTED },
};
