// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * ranges.c - the array of ranges that a strategy gets, as a window: a load of a
 * member is a look at the buffer's functions. So the array may be of any length.
 */
#include "model.h"

#define RANGE_SIZE sizeof(struct folio_range)

static vmc_u64 range_word(vmc_u64 r, vmc_u64 member)
{
	_Bool folio = !range_is_bar(r);

	if (member == offsetof(struct folio_range, folio))
		return vmc_select(folio, VMEMMAP_START + (range_head(r) << STRUCT_PAGE_SHIFT), 0);
	if (member == offsetof(struct folio_range, offset))
		return range_offset(r);
	if (member == offsetof(struct folio_range, nr_pages))
		return range_pages(r);
	return vmc_select(folio, 0, range_head(r));
}

/* Of a member, or of a half of one and the like. */
static vmc_u64 ranges_load(vmc_u64 address, vmc_u32 size)
{
	vmc_u64 place = address - RANGES_WINDOW;
	vmc_u64 r = place / RANGE_SIZE;
	vmc_u64 member = place % RANGE_SIZE & ~7UL;
	vmc_u64 in_word = (place & 7) << 3;
	vmc_u64 mask = vmc_select(size == 8, ~0UL, (1UL << ((size << 3) & 63)) - 1);

	vmc_assert(range_exists(r) & ((place & (size - 1)) == 0), IN_BOUNDS,
		   "load outside of the array of ranges, or misaligned");
	r = range_visit(r);
	return (range_word(r, member) >> in_word) & mask;
}

static void ranges_store(vmc_u64 address, vmc_u32 size, vmc_u64 value)
{
	vmc_assert(0, IN_BOUNDS, "store to the caller's array of ranges");
	vmc_stop();
}

void ranges_init(void)
{
	vmc_u64 last = RANGES_WINDOW + 0xffffffffUL * RANGE_SIZE + RANGE_SIZE - 1;

	vmc_window(RANGES_WINDOW, last, ranges_load, ranges_store);
}
