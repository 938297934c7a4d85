// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * contracts.c - what functions of a kernel tree do, for proofs of what calls them
 * (vmap_by_contract()). That the text keeps these contracts is for specs of its own to
 * prove: Specs/linux/vmap_pages_range.c, vmap_range_noflush.c and apply_to_page_range.c.
 */
#include <vmapcheck/chunk.h>

#include "model.h"

/*
 * What the contract asks of its caller does not hold. The text does something then, and
 * goes on: of nothing that it may do anything is proved.
 */
static void not_kept(void)
{
	nothing_is_proved("what a contract asks of its caller does not hold");
	vmc_stop();
}

/*
 * A walk of [addr, end) below the entry `above`, which is the one for addr, in a table of
 * its level. How many pages that are.
 */
static vmc_u64 walk(vmc_u64 above, vmc_u64 window, unsigned int shift, enum level level,
		    unsigned long addr, unsigned long end, pgtbl_mod_mask *mask)
{
	vmc_u64 first = (addr - VMALLOC_START) >> shift;
	vmc_u64 last = (end - 1 - VMALLOC_START) >> shift;
	vmc_u64 count;

	if (!((addr < end) & (((addr | end) & ~PAGE_MASK) == 0) & (first == last) &
	      (above == window + (first << 3))))
		not_kept();
	if (!tables_change_below(level, above, addr, end))
		not_kept();
	/* The bits that it sets, and those that were set, are more than its callers go by. */
	*mask = vmap_any_mask();
	/* A number of its own: what is asked of it is easier than of the difference that it is. */
	count = vmc_choice("pages of a walk", 1, 1UL << (shift - PAGE_SHIFT));
	vmc_assume(count == (end - addr) >> PAGE_SHIFT, "");
	return count;
}

/* The same of pages of the vmalloc space, whatever they are below. How many they are. */
static vmc_u64 walk_all(unsigned long addr, unsigned long end)
{
	if (!((addr < end) & (((addr | end) & ~PAGE_MASK) == 0) & areas_have(addr, end)))
		not_kept();
	tables_change(addr, end);
	return (end - addr) >> PAGE_SHIFT;
}

/* What the text is proved with; it hands on the bits to what makes a leaf of them. */
static void of_protection(pgprot_t prot)
{
	if (pgprot_val(prot) != pgprot_val(PAGE_KERNEL))
		vmc_assume(1, "page table walks map with any protection as with PAGE_KERNEL");
}

#define KEEPS(name, spec) vmc_assume(1, name "() keeps its contract (Specs/linux/" spec ")")

/* --- Of an array of pages ---------------------------------------------------------- */

/*
 * What the text does with a page that is busy, NULL or not valid is not proved, nor with
 * more pages than an int counts.
 */
static void of_pages_that_are_there(unsigned long addr, vmc_u64 count, struct page **pages,
				    vmc_u64 first)
{
	if (!vmap_pages_can(addr, count, pages, first))
		not_kept();
}

int vmc_contract_vmap_pages_range(unsigned long addr, unsigned long end, pgprot_t prot,
				  struct page **pages, unsigned int page_shift);

int vmc_contract_vmap_pages_range(unsigned long addr, unsigned long end, pgprot_t prot,
				  struct page **pages, unsigned int page_shift)
{
	int nr = 0;
	vmc_u64 count;

	KEEPS("vmap_pages_range", "vmap_pages_range.c");
	of_protection(prot);
	/* Nor is it proved of larger leaves. */
	if (page_shift != PAGE_SHIFT)
		not_kept();
	count = walk_all(addr, end);
	of_pages_that_are_there(addr, count, pages, 0);
	return vmap_pages_from(addr, count, prot, pages, &nr);
}

/* Below an entry of the level. */
#define WALK_OF_PAGES(function, entry, LEVEL, SHIFT)                                            \
	int vmc_contract_##function(entry *above, unsigned long addr, unsigned long end,         \
				    pgprot_t prot, struct page **pages, int *nr,                 \
				    pgtbl_mod_mask *mask);                                       \
	int vmc_contract_##function(entry *above, unsigned long addr, unsigned long end,         \
				    pgprot_t prot, struct page **pages, int *nr,                 \
				    pgtbl_mod_mask *mask)                                        \
	{                                                                                        \
		vmc_u64 count;                                                                   \
                                                                                                 \
		KEEPS(#function, "vmap_pages_range.c");                                          \
		of_protection(prot);                                                             \
		count = walk((vmc_u64)above, LEVEL##_WINDOW, SHIFT, LEVEL_##LEVEL, addr, end,    \
			     mask);                                                              \
		of_pages_that_are_there(addr, count, pages, (vmc_u64)*nr);                       \
		return vmap_pages_from(addr, count, prot, pages, nr);                            \
	}

WALK_OF_PAGES(vmap_pages_pte_range, pmd_t, PMD, PMD_SHIFT)
WALK_OF_PAGES(vmap_pages_pmd_range, pud_t, PUD, PUD_SHIFT)
WALK_OF_PAGES(vmap_pages_pud_range, p4d_t, P4D, P4D_SHIFT)
WALK_OF_PAGES(vmap_pages_p4d_range, pgd_t, PGD, PGDIR_SHIFT)

/* --- Of memory that lies together --------------------------------------------------- */

/* What is proved of the text is proved of parts of a range: they have no more pages. */
static void of_one_range(vmc_u64 count)
{
	if (count > MAX_ORDER_PAGES)
		not_kept();
}

/* By leaves of any level up to `highest` that the caller allows. */
static void by_leaves(unsigned long addr, unsigned long end, enum level highest,
		      unsigned int max_shift)
{
	vmc_u64 level = vmc_choice("level of leaves", 0, highest);

	vmc_assume(huge_level_allowed(level, max_shift), "");
	huge_level_set(addr, end, level);
}

int vmc_contract_vmap_range_noflush(unsigned long addr, unsigned long end, phys_addr_t phys_addr,
				    pgprot_t prot, unsigned int max_page_shift);

int vmc_contract_vmap_range_noflush(unsigned long addr, unsigned long end, phys_addr_t phys_addr,
				    pgprot_t prot, unsigned int max_page_shift)
{
	KEEPS("vmap_range_noflush", "vmap_range_noflush.c");
	of_protection(prot);
	of_one_range(walk_all(addr, end));
	by_leaves(addr, end, LEVEL_PUD, max_page_shift);
	return map_together(addr, end, phys_addr, prot);
}

/* Below an entry of the level; by leaves of any level below it. */
#define WALK_OF_MEMORY(function, entry, LEVEL, SHIFT)                                            \
	int vmc_contract_##function(entry *above, unsigned long addr, unsigned long end,         \
				    phys_addr_t phys_addr, pgprot_t prot,                        \
				    unsigned int max_page_shift, pgtbl_mod_mask *mask);          \
	int vmc_contract_##function(entry *above, unsigned long addr, unsigned long end,         \
				    phys_addr_t phys_addr, pgprot_t prot,                        \
				    unsigned int max_page_shift, pgtbl_mod_mask *mask)           \
	{                                                                                        \
		vmc_u64 count;                                                                   \
                                                                                                 \
		KEEPS(#function, "vmap_range_noflush.c");                                        \
		of_protection(prot);                                                             \
		count = walk((vmc_u64)above, LEVEL##_WINDOW, SHIFT, LEVEL_##LEVEL, addr, end,    \
			     mask);                                                              \
		of_one_range(count);                                                             \
		if (LEVEL_##LEVEL > LEVEL_PMD)                                                   \
			by_leaves(addr, addr + (count << PAGE_SHIFT), LEVEL_##LEVEL - 1,         \
				  max_page_shift);                                               \
		return map_together(addr, addr + (count << PAGE_SHIFT), phys_addr, prot);        \
	}

WALK_OF_MEMORY(vmap_pte_range, pmd_t, PMD, PMD_SHIFT)
WALK_OF_MEMORY(vmap_pmd_range, pud_t, PUD, PUD_SHIFT)
WALK_OF_MEMORY(vmap_pud_range, p4d_t, P4D, P4D_SHIFT)
WALK_OF_MEMORY(vmap_p4d_range, pgd_t, PGD, PGDIR_SHIFT)

/* --- Of a callback ------------------------------------------------------------------ */

/*
 * The callback is called for the pages one by one, each with its own pte, until it fails.
 * The walks hand on the callback and its data and look at neither, so it is the callback
 * that the proofs have, which maps the next page of an array. Of another nothing is
 * proved by these. Nor of the tables of a process, nor of walks that make no tables.
 */
#define WALK_OF_CALLBACK(function, entry, LEVEL, SHIFT)                                          \
	int vmc_contract_##function(struct mm_struct *mm, entry *above, unsigned long addr,      \
				    unsigned long end, pte_fn_t fn, void *data, _Bool create,    \
				    pgtbl_mod_mask *mask);                                       \
	int vmc_contract_##function(struct mm_struct *mm, entry *above, unsigned long addr,      \
				    unsigned long end, pte_fn_t fn, void *data, _Bool create,    \
				    pgtbl_mod_mask *mask)                                        \
	{                                                                                        \
		struct vmap_next_page *next = data;                                              \
		vmc_u64 count;                                                                   \
		int error;                                                                       \
                                                                                                 \
		KEEPS(#function, "apply_to_page_range.c");                                       \
		if (mm != &init_mm || fn != vmap_map_next || !create)                            \
			not_kept();                                                              \
		count = walk((vmc_u64)above, LEVEL##_WINDOW, SHIFT, LEVEL_##LEVEL, addr, end,    \
			     mask);                                                              \
		of_pages_that_are_there(addr, count, next->pages, (vmc_u64)next->nr);            \
		error = vmap_pages_from(addr, count, PAGE_KERNEL, next->pages, &next->nr);       \
		return error ? vmap_callback_fails() : 0;                                        \
	}

WALK_OF_CALLBACK(apply_to_pte_range, pmd_t, PMD, PMD_SHIFT)
WALK_OF_CALLBACK(apply_to_pmd_range, pud_t, PUD, PUD_SHIFT)
WALK_OF_CALLBACK(apply_to_pud_range, p4d_t, P4D, P4D_SHIFT)
WALK_OF_CALLBACK(apply_to_p4d_range, pgd_t, PGD, PGDIR_SHIFT)
