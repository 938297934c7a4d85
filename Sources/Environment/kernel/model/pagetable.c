// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * pagetable.c - the kernel's page tables, as windows. A leaf is kept by the page
 * that it maps, so it does not matter which walk set it; what is above the leaves is
 * only known to exist or not. Tables that were allocated stay, as the kernel's do.
 */
#include "model.h"

struct mm_struct init_mm;

/* The page of the vmalloc space whose pte is at this address of the window. */
static vmc_u64 pte_va(vmc_u64 address)
{
	return VMALLOC_START + ((address - PTE_WINDOW) << (PTE_SHIFT - 3));
}

static vmc_u64 entry_of(vmc_u64 window, vmc_u32 shift, vmc_u64 va)
{
	vmc_assert((va >= VMALLOC_START) & (va <= VMALLOC_END), IN_BOUNDS,
		   "page table walk outside of the vmalloc space");
	return window + (((va - VMALLOC_START) >> shift) << 3);
}

/* --- Leaves --------------------------------------------------------------------- */

vmc_u64 leaf_get(vmc_u64 va)
{
	return vmc_map_get(MAP_LEAF, va);
}

/* For the strategy, which goes by it: any page of the vmalloc space is the watched one once. */
static vmc_u64 leaf_read(vmc_u64 va)
{
	return vmc_map_read(MAP_LEAF, va, VMALLOC_START, VMALLOC_END, PAGE_SIZE);
}

void leaf_set(vmc_u64 va, vmc_u64 pte)
{
	areas_check(va, va + PAGE_SIZE);
	vmc_map_set(MAP_LEAF, va, pte);
	vmc_note("leaf 0x%llx := 0x%llx", va, pte, 0);
	refs_check_mapping(pte_pfn(__pte(pte)), (pte & _PAGE_PRESENT) != 0);
}

static vmc_u64 pte_load(vmc_u64 address, vmc_u32 size)
{
	vmc_assert((size == 8) & ((address & 7) == 0), IN_BOUNDS, "load of a part of a pte");
	return leaf_read(pte_va(address));
}

static void pte_store(vmc_u64 address, vmc_u32 size, vmc_u64 value)
{
	vmc_assert((size == 8) & ((address & 7) == 0), IN_BOUNDS, "store to a part of a pte");
	leaf_set(pte_va(address), value);
}

void set_pte_at(struct mm_struct *mm, unsigned long addr, pte_t *ptep, pte_t pte)
{
	vmc_assert((vmc_u64)ptep == entry_of(PTE_WINDOW, PTE_SHIFT, addr), MAPS_EXACTLY,
		   "set_pte_at() of an address and a pte that are not of one page");
	leaf_set(addr, pte_val(pte));
}

pte_t ptep_get_and_clear(struct mm_struct *mm, unsigned long addr, pte_t *ptep)
{
	vmc_u64 old = leaf_read(pte_va((vmc_u64)ptep));

	vmc_map_set(MAP_LEAF, pte_va((vmc_u64)ptep), 0);
	return __pte(old);
}

/* --- Tables ---------------------------------------------------------------------- */

static vmc_u64 entry_load(vmc_u64 address, vmc_u32 size)
{
	vmc_assert((size == 8) & ((address & 7) == 0), IN_BOUNDS,
		   "load of a part of a page table's entry");
	return vmc_map_get(MAP_TABLE, address);
}

/* The top level's tables are all there from boot on (arch/x86/mm/init_64.c). */
static vmc_u64 pgd_load(vmc_u64 address, vmc_u32 size)
{
	vmc_assert((size == 8) & ((address & 7) == 0), IN_BOUNDS,
		   "load of a part of a page table's entry");
	return _KERNPG_TABLE;
}

static void entry_store(vmc_u64 address, vmc_u32 size, vmc_u64 value)
{
	vmc_assert(0, IN_BOUNDS, "store to an entry above the leaves");
	vmc_stop();
}

void pagetable_init(void)
{
	vmc_window(PTE_WINDOW, TABLE_WINDOW_LAST(PTE_WINDOW, PTE_SHIFT), pte_load, pte_store);
	vmc_window(PMD_WINDOW, TABLE_WINDOW_LAST(PMD_WINDOW, PMD_SHIFT), entry_load, entry_store);
	vmc_window(PUD_WINDOW, TABLE_WINDOW_LAST(PUD_WINDOW, PUD_SHIFT), entry_load, entry_store);
	vmc_window(P4D_WINDOW, TABLE_WINDOW_LAST(P4D_WINDOW, P4D_SHIFT), entry_load, entry_store);
	vmc_window(PGD_WINDOW, TABLE_WINDOW_LAST(PGD_WINDOW, PGDIR_SHIFT), pgd_load, entry_store);
}

/* The table below the entry exists afterwards; or it fails. GFP_KERNEL, so it may sleep. */
static _Bool table_alloc(vmc_u64 entry, const char *what)
{
	_Bool missing = vmc_map_get(MAP_TABLE, entry) == 0;

	might_sleep();
	if (allocation_fails_if(missing, what))
		return 0;
	vmc_map_set(MAP_TABLE, entry, _KERNPG_TABLE);
	return 1;
}

/* The entry for va, of the table below the entry `above`. */
static vmc_u64 entry_below(vmc_u64 above, vmc_u64 above_window, vmc_u32 above_shift,
			   vmc_u64 window, vmc_u32 shift, vmc_u64 va)
{
	vmc_assert(above == entry_of(above_window, above_shift, va), IN_BOUNDS,
		   "page table walk: the entry is not the address's");
	return entry_of(window, shift, va);
}

static vmc_u64 table_offset(vmc_u64 above, vmc_u64 above_window, vmc_u32 above_shift,
			    vmc_u64 window, vmc_u32 shift, vmc_u64 va)
{
	vmc_assert(vmc_map_get(MAP_TABLE, above) != 0, IN_BOUNDS,
		   "page table walk: there is no table below the entry");
	return entry_below(above, above_window, above_shift, window, shift, va);
}

pgd_t *pgd_offset_k(unsigned long addr)
{
	return (pgd_t *)entry_of(PGD_WINDOW, PGDIR_SHIFT, addr);
}

p4d_t *p4d_offset(pgd_t *pgd, unsigned long addr)
{
	return (p4d_t *)entry_below((vmc_u64)pgd, PGD_WINDOW, PGDIR_SHIFT, P4D_WINDOW, P4D_SHIFT,
				    addr);
}

pud_t *pud_offset(p4d_t *p4d, unsigned long addr)
{
	return (pud_t *)table_offset((vmc_u64)p4d, P4D_WINDOW, P4D_SHIFT, PUD_WINDOW, PUD_SHIFT,
				     addr);
}

pmd_t *pmd_offset(pud_t *pud, unsigned long addr)
{
	return (pmd_t *)table_offset((vmc_u64)pud, PUD_WINDOW, PUD_SHIFT, PMD_WINDOW, PMD_SHIFT,
				     addr);
}

pte_t *pte_offset_kernel(pmd_t *pmd, unsigned long addr)
{
	return (pte_t *)table_offset((vmc_u64)pmd, PMD_WINDOW, PMD_SHIFT, PTE_WINDOW, PTE_SHIFT,
				     addr);
}

p4d_t *p4d_alloc(struct mm_struct *mm, pgd_t *pgd, unsigned long addr)
{
	return p4d_offset(pgd, addr);
}

pud_t *pud_alloc(struct mm_struct *mm, p4d_t *p4d, unsigned long addr)
{
	return table_alloc((vmc_u64)p4d, "pud table") ? pud_offset(p4d, addr) : NULL;
}

pmd_t *pmd_alloc(struct mm_struct *mm, pud_t *pud, unsigned long addr)
{
	return table_alloc((vmc_u64)pud, "pmd table") ? pmd_offset(pud, addr) : NULL;
}

pte_t *pte_alloc_kernel(pmd_t *pmd, unsigned long addr)
{
	return table_alloc((vmc_u64)pmd, "pte table") ? pte_offset_kernel(pmd, addr) : NULL;
}

p4d_t *p4d_alloc_track(struct mm_struct *mm, pgd_t *pgd, unsigned long addr, pgtbl_mod_mask *mask)
{
	*mask |= PGTBL_PGD_MODIFIED;
	return p4d_alloc(mm, pgd, addr);
}

pud_t *pud_alloc_track(struct mm_struct *mm, p4d_t *p4d, unsigned long addr, pgtbl_mod_mask *mask)
{
	*mask |= PGTBL_P4D_MODIFIED;
	return pud_alloc(mm, p4d, addr);
}

pmd_t *pmd_alloc_track(struct mm_struct *mm, pud_t *pud, unsigned long addr, pgtbl_mod_mask *mask)
{
	*mask |= PGTBL_PUD_MODIFIED;
	return pmd_alloc(mm, pud, addr);
}

pte_t *pte_alloc_kernel_track(pmd_t *pmd, unsigned long addr, pgtbl_mod_mask *mask)
{
	*mask |= PGTBL_PMD_MODIFIED;
	return pte_alloc_kernel(pmd, addr);
}

/* --- Huge leaves ------------------------------------------------------------------- */

/* As the 4 KiB leaves that it stands for, below an entry without a table. */
static int set_huge(vmc_u64 entry, vmc_u64 window, vmc_u32 shift, phys_addr_t phys, pgprot_t prot)
{
	vmc_u64 va = VMALLOC_START + ((entry - window) << (shift - 3));
	vmc_u64 end = va + (1UL << shift);

	vmc_assert(vmc_map_get(MAP_TABLE, entry) == 0, IN_BOUNDS,
		   "a huge leaf over a table that is there");
	vmc_assert((phys & ((1UL << shift) - 1)) == 0, MAPS_EXACTLY,
		   "a huge leaf of memory that does not begin at its size");
	/* arch/x86/mm/pgtable.c: not where the MTRRs differ within it. */
	if (!vmc_choice("memory types allow a huge leaf", 0, 1))
		return 0;
	areas_check(va, end);
	vmc_map_set_range(MAP_LEAF, va, end, PAGE_SIZE, phys | pgprot_val(prot), PAGE_SIZE);
	refs_check_mapping(PHYS_PFN(phys), 1UL << (shift - PAGE_SHIFT));
	return 1;
}

int pud_set_huge(pud_t *pud, phys_addr_t phys, pgprot_t prot)
{
	return set_huge((vmc_u64)pud, PUD_WINDOW, PUD_SHIFT, phys, prot);
}

int pmd_set_huge(pmd_t *pmd, phys_addr_t phys, pgprot_t prot)
{
	return set_huge((vmc_u64)pmd, PMD_WINDOW, PMD_SHIFT, phys, prot);
}

/* Those of pmds may be in the way, too; whether they are makes no difference to the leaves. */
static int free_table(vmc_u64 entry)
{
	if (!vmc_choice("a page table can be freed", 0, 1))
		return 0;
	vmc_map_set(MAP_TABLE, entry, 0);
	return 1;
}

int pud_free_pmd_page(pud_t *pud, unsigned long addr)
{
	return free_table((vmc_u64)pud);
}

int pmd_free_pte_page(pmd_t *pmd, unsigned long addr)
{
	return free_table((vmc_u64)pmd);
}

/* --- mm/memory.c -------------------------------------------------------------------- */

static int apply(unsigned long addr, unsigned long size, pte_fn_t fn, void *data, _Bool create)
{
	unsigned long end = addr + size;
	unsigned long failure = end;
	unsigned long va;
	int error;

	if (WARN_ON(addr >= end))
		return -EINVAL;
	if (create) {
		might_sleep();
		if (allocation_fails("page table"))
			failure = addr + (vmc_choice("pages mapped before the failure", 0,
						     (size >> PAGE_SHIFT) - 1) << PAGE_SHIFT);
	}
	for (va = addr; va < end; va += PAGE_SIZE) {
		pte_t *pte = (pte_t *)entry_of(PTE_WINDOW, PTE_SHIFT, va);

		if (va == failure)
			return -ENOMEM;
		if (!create && pte_none(*pte))
			continue;
		error = fn(pte, va, data);
		if (error)
			return error;
	}
	return 0;
}

/*
 * Calls fn page by page, and stops at its first error; what it has done by then stays.
 * It does not look whether a page is mapped already. The table that cannot be
 * allocated may be needed after any number of pages.
 */
__weak int apply_to_page_range(struct mm_struct *mm, unsigned long addr, unsigned long size,
			       pte_fn_t fn, void *data)
{
	return apply(addr, size, fn, data, 1);
}

__weak int apply_to_existing_page_range(struct mm_struct *mm, unsigned long addr,
					unsigned long size, pte_fn_t fn, void *data)
{
	return apply(addr, size, fn, data, 0);
}
