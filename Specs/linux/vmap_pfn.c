// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * The kernel's own vmap_pfn(): text of the tree that is given, over the model's
 * apply_to_page_range().
 *
 * Of RAM it warns and fails, as misuse/vmap_pfn_of_folios.c argues; of PCIe BARs it is
 * right (proper/vmap_pfn_of_bar.c). The logic is the same from 6.1 to 7.3 (kernel.md,
 * section 1.1).
 */
#include <vmapcheck/ranges.h>
#include <vmapcheck/spec.h>

#pragma vmapcheck take "mm/vmalloc.c" struct vmap_pfn_data, vmap_pfn_apply, vmap_pfn

static void *map_pfns(const struct folio_range *ranges, unsigned int nr_ranges)
{
	unsigned long total = ranges_pages(ranges, nr_ranges);
	unsigned long *pfns;
	void *addr;

	pfns = kvmalloc_array(total, sizeof(*pfns), GFP_KERNEL);
	if (!pfns)
		return NULL;

	ranges_to_pfns(ranges, nr_ranges, pfns);
	vmap_api_takes_pfns(pfns, total);
	addr = vmap_pfn(pfns, total, PAGE_KERNEL);
	/* What callers go by: no other value for a failure. */
	WARN_ON(IS_ERR(addr));
	kvfree(pfns);
	return addr;
}

VMAP_SPEC(linux_vmap_pfn_of_folios) = {
	.title = "the kernel's vmap_pfn() refuses every buffer that has struct pages",
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

VMAP_SPEC(linux_vmap_pfn_of_bar) = {
	.title = "the kernel's vmap_pfn() of PCIe BARs is right",
	.map = map_pfns,
	.unmap = vunmap,
	.buffer = { .kinds = BAR, .max_pages = MAX_ARRAY_PAGES },
	.cost = { .per_page = sizeof(unsigned long) },
	.expect = {
		[MAPS_EXACTLY ... IN_BOUNDS] = PROVED,
		[COST] = PROVED,
	},
};
