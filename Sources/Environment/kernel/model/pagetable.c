// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * pagetable.c - the kernel's page tables, as windows. A leaf is kept by the page
 * that it maps, so it does not matter which walk set it; of an entry above the leaves
 * it is known whether there is a table below it, or a huge leaf in its place. Tables
 * that are there from before, or were allocated, stay, as the kernel's do.
 *
 * In a window the tables of a level follow each other, in the kernel they lie anywhere.
 * So an entry is only touched by a pointer into the table of its level that was got
 * last: one that runs on behind the end of its table is somewhere else.
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

/* --- Levels --------------------------------------------------------------------- */

/* Of each level but the last, the table that was got last, by the entry above it. */
static vmc_u64 tables_got[LEVEL_PGD];

static vmc_u64 window_of(enum level level)
{
	switch (level) {
	case LEVEL_PTE:
		return PTE_WINDOW;
	case LEVEL_PMD:
		return PMD_WINDOW;
	case LEVEL_PUD:
		return PUD_WINDOW;
	case LEVEL_P4D:
		return P4D_WINDOW;
	default:
		return PGD_WINDOW;
	}
}

static unsigned int shift_of(enum level level)
{
	return level == LEVEL_PGD ? PGDIR_SHIFT : PTE_SHIFT + 9 * level;
}

/* The entry of the level above that has the table of an entry below it: 512 entries make a page. */
static vmc_u64 entry_above(enum level level, vmc_u64 entry)
{
	unsigned int bits = shift_of(level + 1) - shift_of(level) + 3;

	return window_of(level + 1) + (((entry - window_of(level)) >> bits) << 3);
}

/* The address space below an entry. */
static vmc_u64 first_below(enum level level, vmc_u64 entry)
{
	return VMALLOC_START + ((entry - window_of(level)) << (shift_of(level) - 3));
}

static _Bool is_of_table_got(enum level level, vmc_u64 entry)
{
	return level == LEVEL_PGD || tables_got[level] == entry_above(level, entry);
}

/* An entry is touched, or something below it. */
static void in_table(enum level level, vmc_u64 entry)
{
	vmc_assert(is_of_table_got(level, entry), IN_BOUNDS,
		   "page table walk: a pointer to an entry that is not of the table got last");
}

/* --- Leaves --------------------------------------------------------------------- */

vmc_u64 leaf_get(vmc_u64 va)
{
	return vmc_map_get(MAP_LEAF, va);
}

/* For the strategy, which goes by it: any page of the vmalloc space is the watched one once. */
static vmc_u64 leaf_read(vmc_u64 va)
{
	vmc_assume(1, "nothing else is mapped in the vmalloc space");
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
	in_table(LEVEL_PTE, address);
	return leaf_read(pte_va(address));
}

static void pte_store(vmc_u64 address, vmc_u32 size, vmc_u64 value)
{
	vmc_assert((size == 8) & ((address & 7) == 0), IN_BOUNDS, "store to a part of a pte");
	in_table(LEVEL_PTE, address);
	leaf_set(pte_va(address), value);
}

void set_pte_at(struct mm_struct *mm, unsigned long addr, pte_t *ptep, pte_t pte)
{
	vmc_assert((vmc_u64)ptep == entry_of(PTE_WINDOW, PTE_SHIFT, addr), MAPS_EXACTLY,
		   "set_pte_at() of an address and a pte that are not of one page");
	in_table(LEVEL_PTE, (vmc_u64)ptep);
	leaf_set(addr, pte_val(pte));
}

pte_t ptep_get_and_clear(struct mm_struct *mm, unsigned long addr, pte_t *ptep)
{
	vmc_u64 va = pte_va((vmc_u64)ptep);
	vmc_u64 old;

	in_table(LEVEL_PTE, (vmc_u64)ptep);
	areas_check(va, va + PAGE_SIZE);
	old = leaf_read(va);
	vmc_map_set(MAP_LEAF, va, 0);
	return __pte(old);
}

/* --- Tables ---------------------------------------------------------------------- */

/* What MAP_TABLE has of an entry; 0 where nobody has looked yet. Anything else is a table, too. */
enum below { NO_TABLE = 1, HUGE_LEAF = 2, TABLE = 3 };

/* A huge leaf may have been set: before, and in walks that set none, no entry is one. */
static _Bool may_be_huge;
/* The logarithm of the bytes of the largest leaf that the walk's caller allows. */
static unsigned int max_leaf_shift = 63;

/* The model has mapped something, and did not go through tables for it. */
static _Bool are_unseen;

void tables_change_unseen(void)
{
	are_unseen = 1;
}

/* There is no such function: who looks at these tables has to take the text that makes them. */
void page_tables_of_what_the_model_has_mapped(void);

/* What an entry has: a table may be there from an earlier mapping. */
static vmc_u64 table_look(vmc_u64 entry)
{
	vmc_u64 value = vmc_map_get(MAP_TABLE, entry);
	vmc_u64 from_before;

	if (are_unseen)
		page_tables_of_what_the_model_has_mapped();

	if (!folios_unbounded() && value)
		return value;
	from_before = vmc_choice("a page table is there from before", 0, 1);
	value = vmc_select(value == 0, vmc_select(from_before, TABLE, NO_TABLE), value);
	vmc_map_set(MAP_TABLE, entry, value);
	if (!may_be_huge)
		vmc_assume(value != HUGE_LEAF, "");
	return value;
}

static vmc_u64 entry_load(enum level level, vmc_u64 address, vmc_u32 size)
{
	vmc_u64 value;

	vmc_assert((size == 8) & ((address & 7) == 0), IN_BOUNDS,
		   "load of a part of a page table's entry");
	in_table(level, address);
	value = table_look(address);
	return vmc_select(value == NO_TABLE, 0,
			  vmc_select(value == HUGE_LEAF, vmc_map_get(MAP_ENTRY, address),
				     _KERNPG_TABLE));
}

static vmc_u64 pmd_load(vmc_u64 address, vmc_u32 size)
{
	return entry_load(LEVEL_PMD, address, size);
}

static vmc_u64 pud_load(vmc_u64 address, vmc_u32 size)
{
	return entry_load(LEVEL_PUD, address, size);
}

static vmc_u64 p4d_load(vmc_u64 address, vmc_u32 size)
{
	return entry_load(LEVEL_P4D, address, size);
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
	vmc_window(PMD_WINDOW, TABLE_WINDOW_LAST(PMD_WINDOW, PMD_SHIFT), pmd_load, entry_store);
	vmc_window(PUD_WINDOW, TABLE_WINDOW_LAST(PUD_WINDOW, PUD_SHIFT), pud_load, entry_store);
	vmc_window(P4D_WINDOW, TABLE_WINDOW_LAST(P4D_WINDOW, P4D_SHIFT), p4d_load, entry_store);
	vmc_window(PGD_WINDOW, TABLE_WINDOW_LAST(PGD_WINDOW, PGDIR_SHIFT), pgd_load, entry_store);
}

/*
 * There is no huge leaf in place of the table below the entry. Without a bound that is seen at
 * its pages, each of which is the watched one in some run.
 */
static void not_huge(enum level level, vmc_u64 entry, vmc_u64 value)
{
	static const char message[] = "page table walk: a huge leaf is taken for a table";
	vmc_u64 first = first_below(level, entry);
	vmc_u64 va = watched_address();
	_Bool is_below = (va >= first) & (va - first < 1UL << shift_of(level));

	if (!folios_unbounded()) {
		vmc_assert(value != HUGE_LEAF, IN_BOUNDS, message);
		return;
	}
	vmc_assert(!is_below | (huge_level(va) != level), IN_BOUNDS, message);
	vmc_assume(value != HUGE_LEAF, "");
}

/* The table below the entry exists afterwards; or it fails. GFP_KERNEL, so it may sleep. */
static _Bool table_alloc(enum level level, vmc_u64 entry, const char *what)
{
	vmc_u64 value;

	in_table(level, entry);
	value = table_look(entry);
	not_huge(level, entry, value);
	might_sleep();
	if (allocation_fails_if(value == NO_TABLE, what))
		return 0;
	vmc_map_set(MAP_TABLE, entry, TABLE);
	return 1;
}

/*
 * Something that is not looked at goes through the tables of [addr, end), which are below
 * the entry: of those nothing is known any more. False if it may not do so.
 */
_Bool tables_change_below(enum level above, vmc_u64 entry, vmc_u64 addr, vmc_u64 end)
{
	enum level level;

	if (!is_of_table_got(above, entry))
		return 0;
	if (above != LEVEL_PGD) {
		not_huge(above, entry, table_look(entry));
		vmc_map_set_unknown(MAP_TABLE, entry, entry + 8);
	}
	for (level = LEVEL_PTE; level < above; level++) {
		tables_got[level] = 0;
		if (level != LEVEL_PTE)
			vmc_map_set_unknown(MAP_TABLE, entry_of(window_of(level), shift_of(level), addr),
					    entry_of(window_of(level), shift_of(level), end - 1) + 8);
	}
	return 1;
}

/* The same of all tables of [addr, end). */
void tables_change(vmc_u64 addr, vmc_u64 end)
{
	(void)tables_change_below(LEVEL_PGD, 0, addr, end);
}

/* Loops walk below entries of the vmalloc space. */
static _Bool is_walked;

void pagetable_walked(void)
{
	is_walked = 1;
}

_Bool pagetable_is_walked(void)
{
	return is_walked;
}

/* Where a walk is when it comes to an address. */
void pagetable_landmarks(vmc_u64 va)
{
	if (!is_walked)
		return;
	vmc_landmark(LANDMARK_WATCHED, "pmd of the watched address",
		     entry_of(PMD_WINDOW, PMD_SHIFT, va));
	vmc_landmark(LANDMARK_WATCHED, "pud of the watched address",
		     entry_of(PUD_WINDOW, PUD_SHIFT, va));
}

/* The entry for va, of the table below the entry `above`. */
static vmc_u64 entry_below(enum level level, vmc_u64 above, vmc_u64 va)
{
	in_table(level + 1, above);
	vmc_assert(above == entry_of(window_of(level + 1), shift_of(level + 1), va), IN_BOUNDS,
		   "page table walk: the entry is not the address's");
	tables_got[level] = above;
	return entry_of(window_of(level), shift_of(level), va);
}

static vmc_u64 table_offset(enum level level, vmc_u64 above, vmc_u64 va)
{
	vmc_u64 value = table_look(above);

	vmc_assert(value != NO_TABLE, IN_BOUNDS,
		   "page table walk: there is no table below the entry");
	not_huge(level + 1, above, value);
	return entry_below(level, above, va);
}

pgd_t *pgd_offset_k(unsigned long addr)
{
	return (pgd_t *)entry_of(PGD_WINDOW, PGDIR_SHIFT, addr);
}

p4d_t *p4d_offset(pgd_t *pgd, unsigned long addr)
{
	return (p4d_t *)entry_below(LEVEL_P4D, (vmc_u64)pgd, addr);
}

pud_t *pud_offset(p4d_t *p4d, unsigned long addr)
{
	return (pud_t *)table_offset(LEVEL_PUD, (vmc_u64)p4d, addr);
}

pmd_t *pmd_offset(pud_t *pud, unsigned long addr)
{
	return (pmd_t *)table_offset(LEVEL_PMD, (vmc_u64)pud, addr);
}

pte_t *pte_offset_kernel(pmd_t *pmd, unsigned long addr)
{
	return (pte_t *)table_offset(LEVEL_PTE, (vmc_u64)pmd, addr);
}

p4d_t *p4d_alloc(struct mm_struct *mm, pgd_t *pgd, unsigned long addr)
{
	return p4d_offset(pgd, addr);
}

pud_t *pud_alloc(struct mm_struct *mm, p4d_t *p4d, unsigned long addr)
{
	return table_alloc(LEVEL_P4D, (vmc_u64)p4d, "pud table") ? pud_offset(p4d, addr) : NULL;
}

pmd_t *pmd_alloc(struct mm_struct *mm, pud_t *pud, unsigned long addr)
{
	return table_alloc(LEVEL_PUD, (vmc_u64)pud, "pmd table") ? pmd_offset(pud, addr) : NULL;
}

pte_t *pte_alloc_kernel(pmd_t *pmd, unsigned long addr)
{
	return table_alloc(LEVEL_PMD, (vmc_u64)pmd, "pte table") ? pte_offset_kernel(pmd, addr) : NULL;
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

pte_t *vmc_pte_of_process(void)
{
	vmc_assert(0, IN_BOUNDS, "a walk of a process's page tables, which are not modelled");
	vmc_stop();
}

/* --- Huge leaves ------------------------------------------------------------------- */

vmc_u64 huge_level(vmc_u64 va)
{
	return vmc_map_get(MAP_HUGE, va);
}

_Bool huge_level_allowed(vmc_u64 level, unsigned int max_shift)
{
	return (level == 0) | (PTE_SHIFT + 9 * level <= max_shift);
}

_Bool huge_leaf_allowed(vmc_u64 va)
{
	return huge_level_allowed(huge_level(va), max_leaf_shift);
}

static void set_levels(vmc_u64 start, vmc_u64 end, vmc_u64 level)
{
	vmc_map_set_range(MAP_HUGE, start, end, PAGE_SIZE, level, 0);
}

void huge_leaves_expect(unsigned int max_shift)
{
	max_leaf_shift = max_shift;
	may_be_huge = 1;
}

void huge_level_set(vmc_u64 start, vmc_u64 end, vmc_u64 level)
{
	may_be_huge = 1;
	set_levels(start, end, level);
}

/* As the 4 KiB leaves that it stands for, below an entry without a table. */
static int set_huge(enum level level, vmc_u64 entry, phys_addr_t phys, pgprot_t prot)
{
	vmc_u64 va = first_below(level, entry);
	vmc_u64 size = 1UL << shift_of(level);
	vmc_u64 pte = phys | pgprot_val(prot);

	in_table(level, entry);
	/* arch/x86/mm/pgtable.c: not where the MTRRs differ within it, nor over a table. */
	if (!vmc_choice("memory types allow a huge leaf", 0, 1) || table_look(entry) == TABLE)
		return 0;
	vmc_assert((phys & (size - 1)) == 0, MAPS_EXACTLY,
		   "a huge leaf of memory that does not begin at its size");
	vmc_assert(level != LEVEL_PUD || arch_vmap_pud_supported(prot), MAPS_EXACTLY,
		   "a 1 GiB leaf on a CPU that has none");
	areas_check(va, va + size);
	may_be_huge = 1;
	vmc_map_set(MAP_TABLE, entry, HUGE_LEAF);
	vmc_map_set(MAP_ENTRY, entry, pte | _PAGE_PSE);
	vmc_map_set_range(MAP_LEAF, va, va + size, PAGE_SIZE, pte, PAGE_SIZE);
	huge_level_set(va, va + size, level);
	refs_check_mapping(PHYS_PFN(phys), size >> PAGE_SHIFT);
	return 1;
}

int pud_set_huge(pud_t *pud, phys_addr_t phys, pgprot_t prot)
{
	return set_huge(LEVEL_PUD, (vmc_u64)pud, phys, prot);
}

int pmd_set_huge(pmd_t *pmd, phys_addr_t phys, pgprot_t prot)
{
	return set_huge(LEVEL_PMD, (vmc_u64)pmd, phys, prot);
}

/* What was below the entry is mapped no more. */
static void clear_entry(enum level level, vmc_u64 entry)
{
	vmc_u64 va = first_below(level, entry);

	vmc_map_set(MAP_TABLE, entry, NO_TABLE);
	vmc_map_set_range(MAP_LEAF, va, va + (1UL << shift_of(level)), PAGE_SIZE, 0, 0);
	set_levels(va, va + (1UL << shift_of(level)), 0);
}

static int clear_huge(enum level level, vmc_u64 entry)
{
	in_table(level, entry);
	if (table_look(entry) != HUGE_LEAF)
		return 0;
	clear_entry(level, entry);
	return 1;
}

int pud_clear_huge(pud_t *pud)
{
	return clear_huge(LEVEL_PUD, (vmc_u64)pud);
}

int pmd_clear_huge(pmd_t *pmd)
{
	return clear_huge(LEVEL_PMD, (vmc_u64)pmd);
}

/* The addresses are given back: nothing of a huge leaf is left there. */
void huge_leaves_clear(vmc_u64 start, vmc_u64 end)
{
	enum level level;

	set_levels(start, end, 0);
	for (level = LEVEL_PMD; level <= LEVEL_PUD; level++) {
		unsigned int shift = shift_of(level);
		vmc_u64 first = (start - VMALLOC_START + (1UL << shift) - 1) >> shift;
		vmc_u64 behind = (end - VMALLOC_START) >> shift;

		vmc_map_set_range(MAP_TABLE, window_of(level) + (first << 3),
				  window_of(level) + (behind << 3), 8, 0, 0);
	}
}

/* The table below the entry, with all that it has: its pages are mapped no more. */
static int free_table(enum level level, vmc_u64 entry)
{
	vmc_u64 value;

	in_table(level, entry);
	value = table_look(entry);
	vmc_assert(value != NO_TABLE, IN_BOUNDS, "a page table is freed that is not there");
	not_huge(level, entry, value);
	/* It takes a page to free more than one table. */
	if (level == LEVEL_PUD && allocation_fails("page to free page tables"))
		return 0;
	clear_entry(level, entry);
	tables_got[LEVEL_PTE] = 0;
	if (level == LEVEL_PUD) {
		/* The pmds of the table are none when there is one again. */
		vmc_u64 first = PMD_WINDOW + ((entry - PUD_WINDOW) << 9);

		tables_got[LEVEL_PMD] = 0;
		vmc_map_set_range(MAP_TABLE, first, first + (8UL << 9), 8, NO_TABLE, 0);
	}
	return 1;
}

int pud_free_pmd_page(pud_t *pud, unsigned long addr)
{
	return free_table(LEVEL_PUD, (vmc_u64)pud);
}

int pmd_free_pte_page(pmd_t *pmd, unsigned long addr)
{
	return free_table(LEVEL_PMD, (vmc_u64)pmd);
}

/* --- mm/memory.c -------------------------------------------------------------------- */

/*
 * Calls fn page by page, and stops at its first error; what it has done by then stays.
 * It does not look whether a page is mapped already. The table that cannot be
 * allocated may be needed after any number of pages.
 */
static int apply(unsigned long addr, unsigned long size, pte_fn_t fn, void *data, _Bool create)
{
	unsigned long end = addr + size;
	unsigned long failure = end;
	unsigned long va;
	int error;

	if (WARN_ON(addr >= end))
		return -EINVAL;
	vmc_assert(((addr | end) & ~PAGE_MASK) == 0, NO_SPLAT,
		   "kernel BUG: walks a part of a page, and runs on behind it");
	tables_change_unseen();
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
		tables_got[LEVEL_PTE] = entry_above(LEVEL_PTE, (vmc_u64)pte);
		if (!create && pte_none(*pte))
			continue;
		error = fn(pte, va, data);
		if (error)
			return error;
	}
	return 0;
}

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
