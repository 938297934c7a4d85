/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * pgtable.h - kernel page tables, from pgd to pte, on x86-64 with five levels.
 *
 * A pgd_t * ... pte_t * is an address in the level's window (layout.h): a load of
 * an entry asks the model whether the table below exists (or for the leaf), and a
 * store to a pte maps. A table page is allocated at most once, may fail to be, and
 * is kept after unmap, as in the kernel.
 */
#ifndef VMAPCHECK_PGTABLE_H
#define VMAPCHECK_PGTABLE_H

#include <vmapcheck/mm.h>

typedef struct { unsigned long pte; } pte_t;
typedef struct { unsigned long pmd; } pmd_t;
typedef struct { unsigned long pud; } pud_t;
typedef struct { unsigned long p4d; } p4d_t;
typedef struct { unsigned long pgd; } pgd_t;
typedef struct { unsigned long pgprot; } pgprot_t;

struct mm_struct {
	pgd_t *pgd;
};
extern struct mm_struct init_mm;

#define PMD_SIZE (1UL << PMD_SHIFT)
#define PMD_MASK (~(PMD_SIZE - 1))
#define PUD_SIZE (1UL << PUD_SHIFT)
#define PUD_MASK (~(PUD_SIZE - 1))
#define P4D_SIZE (1UL << P4D_SHIFT)
#define P4D_MASK (~(P4D_SIZE - 1))
#define PGDIR_SIZE (1UL << PGDIR_SHIFT)
#define PGDIR_MASK (~(PGDIR_SIZE - 1))
#define PTRS_PER_PTE 512
#define PTRS_PER_PMD 512

#define _PAGE_PRESENT 0x001UL
#define _PAGE_RW 0x002UL
#define _PAGE_PWT 0x008UL
#define _PAGE_PCD 0x010UL
#define _PAGE_ACCESSED 0x020UL
#define _PAGE_DIRTY 0x040UL
#define _PAGE_PSE 0x080UL
#define _PAGE_GLOBAL 0x100UL
#define _PAGE_SPECIAL 0x200UL
#define _PAGE_NX (1UL << 63)
#define _KERNPG_TABLE (_PAGE_PRESENT | _PAGE_RW | _PAGE_ACCESSED | _PAGE_DIRTY)
#define PTE_PFN_MASK (((1UL << (PFN_BITS + PAGE_SHIFT)) - 1) & PAGE_MASK)

#define __pte(x) ((pte_t){ (x) })
#define __pgprot(x) ((pgprot_t){ (x) })
#define pte_val(x) ((x).pte)
#define pmd_val(x) ((x).pmd)
#define pud_val(x) ((x).pud)
#define p4d_val(x) ((x).p4d)
#define pgd_val(x) ((x).pgd)
#define pgprot_val(x) ((x).pgprot)

#define PAGE_KERNEL_EXEC __pgprot(_KERNPG_TABLE | _PAGE_GLOBAL)
#define PAGE_KERNEL __pgprot(_KERNPG_TABLE | _PAGE_GLOBAL | _PAGE_NX)
#define PAGE_KERNEL_RO __pgprot((_KERNPG_TABLE | _PAGE_GLOBAL | _PAGE_NX) & ~_PAGE_RW)
#define PAGE_KERNEL_NOCACHE \
	__pgprot(_KERNPG_TABLE | _PAGE_GLOBAL | _PAGE_NX | _PAGE_PCD | _PAGE_PWT)
#define PAGE_KERNEL_IO PAGE_KERNEL_NOCACHE
#define pgprot_nx(prot) __pgprot(pgprot_val(prot) | _PAGE_NX)
#define pgprot_noncached(prot) __pgprot(pgprot_val(prot) | _PAGE_PCD | _PAGE_PWT)
#define pgprot_writecombine(prot) __pgprot(pgprot_val(prot) | _PAGE_PWT)

#define PGTBL_PGD_MODIFIED 1u
#define PGTBL_P4D_MODIFIED 2u
#define PGTBL_PUD_MODIFIED 4u
#define PGTBL_PMD_MODIFIED 8u
#define PGTBL_PTE_MODIFIED 16u
/* arch/x86/include/asm/pgtable-64bit: 64-bit x86 syncs the top level. */
#define ARCH_PAGE_TABLE_SYNC_MASK (PGTBL_PGD_MODIFIED | PGTBL_P4D_MODIFIED)
#define arch_sync_kernel_mappings(start, end) ((void)(start), (void)(end))

/* --- Leaves ------------------------------------------------------------------- */

static inline pte_t pfn_pte(unsigned long pfn, pgprot_t prot)
{
	return __pte((pfn << PAGE_SHIFT) | pgprot_val(prot));
}

#define mk_pte(page, prot) pfn_pte(page_to_pfn(page), prot)
#define pte_mkspecial(entry) __pte(pte_val(entry) | _PAGE_SPECIAL)
#define pte_mkwrite(entry, ...) __pte(pte_val(entry) | _PAGE_RW)
#define pte_wrprotect(entry) __pte(pte_val(entry) & ~_PAGE_RW)
#define pte_none(entry) (pte_val(entry) == 0)
#define pte_present(entry) ((pte_val(entry) & _PAGE_PRESENT) != 0)
#define pte_special(entry) ((pte_val(entry) & _PAGE_SPECIAL) != 0)
#define pte_pfn(entry) ((pte_val(entry) & PTE_PFN_MASK) >> PAGE_SHIFT)
#define pte_page(entry) pfn_to_page(pte_pfn(entry))
#define ptep_get(ptep) __pte(READ_ONCE((ptep)->pte))
#define ptep_get_lockless(ptep) ptep_get(ptep)

void set_pte_at(struct mm_struct *mm, unsigned long addr, pte_t *ptep, pte_t pte);
#define set_pte(ptep, entry) WRITE_ONCE((ptep)->pte, pte_val(entry))
pte_t ptep_get_and_clear(struct mm_struct *mm, unsigned long addr, pte_t *ptep);
#define pte_clear(mm, addr, ptep) set_pte_at(mm, addr, ptep, __pte(0))

/* --- Tables ------------------------------------------------------------------- */

/* The address of the entry that translates addr; in bounds only if the table exists. */
pgd_t *pgd_offset_k(unsigned long addr);
p4d_t *p4d_offset(pgd_t *pgd, unsigned long addr);
pud_t *pud_offset(p4d_t *p4d, unsigned long addr);
pmd_t *pmd_offset(pud_t *pud, unsigned long addr);
pte_t *pte_offset_kernel(pmd_t *pmd, unsigned long addr);
#define pgd_offset(mm, addr) pgd_offset_k(addr)

/* The same, allocating the table where there is none; NULL if that fails. */
p4d_t *p4d_alloc_track(struct mm_struct *mm, pgd_t *pgd, unsigned long addr,
		       pgtbl_mod_mask *mask);
pud_t *pud_alloc_track(struct mm_struct *mm, p4d_t *p4d, unsigned long addr,
		       pgtbl_mod_mask *mask);
pmd_t *pmd_alloc_track(struct mm_struct *mm, pud_t *pud, unsigned long addr,
		       pgtbl_mod_mask *mask);
pte_t *pte_alloc_kernel_track(pmd_t *pmd, unsigned long addr, pgtbl_mod_mask *mask);
p4d_t *p4d_alloc(struct mm_struct *mm, pgd_t *pgd, unsigned long addr);
pud_t *pud_alloc(struct mm_struct *mm, p4d_t *p4d, unsigned long addr);
pmd_t *pmd_alloc(struct mm_struct *mm, pud_t *pud, unsigned long addr);
pte_t *pte_alloc_kernel(pmd_t *pmd, unsigned long addr);

/* The tables of a process, under a lock: not modelled, and an error of whoever takes them. */
pte_t *vmc_pte_of_process(void);
#define pte_alloc_map_lock(mm, pmd, addr, ptlp) ((void)(ptlp), vmc_pte_of_process())
#define pte_offset_map_lock(mm, pmd, addr, ptlp) ((void)(ptlp), vmc_pte_of_process())
#define pte_unmap_unlock(pte, ptl) ((void)(pte), (void)(ptl), (void)vmc_pte_of_process())

#define pgd_none(x) (pgd_val(x) == 0)
#define p4d_none(x) (p4d_val(x) == 0)
#define pud_none(x) (pud_val(x) == 0)
#define pmd_none(x) (pmd_val(x) == 0)
#define pgd_bad(x) (pgd_val(x) != _KERNPG_TABLE)
#define p4d_bad(x) (p4d_val(x) != _KERNPG_TABLE)
#define pud_bad(x) (pud_val(x) != _KERNPG_TABLE)
#define pmd_bad(x) (pmd_val(x) != _KERNPG_TABLE)
#define pgd_present(x) (!pgd_none(x))
#define p4d_present(x) (!p4d_none(x))
#define pud_present(x) (!pud_none(x))
#define pmd_present(x) (!pmd_none(x))
#define pgd_leaf(x) 0
#define p4d_leaf(x) 0
#define pud_leaf(x) ((pud_val(x) & _PAGE_PSE) != 0)
#define pmd_leaf(x) ((pmd_val(x) & _PAGE_PSE) != 0)
/* Their names up to 6.6, where leaves are meant. */
#define pud_huge(x) pud_leaf(x)
#define pmd_huge(x) pmd_leaf(x)
/* After a WARN of an entry that is neither none nor a table. */
#define pgd_clear_bad(x) BUG()
#define p4d_clear_bad(x) BUG()
#define pud_clear_bad(x) BUG()
#define pmd_clear_bad(x) BUG()
#define pgd_none_or_clear_bad(x) pgd_none(*(x))
#define p4d_none_or_clear_bad(x) p4d_none(*(x))
#define pud_none_or_clear_bad(x) pud_none(*(x))
#define pmd_none_or_clear_bad(x) pmd_none(*(x))
static inline int p4d_clear_huge(p4d_t *p4d) { return 0; }
/* 1 if the entry was a huge leaf: it is none then. */
int pud_clear_huge(pud_t *pud);
int pmd_clear_huge(pmd_t *pmd);
/* One leaf for all of an entry's range; 0 where the memory's types do not allow it. */
static inline int p4d_set_huge(p4d_t *p4d, phys_addr_t phys, pgprot_t prot) { return 0; }
int pud_set_huge(pud_t *pud, phys_addr_t phys, pgprot_t prot);
int pmd_set_huge(pmd_t *pmd, phys_addr_t phys, pgprot_t prot);
/* Frees the tables below an entry that translates nothing; 0 where that fails. */
static inline int p4d_free_pud_page(p4d_t *p4d, unsigned long addr) { return 0; }
int pud_free_pmd_page(pud_t *pud, unsigned long addr);
int pmd_free_pte_page(pmd_t *pmd, unsigned long addr);
/* arch/x86/mm/ioremap.c: a 1 GiB leaf takes a CPU that has them. */
#define arch_vmap_p4d_supported(prot) false
#define arch_vmap_pud_supported(prot) (vmc_input("1 GiB leaves", VMC_SCALAR, 0, 1) != 0)
#define arch_vmap_pmd_supported(prot) true
#define arch_vmap_pte_range_map_size(addr, end, pfn, max_page_shift) PAGE_SIZE
/* include/linux/hugetlb.h: pte_mkhuge(). */
#define arch_make_huge_pte(entry, shift, flags) __pte(pte_val(entry) | _PAGE_PSE)
#define set_huge_pte_at(mm, addr, ptep, pte, ...) set_pte_at(mm, addr, ptep, pte)
int mmap_read_trylock(struct mm_struct *mm);
void mmap_read_unlock(struct mm_struct *mm);
#define arch_enter_lazy_mmu_mode() do { } while (0)
#define arch_leave_lazy_mmu_mode() do { } while (0)
/* Their names in 7.x. */
#define lazy_mmu_mode_enable() do { } while (0)
#define lazy_mmu_mode_disable() do { } while (0)

/* The end of the entry's range that addr lies in, or end, if that comes first. */
static inline __wraps unsigned long __vmc_addr_end(unsigned long addr, unsigned long end,
						   unsigned long size)
{
	unsigned long boundary = (addr + size) & ~(size - 1);

	return vmc_select(boundary - 1 < end - 1, boundary, end);
}

#define pgd_addr_end(addr, end) __vmc_addr_end(addr, end, PGDIR_SIZE)
#define p4d_addr_end(addr, end) __vmc_addr_end(addr, end, P4D_SIZE)
#define pud_addr_end(addr, end) __vmc_addr_end(addr, end, PUD_SIZE)
#define pmd_addr_end(addr, end) __vmc_addr_end(addr, end, PMD_SIZE)

/* Caches and TLBs are coherent in the model. */
#define flush_cache_vmap(start, end) ((void)(start), (void)(end))
#define flush_cache_vunmap(start, end) ((void)(start), (void)(end))
#define flush_tlb_kernel_range(start, end) ((void)(start), (void)(end))

/* Calls fn for every page of the range, having allocated the tables. */
typedef int (*pte_fn_t)(pte_t *pte, unsigned long addr, void *data);
int apply_to_page_range(struct mm_struct *mm, unsigned long addr, unsigned long size,
			pte_fn_t fn, void *data);
int apply_to_existing_page_range(struct mm_struct *mm, unsigned long addr, unsigned long size,
				 pte_fn_t fn, void *data);

#endif
