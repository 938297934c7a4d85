// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * vmap_pages_range(), which vmap() and vm_map_ram() map their pages by: the walk through
 * the five levels of page tables, text of the tree that is given, level by level. Each
 * level is proved for any part of a mapping that one entry of the level above
 * translates; of the level below it goes by the contract (model/contracts.c), which is
 * what the spec before it proves. In the bounded search all of it is the text.
 *
 * All of it holds in every tree from 6.1 to 7.3 (kernel.md, section 1.1): the pages are
 * mapped as they are, no others, and *nr is the page behind the last.
 */
#define VMAPCHECK_TAKES_VMAP_PAGES
#include <vmapcheck/chunk.h>
#include <vmapcheck/spec.h>

#pragma vmapcheck take "mm/vmalloc.c" vmap_pages_pte_range, vmap_pages_pmd_range
#pragma vmapcheck take "mm/vmalloc.c" vmap_pages_pud_range, vmap_pages_p4d_range
#pragma vmapcheck take "mm/vmalloc.c" vmap_small_pages_range_noflush
#pragma vmapcheck take "mm/vmalloc.c" __vmap_pages_range_noflush?, vmap_pages_range_noflush
#pragma vmapcheck take "mm/vmalloc.c" vmap_pages_range

/* --- Below a pmd entry ---------------------------------------------------------- */

static int map_ptes(unsigned long addr, unsigned long end, struct page **pages, int *nr)
{
	pgtbl_mod_mask mask = vmap_any_mask();
	p4d_t *p4d = p4d_alloc(&init_mm, pgd_offset_k(addr), addr);
	pud_t *pud = p4d ? pud_alloc(&init_mm, p4d, addr) : NULL;
	pmd_t *pmd = pud ? pmd_alloc(&init_mm, pud, addr) : NULL;

	if (!pmd)
		return -ENOMEM;
	return vmap_pages_pte_range(pmd, addr, end, PAGE_KERNEL, pages, nr, &mask);
}

static void *map_by_ptes(const struct folio_range *ranges, unsigned int nr_ranges)
{
	return vmap_by_chunk(ranges, nr_ranges, PMD_SHIFT, map_ptes);
}

#define LEVEL(of, by) \
	.title = of "() maps its pages, and no others", \
	.map = by, \
	.unmap = vmap_unmap_behind, \
	.buffer = { .kinds = SHMEM | THP | HUGETLB, .max_pages = INT_MAX }, \
	.bound = { .ranges = 2, .pages = 2 }, \
	.expect = { [0 ... COST - 1] = PROVED },

VMAP_SPEC(linux_vmap_pages_pte_range) = { LEVEL("vmap_pages_pte_range", map_by_ptes) };

/* --- Below a pud entry ---------------------------------------------------------- */

static int map_pmds(unsigned long addr, unsigned long end, struct page **pages, int *nr)
{
	pgtbl_mod_mask mask = vmap_any_mask();
	p4d_t *p4d = p4d_alloc(&init_mm, pgd_offset_k(addr), addr);
	pud_t *pud = p4d ? pud_alloc(&init_mm, p4d, addr) : NULL;

	if (!pud)
		return -ENOMEM;
	vmap_by_contract(vmap_pages_pte_range);
	return vmap_pages_pmd_range(pud, addr, end, PAGE_KERNEL, pages, nr, &mask);
}

static void *map_by_pmds(const struct folio_range *ranges, unsigned int nr_ranges)
{
	return vmap_by_chunk(ranges, nr_ranges, PUD_SHIFT, map_pmds);
}

VMAP_SPEC(linux_vmap_pages_pmd_range) = { LEVEL("vmap_pages_pmd_range", map_by_pmds) };

/* --- Below a p4d entry ---------------------------------------------------------- */

static int map_puds(unsigned long addr, unsigned long end, struct page **pages, int *nr)
{
	pgtbl_mod_mask mask = vmap_any_mask();
	p4d_t *p4d = p4d_alloc(&init_mm, pgd_offset_k(addr), addr);

	if (!p4d)
		return -ENOMEM;
	vmap_by_contract(vmap_pages_pmd_range);
	return vmap_pages_pud_range(p4d, addr, end, PAGE_KERNEL, pages, nr, &mask);
}

static void *map_by_puds(const struct folio_range *ranges, unsigned int nr_ranges)
{
	return vmap_by_chunk(ranges, nr_ranges, P4D_SHIFT, map_puds);
}

VMAP_SPEC(linux_vmap_pages_pud_range) = { LEVEL("vmap_pages_pud_range", map_by_puds) };

/* --- Below a pgd entry ---------------------------------------------------------- */

static int map_p4ds(unsigned long addr, unsigned long end, struct page **pages, int *nr)
{
	pgtbl_mod_mask mask = vmap_any_mask();

	vmap_by_contract(vmap_pages_pud_range);
	return vmap_pages_p4d_range(pgd_offset_k(addr), addr, end, PAGE_KERNEL, pages, nr, &mask);
}

static void *map_by_p4ds(const struct folio_range *ranges, unsigned int nr_ranges)
{
	return vmap_by_chunk(ranges, nr_ranges, PGDIR_SHIFT, map_p4ds);
}

VMAP_SPEC(linux_vmap_pages_p4d_range) = { LEVEL("vmap_pages_p4d_range", map_by_p4ds) };

/* --- All of it ------------------------------------------------------------------ */

static void *map_by_pgds(const struct folio_range *ranges, unsigned int nr_ranges)
{
	unsigned long total = ranges_pages(ranges, nr_ranges);
	struct page **pages = vmap_caller_alloc(total * sizeof(*pages));
	unsigned long before = vmap_pages_before();
	struct vm_struct *area;
	void *addr = NULL;

	ranges_to_pages(ranges, nr_ranges, pages);
	area = get_vm_area((before + total) << PAGE_SHIFT, VM_MAP);
	if (area) {
		unsigned long start = (unsigned long)area->addr + (before << PAGE_SHIFT);
		unsigned long end = start + (total << PAGE_SHIFT);
		int error;

		addr = (void *)start;
		vmap_by_contract(vmap_pages_p4d_range);
		error = vmap_pages_range(start, end, PAGE_KERNEL, pages, PAGE_SHIFT);
		vmap_check_pages_kept(pages);
		if (error) {
			vmap_chunk_check_error(error);
			vunmap(area->addr);
			addr = NULL;
		} else {
			vmap_check_leaves(addr);
		}
	}
	vmap_caller_free(pages);
	return addr;
}

VMAP_SPEC(linux_vmap_pages_range) = { LEVEL("vmap_pages_range", map_by_pgds) };
