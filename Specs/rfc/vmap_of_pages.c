// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * vmap() of an array of the folios' pages, HVO on.
 *
 * The RFC's premise is that this cannot be done, as the tail struct pages do not
 * exist. They do: HVO leaves every struct page's address mapped (read only, and to
 * another page), and vmap() only does arithmetic on them: folio_page(), page_to_pfn(),
 * pfn_valid() and mk_pte() touch no struct page with SPARSEMEM_VMEMMAP, which HVO
 * needs (kernel.md, sections 0, 1.3 and 2.5; 512 of 512 pages right on 6.12.117).
 * So the whole contract holds; what is left of the RFC's case is the cost: 8 bytes a
 * page, 40 KB for 20 MB.
 *
 * kvmalloc() gives INT_MAX bytes at most, that is 2^28 - 1 pages: a larger buffer
 * cannot be mapped in this way, and .max_pages says so.
 */
#include <vmapcheck/ranges.h>
#include <vmapcheck/spec.h>

static void *map_pages(const struct folio_range *ranges, unsigned int nr_ranges)
{
	unsigned long total = ranges_pages(ranges, nr_ranges);
	struct page **pages;
	void *addr;

	pages = kvmalloc_array(total, sizeof(*pages), GFP_KERNEL);
	if (!pages)
		return NULL;

	ranges_to_pages(ranges, nr_ranges, pages);
	addr = vmap(pages, total, VM_MAP, PAGE_KERNEL);
	kvfree(pages);
	return addr;
}

VMAP_SPEC(vmap_of_pages) = {
	.title = "vmap() of the folios' pages is right on folios that HVO has optimised",
	.map = map_pages,
	.unmap = vunmap,
	.buffer = {
		.kinds = SHMEM | THP | HUGETLB,
		.hvo = HVO_ON,
		.max_pages = MAX_ARRAY_PAGES,
	},
	.cost = { .per_page = sizeof(struct page *) },
	/* Every property, for every buffer. */
	.expect = { [0 ... NR_VMAP_PROPERTIES - 1] = PROVED },
};
