// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * refs.c - references to folios, counted as a difference to what the caller holds:
 * 0 at first, +1 for each one taken, -1 for each one dropped. Below 0 the strategy
 * has dropped a reference that is not its own, and the folio may be freed.
 *
 * Where the caller holds none (.unpinned), a folio of which the strategy holds none may
 * be freed at any time: it must not be mapped then, not even for a moment, and it may
 * refuse folio_try_get(), once; asked again it gives the reference.
 */
#include "model.h"

vmc_u64 refs_taken(vmc_u64 head)
{
	return vmc_map_get(MAP_REFS, head);
}

/* The watched folio, which is any of the buffer's, has a page mapped, or not. */
static void check_held(_Bool is_mapped)
{
	const struct watched *watched = watched_page();

	vmc_expect_of_watched(!(is_mapped & watched->folio) |
				      ((long)refs_taken(watched->head) > 0),
			      REFS_HELD, "a folio is mapped that nobody holds a reference of");
}

static _Bool has_page(vmc_u64 pfn)
{
	return pfn - watched_page()->head < watched_page()->folio_pages;
}

void refs_check_mapping(vmc_u64 pfn, vmc_u64 pages)
{
	vmc_u64 head = watched_page()->head;

	if (folios_unpinned())
		check_held((pages != 0) & (has_page(pfn) | (head - pfn < pages)));
}

/* Looked at in one arbitrary page of the vmalloc space. */
static void check_drop(void)
{
	vmc_u64 pte;

	if (!folios_unpinned())
		return;
	pte = leaf_get(watched_address());
	check_held(((pte & _PAGE_PRESENT) != 0) & has_page(pte_pfn(__pte(pte))));
}

void refs_set(vmc_u64 head, vmc_u64 taken)
{
	vmc_map_set(MAP_REFS, head, taken);
	vmc_expect((long)taken >= 0, REFS_HELD, "drops a reference that the caller holds");
	check_drop();
}

static void refs_add(vmc_u64 head, int nr)
{
	vmc_u64 taken = refs_taken(head) + (vmc_u64)(long)nr;

	if (nr < 0)
		refs_set(head, taken);
	else
		vmc_map_set(MAP_REFS, head, taken);
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
	refs_add(head_of(folio), nr);
}

/* The reference is the folio's, whichever of its pages it is. */
void page_ref_add(struct page *page, int nr)
{
	struct folio_of folio;

	folio_of_pfn(page_to_pfn(page), &folio);
	vmc_assert(folio.found, IN_BOUNDS, "a reference of what is not a page of the buffer");
	refs_add(folio.head, nr);
}

static _Bool refused;

_Bool reference_refused(void)
{
	return refused;
}

static _Bool refuses(vmc_u64 head)
{
	if (!folios_unpinned())
		return 0;
	vmc_assume(1, "a folio refuses one reference at most");
	if ((refs_taken(head) != 0) | (vmc_map_get(MAP_REFUSED, head) != 0))
		return 0;
	return vmc_choice("folio_try_get fails", 0, 1) != 0;
}

bool folio_try_get(struct folio *folio)
{
	vmc_u64 head = head_of(folio);

	if (refuses(head)) {
		refused = 1;
		vmc_map_set(MAP_REFUSED, head, 1);
		vmc_note("folio_try_get fails", 0, 0, 0);
		return false;
	}
	refs_add(head, 1);
	return true;
}

/* The page cache's, and the caller's pin. */
int folio_ref_count(const struct folio *folio)
{
	read_what_others_set();
	return (int)(2 + refs_taken(head_of(folio)));
}

/* A pin is 1024 references, or counts apart (mm/gup.c), and nothing here takes one. */
void unpin_folio(struct folio *folio)
{
	vmc_violation(REFS_HELD, "drops a pin that it has not taken");
	folio_ref_add(folio, -1);
}
