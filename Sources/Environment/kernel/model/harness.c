// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * harness.c - a run of a spec: a buffer, map, what must hold then, unmap, what must
 * hold then. Nothing here ends a run that violates a property: a strategy that does
 * one thing wrong in every run is still judged by the others.
 */
#include "model.h"

void vmc_main(const struct vmap_spec *spec);

static vmc_u64 total_pages(const struct vmap_spec *spec)
{
	return spec->map_file ? pagecache_pages() : folios_total();
}

static _Bool is_failure(vmc_u64 addr)
{
	return (addr == 0) | (addr >= (vmc_u64)-MAX_ERRNO);
}

static void not_applicable(const struct vmap_spec *spec, vmc_u32 kinds)
{
	const char *hvo = "no page of the buffer is of hugetlb";

	if (kinds & HUGETLB)
		hvo = "HVO is off";
	if (!(kinds & HUGETLB) || spec->buffer.hvo == HVO_OFF) {
		vmc_not_applicable(TAIL_WRITE, hvo);
		vmc_not_applicable(TAIL_READ, hvo);
	}
	if (kinds == BAR)
		vmc_not_applicable(REFS_HELD, "a BAR has no folios to hold references of");
	if (!spec->cost.fixed && !spec->cost.per_range && !spec->cost.per_page)
		vmc_not_applicable(COST, "the spec states no bound");
}

/* These have their point wherever the strategy does anything at all. */
static void reach_always(const struct vmap_spec *spec)
{
	vmc_reached(TAIL_WRITE);
	vmc_reached(TAIL_READ);
	vmc_reached(API_CLASS);
	vmc_reached(NO_SPLAT);
	vmc_reached(NO_WRAP);
	vmc_reached(IN_BOUNDS);
	if (spec->cost.fixed | spec->cost.per_range | spec->cost.per_page)
		vmc_reached(COST);
}

/* On success: the watched page is where it should be, and elsewhere is nothing. */
static void check_mapping(const struct vmap_spec *spec, vmc_u64 addr)
{
	const struct watched *watched = watched_page();
	vmc_u64 size = total_pages(spec) << PAGE_SHIFT;
	vmc_u64 elsewhere = watched_address();
	_Bool inside = (elsewhere >= addr) & (elsewhere < addr + size);
	vmc_u64 needed = spec->buffer.unpinned ? 1 : 0;
	_Bool present;
	vmc_u64 pte, pfn;

	watch_settle();
	pte = leaf_get(addr + (watched->place << PAGE_SHIFT));
	pfn = pte_pfn(__pte(pte));
	present = (pte & _PAGE_PRESENT) != 0;
	vmc_report("mapping", addr);
	vmc_report("is mapped", present);
	vmc_report("actual pfn", pfn);
	vmc_reached(MAPS_EXACTLY);
	vmc_expect_of_watched(watched->present & ((addr & ~PAGE_MASK) == 0) & present & (pfn == watched->pfn),
			      MAPS_EXACTLY, "a page of the mapping is not that of the buffer");
	vmc_expect(inside | (leaf_get(elsewhere) == 0), MAPS_EXACTLY,
		   "maps a page that is not of the buffer");
	vmc_expect(locks_held() == 0, NO_SPLAT, "returns with a lock held");
	if (watched->folio) {
		vmc_reached(REFS_HELD);
		vmc_expect_of_watched((long)refs_taken(watched->head) >= (long)needed, REFS_HELD,
				      "a folio is mapped that nobody holds a reference of");
	}
}

/* No area and no memory is left, and the watched address is not mapped. */
static _Bool nothing_left(void)
{
	return (leaf_get(watched_address()) == 0) & (areas_live() == 0) & (heap_live() == 0) &
	       (vmc_live_objects(OWNER_KERNEL) == 0);
}

static void check_unmap(const struct vmap_spec *spec, vmc_u64 addr)
{
	if (spec->unmap)
		spec->unmap((const void *)addr);
	else if (spec->unmap_ranges)
		spec->unmap_ranges((const void *)addr, (const struct folio_range *)RANGES_WINDOW,
				   (unsigned int)folios_ranges());
	else
		return;
	vmc_expect(nothing_left(), API_CLASS, "unmap leaves something mapped or allocated");
	vmc_expect_of_watched(refs_taken(watched_page()->head) == 0, REFS_HELD,
			      "unmap leaves other references than before map");
	vmc_expect(locks_held() == 0, NO_SPLAT, "returns with a lock held");
}

static void check_failure(const struct vmap_spec *spec)
{
	_Bool valid = spec->map_file ? pagecache_complete() : 1;

	vmc_reached(CLEAN_FAILURE);
	vmc_expect(leaf_get(watched_address()) == 0, CLEAN_FAILURE,
		   "after the failure a page stays mapped");
	vmc_expect((areas_live() == 0) & (vmc_live_objects(OWNER_KERNEL) == 0), CLEAN_FAILURE,
		   "after the failure a vm area stays");
	vmc_expect(heap_live() == 0, CLEAN_FAILURE, "after the failure memory stays allocated");
	vmc_expect_of_watched(refs_taken(watched_page()->head) == 0, CLEAN_FAILURE,
			      "after the failure a reference stays taken");
	vmc_expect(locks_held() == 0, CLEAN_FAILURE, "after the failure a lock stays held");
	vmc_expect(!valid | allocation_failed() | reference_refused(), ACCEPTS,
		   "a valid buffer is refused, though no allocation failed");
}

/* What a reader of a counterexample wants to know of the page that goes wrong. */
static void report_watched(const struct vmap_spec *spec)
{
	const struct watched *watched = watched_page();

	vmc_report("total pages", total_pages(spec));
	vmc_report("page", watched->place);
	vmc_report("page's range", watched->range);
	vmc_report("page in its range", watched->page);
	vmc_report("expected pfn", watched->pfn);
}

static void check_cost(const struct vmap_spec *spec)
{
	vmc_u64 bound = spec->cost.fixed + spec->cost.per_range * folios_ranges() +
			spec->cost.per_page * total_pages(spec);

	vmc_report("bytes of metadata", heap_peak());
	if (spec->cost.fixed | spec->cost.per_range | spec->cost.per_page)
		vmc_expect(heap_peak() <= bound, COST, "more metadata than the spec's .cost");
}

void vmc_main(const struct vmap_spec *spec)
{
	const struct folio_range *ranges = (const struct folio_range *)RANGES_WINDOW;
	vmc_u32 kinds = spec->map_file ? SHMEM | THP : SHMEM | THP | HUGETLB;
	vmc_u64 addr;

	not_applicable(spec, spec->buffer.kinds ? spec->buffer.kinds : kinds);
	vmemmap_init();
	pagetable_init();
	ranges_init();
	folios_init(spec, kinds);
	if (spec->map_file) {
		pagecache_init(spec);
		watch_init_file();
	} else {
		watch_init();
	}
	vmc_minimise(folios_era());
	if (spec->assume)
		spec->assume(ranges, (unsigned int)folios_ranges());
	reach_always(spec);
	report_watched(spec);

	if (spec->map_file)
		addr = (vmc_u64)spec->map_file(pagecache_mapping(), pagecache_first_byte(),
					       pagecache_last_byte());
	else
		addr = (vmc_u64)spec->map(ranges, (unsigned int)folios_ranges());

	vmc_reached(ACCEPTS);
	check_cost(spec);
	if (is_failure(addr)) {
		check_failure(spec);
	} else {
		check_mapping(spec, addr);
		check_unmap(spec, addr);
	}
}
