// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * vmap_pages_pud_range() keeps its contract: text of the tree that is given, for
 * any part of a mapping that is translated below one p4d entry.
 * Of what it calls, vmap_pages_pmd_range() is taken by its contract in
 * the proof.
 *
 * All of it holds in every tree from 6.1 to 7.3 (kernel.md, section 1.1).
 */
#define VMAPCHECK_TAKES_VMAP_PAGES
#include <vmapcheck/contracts.h>
#include <vmapcheck/spec.h>

#pragma vmapcheck take "mm/vmalloc.c" vmap_pages_pte_range, vmap_pages_pmd_range
#pragma vmapcheck take "mm/vmalloc.c" vmap_pages_pud_range

static int map_chunk(unsigned long addr, unsigned long end, struct page **pages, int *nr)
{
	pgtbl_mod_mask mask = 0;
	p4d_t *p4d = p4d_alloc(&init_mm, pgd_offset_k(addr), addr);

	if (!p4d)
		return -ENOMEM;
	vmap_by_contract(vmap_pages_pmd_range);
	return vmap_pages_pud_range(p4d, addr, end, PAGE_KERNEL, pages, nr, &mask);
}

static void *map_pages(const struct folio_range *ranges, unsigned int nr_ranges)
{
	return vmap_by_chunk(ranges, nr_ranges, P4D_SHIFT, map_chunk);
}

VMAP_SPEC(linux_vmap_pages_pud_range) = {
	.title = "vmap_pages_pud_range() maps its pages, and no others",
	.map = map_pages,
	.unmap = vunmap,
	.buffer = { .kinds = SHMEM | THP | HUGETLB, .max_pages = MAX_ARRAY_PAGES },
	.bound = { .ranges = 2, .pages = 2 },
	.cost = { .per_page = sizeof(struct page *) },
	.expect = { [0 ... NR_VMAP_PROPERTIES - 1] = PROVED },
};
