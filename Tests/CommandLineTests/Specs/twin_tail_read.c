// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Twin of rfc/vmap_of_pages.c: looks at the flags of each page of the mapping, in its own
 * struct page, which HVO may have freed. Nothing comes of what it sees.
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
		(void)READ_ONCE(pages[i]->flags);
	addr = vmap(pages, total, VM_MAP, PAGE_KERNEL);
	kvfree(pages);
	return addr;
}

VMAP_SPEC(twin_tail_read) = {
	.title = "a look at the flags of each page is a load from freed struct pages",
	.map = map_pages,
	.unmap = vunmap,
	.buffer = { .kinds = SHMEM | THP | HUGETLB, .max_pages = MAX_ARRAY_PAGES },
	.cost = { .per_page = sizeof(struct page *) },
	.expect = { [TAIL_READ] = REFUTED },
};
