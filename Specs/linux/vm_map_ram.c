// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * The kernel's own vm_map_ram() and vm_unmap_ram(): text of the tree that is given, down
 * to the leaves, over the model's vmap blocks and areas. In the proof vmap_pages_range()
 * is taken by its contract, which vmap_pages_range.c proves.
 *
 * All of it holds in every tree from 6.1 to 7.3 (kernel.md, section 1.1), for as many
 * pages as the caller's array has, if it is unmapped with the count that was mapped.
 */
#define VMAPCHECK_TAKES_VMAP_PAGES
#include <vmapcheck/ranges.h>
#include <vmapcheck/spec.h>
#include <vmapcheck/vmalloc_internal.h>

#pragma vmapcheck take "mm/vmalloc.c" vmap_pages_pte_range, vmap_pages_pmd_range
#pragma vmapcheck take "mm/vmalloc.c" vmap_pages_pud_range, vmap_pages_p4d_range
#pragma vmapcheck take "mm/vmalloc.c" vmap_small_pages_range_noflush
#pragma vmapcheck take "mm/vmalloc.c" __vmap_pages_range_noflush?, vmap_pages_range_noflush
#pragma vmapcheck take "mm/vmalloc.c" vmap_pages_range
#pragma vmapcheck take "mm/vmalloc.c" vm_unmap_ram, vm_map_ram

static void *map_pages(const struct folio_range *ranges, unsigned int nr_ranges)
{
	unsigned long total = ranges_pages(ranges, nr_ranges);
	struct page **pages;
	void *addr;

	pages = kvmalloc_array(total, sizeof(*pages), GFP_KERNEL);
	if (!pages)
		return NULL;

	ranges_to_pages(ranges, nr_ranges, pages);
	vmap_by_contract(vmap_pages_range);
	vmap_api_takes_pages(pages, total);
	addr = vm_map_ram(pages, total, NUMA_NO_NODE);
	/* What callers go by: no other value for a failure; the array is theirs. */
	WARN_ON(IS_ERR(addr));
	vmap_check_pages_kept(pages);
	if (!IS_ERR_OR_NULL(addr))
		vmap_check_leaves(addr);
	kvfree(pages);
	return addr;
}

static void unmap_pages(const void *addr, const struct folio_range *ranges,
			unsigned int nr_ranges)
{
	vm_unmap_ram(addr, ranges_pages(ranges, nr_ranges));
}

VMAP_SPEC(linux_vm_map_ram) = {
	.title = "the kernel's vm_map_ram(), down to the leaves, is right, HVO or not",
	.map = map_pages,
	.unmap_ranges = unmap_pages,
	.buffer = { .kinds = SHMEM | THP | HUGETLB, .max_pages = MAX_ARRAY_PAGES },
	.cost = { .per_page = sizeof(struct page *) },
	.expect = { [0 ... NR_VMAP_PROPERTIES - 1] = PROVED },
};
