// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Twin of rfc/vmap_of_pages.c: vmap() is called under rcu_read_lock(), and it may sleep.
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
	rcu_read_lock();
	addr = vmap(pages, total, VM_MAP, PAGE_KERNEL);
	rcu_read_unlock();
	kvfree(pages);
	return addr;
}

VMAP_SPEC(twin_no_splat) = {
	.title = "vmap() is called in atomic context",
	.map = map_pages,
	.unmap = vunmap,
	.buffer = { .kinds = SHMEM | THP | HUGETLB, .max_pages = MAX_ARRAY_PAGES },
	.cost = { .per_page = sizeof(struct page *) },
	.expect = { [NO_SPLAT] = REFUTED },
};
