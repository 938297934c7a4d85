// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * A strategy that reads the upper and the lower half of a member of a range, each in one
 * load of 4 bytes, as the compiler does where only one of them is looked at.
 */
#include <vmapcheck/spec.h>
#include <vmapcheck/vmalloc_internal.h>

static unsigned long joined(const unsigned long *member)
{
	const unsigned int *half = (const unsigned int *)member;

	return half[0] | (unsigned long)half[1] << 32;
}

static void *map_range(const struct folio_range *ranges, unsigned int nr_ranges)
{
	unsigned long size = joined(&ranges->nr_pages) << PAGE_SHIFT;
	unsigned long pfn = folio_pfn(ranges->folio) + joined(&ranges->offset);
	struct vm_struct *area = get_vm_area(size, VM_MAP);
	unsigned long addr;

	if (!area)
		return NULL;
	addr = (unsigned long)area->addr;
	if (vmap_range_noflush(addr, addr + size, PFN_PHYS(pfn), PAGE_KERNEL, PAGE_SHIFT)) {
		free_vm_area(area);
		return NULL;
	}
	return area->addr;
}

VMAP_SPEC(clean_halves_of_ranges) = {
	.title = "a member of a range is what its halves make",
	.map = map_range,
	.unmap = vunmap,
	.bound = { .ranges = 1, .pages = ANY_PAGES },
};
