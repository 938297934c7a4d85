// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * apply_to_page_range(), which vmap_pfn() maps its pfns by: a function of the caller's is
 * called for each page, with the pte that it has. The walk through the five levels of page
 * tables, text of the tree that is given, level by level, of the kernel's own tables. Each
 * level is proved for any part of a mapping that one entry of the level above translates;
 * of the level below it goes by the contract (model/contracts.c), which is what the spec
 * before it proves. In the bounded search all of it is the text.
 *
 * The callback (vmap_map_next()) maps the next page of an array, as vmap_pfn_apply() does,
 * and may fail at any page. So it tells a page that is left out, comes twice or out of
 * order, a pte or an address of another page, and an error that is lost. The walk looks
 * at neither the callback nor its data.
 */
#include <vmapcheck/chunk.h>
#include <vmapcheck/spec.h>

#pragma vmapcheck take "mm/memory.c" apply_to_pte_range, apply_to_pmd_range
#pragma vmapcheck take "mm/memory.c" apply_to_pud_range, apply_to_p4d_range
#pragma vmapcheck take "mm/memory.c" __apply_to_page_range, apply_to_page_range

#define LEVEL(of, by) \
	.title = of "() calls a function for each of its pages, and no others", \
	.map = by, \
	.unmap = vmap_unmap_behind, \
	.buffer = { .kinds = SHMEM | THP | HUGETLB, .max_pages = INT_MAX }, \
	.bound = { .ranges = 2, .pages = 2 }, \
	.expect = { [0 ... COST - 1] = PROVED },

/* --- Below a pmd entry ---------------------------------------------------------- */

static int apply_ptes(unsigned long addr, unsigned long end, struct page **pages, int *nr)
{
	struct vmap_next_page next = { .pages = pages, .nr = *nr };
	pgtbl_mod_mask mask = vmap_any_mask();
	p4d_t *p4d = p4d_alloc(&init_mm, pgd_offset_k(addr), addr);
	pud_t *pud = p4d ? pud_alloc(&init_mm, p4d, addr) : NULL;
	pmd_t *pmd = pud ? pmd_alloc(&init_mm, pud, addr) : NULL;
	int error;

	if (!pmd)
		return -ENOMEM;
	error = apply_to_pte_range(&init_mm, pmd, addr, end, vmap_map_next, &next, true, &mask);
	*nr = next.nr;
	return error;
}

static void *apply_by_ptes(const struct folio_range *ranges, unsigned int nr_ranges)
{
	return vmap_by_chunk(ranges, nr_ranges, PMD_SHIFT, apply_ptes);
}

VMAP_SPEC(linux_apply_to_pte_range) = { LEVEL("apply_to_pte_range", apply_by_ptes) };

/* --- Below a pud entry ---------------------------------------------------------- */

static int apply_pmds(unsigned long addr, unsigned long end, struct page **pages, int *nr)
{
	struct vmap_next_page next = { .pages = pages, .nr = *nr };
	pgtbl_mod_mask mask = vmap_any_mask();
	p4d_t *p4d = p4d_alloc(&init_mm, pgd_offset_k(addr), addr);
	pud_t *pud = p4d ? pud_alloc(&init_mm, p4d, addr) : NULL;
	int error;

	if (!pud)
		return -ENOMEM;
	vmap_by_contract(apply_to_pte_range);
	error = apply_to_pmd_range(&init_mm, pud, addr, end, vmap_map_next, &next, true, &mask);
	*nr = next.nr;
	return error;
}

static void *apply_by_pmds(const struct folio_range *ranges, unsigned int nr_ranges)
{
	return vmap_by_chunk(ranges, nr_ranges, PUD_SHIFT, apply_pmds);
}

VMAP_SPEC(linux_apply_to_pmd_range) = { LEVEL("apply_to_pmd_range", apply_by_pmds) };

/* --- Below a p4d entry ---------------------------------------------------------- */

static int apply_puds(unsigned long addr, unsigned long end, struct page **pages, int *nr)
{
	struct vmap_next_page next = { .pages = pages, .nr = *nr };
	pgtbl_mod_mask mask = vmap_any_mask();
	p4d_t *p4d = p4d_alloc(&init_mm, pgd_offset_k(addr), addr);
	int error;

	if (!p4d)
		return -ENOMEM;
	vmap_by_contract(apply_to_pmd_range);
	error = apply_to_pud_range(&init_mm, p4d, addr, end, vmap_map_next, &next, true, &mask);
	*nr = next.nr;
	return error;
}

static void *apply_by_puds(const struct folio_range *ranges, unsigned int nr_ranges)
{
	return vmap_by_chunk(ranges, nr_ranges, P4D_SHIFT, apply_puds);
}

VMAP_SPEC(linux_apply_to_pud_range) = { LEVEL("apply_to_pud_range", apply_by_puds) };

/* --- Below a pgd entry ---------------------------------------------------------- */

static int apply_p4ds(unsigned long addr, unsigned long end, struct page **pages, int *nr)
{
	struct vmap_next_page next = { .pages = pages, .nr = *nr };
	pgtbl_mod_mask mask = vmap_any_mask();
	int error;

	vmap_by_contract(apply_to_pud_range);
	error = apply_to_p4d_range(&init_mm, pgd_offset_k(addr), addr, end, vmap_map_next, &next, true,
				   &mask);
	*nr = next.nr;
	return error;
}

static void *apply_by_p4ds(const struct folio_range *ranges, unsigned int nr_ranges)
{
	return vmap_by_chunk(ranges, nr_ranges, PGDIR_SHIFT, apply_p4ds);
}

VMAP_SPEC(linux_apply_to_p4d_range) = { LEVEL("apply_to_p4d_range", apply_by_p4ds) };

/* --- All of it ------------------------------------------------------------------ */

static int apply_pgds(unsigned long addr, unsigned long end, struct page **pages, int *nr)
{
	struct vmap_next_page next = { .pages = pages, .nr = *nr };
	int error;

	vmap_by_contract(apply_to_p4d_range);
	error = apply_to_page_range(&init_mm, addr, end - addr, vmap_map_next, &next);
	*nr = next.nr;
	return error;
}

static void *apply_by_pgds(const struct folio_range *ranges, unsigned int nr_ranges)
{
	/* No entry is above: all of the vmalloc space, of 2^53 bytes at most. */
	return vmap_by_chunk(ranges, nr_ranges, 53, apply_pgds);
}

VMAP_SPEC(linux_apply_to_page_range) = { LEVEL("apply_to_page_range", apply_by_pgds) };
