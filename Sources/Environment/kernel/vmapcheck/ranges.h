/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * ranges.h - for specs of page-based strategies: from ranges to what such a strategy
 * is given, page by page.
 */
#ifndef VMAPCHECK_RANGES_H
#define VMAPCHECK_RANGES_H

#include <vmapcheck/spec.h>

/* The most pages whose array of pointers kvmalloc() can give (INT_MAX bytes). */
#define MAX_ARRAY_PAGES (INT_MAX / sizeof(void *))

static inline unsigned long ranges_pages(const struct folio_range *ranges,
					 unsigned int nr_ranges)
{
	unsigned long total = 0;
	unsigned int r;

	for (r = 0; r < nr_ranges; r++)
		total += ranges[r].nr_pages;
	return total;
}

static inline unsigned long range_pfn(const struct folio_range *range)
{
	if (range->folio)
		return folio_pfn(range->folio) + range->offset;
	return range->bar_pfn + range->offset;
}

/* The page of each page of the mapping. */
static inline void ranges_to_pages(const struct folio_range *ranges, unsigned int nr_ranges,
				   struct page **pages)
{
	unsigned long i = 0, page;
	unsigned int r;

	for (r = 0; r < nr_ranges; r++) {
		for (page = 0; page < ranges[r].nr_pages; page++)
			pages[i++] = folio_page(ranges[r].folio, ranges[r].offset + page);
	}
}

/* The pfn of each page of the mapping. */
static inline void ranges_to_pfns(const struct folio_range *ranges, unsigned int nr_ranges,
				  unsigned long *pfns)
{
	unsigned long i = 0, page;
	unsigned int r;

	for (r = 0; r < nr_ranges; r++) {
		for (page = 0; page < ranges[r].nr_pages; page++)
			pfns[i++] = range_pfn(&ranges[r]) + page;
	}
}

/* As udmabuf keeps them from 6.11 on: each page's folio, and its offset in bytes there. */
static inline void ranges_to_folios(const struct folio_range *ranges, unsigned int nr_ranges,
				    struct folio **folios, pgoff_t *offsets)
{
	unsigned long i = 0, page;
	unsigned int r;

	for (r = 0; r < nr_ranges; r++) {
		for (page = 0; page < ranges[r].nr_pages; page++) {
			folios[i] = ranges[r].folio;
			offsets[i++] = (ranges[r].offset + page) << PAGE_SHIFT;
		}
	}
}

#endif
