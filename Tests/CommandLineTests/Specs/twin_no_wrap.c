// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Twin of rfc/vmap_folio_ranges.c: beside the right size, the bytes are also summed in
 * an unsigned int, as the RFC did. Nothing comes of the sum, but it wraps at 4 GiB.
 */
#include <vmapcheck/spec.h>
#include <vmapcheck/vmalloc_internal.h>

static void *map_ranges(const struct folio_range *ranges, unsigned int nr_ranges)
{
	unsigned long nr_pages = 0;
	unsigned int bytes = 0;
	struct vm_struct *area;
	unsigned long addr;
	unsigned int r;

	for (r = 0; r < nr_ranges; r++) {
		nr_pages += ranges[r].nr_pages;
		bytes += (unsigned int)(ranges[r].nr_pages << PAGE_SHIFT);
	}
	(void)bytes;

	area = get_vm_area_caller(nr_pages << PAGE_SHIFT, VM_MAP, NULL);
	if (!area)
		return NULL;

	addr = (unsigned long)area->addr;
	for (r = 0; r < nr_ranges; r++) {
		unsigned long pfn = folio_pfn(ranges[r].folio) + ranges[r].offset;
		unsigned long size = ranges[r].nr_pages << PAGE_SHIFT;

		if (vmap_range_noflush(addr, addr + size, PFN_PHYS(pfn), PAGE_KERNEL,
				       PAGE_SHIFT)) {
			free_vm_area(area);
			return NULL;
		}
		addr += size;
	}
	return area->addr;
}

VMAP_SPEC(twin_no_wrap) = {
	.title = "a sum of bytes in an unsigned int wraps",
	.map = map_ranges,
	.unmap = vunmap,
	.buffer = { .kinds = HUGETLB },
	.cost = { .per_range = 24 },
	.bound = { .ranges = 4, .pages = ANY_PAGES },
	.expect = { [NO_WRAP] = REFUTED },
};
