// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * contracts.c - what functions of a kernel tree do, for proofs of what calls them
 * (vmap_by_contract()). That the text keeps these contracts is for specs of its own to
 * prove: Specs/linux/vmap_pages_range.c.
 */
#include "model.h"

/*
 * What the contract asks of its caller does not hold. The text does something then, and
 * goes on: of nothing that it may do anything is proved.
 */
static void not_kept(void)
{
	static const char message[] = "what a contract asks of its caller does not hold";

	vmc_violation(TAIL_WRITE, message);
	vmc_violation(TAIL_READ, message);
	vmc_violation(MAPS_EXACTLY, message);
	vmc_violation(ACCEPTS, message);
	vmc_violation(API_CLASS, message);
	vmc_violation(NO_SPLAT, message);
	vmc_violation(CLEAN_FAILURE, message);
	vmc_violation(NO_WRAP, message);
	vmc_violation(IN_BOUNDS, message);
	vmc_violation(REFS_HELD, message);
	vmc_violation(COST, message);
	vmc_stop();
}

/*
 * A walk of [addr, end) below the entry `above`, which is the one for addr, in a table of
 * entries of 1 << shift bytes each. How many pages that are.
 */
static vmc_u64 walk(vmc_u64 above, vmc_u64 window, unsigned int shift, unsigned long addr,
		    unsigned long end, pgtbl_mod_mask *mask)
{
	vmc_u64 first = (addr - VMALLOC_START) >> shift;
	vmc_u64 last = (end - 1 - VMALLOC_START) >> shift;
	vmc_u64 count;

	if (!((addr < end) & (((addr | end) & ~PAGE_MASK) == 0) & (first == last) &
	      (above == window + (first << 3))))
		not_kept();
	*mask |= (pgtbl_mod_mask)vmc_choice("page tables that a walk has changed", 0, 31);
	/* A number of its own: what is asked of it is easier than of the difference that it is. */
	count = vmc_choice("pages of a walk", 1, 1UL << (shift - PAGE_SHIFT));
	vmc_assume(count == (end - addr) >> PAGE_SHIFT, "");
	return count;
}

/* --- Of an array of pages ---------------------------------------------------------- */

int vmc_contract_vmap_pages_range(unsigned long addr, unsigned long end, pgprot_t prot,
				  struct page **pages, unsigned int page_shift);

int vmc_contract_vmap_pages_range(unsigned long addr, unsigned long end, pgprot_t prot,
				  struct page **pages, unsigned int page_shift)
{
	vmc_assume(1, "vmap_pages_range() keeps its contract (Specs/linux/vmap_pages_range.c)");
	return vmap_pages_range(addr, end, prot, pages, page_shift);
}

int vmc_contract_vmap_pages_pte_range(pmd_t *pmd, unsigned long addr, unsigned long end,
				      pgprot_t prot, struct page **pages, int *nr,
				      pgtbl_mod_mask *mask);

int vmc_contract_vmap_pages_pte_range(pmd_t *pmd, unsigned long addr, unsigned long end,
				      pgprot_t prot, struct page **pages, int *nr,
				      pgtbl_mod_mask *mask)
{
	vmc_u64 count;

	vmc_assume(1, "vmap_pages_pte_range() keeps its contract (Specs/linux/vmap_pages_range.c)");
	count = walk((vmc_u64)pmd, PMD_WINDOW, PMD_SHIFT, addr, end, mask);
	return vmap_pages_from(addr, count, prot, pages, nr);
}

int vmc_contract_vmap_pages_pmd_range(pud_t *pud, unsigned long addr, unsigned long end,
				      pgprot_t prot, struct page **pages, int *nr,
				      pgtbl_mod_mask *mask);

int vmc_contract_vmap_pages_pmd_range(pud_t *pud, unsigned long addr, unsigned long end,
				      pgprot_t prot, struct page **pages, int *nr,
				      pgtbl_mod_mask *mask)
{
	vmc_u64 count;

	vmc_assume(1, "vmap_pages_pmd_range() keeps its contract (Specs/linux/vmap_pages_range.c)");
	count = walk((vmc_u64)pud, PUD_WINDOW, PUD_SHIFT, addr, end, mask);
	return vmap_pages_from(addr, count, prot, pages, nr);
}

int vmc_contract_vmap_pages_pud_range(p4d_t *p4d, unsigned long addr, unsigned long end,
				      pgprot_t prot, struct page **pages, int *nr,
				      pgtbl_mod_mask *mask);

int vmc_contract_vmap_pages_pud_range(p4d_t *p4d, unsigned long addr, unsigned long end,
				      pgprot_t prot, struct page **pages, int *nr,
				      pgtbl_mod_mask *mask)
{
	vmc_u64 count;

	vmc_assume(1, "vmap_pages_pud_range() keeps its contract (Specs/linux/vmap_pages_range.c)");
	count = walk((vmc_u64)p4d, P4D_WINDOW, P4D_SHIFT, addr, end, mask);
	return vmap_pages_from(addr, count, prot, pages, nr);
}

int vmc_contract_vmap_pages_p4d_range(pgd_t *pgd, unsigned long addr, unsigned long end,
				      pgprot_t prot, struct page **pages, int *nr,
				      pgtbl_mod_mask *mask);

int vmc_contract_vmap_pages_p4d_range(pgd_t *pgd, unsigned long addr, unsigned long end,
				      pgprot_t prot, struct page **pages, int *nr,
				      pgtbl_mod_mask *mask)
{
	vmc_u64 count;

	vmc_assume(1, "vmap_pages_p4d_range() keeps its contract (Specs/linux/vmap_pages_range.c)");
	count = walk((vmc_u64)pgd, PGD_WINDOW, PGDIR_SHIFT, addr, end, mask);
	return vmap_pages_from(addr, count, prot, pages, nr);
}

/* --- Of memory that lies together --------------------------------------------------- */

int vmc_contract_vmap_range_noflush(unsigned long addr, unsigned long end, phys_addr_t phys_addr,
				    pgprot_t prot, unsigned int max_page_shift);

int vmc_contract_vmap_range_noflush(unsigned long addr, unsigned long end, phys_addr_t phys_addr,
				    pgprot_t prot, unsigned int max_page_shift)
{
	vmc_assume(1, "vmap_range_noflush() keeps its contract (Specs/linux/vmap_range_noflush.c)");
	return vmap_range_noflush(addr, end, phys_addr, prot, max_page_shift);
}

int vmc_contract_vmap_pte_range(pmd_t *pmd, unsigned long addr, unsigned long end,
				phys_addr_t phys_addr, pgprot_t prot, unsigned int max_page_shift,
				pgtbl_mod_mask *mask);

int vmc_contract_vmap_pte_range(pmd_t *pmd, unsigned long addr, unsigned long end,
				phys_addr_t phys_addr, pgprot_t prot, unsigned int max_page_shift,
				pgtbl_mod_mask *mask)
{
	vmc_u64 count;

	vmc_assume(1, "vmap_pte_range() keeps its contract (Specs/linux/vmap_range_noflush.c)");
	count = walk((vmc_u64)pmd, PMD_WINDOW, PMD_SHIFT, addr, end, mask);
	return vmap_range_noflush(addr, addr + (count << PAGE_SHIFT), phys_addr, prot, max_page_shift);
}

int vmc_contract_vmap_pmd_range(pud_t *pud, unsigned long addr, unsigned long end,
				phys_addr_t phys_addr, pgprot_t prot, unsigned int max_page_shift,
				pgtbl_mod_mask *mask);

int vmc_contract_vmap_pmd_range(pud_t *pud, unsigned long addr, unsigned long end,
				phys_addr_t phys_addr, pgprot_t prot, unsigned int max_page_shift,
				pgtbl_mod_mask *mask)
{
	vmc_u64 count;

	vmc_assume(1, "vmap_pmd_range() keeps its contract (Specs/linux/vmap_range_noflush.c)");
	count = walk((vmc_u64)pud, PUD_WINDOW, PUD_SHIFT, addr, end, mask);
	return vmap_range_noflush(addr, addr + (count << PAGE_SHIFT), phys_addr, prot, max_page_shift);
}

int vmc_contract_vmap_pud_range(p4d_t *p4d, unsigned long addr, unsigned long end,
				phys_addr_t phys_addr, pgprot_t prot, unsigned int max_page_shift,
				pgtbl_mod_mask *mask);

int vmc_contract_vmap_pud_range(p4d_t *p4d, unsigned long addr, unsigned long end,
				phys_addr_t phys_addr, pgprot_t prot, unsigned int max_page_shift,
				pgtbl_mod_mask *mask)
{
	vmc_u64 count;

	vmc_assume(1, "vmap_pud_range() keeps its contract (Specs/linux/vmap_range_noflush.c)");
	count = walk((vmc_u64)p4d, P4D_WINDOW, P4D_SHIFT, addr, end, mask);
	return vmap_range_noflush(addr, addr + (count << PAGE_SHIFT), phys_addr, prot, max_page_shift);
}

int vmc_contract_vmap_p4d_range(pgd_t *pgd, unsigned long addr, unsigned long end,
				phys_addr_t phys_addr, pgprot_t prot, unsigned int max_page_shift,
				pgtbl_mod_mask *mask);

int vmc_contract_vmap_p4d_range(pgd_t *pgd, unsigned long addr, unsigned long end,
				phys_addr_t phys_addr, pgprot_t prot, unsigned int max_page_shift,
				pgtbl_mod_mask *mask)
{
	vmc_u64 count;

	vmc_assume(1, "vmap_p4d_range() keeps its contract (Specs/linux/vmap_range_noflush.c)");
	count = walk((vmc_u64)pgd, PGD_WINDOW, PGDIR_SHIFT, addr, end, mask);
	return vmap_range_noflush(addr, addr + (count << PAGE_SHIFT), phys_addr, prot, max_page_shift);
}
