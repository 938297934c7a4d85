// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * vmap_pfn() of memory that has struct pages. "vmap_pfn is entirely for memory not
 * backed by pages or folios, i.e. PCIe BARs and similar memory. This must not be mixed
 * with proper folio backed memory." (Christoph Hellwig, quoted in the RFC.)
 *
 * It warns and returns NULL (vmap_pfn_apply(); kernel.md, section 1.1; replayed on
 * 6.1 and 6.12): api-class, no-splat and accepts are refuted, and without a success
 * maps-exactly and refs-held have no point. The area is unmapped and freed.
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

VMAP_SPEC(vmap_pfn_of_folios) = {
	.title = "vmap_pfn() refuses every buffer that has struct pages",
	.map = map_pfns,
	.unmap = vunmap,
	.buffer = { .kinds = SHMEM | THP | HUGETLB, .max_pages = MAX_ARRAY_PAGES },
	.cost = { .per_page = sizeof(unsigned long) },
	.expect = {
		[API_CLASS] = REFUTED,
		[NO_SPLAT] = REFUTED,
		[ACCEPTS] = REFUTED,
		[MAPS_EXACTLY] = VACUOUS,
		[REFS_HELD] = VACUOUS,
		[TAIL_WRITE ... TAIL_READ] = PROVED,
		[CLEAN_FAILURE ... IN_BOUNDS] = PROVED,
		[COST] = PROVED,
	},
};
