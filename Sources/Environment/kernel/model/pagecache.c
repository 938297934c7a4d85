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
 *
 * Without a bound on the entries there is no loop over them: the facts about an entry
 * are taken where a walk comes to it, and at the watched page's.
 */
#include "model.h"

/* Where the XArray's nodes are taken to be, one byte for each section of RCU. */
#define NODES 0xff00000000000000UL

static const struct vmap_spec *file_spec;
static struct address_space mapping;
static vmc_u64 nr_entries;
/* The entry that a walk came to last, and where it ends; the watched page's, once there is one. */
static vmc_u64 walked;
static vmc_u64 walked_to;
static vmc_u64 watched_entry = VMC_SCALAR;
static vmc_u64 watched_index = ~0UL;

struct address_space *pagecache_mapping(void)
{
	return &mapping;
}

/* Pages of the largest file that is looked at: 4 PiB. */
#define FILE_END (1UL << 40)

/* Pages of the largest file of this spec. */
static vmc_u64 file_end(void)
{
	return file_spec->buffer.max_pages ? file_spec->buffer.max_pages : FILE_END;
}

static vmc_u64 first_index(void)
{
	return vmc_input("first page", VMC_SCALAR, 0, file_end() - 1);
}

vmc_u64 pagecache_pages(void)
{
	return vmc_input("file pages", VMC_SCALAR, 1, file_end() < PFN_END ? file_end() : PFN_END);
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
	return vmc_input("index", r, 0, file_end() - 1);
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

static _Bool is_always_complete(void)
{
	return !file_spec->buffer.holes && !file_spec->buffer.values &&
	       !file_spec->buffer.not_uptodate;
}

/*
 * Without a bound: a file of which this is claimed is complete at every entry that is
 * looked at; one of which it is not may be anything. So each complete file is among
 * those that may not be refused.
 */
static _Bool is_said_complete(void)
{
	if (is_always_complete())
		return 1;
	return vmc_input("complete", VMC_SCALAR, 0, 1);
}

static void assume_if_complete(_Bool condition)
{
	if (!is_always_complete())
		vmc_assume(!is_said_complete() | condition,
			   "a file that may not be refused is complete");
}

/* Every page asked for is there and uptodate: it may not be refused. */
_Bool pagecache_complete(void)
{
	vmc_u64 next = first_index();
	_Bool complete = 1;
	vmc_u64 r;

	if (folios_unbounded())
		return is_said_complete();
	for (r = 0; r < nr_entries; r++) {
		complete &= (pagecache_index(r) <= next) & !is_value(r) &
			    pagecache_uptodate(r);
		next = next_index(r);
	}
	return complete & (next > last_index());
}

/* A node of the XArray is there as long as the section of RCU that it was found in. */
static vmc_u64 node_of_section(void)
{
	return NODES + rcu_epoch();
}

/* --- Any number of entries ------------------------------------------------------------- */

/* Entry r, which comes after `before`, is the first that reaches beyond page `next`; or none does. */
static _Bool is_first_beyond(vmc_u64 before, vmc_u64 r, vmc_u64 next)
{
	return (r <= nr_entries) & ((r == nr_entries) | (next_index(r) > next)) &
	       ((r == 0) | (next_index(before) <= next));
}

/* Entry r comes before entry s, or r is not before s. */
static _Bool in_order(vmc_u64 r, vmc_u64 s)
{
	return (r >= s) | (s >= nr_entries) | (next_index(r) <= pagecache_index(s));
}

/* Entry r begins where the one before it ends: there is no hole. */
static _Bool adjoin(vmc_u64 before, vmc_u64 r)
{
	return (r == 0) | (r >= nr_entries) | (pagecache_index(r) == next_index(before));
}

/* What is known of entry r, which may be the one behind the last, too. */
static void entry_facts(vmc_u64 r)
{
	_Bool exists = r < nr_entries;
	_Bool ok = (next_index(r) > first_index()) & (pagecache_index(r) <= last_index()) &
		   (range_offset(r) == 0);

	ok &= (r == 0) | (pagecache_index(r) > first_index());
	ok &= (r + 1 >= nr_entries) | (next_index(r) <= last_index());
	ok &= in_order(r, watched_entry) & in_order(watched_entry, r);
	/* The watched one need not exist. */
	ok &= (r >= watched_entry) | (next_index(r) <= watched_index);
	vmc_assume(!exists | ok, "entries follow each other in the file");
	assume_if_complete(!exists | (!is_value(r) & pagecache_uptodate(r)));
	folios_visit_entry(r, watched_entry);
}

/* What is known of entry r and the one before it, if there is one. */
static void neighbour_facts(vmc_u64 before, vmc_u64 r)
{
	entry_facts(r);
	vmc_assume((r == 0) | in_order(before, r), "entries follow each other in the file");
	if (!file_spec->buffer.holes)
		vmc_assume(adjoin(before, r), "the page cache has no holes");
	assume_if_complete(adjoin(before, r));
}

/* The first entry that reaches beyond page `next`, looked for where the last walk was. */
static vmc_u64 entry_beyond(vmc_u64 next)
{
	vmc_u64 here = walked, after = walked + 1, r;

	entry_facts(here);
	if (here < nr_entries && next_index(here) <= next) {
		neighbour_facts(here, after);
		if (is_first_beyond(here, after, next))
			return after;
	} else if (is_first_beyond(here - 1UL, here, next)) {
		return here;
	}
	r = vmc_choice("entry that a walk comes to", 0, nr_entries);
	neighbour_facts(r - 1, r);
	vmc_assume(is_first_beyond(r - 1, r, next), "a walk comes to the first entry that it has not passed");
	return r;
}

vmc_u64 pagecache_walked(void)
{
	return walked;
}

vmc_u64 pagecache_watch(vmc_u64 index)
{
	vmc_u64 q = vmc_input("watched range", VMC_SCALAR, 0, 0xffffffffUL);

	watched_entry = q;
	watched_index = index;
	entry_facts(q);
	vmc_assume(is_first_beyond(q - 1, q, index), "the watched entry has the watched page");
	assume_if_complete(pagecache_covers(q, index));
	if (!file_spec->buffer.holes)
		vmc_assume((q < nr_entries) & (pagecache_index(q) <= index),
			   "the page cache has no holes");
	return q;
}

/* What the page cache has in place of entry r; NULL behind the last. */
static vmc_u64 entry_word(vmc_u64 r)
{
	vmc_u64 folio = VMEMMAP_START + (range_head(r) << STRUCT_PAGE_SHIFT);
	vmc_u64 word = vmc_select(is_value(r), range_head(r) << 1 | 1, folio);

	return vmc_select(r < nr_entries, word, 0);
}

/* The place of entry r in the mapping; the first may begin before it. */
static vmc_u64 entry_place(vmc_u64 r)
{
	vmc_u64 index = pagecache_index(r);
	vmc_u64 place = vmc_select(index > first_index(), index - first_index(), 0);

	return vmc_select(r < nr_entries, place, pagecache_pages());
}

void pagecache_landmarks(void)
{
	vmc_u64 place = entry_place(walked);

	entry_facts(walked);
	vmc_landmark(LANDMARK_WATCHED, "watched index", first_index() + watched_page()->place);
	vmc_landmark(LANDMARK_VALUE, "the end of what is asked for", last_index() + 1);
	vmc_landmark(LANDMARK_VALUE, "where the walk is", walked_to);
	vmc_landmark(LANDMARK_VALUE, "where its entry ends",
		     vmc_select(walked < nr_entries, next_index(walked), walked_to));
	vmc_landmark(LANDMARK_VALUE, "the walk's entry", entry_word(walked));
	vmc_landmark(LANDMARK_VALUE, "the place of the walk's entry", place);
	vmc_landmark(LANDMARK_VALUE, "the node of the RCU section", node_of_section());
	if (area_first()) {
		vmc_landmark(LANDMARK_VALUE, "the address of the walk's entry",
			     area_first() + (place << PAGE_SHIFT));
		vmc_landmark(LANDMARK_WATCHED, "index of the watched address",
			     first_index() + ((watched_address() - area_first()) >> PAGE_SHIFT));
	}
}

/* The first page asked for is not before the first entry, nor the last behind the last. */
static _Bool has_both_ends(void)
{
	return (pagecache_index(0) <= first_index()) & (next_index(nr_entries - 1) > last_index());
}

static void unbounded_init(void)
{
	vmc_assume(1, "a file's page cache has less than 2^32 entries");
	/* So it is, but bit by bit it is hard to see. */
	vmc_assume(((vmc_u64)(pagecache_first_byte() >> PAGE_SHIFT) == first_index()) &
		   ((vmc_u64)(pagecache_last_byte() >> PAGE_SHIFT) == last_index()),
		   "the bytes are a range");
	if (!file_spec->buffer.holes)
		vmc_assume(has_both_ends(), "the page cache has no holes");
	assume_if_complete((nr_entries != 0) & has_both_ends());
}

/* --- A bounded number of entries --------------------------------------------------------- */

static void bounded_init(const struct vmap_spec *spec)
{
	vmc_u64 r;

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
		_Bool ok = has_both_ends();

		for (r = 1; r < nr_entries; r++)
			ok &= pagecache_index(r) == next_index(r - 1);
		vmc_assume(ok, "the page cache has no holes");
	}
	vmc_minimise(pagecache_pages());
	vmc_minimise((vmc_u64)pagecache_first_byte());
	vmc_minimise((vmc_u64)pagecache_last_byte());
}

void pagecache_init(const struct vmap_spec *spec)
{
	file_spec = spec;
	nr_entries = folios_ranges();
	/* An empty page cache is one of those with holes. */
	if (spec->buffer.holes && vmc_input("empty", VMC_SCALAR, 0, 1))
		nr_entries = 0;
	vmc_assume(pagecache_first_byte() <= pagecache_last_byte(), "the bytes are a range");
	vmc_assume(pagecache_pages() <= totalram_pages(), "no more pages than RAM has");
	if (spec->buffer.max_pages)
		vmc_assume(last_index() < file_end(), "the spec's .max_pages");
	if (folios_unbounded())
		unbounded_init();
	else
		bounded_init(spec);
}

/*
 * The walk comes to entry r, if it is there and begins at max or before. Without a branch:
 * it is the strategy's loop that ends where nothing is found.
 */
static void *come_to(struct xa_state *xas, vmc_u64 r, unsigned long max)
{
	_Bool begins = xas->vmc_node == 0;
	_Bool found = (r < nr_entries) & (pagecache_index(r) <= max) &
		      (!begins | (xas->xa_index <= max));
	/* xas_load(): the entry that has xa_index. */
	_Bool is_inside = begins & (pagecache_index(r) <= xas->xa_index);

	walked = r;
	xas->xa_index = vmc_select(found & !is_inside, pagecache_index(r), xas->xa_index);
	xas->vmc_next = vmc_select(found, next_index(r), xas->vmc_next);
	xas->vmc_pages = vmc_select(found, range_folio_pages(r), xas->vmc_pages);
	xas->vmc_node = node_of_section();
	xas->vmc_found = (void *)vmc_select(found, entry_word(r), 0);
	walked_to = xas->vmc_next;
	return xas->vmc_found;
}

/* It would go on one page or more behind max, wherever that is: not modelled, so not verified. */
void xas_going_on_behind_its_end_is_not_modelled(void);

static vmc_u64 bounded_entry_beyond(vmc_u64 next)
{
	vmc_u64 r;

	for (r = 0; r < nr_entries; r++) {
		if (next_index(r) > next)
			break;
	}
	return r;
}

void *xas_find(struct xa_state *xas, unsigned long max)
{
	vmc_u64 next = xas->vmc_next;

	if (!rcu_is_held())
		vmc_violation(NO_SPLAT, "suspicious RCU usage: a walk without rcu_read_lock()");
	if (xas->vmc_node && !xas->vmc_found)
		xas_going_on_behind_its_end_is_not_modelled();
	if (xas->vmc_node && xas->vmc_node != node_of_section())
		vmc_violation(IN_BOUNDS, "the walk goes on in a node that may have been freed");
	return come_to(xas, folios_unbounded() ? entry_beyond(next) : bounded_entry_beyond(next),
		       max);
}

void xas_pause(struct xa_state *xas)
{
	if (!xas->vmc_node)
		return;
	if (!xas->vmc_found)
		xas_going_on_behind_its_end_is_not_modelled();
	xas->xa_index += xas->vmc_pages;
	xas_reset(xas);
}

void xas_reset(struct xa_state *xas)
{
	xas->vmc_next = xas->xa_index;
	xas->vmc_node = 0;
}
