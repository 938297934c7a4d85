// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * refs.c - references to folios, counted as a difference to what the caller holds:
 * 0 at first, +1 for each one taken, -1 for each one dropped. Below 0 the strategy
 * has dropped a reference that is not its own, and the folio may be freed.
 */
#include "model.h"

vmc_u64 refs_taken(vmc_u64 head)
{
	return vmc_map_get(MAP_REFS, head);
}

void refs_set(vmc_u64 head, vmc_u64 taken)
{
	vmc_map_set(MAP_REFS, head, taken);
	if ((long)taken < 0)
		vmc_violation(REFS_HELD, "drops a reference that the caller holds");
}

static vmc_u64 head_of(const struct folio *head)
{
	struct folio_of folio;
	vmc_u64 pfn = folio_pfn(head);

	folio_of_pfn(pfn, &folio);
	vmc_assert(folio.found & (pfn == folio.head), IN_BOUNDS,
		   "a reference of what is not a folio of the buffer");
	return pfn;
}

void folio_ref_add(struct folio *folio, int nr)
{
	vmc_u64 head = head_of(folio);

	refs_set(head, refs_taken(head) + (vmc_u64)(long)nr);
}

/* The reference is the folio's, whichever of its pages it is. */
void page_ref_add(struct page *page, int nr)
{
	struct folio_of folio;

	folio_of_pfn(page_to_pfn(page), &folio);
	vmc_assert(folio.found, IN_BOUNDS, "a reference of what is not a page of the buffer");
	refs_set(folio.head, refs_taken(folio.head) + (vmc_u64)(long)nr);
}

bool folio_try_get(struct folio *folio)
{
	folio_ref_add(folio, 1);
	return true;
}

/* The page cache's, and the caller's pin. */
int folio_ref_count(const struct folio *folio)
{
	return (int)(2 + refs_taken(head_of(folio)));
}

void unpin_folio(struct folio *folio)
{
	folio_ref_add(folio, -1);
}
