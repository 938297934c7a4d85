// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * pagecache.c - a file's page cache, for strategies that map bytes of a file.
 *
 * The entries are the buffer's ranges, in the file's order: folios (naturally
 * aligned in the file as they are in memory, as the page cache keeps them), value
 * entries in place of those that are swapped out, and holes between them. Entries
 * that do not touch the pages asked for are as good as absent, and are left out.
 * Nothing else changes the page cache meanwhile; whether the caller has seen to
 * that is refs-held's matter (.unpinned).
 */
#include "model.h"

static const struct vmap_spec *file_spec;
static struct address_space mapping;
static vmc_u64 nr_entries;

struct address_space *pagecache_mapping(void)
{
	return &mapping;
}

/* Pages of the largest file that is looked at: 4 PiB. */
#define FILE_END (1UL << 40)

static vmc_u64 first_index(void)
{
	return vmc_input("first page", VMC_SCALAR, 0, FILE_END - 1);
}

vmc_u64 pagecache_pages(void)
{
	return vmc_input("file pages", VMC_SCALAR, 1, PFN_END);
}

static vmc_u64 last_index(void)
{
	return first_index() + pagecache_pages() - 1;
}

/* Neither the first nor the last byte need be at the edge of a page. */
loff_t pagecache_first_byte(void)
{
	vmc_u64 byte = vmc_input("first byte in its page", VMC_SCALAR, 0, PAGE_SIZE - 1);

	return (loff_t)((first_index() << PAGE_SHIFT) | (byte & ~PAGE_MASK));
}

loff_t pagecache_last_byte(void)
{
	vmc_u64 byte = vmc_input("last byte in its page", VMC_SCALAR, 0, PAGE_SIZE - 1);

	return (loff_t)((last_index() << PAGE_SHIFT) | (byte & ~PAGE_MASK));
}

vmc_u64 pagecache_first(void)
{
	return first_index();
}

/* The file's page that entry r begins with. */
vmc_u64 pagecache_index(vmc_u64 r)
{
	return vmc_input("index", r, 0, FILE_END - 1);
}

static vmc_u64 next_index(vmc_u64 r)
{
	return pagecache_index(r) + range_folio_pages(r);
}

static _Bool is_value(vmc_u64 r)
{
	if (!file_spec->buffer.values)
		return 0;
	return vmc_input("value entry", r, 0, 1);
}

_Bool pagecache_uptodate(vmc_u64 r)
{
	if (!file_spec->buffer.not_uptodate)
		return 1;
	return vmc_input("uptodate", r, 0, 1);
}

_Bool pagecache_covers(vmc_u64 r, vmc_u64 index)
{
	return (r < nr_entries) & (index >= pagecache_index(r)) & (index < next_index(r)) &
	       !is_value(r) & pagecache_uptodate(r);
}

/* Every page asked for is there and uptodate: it may not be refused. */
_Bool pagecache_complete(void)
{
	vmc_u64 next = first_index();
	_Bool complete = 1;
	vmc_u64 r;

	for (r = 0; r < nr_entries; r++) {
		complete &= (pagecache_index(r) <= next) & !is_value(r) &
			    pagecache_uptodate(r);
		next = next_index(r);
	}
	return complete & (next > last_index());
}

void pagecache_init(const struct vmap_spec *spec)
{
	vmc_u64 r;

	file_spec = spec;
	nr_entries = folios_ranges();
	/* An empty page cache is one of those with holes. */
	if (spec->buffer.holes && vmc_input("empty", VMC_SCALAR, 0, 1))
		nr_entries = 0;
	vmc_assume(pagecache_first_byte() <= pagecache_last_byte(), "the bytes are a range");
	vmc_assume(pagecache_pages() <= totalram_pages(), "no more pages than RAM has");
	for (r = 0; r < nr_entries; r++) {
		vmc_u64 folio_pages = range_folio_pages(r);
		_Bool ok = (pagecache_index(r) & (folio_pages - 1)) == 0;

		ok &= (next_index(r) > first_index()) & (pagecache_index(r) <= last_index());
		if (r != 0)
			ok &= (pagecache_index(r) >= next_index(r - 1)) &
			      (range_head(r) != range_head(r - 1));
		if (r > 1)
			ok &= range_head(r) != range_head(r - 2);
		ok &= range_offset(r) == 0;
		vmc_assume(ok, "entries follow each other in the file");
		vmc_minimise(pagecache_index(r));
		vmc_minimise(is_value(r));
		vmc_minimise(!pagecache_uptodate(r));
	}
	if (!spec->buffer.holes) {
		_Bool ok = (pagecache_index(0) <= first_index()) &
			   (next_index(nr_entries - 1) > last_index());

		for (r = 1; r < nr_entries; r++)
			ok &= pagecache_index(r) == next_index(r - 1);
		vmc_assume(ok, "the page cache has no holes");
	}
	vmc_minimise(pagecache_pages());
	vmc_minimise((vmc_u64)pagecache_first_byte());
	vmc_minimise((vmc_u64)pagecache_last_byte());
}

void *xas_find(struct xa_state *xas, unsigned long max)
{
	vmc_u64 r;

	if (!rcu_is_held())
		vmc_violation(NO_SPLAT, "suspicious RCU usage: a walk without rcu_read_lock()");
	if (xas->vmc_epoch && xas->vmc_epoch != rcu_epoch())
		vmc_violation(IN_BOUNDS, "the walk goes on in a node that may have been freed");
	xas->vmc_epoch = rcu_epoch();
	for (r = 0; r < nr_entries; r++) {
		vmc_u64 folio = VMEMMAP_START + (range_head(r) << STRUCT_PAGE_SHIFT);

		if (next_index(r) <= xas->vmc_next)
			continue;
		if (pagecache_index(r) > max)
			return NULL;
		xas->xa_index = pagecache_index(r);
		xas->vmc_next = next_index(r);
		return (void *)vmc_select(is_value(r), range_head(r) << 1 | 1, folio);
	}
	return NULL;
}

/* The walk goes on behind the entry that it is at. */
void xas_pause(struct xa_state *xas)
{
	xas->xa_index = xas->vmc_next;
	xas->vmc_epoch = 0;
}
