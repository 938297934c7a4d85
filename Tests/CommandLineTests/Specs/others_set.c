// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * What a strategy reads of its folios that others set, and may set otherwise: folios of a
 * memfd are on the LRU, dirty and mapped, and a huge one has a reference for each page. Of
 * such a strategy nothing is proved.
 */
#include <vmapcheck/ranges.h>
#include <vmapcheck/spec.h>

static void *map_unless(const struct folio_range *ranges, unsigned int nr_ranges, bool refused)
{
	unsigned long total = ranges_pages(ranges, nr_ranges);
	struct page **pages;
	void *addr;

	if (WARN_ON(refused))
		return NULL;
	pages = kvmalloc_array(total, sizeof(*pages), GFP_KERNEL);
	if (!pages)
		return NULL;
	ranges_to_pages(ranges, nr_ranges, pages);
	addr = vmap(pages, total, VM_MAP, PAGE_KERNEL);
	kvfree(pages);
	return addr;
}

#define SPEC(name, refused)                                                                 \
	static void *map_##name(const struct folio_range *ranges, unsigned int nr_ranges)  \
	{                                                                                   \
		const struct folio *folio = ranges[0].folio;                                \
                                                                                            \
		return map_unless(ranges, nr_ranges, refused);                              \
	}                                                                                   \
	VMAP_SPEC(others_set_##name) = {                                                    \
		.title = #name,                                                             \
		.map = map_##name,                                                          \
		.unmap = vunmap,                                                            \
		.buffer = { .kinds = SHMEM | THP, .max_pages = MAX_ARRAY_PAGES },           \
		.bound = { .ranges = 1, .pages = 2 },                                       \
	}

SPEC(count, folio_ref_count(folio) > 2);
SPEC(flags, folio->flags & (1UL << PG_dirty));
SPEC(mapcount, atomic_read(&folio->_mapcount) >= 0);
SPEC(index, folio->index != 0);
