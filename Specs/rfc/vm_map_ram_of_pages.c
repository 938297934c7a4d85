// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * vm_map_ram() of an array of the folios' pages, HVO on. It shares vmap()'s code for
 * the leaves (kernel.md, section 0), so it touches no struct page either, and the
 * whole contract holds. It has no guard page and no vm_struct; it must be undone by
 * vm_unmap_ram() with the same count.
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
	addr = vm_map_ram(pages, total, NUMA_NO_NODE);
	kvfree(pages);
	return addr;
}

static void unmap_pages(const void *addr, const struct folio_range *ranges,
			unsigned int nr_ranges)
{
	vm_unmap_ram(addr, ranges_pages(ranges, nr_ranges));
}

VMAP_SPEC(vm_map_ram_of_pages) = {
	.title = "vm_map_ram() of the folios' pages is right on folios that HVO has optimised",
	.map = map_pages,
	.unmap_ranges = unmap_pages,
	.buffer = {
		.kinds = SHMEM | THP | HUGETLB,
		.hvo = HVO_ON,
		.max_pages = MAX_ARRAY_PAGES,
	},
	.cost = { .per_page = sizeof(struct page *) },
	/* Every property, for every buffer. */
	.expect = { [0 ... NR_VMAP_PROPERTIES - 1] = PROVED },
};
