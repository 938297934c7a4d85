// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * watch.c - the watched page: "for every page of the buffer" is checked at one
 * arbitrary page of one arbitrary range, and "nothing else" at one arbitrary page
 * of the vmalloc space. What holds there, whichever they are, holds everywhere.
 */
#include "model.h"

static struct watched watched;

const struct watched *watched_page(void)
{
	return &watched;
}

vmc_u64 watched_address(void)
{
	return VMALLOC_START +
	       (vmc_input("watched address", VMC_SCALAR, 0, VMALLOC_PAGES_END - 1) << PAGE_SHIFT);
}

static void watch_range(vmc_u64 r, _Bool here, vmc_u64 *pages, vmc_u64 *start, vmc_u64 *offset)
{
	*pages = vmc_select(here, range_pages(r), *pages);
	*start = vmc_select(here, range_start(r), *start);
	*offset = vmc_select(here, range_offset(r), *offset);
	watched.folio = vmc_select(here, !range_is_bar(r), watched.folio);
	watched.head = vmc_select(here, range_head(r), watched.head);
	watched.folio_pages = vmc_select(here, range_folio_pages(r), watched.folio_pages);
}

void watch_init(void)
{
	vmc_u64 pages = 0, start = 0, offset = 0;
	vmc_u64 r;

	watched.range = vmc_input("watched range", VMC_SCALAR, 0, 0xffffffffUL);
	watched.page = vmc_input("watched page", VMC_SCALAR, 0, (1UL << 18) - 1);
	vmc_assume(range_exists(watched.range), "the watched range is one of the buffer");
	if (folios_unbounded()) {
		range_visit(watched.range);
		watch_range(watched.range, 1, &pages, &start, &offset);
	} else {
		for (r = 0; r < folios_ranges(); r++)
			watch_range(r, watched.range == r, &pages, &start, &offset);
	}
	vmc_assume(watched.page < pages, "the watched page is one of its range");
	watched.place = start + watched.page;
	watched.pfn = watched.head + offset + watched.page;
	watched.present = 1;
	vmc_minimise(watched.place);
	vmc_watch_element(watched.place, folios_total());
	vmc_watch_element(watched.range, folios_ranges());
}

/*
 * Each range in turn, from here on: what is asked of one range is a much easier
 * question than the same of whichever it is.
 */
void watch_settle(void)
{
	vmc_u64 r;

	if (folios_unbounded())
		return;
	r = vmc_split(watched.range);
	watched.range = r;
	watched.head = range_head(r);
	watched.folio_pages = range_folio_pages(r);
	if (watched.of_file)
		return;
	watched.folio = !range_is_bar(r);
	watched.place = range_start(r) + watched.page;
	watched.pfn = watched.head + range_offset(r) + watched.page;
}

/* Page `index` of the file, if entry r has it. */
static void watch_entry(vmc_u64 r, vmc_u64 index)
{
	_Bool here = pagecache_covers(r, index);
	vmc_u64 page = index - pagecache_index(r);

	watched.present |= here;
	watched.range = vmc_select(here, r, watched.range);
	watched.page = vmc_select(here, page, watched.page);
	watched.head = vmc_select(here, range_head(r), watched.head);
	watched.folio_pages = vmc_select(here, range_folio_pages(r), watched.folio_pages);
	watched.pfn = vmc_select(here, range_head(r) + page, watched.pfn);
}

/*
 * Of a file: the page at `place` of the mapping is page `first + place` of the file.
 * If it is not there, or not uptodate, no pfn is right at that place.
 */
void watch_init_file(void)
{
	vmc_u64 index, r;

	watched.place = vmc_input("watched page", VMC_SCALAR, 0, PFN_END - 1);
	vmc_assume(watched.place < pagecache_pages(), "the watched page is one of the mapping");
	index = pagecache_first() + watched.place;
	watched.folio = 1;
	watched.of_file = 1;
	if (folios_unbounded()) {
		r = pagecache_watch(index);
		watch_entry(r, index);
		watched.range = r;
	} else {
		for (r = 0; r < folios_ranges(); r++)
			watch_entry(r, index);
	}
	vmc_minimise(watched.place);
}

void nothing_is_proved(const char *message)
{
	vmc_violation(TAIL_WRITE, message);
	vmc_violation(TAIL_READ, message);
	vmc_violation(MAPS_EXACTLY, message);
	vmc_violation(ACCEPTS, message);
	vmc_violation(API_CLASS, message);
	vmc_violation(NO_SPLAT, message);
	vmc_violation(CLEAN_FAILURE, message);
	vmc_violation(NO_WRAP, message);
	vmc_violation(IN_BOUNDS, message);
	vmc_violation(REFS_HELD, message);
	vmc_violation(COST, message);
}
