/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * pagecache.h - a file's page cache, as an XArray of folios: what a strategy needs
 * to walk it under rcu_read_lock.
 */
#ifndef VMAPCHECK_PAGECACHE_H
#define VMAPCHECK_PAGECACHE_H

#include <vmapcheck/context.h>
#include <vmapcheck/mm.h>

struct xarray {
	void *xa_head;
};

struct address_space {
	struct xarray i_pages;
	unsigned long nrpages;
};

struct xa_state {
	struct xarray *xa;
	unsigned long xa_index;
	/*
	 * The model's: the first index not passed yet, the entry that the walk is at and its
	 * pages, and the node that it is in; none before it has begun, and where it paused.
	 */
	unsigned long vmc_next;
	unsigned long vmc_pages;
	void *vmc_found;
	unsigned long vmc_node;
};

#define XA_STATE(name, array, index) \
	struct xa_state name = { .xa = (array), .xa_index = (index), .vmc_next = (index) }

/*
 * The first entry that reaches beyond the walk's place and begins at max or before; or NULL,
 * and then the walk has come to its end. Where the walk begins inside of an entry, xa_index
 * stays there; else it is that of the entry.
 */
void *xas_find(struct xa_state *xas, unsigned long max);
#define xas_next_entry(xas, max) xas_find(xas, max)
#define xas_for_each(xas, entry, max) \
	for (entry = xas_find(xas, max); entry; entry = xas_next_entry(xas, max))

/*
 * A walk that lets go of the RCU lock must pause, or it goes on in a freed node. It goes on as
 * many pages behind xa_index as the entry has: where it began inside of the entry, those that
 * are skipped at its beginning are skipped behind it, too (lib/xarray.c of 6.1 and 6.12).
 */
void xas_pause(struct xa_state *xas);
/* The walk begins anew, at xa_index. */
void xas_reset(struct xa_state *xas);
/* The same at another index. */
static inline void xas_set(struct xa_state *xas, unsigned long index)
{
	xas->xa_index = index;
	xas_reset(xas);
}

/* One thread: there are no retry entries. */
static inline bool xas_retry(struct xa_state *xas, const void *entry)
{
	return false;
}

static inline bool xa_is_value(const void *entry)
{
	return ((unsigned long)entry & 1) != 0;
}

#endif
