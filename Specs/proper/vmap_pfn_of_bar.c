// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * vmap_pfn() of PCIe BARs, which is what it is for (i915's local memory): the whole
 * contract holds (control of the replay: pfns of the PCI hole map fine). There are no
 * folios, so nothing is to be said of references or of struct pages.
 *
 * A BAR that shares a memory section of 128 MiB with RAM is another matter: all of an
 * early section has struct pages, pfn_valid() says yes, and vmap_pfn() refuses memory
 * that it is for (kernel.md, section 1.3). As the success of a BAR elsewhere is also
 * among the buffers, maps-exactly keeps its point.
 */
#include <vmapcheck/ranges.h>
#include <vmapcheck/spec.h>

static void *map_pfns(const struct folio_range *ranges, unsigned int nr_ranges)
{
	unsigned long total = ranges_pages(ranges, nr_ranges);
	unsigned long *pfns;
	void *addr;

	pfns = kvmalloc_array(total, sizeof(*pfns), GFP_KERNEL);
	if (!pfns)
		return NULL;

	ranges_to_pfns(ranges, nr_ranges, pfns);
	addr = vmap_pfn(pfns, total, PAGE_KERNEL);
	kvfree(pfns);
	return addr;
}

VMAP_SPEC(vmap_pfn_of_bar) = {
	.title = "vmap_pfn() of PCIe BARs is right",
	.map = map_pfns,
	.unmap = vunmap,
	.buffer = { .kinds = BAR, .max_pages = MAX_ARRAY_PAGES },
	.cost = { .per_page = sizeof(unsigned long) },
	/* What a BAR has no struct pages or folios for apart: every property, for every buffer. */
	.expect = {
		[MAPS_EXACTLY ... IN_BOUNDS] = PROVED,
		[COST] = PROVED,
	},
};

VMAP_SPEC(vmap_pfn_of_bar_beside_ram) = {
	.title = "vmap_pfn() refuses a PCIe BAR in a memory section that has RAM too",
	.map = map_pfns,
	.unmap = vunmap,
	.buffer = { .kinds = BAR, .max_pages = MAX_ARRAY_PAGES, .bar_shares_section = true },
	.cost = { .per_page = sizeof(unsigned long) },
	.expect = {
		[API_CLASS] = REFUTED,
		[NO_SPLAT] = REFUTED,
		[ACCEPTS] = REFUTED,
		[MAPS_EXACTLY] = PROVED,
		[CLEAN_FAILURE ... IN_BOUNDS] = PROVED,
		[COST] = PROVED,
	},
};
