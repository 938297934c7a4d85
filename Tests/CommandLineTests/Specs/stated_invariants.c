// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * An invariant that is stated by the author of a loop proves what is not proved without
 * it, and nothing that is wrong.
 */
#include <vmapcheck/ranges.h>
#include <vmapcheck/spec.h>
#include <vmapcheck/vmalloc_internal.h>

#define ALL_PROVED [TAIL_WRITE ... REFS_HELD] = PROVED
#define EVERY_KIND { .kinds = SHMEM | THP | HUGETLB }

static int map_range(const struct folio_range *range, unsigned long addr, unsigned long shift)
{
	return vmap_range_noflush(addr, addr + (range->nr_pages << PAGE_SHIFT),
				  PFN_PHYS(range_pfn(range) + shift), PAGE_KERNEL, PAGE_SHIFT);
}

/* --- Ranges until no pages are left ------------------------------------------------- */

static struct vm_struct *area_of(unsigned long pages)
{
	if (pages > totalram_pages())
		return NULL;
	return get_vm_area_caller(pages << PAGE_SHIFT, VM_MAP, NULL);
}

/* All but the first range are mapped `shift` pages further on. */
static void *map_down(const struct folio_range *ranges, unsigned int nr_ranges,
		      unsigned long shift)
{
	unsigned long left = ranges_pages(ranges, nr_ranges);
	struct vm_struct *area = area_of(left);
	unsigned long addr, end;
	unsigned int r;

	if (!area)
		return NULL;
	addr = (unsigned long)area->addr;
	end = addr + (left << PAGE_SHIFT);
	for (r = 0; left; r++) {
		unsigned long nr_pages = ranges[r].nr_pages;

		vmap_invariant(addr + (left << PAGE_SHIFT) == end);
		if (map_range(&ranges[r], addr, r ? shift : 0)) {
			free_vm_area(area);
			return NULL;
		}
		addr += nr_pages << PAGE_SHIFT;
		left -= nr_pages;
	}
	return area->addr;
}

static void *map_until_none_left(const struct folio_range *ranges, unsigned int nr_ranges)
{
	return map_down(ranges, nr_ranges, 0);
}

VMAP_SPEC(stated) = {
	.title = "ranges until no pages are left, with an invariant that says how many",
	.map = map_until_none_left,
	.unmap = vunmap,
	.buffer = EVERY_KIND,
	.expect = { ALL_PROVED },
};

static void *map_shifted(const struct folio_range *ranges, unsigned int nr_ranges)
{
	return map_down(ranges, nr_ranges, 1);
}

VMAP_SPEC(stated_of_wrong_pages) = {
	.title = "the same, but the wrong pages",
	.map = map_shifted,
	.unmap = vunmap,
	.buffer = EVERY_KIND,
	.expect = { [MAPS_EXACTLY] = REFUTED },
};

static void *map_unstated(const struct folio_range *ranges, unsigned int nr_ranges)
{
	unsigned long left = ranges_pages(ranges, nr_ranges);
	struct vm_struct *area = area_of(left);
	unsigned long addr;
	unsigned int r;

	if (!area)
		return NULL;
	addr = (unsigned long)area->addr;
	for (r = 0; left; r++) {
		unsigned long nr_pages = ranges[r].nr_pages;

		if (map_range(&ranges[r], addr, 0)) {
			free_vm_area(area);
			return NULL;
		}
		addr += nr_pages << PAGE_SHIFT;
		left -= nr_pages;
	}
	return area->addr;
}

VMAP_SPEC(unstated) = {
	.title = "ranges until no pages are left, without it",
	.map = map_unstated,
	.unmap = vunmap,
	.buffer = EVERY_KIND,
};
