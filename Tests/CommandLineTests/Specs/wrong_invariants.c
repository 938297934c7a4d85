// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Invariants that are stated by the author of a loop and do not hold: nothing may rest
 * on them. Of each there is a WARN in the third round, which it would exclude.
 */
#include <vmapcheck/ranges.h>
#include <vmapcheck/spec.h>

static void *map_all(const struct folio_range *ranges, unsigned int nr_ranges)
{
	unsigned long total = ranges_pages(ranges, nr_ranges);
	struct page **pages = kvmalloc_array(total, sizeof(*pages), GFP_KERNEL);
	void *addr;

	if (!pages)
		return NULL;
	ranges_to_pages(ranges, nr_ranges, pages);
	addr = vmap(pages, total, VM_MAP, PAGE_KERNEL);
	kvfree(pages);
	return addr;
}

#define WARNS_LATE(name, statement)                                                \
	static void *map_##name(const struct folio_range *ranges,                  \
				unsigned int nr_ranges)                            \
	{                                                                          \
		unsigned int r;                                                    \
                                                                                   \
		for (r = 0; r < nr_ranges; r++) {                                  \
			statement;                                                 \
			WARN_ON(r == 2);                                           \
		}                                                                  \
		return map_all(ranges, nr_ranges);                                 \
	}                                                                          \
	VMAP_SPEC(name) = {                                                        \
		.title = #statement,                                               \
		.map = map_##name,                                                 \
		.unmap = vunmap,                                                   \
		.buffer = { .kinds = SHMEM | THP | HUGETLB, .max_pages = 4 },      \
		.bound = { .ranges = 3, .pages = 1 },                              \
		.expect = { [NO_SPLAT] = REFUTED },                                \
	}

WARNS_LATE(not_at_first, vmap_invariant(r > 2));
WARNS_LATE(not_kept, vmap_invariant(r < 2));
WARNS_LATE(not_at_last, vmap_invariant(r < nr_ranges && r != 2));
WARNS_LATE(never, vmap_invariant(0));
WARNS_LATE(out_of_bounds, vmap_invariant(ranges[r + nr_ranges].nr_pages && r != 2));
WARNS_LATE(not_in_every_round, if (r != 2) continue; vmap_invariant(r != 2));
/* A condition that changes something changes nothing. */
WARNS_LATE(changing, vmap_invariant(r++ < 2));
