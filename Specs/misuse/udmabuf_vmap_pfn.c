// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * udmabuf in 6.11.11, 6.12.2 to 6.12.47 and 6.13 to 6.16.0 (18d7de823b71): vmap_pfn()
 * of the pages' pfns, undone by vm_unmap_ram(); in words of our own.
 *
 * vmap_pfn() takes no pfn that has a struct page, and every page of RAM has one: it
 * warns and fails for each buffer. So api-class, accepts and no-splat are refuted; and
 * as nothing is ever mapped, maps-exactly and refs-held never come to their point. The
 * wrong unmap is never reached either. What fails, fails cleanly (kernel.md, section
 * 3, and section 7: "always fails; P4 holds").
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
		return ERR_PTR(-ENOMEM);

	ranges_to_pfns(ranges, nr_ranges, pfns);
	addr = vmap_pfn(pfns, total, PAGE_KERNEL);
	kvfree(pfns);
	return addr ? addr : ERR_PTR(-EINVAL);
}

static void unmap_buffer(const void *addr, const struct folio_range *ranges,
			 unsigned int nr_ranges)
{
	vm_unmap_ram(addr, ranges_pages(ranges, nr_ranges));
}

VMAP_SPEC(udmabuf_vmap_pfn) = {
	.title = "udmabuf with vmap_pfn() maps no buffer at all",
	.map = map_pfns,
	.unmap_ranges = unmap_buffer,
	.buffer = { .kinds = SHMEM | THP | HUGETLB, .max_pages = MAX_ARRAY_PAGES },
	.cost = { .per_page = sizeof(unsigned long) },
	.expect = {
		[API_CLASS] = REFUTED,
		[ACCEPTS] = REFUTED,
		[NO_SPLAT] = REFUTED,
		[MAPS_EXACTLY] = VACUOUS,
		[REFS_HELD] = VACUOUS,
		[TAIL_WRITE ... TAIL_READ] = PROVED,
		[CLEAN_FAILURE ... IN_BOUNDS] = PROVED,
		[COST] = PROVED,
	},
};
