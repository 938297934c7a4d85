// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * contracts.c - what the parts of the walk through the page tables do, for proofs of
 * what calls them (vmapcheck/contracts.h). The specs of Specs/linux/walk prove that the
 * kernel's text does no more.
 */
#include <vmapcheck/contracts.h>

#include "model.h"

/*
 * Below the entry `above`, which is the one for addr, in a table of entries of 1 << shift
 * bytes each: pages *nr on are mapped at [addr, end), or, where a table could not be
 * allocated or a page not be mapped, some of the first of them.
 */
static int walk(vmc_u64 above, vmc_u64 window, unsigned int shift, unsigned long addr,
		unsigned long end, pgprot_t prot, struct page **pages, int *nr,
		pgtbl_mod_mask *mask)
{
	vmc_u64 first = (addr - VMALLOC_START) >> shift;
	vmc_u64 last = (end - 1 - VMALLOC_START) >> shift;

	vmc_assert((addr < end) & (((addr | end) & ~PAGE_MASK) == 0) & (first == last), IN_BOUNDS,
		   "a page table walk of more than one entry");
	vmc_assert(above == window + (first << 3), IN_BOUNDS,
		   "page table walk: the entry is not the address's");
	*mask |= vmc_choice("page tables that a walk has changed", 0, 31);
	return vmap_pages_from(addr, end, prot, pages, nr);
}

int vmc_contract_vmap_pages_pte_range(pmd_t *pmd, unsigned long addr, unsigned long end,
				      pgprot_t prot, struct page **pages, int *nr,
				      pgtbl_mod_mask *mask)
{
	vmc_assume(1, "vmap_pages_pte_range() keeps its contract (Specs/linux/walk)");
	return walk((vmc_u64)pmd, PMD_WINDOW, PMD_SHIFT, addr, end, prot, pages, nr, mask);
}

int vmc_contract_vmap_pages_pmd_range(pud_t *pud, unsigned long addr, unsigned long end,
				      pgprot_t prot, struct page **pages, int *nr,
				      pgtbl_mod_mask *mask)
{
	vmc_assume(1, "vmap_pages_pmd_range() keeps its contract (Specs/linux/walk)");
	return walk((vmc_u64)pud, PUD_WINDOW, PUD_SHIFT, addr, end, prot, pages, nr, mask);
}

int vmc_contract_vmap_pages_pud_range(p4d_t *p4d, unsigned long addr, unsigned long end,
				      pgprot_t prot, struct page **pages, int *nr,
				      pgtbl_mod_mask *mask)
{
	vmc_assume(1, "vmap_pages_pud_range() keeps its contract (Specs/linux/walk)");
	return walk((vmc_u64)p4d, P4D_WINDOW, P4D_SHIFT, addr, end, prot, pages, nr, mask);
}

int vmc_contract_vmap_pages_p4d_range(pgd_t *pgd, unsigned long addr, unsigned long end,
				      pgprot_t prot, struct page **pages, int *nr,
				      pgtbl_mod_mask *mask)
{
	vmc_assume(1, "vmap_pages_p4d_range() keeps its contract (Specs/linux/walk)");
	return walk((vmc_u64)pgd, PGD_WINDOW, PGDIR_SHIFT, addr, end, prot, pages, nr, mask);
}

/* --- Chunks ------------------------------------------------------------------------- */

static _Bool watches_chunk(const struct vmap_chunk *chunk)
{
	return (watched_address() >= chunk->addr) & (watched_address() < chunk->end);
}

void vmap_chunk_choose(struct vmap_chunk *chunk, unsigned long area, unsigned long pages,
		       unsigned int shift)
{
	vmc_u64 first = vmc_choice("first page of the chunk", 0, PFN_END - 1);
	vmc_u64 count = vmc_choice("pages of the chunk", 1, PFN_END);

	vmc_assume((first < pages) & (count <= pages - first),
		   "the chunk is a part of the mapping");
	chunk->first = (int)first;
	chunk->addr = area + (first << PAGE_SHIFT);
	chunk->end = chunk->addr + (count << PAGE_SHIFT);
	vmc_assume((chunk->addr - VMALLOC_START) >> shift ==
			   (chunk->end - 1 - VMALLOC_START) >> shift,
		   "the chunk is translated below one entry");
	chunk->leaf_elsewhere = leaf_get(watched_address());
}

void vmap_chunk_check(const struct vmap_chunk *chunk)
{
	/* What was mapped before the chunk is in the way of this only there. */
	vmc_expect(watches_chunk(chunk) | (leaf_get(watched_address()) == chunk->leaf_elsewhere),
		   MAPS_EXACTLY, "sets a leaf that is not of its part");
}
