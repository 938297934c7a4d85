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
	/* The model's: the first index not passed yet, and the node that the walk is in. */
	unsigned long vmc_next;
	unsigned long vmc_node;
};

#define XA_STATE(name, array, index) \
	struct xa_state name = { .xa = (array), .xa_index = (index), .vmc_next = (index) }

/* The first entry that reaches beyond the walk's place and begins at max or before; or NULL. */
void *xas_find(struct xa_state *xas, unsigned long max);
#define xas_next_entry(xas, max) xas_find(xas, max)
#define xas_for_each(xas, entry, max) \
	for (entry = xas_find(xas, max); entry; entry = xas_next_entry(xas, max))

/* A walk that lets go of the RCU lock must pause, or it goes on in a freed node. */
void xas_pause(struct xa_state *xas);

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
