// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Walks through page tables that are right where the tables lie one behind the other,
 * where no table was there before, or as far as the contract of a level goes, and wrong in
 * a kernel. Of each but the first, what it expects to hold or to be refuted must not be
 * proved.
 */
#define VMAPCHECK_TAKES_VMAP_PAGES
#include <vmapcheck/chunk.h>
#include <vmapcheck/spec.h>

static pmd_t *pmd_at(unsigned long addr)
{
	p4d_t *p4d = p4d_alloc(&init_mm, pgd_offset_k(addr), addr);
	pud_t *pud = p4d ? pud_alloc(&init_mm, p4d, addr) : NULL;

	return pud ? pmd_alloc(&init_mm, pud, addr) : NULL;
}

static int set_all(pte_t *pte, unsigned long addr, unsigned long end, unsigned long pfn)
{
	do {
		set_pte_at(&init_mm, addr, pte, pfn_pte(pfn, PAGE_KERNEL));
	} while (pfn++, pte++, addr += PAGE_SIZE, addr != end);
	return 0;
}

static int walk(pmd_t *pmd, unsigned long addr, unsigned long end, unsigned long pfn)
{
	pte_t *pte = pmd ? pte_alloc_kernel(pmd, addr) : NULL;

	return pte ? set_all(pte, addr, end, pfn) : -ENOMEM;
}

/* What the others are a small step away from: below one pmd this is right. */
static int right(unsigned long addr, unsigned long end, phys_addr_t phys,
		 unsigned int max_shift)
{
	return walk(pmd_at(addr), addr, end, PHYS_PFN(phys));
}

/* The chunk is below many pmds, and only the first one's table is got. */
static int run_on(unsigned long addr, unsigned long end, phys_addr_t phys,
		  unsigned int max_shift)
{
	return walk(pmd_at(addr), addr, end, PHYS_PFN(phys));
}

static int use_freed(unsigned long addr, unsigned long end, phys_addr_t phys,
		     unsigned int max_shift)
{
	pmd_t *pmd = pmd_at(addr);
	pte_t *pte = pmd ? pte_alloc_kernel(pmd, addr) : NULL;

	if (!pte)
		return -ENOMEM;
	pmd_free_pte_page(pmd, addr);
	return set_all(pte, addr, end, PHYS_PFN(phys));
}

/* The huge leaf's memory is taken for a table. */
static int go_on_below(unsigned long addr, unsigned long end, phys_addr_t phys,
		       unsigned int max_shift)
{
	pmd_t *pmd = pmd_at(addr);

	if (max_shift >= PMD_SHIFT && pmd && end - addr == PMD_SIZE && IS_ALIGNED(phys, PMD_SIZE) && pmd_none(*pmd))
		pmd_set_huge(pmd, phys, PAGE_KERNEL);
	return walk(pmd, addr, end, PHYS_PFN(phys));
}

/* What came before the chunk may be in the same table. */
static int free_first(unsigned long addr, unsigned long end, phys_addr_t phys,
		      unsigned int max_shift)
{
	pmd_t *pmd = pmd_at(addr);

	if (pmd && pmd_present(*pmd))
		pmd_free_pte_page(pmd, addr);
	return walk(pmd, addr, end, PHYS_PFN(phys));
}

static int mind_tables(unsigned long addr, unsigned long end, phys_addr_t phys,
		       unsigned int max_shift)
{
	pmd_t *pmd = pmd_at(addr);

	return walk(pmd, addr, end, PHYS_PFN(phys) + (pmd && !pmd_none(*pmd)));
}

/* A leaf of 1 GiB, whatever the CPU can do. */
static int any_cpu(unsigned long addr, unsigned long end, phys_addr_t phys,
		   unsigned int max_shift)
{
	p4d_t *p4d = p4d_alloc(&init_mm, pgd_offset_k(addr), addr);
	pud_t *pud = p4d ? pud_alloc(&init_mm, p4d, addr) : NULL;

	if (max_shift >= PUD_SHIFT && pud && end - addr == PUD_SIZE && IS_ALIGNED(phys, PUD_SIZE) && pud_none(*pud) &&
	    pud_set_huge(pud, phys, PAGE_KERNEL))
		return 0;
	return pud ? vmap_range_noflush(addr, end, phys, PAGE_KERNEL, PAGE_SHIFT) : -ENOMEM;
}

/* A leaf of 2 MiB, whatever the caller allows. */
static int too_large(unsigned long addr, unsigned long end, phys_addr_t phys,
		     unsigned int max_shift)
{
	pmd_t *pmd = pmd_at(addr);

	if (pmd && end - addr == PMD_SIZE && IS_ALIGNED(phys, PMD_SIZE) && pmd_none(*pmd) &&
	    pmd_set_huge(pmd, phys, PAGE_KERNEL))
		return 0;
	return pmd ? vmap_range_noflush(addr, end, phys, PAGE_KERNEL, PAGE_SHIFT) : -ENOMEM;
}

#define WALK(name, how, shift, ...)                                                       \
	static void *map_##name(const struct folio_range *ranges, unsigned int nr_ranges) \
	{                                                                                  \
		return how(ranges, nr_ranges, shift, name);                                \
	}                                                                                  \
	VMAP_SPEC(walk_##name) = {                                                         \
		.title = #name,                                                            \
		.map = map_##name,                                                         \
		.unmap = vunmap,                                                           \
		.buffer = { .kinds = SHMEM | THP | HUGETLB, .max_pages = MAX_ARRAY_PAGES }, \
		.bound = { .ranges = 2, .pages = 2 },                                      \
		.expect = { __VA_ARGS__ },                                                 \
	}

WALK(right, vmap_by_chunk_together, PMD_SHIFT, [IN_BOUNDS] = PROVED);
WALK(run_on, vmap_by_chunk_together, PUD_SHIFT, [IN_BOUNDS] = HOLDS);
/* Each of its runs ends there. */
WALK(use_freed, vmap_by_chunk_together, PMD_SHIFT, [IN_BOUNDS] = REFUTED, [REFS_HELD] = VACUOUS);
WALK(go_on_below, vmap_by_chunk_together, PMD_SHIFT, [IN_BOUNDS] = HOLDS);
WALK(free_first, vmap_by_chunk_together, PMD_SHIFT, [MAPS_EXACTLY] = REFUTED);
WALK(mind_tables, vmap_by_chunk_together, PMD_SHIFT, [MAPS_EXACTLY] = REFUTED);
WALK(any_cpu, vmap_by_chunk_together, PUD_SHIFT, [MAPS_EXACTLY] = HOLDS);
WALK(too_large, vmap_by_chunk_together, PMD_SHIFT, [MAPS_EXACTLY] = HOLDS);

/* The walk counts pages by an int. */
static void *map_past_int(const struct folio_range *ranges, unsigned int nr_ranges)
{
	unsigned long total = ranges_pages(ranges, nr_ranges);
	struct page **pages = vmap_caller_alloc(total * sizeof(*pages));
	void *addr;

	ranges_to_pages(ranges, nr_ranges, pages);
	addr = vmap(pages, (unsigned int)total, VM_MAP, PAGE_KERNEL);
	vmap_caller_free(pages);
	return addr;
}

VMAP_SPEC(walk_past_int) = {
	.title = "past_int",
	.map = map_past_int,
	.unmap = vunmap,
	.buffer = { .kinds = SHMEM | THP | HUGETLB, .max_pages = INT_MAX + 1UL },
	.bound = { .ranges = 2, .pages = 2 },
	.expect = { [IN_BOUNDS] = HOLDS },
};
