// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Twin of rfc/vmap_of_pages.c: a buffer whose first range does not begin with its folio
 * is refused.
 */
#include <vmapcheck/ranges.h>
#include <vmapcheck/spec.h>

static void *map_pages(const struct folio_range *ranges, unsigned int nr_ranges)
{
	unsigned long total = ranges_pages(ranges, nr_ranges);
	struct page **pages;
	void *addr;

	if (ranges[0].offset)
		return ERR_PTR(-EINVAL);
	pages = kvmalloc_array(total, sizeof(*pages), GFP_KERNEL);
	if (!pages)
		return NULL;
	ranges_to_pages(ranges, nr_ranges, pages);
	addr = vmap(pages, total, VM_MAP, PAGE_KERNEL);
	kvfree(pages);
	return addr;
}

VMAP_SPEC(twin_accepts) = {
	.title = "a range that does not begin with its folio is refused",
	.map = map_pages,
	.unmap = vunmap,
	.buffer = { .kinds = SHMEM | THP | HUGETLB, .max_pages = MAX_ARRAY_PAGES },
	.cost = { .per_page = sizeof(struct page *) },
	.expect = { [ACCEPTS] = REFUTED },
};
