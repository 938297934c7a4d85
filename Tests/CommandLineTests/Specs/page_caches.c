// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Walks through a file's page cache, all of it present: the first is right, each of the others
 * maps wrong pages of some file. (They sleep under RCU, which is not what they are for.)
 */
#include <vmapcheck/spec.h>
#include <vmapcheck/vmalloc_internal.h>

enum mistake { NONE, NOT_MOVED, NOT_CLIPPED, LAST_PAGE, THIRD_ENTRY, ONE_PAGE, ODD_ENTRY,
	       WALKS_PLACE };

static int map_entry(unsigned long *addr, unsigned long end, unsigned long pfn,
		     unsigned long pages)
{
	unsigned long left = (end - *addr) >> PAGE_SHIFT;
	int error;

	if (pages > left)
		pages = left;
	error = vmap_range_noflush(*addr, *addr + (pages << PAGE_SHIFT), PFN_PHYS(pfn),
				   PAGE_KERNEL, PAGE_SHIFT);
	*addr += pages << PAGE_SHIFT;
	return error;
}

static int map_entries(struct address_space *mapping, pgoff_t first, pgoff_t last,
		       unsigned long addr, unsigned long end, enum mistake mistake)
{
	XA_STATE(xas, &mapping->i_pages, first);
	unsigned long entries = 0;
	struct folio *folio;
	int error = 0;

	rcu_read_lock();
	xas_for_each(&xas, folio, last) {
		unsigned long skip = folio->index < first ? first - folio->index : 0;
		unsigned long pfn = folio_pfn(folio) + skip;
		unsigned long pages = folio_nr_pages(folio) - skip;

		/* It is that of the folio, but where the walk began inside of it. */
		if (mistake == WALKS_PLACE && xas.xa_index == first)
			pfn = folio_pfn(folio);
		if (mistake == NOT_MOVED)
			pfn -= skip;
		if (mistake == ONE_PAGE)
			pages = 1;
		if (mistake == LAST_PAGE && addr + (pages << PAGE_SHIFT) == end)
			pfn++;
		entries++;
		if (mistake == THIRD_ENTRY && entries == 3)
			pfn++;
		if (mistake == ODD_ENTRY && entries > 1 && (folio->index & 1))
			pfn++;
		error = map_entry(&addr, mistake == NOT_CLIPPED ? end + PAGE_SIZE : end, pfn, pages);
		if (error)
			break;
	}
	rcu_read_unlock();
	return error;
}

static void *map_bytes(struct address_space *mapping, loff_t start, loff_t end,
		       enum mistake mistake)
{
	pgoff_t first = start >> PAGE_SHIFT;
	pgoff_t last = end >> PAGE_SHIFT;
	struct vm_struct *area = get_vm_area((last - first + 1) << PAGE_SHIFT, VM_MAP);
	unsigned long addr;

	if (!area)
		return NULL;
	addr = (unsigned long)area->addr;
	if (map_entries(mapping, first, last, addr, addr + get_vm_area_size(area), mistake)) {
		free_vm_area(area);
		return NULL;
	}
	return (void *)addr;
}

#define WALK(name, mistake, as)                                                                  \
	static void *map_##name(struct address_space *mapping, loff_t start, loff_t end)         \
	{                                                                                        \
		return map_bytes(mapping, start, end, mistake);                                  \
	}                                                                                        \
	VMAP_SPEC(pagecache_##name) = {                                                          \
		.title = #name,                                                                  \
		.map_file = map_##name,                                                          \
		.unmap = vunmap,                                                                 \
		.buffer = { .kinds = SHMEM | THP },                                              \
		.bound = { .ranges = 2, .pages = ANY_PAGES },                                    \
		.expect = { [MAPS_EXACTLY] = as, [NO_SPLAT] = REFUTED },                         \
	}

WALK(right, NONE, PROVED);
WALK(not_moved, NOT_MOVED, REFUTED);
WALK(not_clipped, NOT_CLIPPED, REFUTED);
WALK(last_page, LAST_PAGE, REFUTED);
WALK(one_page, ONE_PAGE, REFUTED);
/* Two entries, which is what is searched, are not enough for it. */
WALK(third_entry, THIRD_ENTRY, HOLDS);
WALK(odd_entry, ODD_ENTRY, REFUTED);

WALK(walks_place, WALKS_PLACE, REFUTED);

/* The folio that is looked at last, and two that are neither that nor the watched page's; it maps
 * nothing. */
static void *map_three_orders(struct address_space *mapping, loff_t start, loff_t end)
{
	pgoff_t last = end >> PAGE_SHIFT;
	XA_STATE(xas, &mapping->i_pages, start >> PAGE_SHIFT);
	struct folio *a, *b, *c;
	bool is_bad = false;

	rcu_read_lock();
	a = xas_find(&xas, last);
	b = a ? xas_next_entry(&xas, last) : NULL;
	c = b ? xas_next_entry(&xas, last) : NULL;
	if (c && folio_order(a) == 3 && folio_order(b) == 4 && folio_order(c) == 5)
		is_bad = folio_order(a) == 3;
	rcu_read_unlock();
	WARN_ON(is_bad);
	return NULL;
}

VMAP_SPEC(pagecache_three_orders) = {
	.title = "three_orders",
	.map_file = map_three_orders,
	.unmap = vunmap,
	.buffer = { .kinds = SHMEM | THP },
	.bound = { .ranges = 2, .pages = ANY_PAGES },
	.expect = { [ACCEPTS] = REFUTED, [MAPS_EXACTLY] = VACUOUS, [REFS_HELD] = VACUOUS },
};
