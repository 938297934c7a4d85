// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Takes it that an area begins where a page table does: right only by luck, as an
 * area begins at any page. The address that is returned is not that of the mapping,
 * and no area is found at it.
 */
#include <vmapcheck/ranges.h>
#include <vmapcheck/spec.h>

static void *map_rounded(const struct folio_range *ranges, unsigned int nr_ranges)
{
	unsigned long total = ranges_pages(ranges, nr_ranges);
	struct page **pages = kvmalloc_array(total, sizeof(*pages), GFP_KERNEL);
	void *addr;

	if (!pages)
		return NULL;
	ranges_to_pages(ranges, nr_ranges, pages);
	addr = vmap(pages, total, VM_MAP, PAGE_KERNEL);
	kvfree(pages);
	return (void *)((unsigned long)addr & PMD_MASK);
}

VMAP_SPEC(twin_aligned_area) = {
	.title = "an address that is rounded down to a page table's beginning",
	.map = map_rounded,
	.expect = { [MAPS_EXACTLY] = REFUTED },
};
