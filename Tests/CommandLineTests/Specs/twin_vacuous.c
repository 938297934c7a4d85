// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Twin of rfc/vmap_of_pages.c: its assumption cannot be true, so nothing is ever run,
 * and everything would hold of it.
 */
#include <vmapcheck/spec.h>

static void *map_nothing(const struct folio_range *ranges, unsigned int nr_ranges)
{
	return NULL;
}

static void impossible(const struct folio_range *ranges, unsigned int nr_ranges)
{
	vmap_assume(ranges[0].nr_pages > 1);
	vmap_assume(ranges[0].nr_pages < 2);
}

VMAP_SPEC(twin_vacuous) = {
	.title = "assumptions that contradict each other",
	.map = map_nothing,
	.unmap = vunmap,
	.buffer = { .kinds = THP | HUGETLB },
	.assume = impossible,
	.cost = { .fixed = 8 },
	.expect = {
		[TAIL_WRITE] = VACUOUS,
		[TAIL_READ] = VACUOUS,
		[MAPS_EXACTLY] = VACUOUS,
		[ACCEPTS] = VACUOUS,
		[API_CLASS] = VACUOUS,
		[NO_SPLAT] = VACUOUS,
		[CLEAN_FAILURE] = VACUOUS,
		[NO_WRAP] = VACUOUS,
		[IN_BOUNDS] = VACUOUS,
		[REFS_HELD] = VACUOUS,
		[COST] = VACUOUS,
	},
};
