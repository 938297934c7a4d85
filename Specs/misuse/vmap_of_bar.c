// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * The other way round: vmap() of PCIe BARs, by what would be their struct pages. There
 * are none, and vmap() says so for each page: WARN_ON(!pfn_valid(page_to_pfn(page)))
 * (vmap_pages_pte_range(); kernel.md, section 1.1), then it unmaps the area and returns
 * NULL. So api-class, no-splat and accepts are refuted, and maps-exactly never comes to
 * its point. pfn_to_page() is arithmetic: nothing is touched.
 */
#include <vmapcheck/ranges.h>
#include <vmapcheck/spec.h>

static void *map_bars(const struct folio_range *ranges, unsigned int nr_ranges)
{
	unsigned long total = ranges_pages(ranges, nr_ranges);
	unsigned long i = 0, page;
	struct page **pages;
	unsigned int r;
	void *addr;

	pages = kvmalloc_array(total, sizeof(*pages), GFP_KERNEL);
	if (!pages)
		return NULL;

	for (r = 0; r < nr_ranges; r++) {
		for (page = 0; page < ranges[r].nr_pages; page++)
			pages[i++] = pfn_to_page(range_pfn(&ranges[r]) + page);
	}
	addr = vmap(pages, total, VM_MAP, PAGE_KERNEL_NOCACHE);
	kvfree(pages);
	return addr;
}

VMAP_SPEC(vmap_of_bar) = {
	.title = "vmap() refuses what has no struct pages",
	.map = map_bars,
	.unmap = vunmap,
	.buffer = { .kinds = BAR, .max_pages = MAX_ARRAY_PAGES },
	.cost = { .per_page = sizeof(struct page *) },
	.expect = {
		[API_CLASS] = REFUTED,
		[NO_SPLAT] = REFUTED,
		[ACCEPTS] = REFUTED,
		[MAPS_EXACTLY] = VACUOUS,
		[CLEAN_FAILURE ... IN_BOUNDS] = PROVED,
		[COST] = PROVED,
	},
};
