// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Walks through a file's page cache that may have holes, values and pages that are not uptodate.
 * They go by the pages of the file, not by addresses. (They sleep under RCU, which is not what
 * they are for.)
 */
#include <vmapcheck/spec.h>
#include <vmapcheck/vmalloc_internal.h>

enum mistake { NONE, SKIPS, BEGINS_LATE, NARROW, FAR_AWAY };

struct pages {
	pgoff_t first, last;
	unsigned long addr;
};

static bool is_there(struct folio *folio)
{
	return !xa_is_value(folio) && folio_test_uptodate(folio);
}

static int map_part(const struct pages *pages, pgoff_t from, pgoff_t to, unsigned long pfn)
{
	unsigned long start = pages->addr + ((from - pages->first) << PAGE_SHIFT);
	unsigned long end = pages->addr + ((to - pages->first) << PAGE_SHIFT);

	return vmap_range_noflush(start, end, PFN_PHYS(pfn), PAGE_KERNEL, PAGE_SHIFT);
}

static int map_pages(struct address_space *mapping, const struct pages *pages,
		     enum mistake mistake)
{
	XA_STATE(xas, &mapping->i_pages, pages->first);
	pgoff_t next = pages->first;
	struct folio *folio;
	int error = 0;

	rcu_read_lock();
	xas_for_each(&xas, folio, pages->last) {
		pgoff_t from, to;
		unsigned long pfn;

		if (!is_there(folio)) {
			if (mistake == SKIPS)
				continue;
			error = -EIO;
			break;
		}
		from = max(folio->index, pages->first);
		to = min(folio->index + folio_nr_pages(folio), pages->last + 1);
		if (from != next && mistake != SKIPS && mistake != BEGINS_LATE) {
			error = -EIO;
			break;
		}
		pfn = folio_pfn(folio) + (from - folio->index);
		if (mistake == NARROW)
			to = from + (u8)(to - from);
		if (mistake == FAR_AWAY && from - pages->first > 5000)
			pfn++;
		error = map_part(pages, from, to, pfn);
		if (error)
			break;
		next = to;
	}
	rcu_read_unlock();
	if (!error && next != pages->last + 1 && mistake != SKIPS)
		error = -EIO;
	return error;
}

static void *map_bytes(struct address_space *mapping, loff_t start, loff_t end,
		       enum mistake mistake)
{
	struct pages pages = { .first = start >> PAGE_SHIFT, .last = end >> PAGE_SHIFT };
	struct vm_struct *area;

	area = get_vm_area((pages.last - pages.first + 1) << PAGE_SHIFT, VM_MAP);
	if (!area)
		return NULL;
	pages.addr = (unsigned long)area->addr;
	if (map_pages(mapping, &pages, mistake)) {
		free_vm_area(area);
		return NULL;
	}
	return (void *)pages.addr;
}

#define WALK(name, mistake, ...)                                                                 \
	static void *map_##name(struct address_space *mapping, loff_t start, loff_t end)         \
	{                                                                                        \
		return map_bytes(mapping, start, end, mistake);                                  \
	}                                                                                        \
	VMAP_SPEC(holes_##name) = {                                                              \
		.title = #name,                                                                  \
		.map_file = map_##name,                                                          \
		.unmap = vunmap,                                                                 \
		.buffer = { .kinds = SHMEM | THP, .holes = true, .values = true,                 \
			    .not_uptodate = true },                                              \
		.bound = { .ranges = 2, .pages = ANY_PAGES },                                    \
		.expect = { [NO_SPLAT] = REFUTED, __VA_ARGS__ },                                 \
	}

WALK(refused, NONE, [MAPS_EXACTLY] = PROVED, [CLEAN_FAILURE] = PROVED);
WALK(skipped, SKIPS, [MAPS_EXACTLY] = REFUTED);
WALK(begins_late, BEGINS_LATE, [MAPS_EXACTLY] = REFUTED);
/* What does not fit into a byte is refused. */
WALK(narrow, NARROW, [MAPS_EXACTLY] = PROVED, [CLEAN_FAILURE] = PROVED, [ACCEPTS] = REFUTED);
/* Two entries, which is what is searched, do not reach so far. */
WALK(far_away, FAR_AWAY, [MAPS_EXACTLY] = HOLDS);
