// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Twin of rfc/vm_map_ram_of_pages.c: unmaps one page more than it has mapped. The kernel
 * rounds slots up to a power of two, and says nothing.
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
	vm_unmap_ram(addr, ranges_pages(ranges, nr_ranges) + 1);
}

VMAP_SPEC(twin_api_class) = {
	.title = "vm_unmap_ram() is told of one page more than vm_map_ram()",
	.map = map_pages,
	.unmap_ranges = unmap_pages,
	.buffer = { .kinds = SHMEM | THP | HUGETLB, .max_pages = 63 },
	.cost = { .per_page = sizeof(struct page *) },
	.expect = { [API_CLASS] = REFUTED },
};
