// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * vmap_range_noflush(), which maps memory that lies together: folios, BARs. The walk
 * through the five levels of page tables, text of the tree that is given, level by level,
 * with leaves of 2 MiB and of 1 GiB where address, memory and CPU allow them. Each level
 * is proved for any part of a folio that one entry of the level above translates; of the
 * level below it goes by the contract (model/contracts.c), which is what the spec before
 * it proves. In the bounded search all of it is the text.
 *
 * All of it holds in every tree from 6.1 to 7.3 (kernel.md, section 1.2): the memory is
 * mapped as it is, and no other.
 */
#define VMAPCHECK_TAKES_VMAP_RANGE
#include <vmapcheck/chunk.h>
#include <vmapcheck/spec.h>

#pragma vmapcheck take "mm/vmalloc.c" vmap_pte_range, vmap_try_huge_pmd, vmap_pmd_range
#pragma vmapcheck take "mm/vmalloc.c" vmap_try_huge_pud, vmap_pud_range
#pragma vmapcheck take "mm/vmalloc.c" vmap_try_huge_p4d, vmap_p4d_range
#pragma vmapcheck take "mm/vmalloc.c" vmap_range_noflush

#define LEVEL(of, by) \
	.title = of "() maps its memory, and no other", \
	.map = by, \
	.unmap = vmap_unmap_behind, \
	.buffer = { .kinds = SHMEM | THP | HUGETLB, .max_pages = INT_MAX }, \
	.bound = { .ranges = 2, .pages = 2 }, \
	.expect = { [0 ... COST - 1] = PROVED },

/* --- Below a pmd entry ---------------------------------------------------------- */

static int map_ptes(unsigned long addr, unsigned long end, phys_addr_t phys,
		    unsigned int max_shift)
{
	pgtbl_mod_mask mask = vmap_any_mask();
	p4d_t *p4d = p4d_alloc(&init_mm, pgd_offset_k(addr), addr);
	pud_t *pud = p4d ? pud_alloc(&init_mm, p4d, addr) : NULL;
	pmd_t *pmd = pud ? pmd_alloc(&init_mm, pud, addr) : NULL;

	if (!pmd)
		return -ENOMEM;
	return vmap_pte_range(pmd, addr, end, phys, PAGE_KERNEL, max_shift, &mask);
}

static void *map_by_ptes(const struct folio_range *ranges, unsigned int nr_ranges)
{
	return vmap_by_chunk_together(ranges, nr_ranges, PMD_SHIFT, map_ptes);
}

VMAP_SPEC(linux_vmap_pte_range) = { LEVEL("vmap_pte_range", map_by_ptes) };

/* --- Below a pud entry ---------------------------------------------------------- */

static int map_pmds(unsigned long addr, unsigned long end, phys_addr_t phys,
		    unsigned int max_shift)
{
	pgtbl_mod_mask mask = vmap_any_mask();
	p4d_t *p4d = p4d_alloc(&init_mm, pgd_offset_k(addr), addr);
	pud_t *pud = p4d ? pud_alloc(&init_mm, p4d, addr) : NULL;

	if (!pud)
		return -ENOMEM;
	vmap_by_contract(vmap_pte_range);
	return vmap_pmd_range(pud, addr, end, phys, PAGE_KERNEL, max_shift, &mask);
}

static void *map_by_pmds(const struct folio_range *ranges, unsigned int nr_ranges)
{
	return vmap_by_chunk_together(ranges, nr_ranges, PUD_SHIFT, map_pmds);
}

VMAP_SPEC(linux_vmap_pmd_range) = { LEVEL("vmap_pmd_range", map_by_pmds) };

/* --- Below a p4d entry ---------------------------------------------------------- */

static int map_puds(unsigned long addr, unsigned long end, phys_addr_t phys,
		    unsigned int max_shift)
{
	pgtbl_mod_mask mask = vmap_any_mask();
	p4d_t *p4d = p4d_alloc(&init_mm, pgd_offset_k(addr), addr);

	if (!p4d)
		return -ENOMEM;
	vmap_by_contract(vmap_pmd_range);
	return vmap_pud_range(p4d, addr, end, phys, PAGE_KERNEL, max_shift, &mask);
}

static void *map_by_puds(const struct folio_range *ranges, unsigned int nr_ranges)
{
	return vmap_by_chunk_together(ranges, nr_ranges, P4D_SHIFT, map_puds);
}

VMAP_SPEC(linux_vmap_pud_range) = { LEVEL("vmap_pud_range", map_by_puds) };

/* --- Below a pgd entry ---------------------------------------------------------- */

static int map_p4ds(unsigned long addr, unsigned long end, phys_addr_t phys,
		    unsigned int max_shift)
{
	pgtbl_mod_mask mask = vmap_any_mask();

	vmap_by_contract(vmap_pud_range);
	return vmap_p4d_range(pgd_offset_k(addr), addr, end, phys, PAGE_KERNEL, max_shift, &mask);
}

static void *map_by_p4ds(const struct folio_range *ranges, unsigned int nr_ranges)
{
	return vmap_by_chunk_together(ranges, nr_ranges, PGDIR_SHIFT, map_p4ds);
}

VMAP_SPEC(linux_vmap_p4d_range) = { LEVEL("vmap_p4d_range", map_by_p4ds) };

/* --- All of it ------------------------------------------------------------------ */

static int map_pgds(unsigned long addr, unsigned long end, phys_addr_t phys,
		    unsigned int max_shift)
{
	vmap_by_contract(vmap_p4d_range);
	return vmap_range_noflush(addr, end, phys, PAGE_KERNEL, max_shift);
}

static void *map_by_pgds(const struct folio_range *ranges, unsigned int nr_ranges)
{
	/* No entry is above: all of the vmalloc space, of 2^53 bytes at most. */
	return vmap_by_chunk_together(ranges, nr_ranges, 53, map_pgds);
}

VMAP_SPEC(linux_vmap_range_noflush) = { LEVEL("vmap_range_noflush", map_by_pgds) };
