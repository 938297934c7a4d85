// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Arithmetic of signed numbers that loses bits from 2^19 pages on, where two folios of 1 GiB are
 * more than an int has bytes for; and right arithmetic of the same kind.
 */
#include <vmapcheck/ranges.h>
#include <vmapcheck/spec.h>

static void *shift(const struct folio_range *ranges, unsigned int nr_ranges)
{
	int pages = (int)(ranges_pages(ranges, nr_ranges) & 0xfffff);
	int size = pages << PAGE_SHIFT;

	return size ? NULL : ERR_PTR(-EINVAL);
}

static void *shift_less(const struct folio_range *ranges, unsigned int nr_ranges)
{
	int pages = (int)(ranges_pages(ranges, nr_ranges) & 0x3ffff);
	int size = pages << PAGE_SHIFT;

	return size ? NULL : ERR_PTR(-EINVAL);
}

static void *change_sign(const struct folio_range *ranges, unsigned int nr_ranges)
{
	unsigned int bytes = (unsigned int)(ranges_pages(ranges, nr_ranges) << PAGE_SHIFT);
	int size = bytes;

	return size ? NULL : ERR_PTR(-EINVAL);
}

static void *cut_field(const struct folio_range *ranges, unsigned int nr_ranges)
{
	struct {
		unsigned int pages : 12;
		unsigned int rest : 20;
	} some = { 0 };
	unsigned int pages = ranges_pages(ranges, nr_ranges) & 0xfffff;

	some.pages = pages;
	return some.pages ? NULL : ERR_PTR(-EINVAL);
}

#define SPEC(name, how, verdict) \
	VMAP_SPEC(name) = { \
		.title = #name, \
		.map = how, \
		.buffer = { .kinds = HUGETLB }, \
		.bound = { .ranges = 3, .pages = ANY_PAGES }, \
		.expect = { [NO_WRAP] = verdict, [ACCEPTS] = REFUTED, [MAPS_EXACTLY] = VACUOUS, \
			    [REFS_HELD] = VACUOUS }, \
	}

SPEC(no_wrap_signed_shift, shift, REFUTED);
SPEC(no_wrap_signed_shift_of_less, shift_less, PROVED);
SPEC(no_wrap_sign, change_sign, REFUTED);
SPEC(no_wrap_bit_field, cut_field, REFUTED);
