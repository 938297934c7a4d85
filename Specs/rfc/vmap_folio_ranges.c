// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Point 2 as it could be merged: ranges of folios mapped without an array of pages,
 * this project's own correction of the RFC's vmap_range_folios().
 *
 * What is different, and why:
 *   - sizes are unsigned long: a buffer of 4 GiB and more is mapped as it is;
 *   - the flags are not the caller's: of vm_area->flags only VM_MAP makes sense here
 *     (VM_MAP_PUT_PAGES has no pages to put, VM_NO_GUARD costs others their guard);
 *   - a buffer larger than RAM is refused before anything is allocated, as by vmap();
 *   - prot goes through pgprot_nx(), as in vmap().
 * The ranges are the caller's, and it holds the folios: nothing else is allocated, so
 * the 24 bytes a range (folio, offset, number) that the thread's type takes are a
 * bound that is kept with ease. No struct page is touched.
 */
#include <vmapcheck/spec.h>
#include <vmapcheck/vmalloc_internal.h>

static void *vmap_ranges(const struct folio_range *ranges, unsigned int nr_ranges, pgprot_t prot)
{
	unsigned long nr_pages = 0;
	struct vm_struct *area;
	unsigned long addr;
	unsigned int r;

	might_sleep();

	for (r = 0; r < nr_ranges; r++)
		nr_pages += ranges[r].nr_pages;
	if (nr_pages > totalram_pages())
		return NULL;

	area = get_vm_area_caller(nr_pages << PAGE_SHIFT, VM_MAP, __builtin_return_address(0));
	if (!area)
		return NULL;

	addr = (unsigned long)area->addr;
	for (r = 0; r < nr_ranges; r++) {
		unsigned long pfn = folio_pfn(ranges[r].folio) + ranges[r].offset;
		unsigned long size = ranges[r].nr_pages << PAGE_SHIFT;

		if (vmap_range_noflush(addr, addr + size, PFN_PHYS(pfn), pgprot_nx(prot),
				       PAGE_SHIFT))
			goto unmap;
		addr += size;
	}
	flush_cache_vmap((unsigned long)area->addr, addr);
	return area->addr;

unmap:
	free_vm_area(area);
	return NULL;
}

static void *map_ranges(const struct folio_range *ranges, unsigned int nr_ranges)
{
	return vmap_ranges(ranges, nr_ranges, PAGE_KERNEL);
}

VMAP_SPEC(vmap_folio_ranges) = {
	.title = "a corrected vmap_range_folios() is right for every buffer, HVO or not",
	.map = map_ranges,
	.unmap = vunmap,
	.buffer = { .kinds = SHMEM | THP | HUGETLB },
	.cost = { .per_range = 24 },
	.bound = { .ranges = 3, .pages = ANY_PAGES },
	/* Every property, for every buffer. */
	.expect = { [0 ... NR_VMAP_PROPERTIES - 1] = PROVED },
};
