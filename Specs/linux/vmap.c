// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * The kernel's own vmap(), with the walk that sets the leaves: text of the tree that
 * is given, over the model's areas and page tables. In the proof vmap_pages_range() is
 * taken by its contract, which vmap_pages_range.c proves.
 *
 * All of it holds in every tree from 6.1 to 7.3 (kernel.md, section 1.1: the logic is
 * the same): each page is mapped as it is, an error on the way unmaps the area, and
 * no struct page is touched. A buffer is limited by the caller's array of pages.
 */
#define VMAPCHECK_TAKES_VMAP_PAGES
#include <vmapcheck/ranges.h>
#include <vmapcheck/spec.h>
#include <vmapcheck/vmalloc_internal.h>

#pragma vmapcheck take "mm/vmalloc.c" vmap_pages_pte_range, vmap_pages_pmd_range
#pragma vmapcheck take "mm/vmalloc.c" vmap_pages_pud_range, vmap_pages_p4d_range
#pragma vmapcheck take "mm/vmalloc.c" vmap_small_pages_range_noflush
#pragma vmapcheck take "mm/vmalloc.c" __vmap_pages_range_noflush?, vmap_pages_range_noflush
#pragma vmapcheck take "mm/vmalloc.c" vmap_pages_range
#pragma vmapcheck take "mm/vmalloc.c" vmap

static void *map_pages(const struct folio_range *ranges, unsigned int nr_ranges)
{
	unsigned long total = ranges_pages(ranges, nr_ranges);
	struct page **pages;
	void *addr;

	pages = kvmalloc_array(total, sizeof(*pages), GFP_KERNEL);
	if (!pages)
		return NULL;

	ranges_to_pages(ranges, nr_ranges, pages);
	vmap_by_contract(vmap_pages_range);
	vmap_api_takes_pages(pages, total);
	addr = vmap(pages, total, VM_MAP, PAGE_KERNEL);
	/* What callers go by: no other value for a failure; the array is theirs. */
	WARN_ON(IS_ERR(addr));
	vmap_check_pages_kept(pages);
	if (!IS_ERR_OR_NULL(addr))
		vmap_check_leaves(addr);
	kvfree(pages);
	return addr;
}

VMAP_SPEC(linux_vmap) = {
	.title = "the kernel's vmap(), down to the leaves, is right, HVO or not",
	.map = map_pages,
	.unmap = vunmap,
	.buffer = { .kinds = SHMEM | THP | HUGETLB, .max_pages = MAX_ARRAY_PAGES },
	.cost = { .per_page = sizeof(struct page *) },
	.expect = { [0 ... NR_VMAP_PROPERTIES - 1] = PROVED },
};
