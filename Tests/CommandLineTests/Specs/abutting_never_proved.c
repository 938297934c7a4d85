// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * All ranges by one call of vmap_range_noflush(), if they abut: more than a range's pages,
 * which is what its contract is proved of.
 */
#define VMAPCHECK_TAKES_VMAP_RANGE
#include <vmapcheck/ranges.h>
#include <vmapcheck/spec.h>
#include <vmapcheck/vmalloc_internal.h>
#pragma vmapcheck take "mm/vmalloc.c" vmap_pte_range, vmap_try_huge_pmd, vmap_pmd_range
#pragma vmapcheck take "mm/vmalloc.c" vmap_try_huge_pud, vmap_pud_range
#pragma vmapcheck take "mm/vmalloc.c" vmap_try_huge_p4d, vmap_p4d_range
#pragma vmapcheck take "mm/vmalloc.c" vmap_range_noflush

static _Bool abut(const struct folio_range *ranges, unsigned int nr_ranges)
{
	unsigned int r;

	for (r = 1; r < nr_ranges; r++) {
		if (range_pfn(&ranges[r]) != range_pfn(&ranges[r - 1]) + ranges[r - 1].nr_pages)
			return 0;
	}
	return 1;
}

static void *map_abutting(const struct folio_range *ranges, unsigned int nr_ranges)
{
	unsigned long total = ranges_pages(ranges, nr_ranges), addr;
	struct vm_struct *area;

	if (!abut(ranges, nr_ranges))
		return NULL;
	area = get_vm_area(total << PAGE_SHIFT, VM_MAP);
	if (!area)
		return NULL;
	addr = (unsigned long)area->addr;
	vmap_by_contract(vmap_range_noflush);
	if (vmap_range_noflush(addr, addr + (total << PAGE_SHIFT),
			       PFN_PHYS(range_pfn(&ranges[0])), PAGE_KERNEL, PAGE_SHIFT)) {
		free_vm_area(area);
		return NULL;
	}
	return area->addr;
}

VMAP_SPEC(abutting) = {
	.title = "Ranges that abut are mapped by one call",
	.map = map_abutting,
	.unmap = vunmap,
	.buffer = { .kinds = SHMEM | THP | HUGETLB },
	.bound = { .ranges = 2, .pages = 2 },
	.expect = { [ACCEPTS] = REFUTED },
};
