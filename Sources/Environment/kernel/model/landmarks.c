// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * landmarks.c - what the invariants of loops may speak of. The verifier looks for them
 * by itself; here is only what the contract asks in the end, of the watched page and
 * of the watched address, and the numbers that go with it. There must be no branch on
 * what is not a constant.
 */
#include "model.h"

static vmc_u64 pages_of_mapping(void)
{
	return watched_page()->of_file ? pagecache_pages() : folios_total();
}

static void landmarks_of_area(void)
{
	const struct watched *watched = watched_page();
	vmc_u64 start = area_first();
	vmc_u64 va = start + (watched->place << PAGE_SHIFT);
	vmc_u64 pte = leaf_get(va);
	_Bool is_right = ((pte & _PAGE_PRESENT) != 0) & (pte_pfn(__pte(pte)) == watched->pfn);

	/* Walks are asked for all of the leaf. */
	if (pagetable_is_walked())
		is_right = pte == pte_val(pfn_pte(watched->pfn, PAGE_KERNEL));
	vmc_landmark(LANDMARK_VALUE, "area", start);
	vmc_landmark(LANDMARK_VALUE, "end of the mapping", start + (pages_of_mapping() << PAGE_SHIFT));
	vmc_landmark(LANDMARK_WATCHED, "address of the watched page", va);
	vmc_landmark(LANDMARK_KEY, "address of the watched page", va);
	vmc_claim("the watched address is of the area or not mapped",
		  area_first_has(watched_address()) | (leaf_get(watched_address()) == 0));
	vmc_claim("the watched page is mapped", watched->present & is_right);
	vmc_claim("the watched page is not mapped", pte == 0);
}

void vmc_landmarks(void)
{
	const struct watched *watched = watched_page();
	vmc_u64 offset = watched->pfn - watched->head;

	vmc_landmark(LANDMARK_VALUE, "nr_ranges", folios_ranges());
	vmc_landmark(LANDMARK_VALUE, "pages of the buffer", pages_of_mapping());
	vmc_landmark(LANDMARK_WATCHED, "watched place", watched->place);
	if (!watched->of_file)
		vmc_landmark(LANDMARK_WATCHED, "watched range", watched->range);
	vmc_landmark(LANDMARK_WATCHED, "watched address", watched_address());
	vmc_landmark(LANDMARK_KEY, "watched address", watched_address());
	vmc_landmark(LANDMARK_KEY, "watched folio", watched->head);
	vmc_landmark(LANDMARK_ELEMENT, "the watched pfn", watched->pfn);
	vmc_landmark(LANDMARK_ELEMENT, "the watched page",
		     VMEMMAP_START + (watched->pfn << STRUCT_PAGE_SHIFT));
	vmc_landmark(LANDMARK_ELEMENT, "the watched folio",
		     VMEMMAP_START + (watched->head << STRUCT_PAGE_SHIFT));
	vmc_landmark(LANDMARK_ELEMENT, "the watched offset", offset);
	vmc_landmark(LANDMARK_ELEMENT, "the watched offset in bytes", offset << PAGE_SHIFT);
	vmc_claim("the watched address is not mapped", leaf_get(watched_address()) == 0);
	vmc_claim("the watched address is of no huge leaf", huge_level(watched_address()) == 0);
	if (pagetable_is_walked())
		vmc_claim("the watched address is of no larger leaf than may be",
			  huge_leaf_allowed(watched_address()));
	pagetable_landmarks(watched_address());
	vmc_claim("no allocation failed", !allocation_failed());
	vmc_claim("the watched folio has the references that it had",
		  refs_taken(watched->head) == 0);
	vmc_claim("the watched folio has one reference more", refs_taken(watched->head) == 1);
	if (watched->of_file)
		pagecache_landmarks();
	if (area_first())
		landmarks_of_area();
}

/* Where a walk through the page tables is, at an address of the vmalloc space. */
void vmc_landmarks_of_address(vmc_u64 va)
{
	vmc_u64 offset = va - VMALLOC_START;

	vmc_landmark(LANDMARK_VALUE, "pte_of", PTE_WINDOW + ((offset >> PTE_SHIFT) << 3));
	vmc_landmark(LANDMARK_VALUE, "pmd_of", PMD_WINDOW + ((offset >> PMD_SHIFT) << 3));
	vmc_landmark(LANDMARK_VALUE, "pud_of", PUD_WINDOW + ((offset >> PUD_SHIFT) << 3));
	vmc_landmark(LANDMARK_VALUE, "p4d_of", P4D_WINDOW + ((offset >> P4D_SHIFT) << 3));
	vmc_landmark(LANDMARK_VALUE, "pgd_of", PGD_WINDOW + ((offset >> PGDIR_SHIFT) << 3));
}
