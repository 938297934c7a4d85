// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * The innermost loop of the walk that sets the leaves of vmap() and vm_map_ram(): text
 * of the tree that is given, for any part of a mapping that one page table translates.
 *
 * All of it holds in every tree from 6.1 to 7.3 (kernel.md, section 1.1): the pages are
 * mapped as they are, no others, and *nr is the page behind the last.
 */
#define VMAPCHECK_TAKES_VMAP_PAGES
#include <vmapcheck/chunk.h>
#include <vmapcheck/spec.h>

#pragma vmapcheck take "mm/vmalloc.c" vmap_pages_pte_range

static int map_chunk(unsigned long addr, unsigned long end, struct page **pages, int *nr)
{
	pgtbl_mod_mask mask = 0;
	p4d_t *p4d = p4d_alloc(&init_mm, pgd_offset_k(addr), addr);
	pud_t *pud = p4d ? pud_alloc(&init_mm, p4d, addr) : NULL;
	pmd_t *pmd = pud ? pmd_alloc(&init_mm, pud, addr) : NULL;

	if (!pmd)
		return -ENOMEM;
	return vmap_pages_pte_range(pmd, addr, end, PAGE_KERNEL, pages, nr, &mask);
}

static void *map_pages(const struct folio_range *ranges, unsigned int nr_ranges)
{
	return vmap_by_chunk(ranges, nr_ranges, PMD_SHIFT, map_chunk);
}

VMAP_SPEC(linux_vmap_pages_pte_range) = {
	.title = "vmap_pages_pte_range() maps its pages, and no others",
	.map = map_pages,
	.unmap = vunmap,
	.buffer = { .kinds = SHMEM | THP | HUGETLB, .max_pages = MAX_ARRAY_PAGES },
	.bound = { .ranges = 2, .pages = 2 },
	.cost = { .per_page = sizeof(struct page *) },
	.expect = { [0 ... NR_VMAP_PROPERTIES - 1] = PROVED },
};
