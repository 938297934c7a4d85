// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * For CBMC: Specs/rfc/vmap_folio_ranges.c up to a bound, without a kernel around it.
 *
 * RANGES ranges of at most PAGES pages each. A range is some pages of a folio; what is
 * asked is what vmapcheck proves as maps-exactly: an arbitrary page of the mapping is that
 * of the buffer, and its address is inside of the area. Loops have constant bounds, as
 * CBMC needs them.
 */
#include <stdbool.h>
#include <stdint.h>

#define PAGE_SHIFT	12
#define MAX_PFN		(1UL << 40)
#define MAX_FOLIO	(1UL << 18)

struct folio_range {
	uint64_t head, offset, nr_pages;
};

uint64_t nondet_u64(void);
unsigned int nondet_uint(void);

static uint64_t pte[RANGES * PAGES];

int main(void)
{
	struct folio_range ranges[RANGES];
	unsigned int nr_ranges = nondet_uint(), watched = nondet_uint(), r, j;
	uint64_t page = nondet_u64(), nr_pages = 0, addr = 0, size, place = 0;

	__CPROVER_assume(nr_ranges >= 1 && nr_ranges <= RANGES);
	for (r = 0; r < RANGES; r++) {
		uint64_t folio = nondet_u64();

		ranges[r].head = nondet_u64();
		ranges[r].offset = nondet_u64();
		ranges[r].nr_pages = nondet_u64();
		__CPROVER_assume(ranges[r].head < MAX_PFN && folio <= MAX_FOLIO);
		__CPROVER_assume(ranges[r].nr_pages >= 1 && ranges[r].nr_pages <= PAGES);
		__CPROVER_assume(ranges[r].offset < folio);
		__CPROVER_assume(ranges[r].nr_pages <= folio - ranges[r].offset);
	}
	__CPROVER_assume(watched < nr_ranges && page < ranges[watched].nr_pages);

	for (r = 0; r < RANGES && r < nr_ranges; r++) {
		if (r < watched)
			place += ranges[r].nr_pages;
		nr_pages += ranges[r].nr_pages;
	}
	place += page;

	for (r = 0; r < RANGES && r < nr_ranges; r++) {
		uint64_t pfn = ranges[r].head + ranges[r].offset;

		size = ranges[r].nr_pages << PAGE_SHIFT;
		for (j = 0; j < PAGES && (uint64_t)j << PAGE_SHIFT < size; j++) {
			uint64_t index = (addr >> PAGE_SHIFT) + j;

			__CPROVER_assert(index < nr_pages, "inside of the area");
			__CPROVER_assert(pte[index] == 0, "a page is mapped once");
			pte[index] = (pfn + j) << PAGE_SHIFT | 1;
		}
		addr += size;
	}
	__CPROVER_assert(addr == nr_pages << PAGE_SHIFT, "all of the area");
	__CPROVER_assert(pte[place] ==
			 ((ranges[watched].head + ranges[watched].offset + page) << PAGE_SHIFT | 1),
			 "the page of the mapping is that of the buffer");
	return 0;
}
