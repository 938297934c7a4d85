// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * vmap_file(), v2 (28 March 2025), which maps bytes of a file through its page cache,
 * folio by folio; written anew from the algorithm that kernel.md, section 4.3, gives.
 * Its comment asks the caller for folios that are present and uptodate, and stay so.
 *
 * Predicted, also where the caller keeps to that:
 *   in-bounds	refuted: if a page table cannot be allocated, vunmap() frees the
 *		vm_struct, and then area->addr is stored to, and loaded for the result.
 *   no-splat	refuted: a second folio that needs no new table is mapped under
 *		rcu_read_lock(), and vmap_range_noflush() begins with might_sleep(); so
 *		does vunmap(), which is always called with RCU locked.
 *	maps-exactly	refuted: a walk that begins inside of a folio is paused with xa_index
 *		at that page, and xas_pause() adds to it as many pages as the folio has
 *		(lib/xarray.c of 6.1 and 6.12): what is skipped at the folio's beginning is
 *		skipped behind it, too, and what comes then is mapped that much too low.
 * With xas_set() in place of xas_pause() that is repaired (vmap_file_by_set). Everything
 * else holds there: the entries follow each other, the first is moved to the page asked
 * for, the last is clipped, and no folio is larger than an int (2 MiB).
 *
 * Predicted for any page cache, on top of it:
 *   maps-exactly	refuted: a value entry, or a folio that is not uptodate, ends the walk,
 *		and the part that is mapped is returned as if it were all; behind a hole
 *		everything is mapped too low.
 *   no-wrap	refuted: where the first page is a hole, first - folio->index is below 0.
 *   refs-held	refuted: no reference is taken, and where nobody else holds one, a folio
 *		may be freed while it is mapped.
 * accepts holds: what is not there may be refused, and what is there never is.
 * clean-failure holds: by the time it returns NULL the area is unmapped and freed.
 *
 * With xas_set() what holds is proved for every file: any number of entries, any part of
 * it. One entry of the page cache is enough for each of these refutations (RCU is locked
 * around vunmap() there, too), but for that of xas_pause(), which takes two.
 */
#include <vmapcheck/spec.h>
#include <vmapcheck/vmalloc_internal.h>

/* Before RCU is unlocked: the walk is to go on behind the folio. */
typedef void (*pause_fn)(struct xa_state *xas, const struct folio *folio);

static void *vmap_file(struct address_space *mapping, loff_t start, loff_t end,
		       unsigned long flags, pgprot_t prot, pause_fn pause)
{
	pgoff_t first = start >> PAGE_SHIFT;
	pgoff_t last = end >> PAGE_SHIFT;
	XA_STATE(xas, &mapping->i_pages, first);
	unsigned long addr, area_end;
	struct vm_struct *area;
	struct folio *folio;

	area = get_vm_area_caller((last - first + 1) << PAGE_SHIFT, flags,
				  __builtin_return_address(0));
	if (!area)
		return NULL;
	addr = (unsigned long)area->addr;
	area_end = addr + get_vm_area_size(area);

	rcu_read_lock();
	xas_for_each(&xas, folio, last) {
		phys_addr_t map_start;
		bool new_table;
		int map_size;
		int err;

		if (xas_retry(&xas, folio))
			continue;
		if (xa_is_value(folio) || !folio_test_uptodate(folio))
			break;

		map_start = folio_pfn(folio) << PAGE_SHIFT;
		map_size = folio_size(folio);
		if (addr == (unsigned long)area->addr) {
			map_start += (first - folio->index) << PAGE_SHIFT;
			map_size -= (first - folio->index) << PAGE_SHIFT;
		}
		if (addr + map_size > area_end)
			map_size = area_end - addr;

		/* Where a table may have to be allocated, sleep outside of the RCU section. */
		new_table = addr == (unsigned long)area->addr || IS_ALIGNED(addr, PMD_SIZE) ||
			    (addr & PMD_MASK) != ((addr + map_size - 1) & PMD_MASK);
		if (new_table) {
			pause(&xas, folio);
			rcu_read_unlock();
		}
		err = vmap_range_noflush(addr, addr + map_size, map_start, prot, PAGE_SHIFT);
		if (new_table)
			rcu_read_lock();
		if (err) {
			vunmap(area->addr);
			area->addr = NULL;
			break;
		}
		addr += map_size;
	}
	rcu_read_unlock();

	flush_cache_vmap((unsigned long)area->addr, addr);
	return area->addr;
}

static void by_pause(struct xa_state *xas, const struct folio *folio)
{
	xas_pause(xas);
}

static void by_set(struct xa_state *xas, const struct folio *folio)
{
	xas_set(xas, folio->index + folio_nr_pages(folio));
}

static void *map_bytes(struct address_space *mapping, loff_t start, loff_t end)
{
	return vmap_file(mapping, start, end, VM_MAP, PAGE_KERNEL, by_pause);
}

static void *map_by_set(struct address_space *mapping, loff_t start, loff_t end)
{
	return vmap_file(mapping, start, end, VM_MAP, PAGE_KERNEL, by_set);
}

VMAP_SPEC(vmap_file_any) = {
	.title = "vmap_file() maps the wrong pages of a file that is not wholly there",
	.map_file = map_bytes,
	.unmap = vunmap,
	.buffer = {
		.kinds = SHMEM | THP,
		.unpinned = true,
		.holes = true,
		.values = true,
		.not_uptodate = true,
	},
	.bound = { .ranges = 1, .pages = ANY_PAGES },
	.expect = {
		[IN_BOUNDS] = REFUTED,
		[NO_SPLAT] = REFUTED,
		[MAPS_EXACTLY] = REFUTED,
		[NO_WRAP] = REFUTED,
		[REFS_HELD] = REFUTED,
	},
};

VMAP_SPEC(vmap_file_present) = {
	.title = "vmap_file() skips pages behind the first folio, where it begins inside of it",
	.map_file = map_bytes,
	.unmap = vunmap,
	/* What xas_pause() skips is seen in any file; in a small one the search is quick. */
	.buffer = { .kinds = SHMEM | THP, .max_pages = 4 },
	.bound = { .ranges = 2, .pages = 2 },
	.expect = {
		[IN_BOUNDS] = REFUTED,
		[NO_SPLAT] = REFUTED,
		[MAPS_EXACTLY] = REFUTED,
	},
};

VMAP_SPEC(vmap_file_by_set) = {
	.title = "vmap_file() that goes on by xas_set() maps any file that is wholly there",
	.map_file = map_by_set,
	.unmap = vunmap,
	.buffer = { .kinds = SHMEM | THP },
	.bound = { .ranges = 1, .pages = ANY_PAGES },
	.expect = {
		[IN_BOUNDS] = REFUTED,
		[NO_SPLAT] = REFUTED,
		[MAPS_EXACTLY] = PROVED,
		[ACCEPTS] = PROVED,
		[API_CLASS] = PROVED,
		[CLEAN_FAILURE] = PROVED,
		[NO_WRAP] = PROVED,
		[REFS_HELD] = PROVED,
	},
};
