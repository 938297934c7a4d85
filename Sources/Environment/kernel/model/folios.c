// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * folios.c - physical memory, and the buffer that a strategy is to map.
 *
 * A buffer is a set of functions of the range number: kind, order, hvo, head, offset
 * and pages. RAM is one span of pfns, [1, ram_end), of 2 PiB at most; PCIe BARs lie
 * above it, and are aligned to their size, a power of two, as folios are. Two ranges
 * either are of one folio or of two that have no page in common; ranges may overlap or
 * repeat (as udmabuf's may).
 *
 * Without a bound on the ranges there is no loop over them: the facts about a range
 * are taken where the strategy visits it, and at the watched range.
 */
#include "model.h"

static const struct vmap_spec *buffer_spec;
static vmc_u32 kinds;
static _Bool unbounded;
/* The watched range, once there is one: then its facts are known under this number. */
static vmc_u64 watched_range = VMC_SCALAR;
static vmc_u64 nr_ranges;
static vmc_u64 visited;

/* In a bounded exploration the numbers of pages are constants: loops go over them. */
#define MAX_BOUNDED_RANGES 64
static vmc_u64 constant_pages[MAX_BOUNDED_RANGES];

_Bool folios_unbounded(void)
{
	return unbounded;
}

_Bool folios_unpinned(void)
{
	return buffer_spec->buffer.unpinned;
}

vmc_u64 folios_ranges(void)
{
	return nr_ranges;
}

_Bool range_exists(vmc_u64 r)
{
	return r < nr_ranges;
}

/* Memory sections that have RAM have struct pages, all of them (early sections). */
vmc_u64 folios_ram_end(void)
{
	return vmc_input("ram end", VMC_SCALAR, PAGES_PER_SECTION, PFN_END);
}

static vmc_u64 last_section(void)
{
	return (folios_ram_end() - 1) >> PAGES_PER_SECTION_SHIFT;
}

bool pfn_valid(unsigned long pfn)
{
	return (pfn >> PAGES_PER_SECTION_SHIFT) <= last_section();
}

/* Some of the RAM is the kernel's own, or reserved. */
unsigned long totalram_pages(void)
{
	return vmc_input("totalram pages", VMC_SCALAR, 1, PFN_END);
}

vmc_u64 folios_era(void)
{
#ifdef VMAPCHECK_KERNEL_VERSION
	/* The freed tails got their own shared page in 7.0 (kernel.md, section 2.2). */
	if (VMAPCHECK_KERNEL_VERSION >= KERNEL_VERSION(7, 0, 0))
		return ERA_7;
	if (VMAPCHECK_KERNEL_VERSION >= KERNEL_VERSION(6, 6, 0))
		return ERA_6_12;
	return ERA_6_1;
#else
	vmc_u32 eras = buffer_spec->buffer.eras;
	vmc_u64 era;

	if (!eras)
		eras = ERA_6_1 | ERA_6_12 | ERA_7;
	if ((eras & (eras - 1)) == 0)
		return eras;
	era = 1UL << vmc_input("era", VMC_SCALAR, 0, 2);
	vmc_assume((era & eras) != 0, "the era is one of the spec's");
	return era;
#endif
}

/* The highest bit of a set of kinds. */
static vmc_u64 highest(vmc_u32 set)
{
	return 1UL << (31 - __builtin_clz(set));
}

vmc_u64 range_kind(vmc_u64 r)
{
	if ((kinds & (kinds - 1)) == 0)
		return kinds;
	return vmc_input("kind", r, kinds & -kinds, highest(kinds));
}

/* Known without a look at the range where the spec has only BARs, or none. */
_Bool range_is_bar(vmc_u64 r)
{
	if (!(kinds & BAR))
		return 0;
	return range_kind(r) == BAR;
}

static vmc_u64 max_order(void)
{
	return kinds & (HUGETLB | BAR) ? 18 : 9;
}

vmc_u64 range_order(vmc_u64 r)
{
	if (kinds == SHMEM)
		return 0;
	if (buffer_spec->buffer.order)
		return buffer_spec->buffer.order;
	return vmc_input("order", r, 0, max_order());
}

/*
 * Without a bound on the ranges: a function of the order of which no more is said than
 * this, which is enough, and much easier than a power of two.
 */
static vmc_u64 pages_of_order(vmc_u64 order)
{
	vmc_u64 pages = vmc_input("pages of order", order, 1, MAX_ORDER_PAGES);

	vmc_assume(((order != 0) | (pages == 1)) & ((order == 0) | (pages >= 2)) &
		   ((order != 9) | (pages == 512)) & ((order > 9) | (pages <= 512)) &
		   ((order != 18) | (pages == MAX_ORDER_PAGES)),
		   "a range is one of a folio");
	return pages;
}

/* 1 << order. That an order has five bits, or four, makes the shift a cheap one. */
vmc_u64 order_pages(vmc_u64 order)
{
	if (unbounded && !buffer_spec->buffer.order)
		return pages_of_order(order);
	return 1UL << (order & (max_order() > 15 ? 31 : 15));
}

/* Of a file, without a bound on the entries: a function of the entry, which is easier still. */
vmc_u64 range_folio_pages(vmc_u64 r)
{
	if (unbounded && buffer_spec->map_file && kinds != SHMEM && !buffer_spec->buffer.order)
		return vmc_input("folio pages", r, 1, 1UL << max_order());
	return order_pages(range_order(r));
}

vmc_u64 range_hvo(vmc_u64 r)
{
	if (!(kinds & HUGETLB) || buffer_spec->buffer.hvo == HVO_OFF)
		return 0;
	return vmc_input("hvo", r, 0, 1);
}

vmc_u64 range_head(vmc_u64 r)
{
	return vmc_input("head pfn", r, 1, PFN_END - 1);
}

vmc_u64 range_offset(vmc_u64 r)
{
	if (kinds == SHMEM)
		return 0;
	return vmc_input("offset", r, 0, MAX_ORDER_PAGES - 1);
}

vmc_u64 range_pages(vmc_u64 r)
{
	if (kinds == SHMEM)
		return 1;
	if (!unbounded && constant_pages[r])
		return constant_pages[r];
	return vmc_input("pages", r, 1, MAX_ORDER_PAGES);
}

/* The place of a range's first page in the mapping. */
vmc_u64 range_start(vmc_u64 r)
{
	vmc_u64 start = 0;
	vmc_u64 i;

	if (unbounded)
		return vmc_input("start", r, 0, PFN_END);
	for (i = 0; i < r; i++)
		start += range_pages(i);
	return start;
}

vmc_u64 folios_total(void)
{
	return range_start(nr_ranges);
}

/* The kind is this one, and the buffer may have it. */
static _Bool one_kind(vmc_u64 kind, vmc_u32 this)
{
	return (kind == this) & ((kinds & this) != 0);
}

/* What makes one range a range of a folio, or of a BAR. */
static _Bool well_formed(vmc_u64 r)
{
	vmc_u64 kind = range_kind(r);
	vmc_u64 order = range_order(r);
	vmc_u64 hvo = range_hvo(r);
	vmc_u64 head = range_head(r);
	vmc_u64 offset = range_offset(r);
	vmc_u64 pages = range_pages(r);
	vmc_u64 folio_pages = range_folio_pages(r);
	_Bool ok;

	ok = one_kind(kind, SHMEM) | one_kind(kind, THP) | one_kind(kind, HUGETLB) | one_kind(kind, BAR);
	ok &= (kind != SHMEM) | (order == 0);
	ok &= (kind != THP) | ((order >= 1) & (order <= 9));
	ok &= (kind != HUGETLB) | (order == 9) | (order == 18);
	ok &= (hvo == 0) | (kind == HUGETLB);
	ok &= (buffer_spec->buffer.hvo != HVO_ON) | (kind != HUGETLB) | (hvo == 1);
	/* No proof needs it: without a bound it is left open. */
	ok &= unbounded | ((head & (folio_pages - 1)) == 0);
	if (unbounded && buffer_spec->map_file)
		ok &= (order == 0) == (folio_pages == 1);
	ok &= (kind == BAR) | (head + folio_pages <= folios_ram_end());
	ok &= (kind != BAR) | (head + folio_pages <= PFN_END);
	if (buffer_spec->buffer.bar_shares_section)
		ok &= (kind != BAR) | (head >= folios_ram_end());
	else
		ok &= (kind != BAR) | !pfn_valid(head);
	ok &= offset < folio_pages;
	ok &= offset + pages <= folio_pages;
	return ok;
}

/* Two ranges: of the same folio, or of folios that have no page in common. */
static _Bool compatible(vmc_u64 r, vmc_u64 s)
{
	vmc_u64 head_r = range_head(r);
	vmc_u64 head_s = range_head(s);
	_Bool same, apart;

	same = (head_r == head_s) & (range_order(r) == range_order(s)) &
	       (range_kind(r) == range_kind(s)) & (range_hvo(r) == range_hvo(s));
	apart = (head_r + range_folio_pages(r) <= head_s) |
		(head_s + range_folio_pages(s) <= head_r);
	return same | apart;
}

/* `start` is a sum over the ranges before: it grows with them. */
static _Bool in_order(vmc_u64 r, vmc_u64 s)
{
	return (r >= s) | (range_start(r) + range_pages(r) <= range_start(s));
}

/*
 * In an exploration without a bound: what is known of where range r begins, which may
 * be the end of the buffer too.
 */
static void place_facts(vmc_u64 r)
{
	vmc_u64 q = watched_page()->range;
	vmc_u64 next = range_start(r) + range_pages(r);

	vmc_assume((r > nr_ranges) | (range_start(r) <= folios_total()),
		   "a range begins where the ones before it end");
	vmc_assume((r >= nr_ranges) | ((range_start(r + 1) == next) & (next <= folios_total())),
		   "a range begins where the ones before it end");
	vmc_assume((r > nr_ranges) | (in_order(r, q) & in_order(q, r)),
		   "a range begins where the ones before it end");
}

/* In an exploration without a bound: what is known of range r. */
vmc_u64 range_visit(vmc_u64 r)
{
	if (!unbounded)
		return r;
	if (r == watched_range)
		return watched_range;
	visited = r;
	place_facts(r);
	vmc_assume((r >= nr_ranges) | well_formed(r), "a range is one of a folio");
	if (watched_range != VMC_SCALAR)
		vmc_assume((r >= nr_ranges) | compatible(r, watched_range),
			   "folios have no page in common");
	else
		watched_range = r;
	return r;
}

/* The same of entry r of a page cache: where it lies in the file is pagecache.c's. */
void folios_visit_entry(vmc_u64 r, vmc_u64 watched)
{
	vmc_assume((r >= nr_ranges) | well_formed(r), "a range is one of a folio");
	vmc_assume((r >= nr_ranges) | (watched >= nr_ranges) | compatible(r, watched),
		   "folios have no page in common");
}

void vmc_landmarks_at(vmc_u64 r)
{
	if (!unbounded || buffer_spec->map_file)
		return;
	place_facts(r);
	vmc_landmark(LANDMARK_VALUE, "start", range_start(r));
	vmc_landmark(LANDMARK_VALUE, "pages", range_pages(r));
}

static _Bool pages_are_bounded(vmc_u64 bound)
{
	return bound != 0 && bound < MAX_ORDER_PAGES;
}

static void bounded_init(void)
{
	vmc_u64 page_bound = vmc_bound(VMC_MAX_PAGES_PER_RANGE);
	vmc_u64 r, s;

	nr_ranges = vmc_split(nr_ranges);
	for (r = 0; r < nr_ranges; r++) {
		vmc_assume(well_formed(r), "a range is one of a folio");
		if (pages_are_bounded(page_bound)) {
			vmc_assume(range_pages(r) <= page_bound, "the bound on pages");
			constant_pages[r] = vmc_split(range_pages(r));
		}
		for (s = 0; s < r; s++)
			vmc_assume(compatible(r, s), "folios have no page in common");
	}
	vmc_minimise(nr_ranges);
	vmc_minimise(folios_total());
	for (r = 0; r < nr_ranges; r++) {
		vmc_minimise(range_order(r));
		vmc_minimise(range_offset(r));
		vmc_minimise(range_kind(r));
		vmc_minimise(range_hvo(r));
		vmc_minimise(range_head(r));
	}
}

void folios_init(const struct vmap_spec *spec, vmc_u32 default_kinds)
{
	vmc_u64 range_bound = vmc_bound(VMC_MAX_RANGES);
	vmc_u64 total;

	buffer_spec = spec;
	kinds = spec->buffer.kinds;
	if (!kinds)
		kinds = default_kinds;
	unbounded = range_bound == 0;
	/* struct folio_range's count is an unsigned int. */
	if (range_bound > MAX_BOUNDED_RANGES)
		range_bound = MAX_BOUNDED_RANGES;
	nr_ranges = vmc_input("ranges", VMC_SCALAR, 1, unbounded ? 0xffffffffUL : range_bound);
	if (spec->buffer.order)
		vmc_assume(1, "every folio is of the spec's .order");
	vmc_assume(totalram_pages() < folios_ram_end(), "some of RAM is the kernel's own");
	if (!unbounded)
		bounded_init();
	else
		vmc_assume(range_start(0) == 0, "the first range comes first");
	total = folios_total();
	if (!spec->map_file) {
		vmc_assume(total <= totalram_pages(), "a buffer is no larger than RAM");
		if (spec->buffer.max_pages)
			vmc_assume(total <= spec->buffer.max_pages, "the spec's .max_pages");
	}
}

/* In an exploration without a bound. What was known of it a loop may have forgotten. */
static vmc_u64 visited_range(void)
{
	vmc_u64 r = visited;

	if (buffer_spec->map_file)
		return pagecache_walked();
	vmc_assume((r >= nr_ranges) | well_formed(r), "a range is one of a folio");
	vmc_assume((r >= nr_ranges) | compatible(r, watched_page()->range),
		   "folios have no page in common");
	return r;
}

/* In an exploration without a bound: any range at all. */
static vmc_u64 any_range(void)
{
	vmc_u64 r = vmc_choice("range of a page", 0, nr_ranges - 1);

	vmc_assume(well_formed(r), "a range is one of a folio");
	vmc_assume(compatible(r, watched_page()->range), "folios have no page in common");
	return r;
}

/* If the pfn is of range r's folio, that is it. */
static void look_in(vmc_u64 r, vmc_u64 pfn, struct folio_of *folio)
{
	vmc_u64 head = range_head(r);
	_Bool here = (r < nr_ranges) & !range_is_bar(r) & (pfn - head < range_folio_pages(r));

	folio->found |= here;
	folio->head = vmc_select(here, head, folio->head);
	folio->order = vmc_select(here, range_order(r), folio->order);
	folio->kind = vmc_select(here, range_kind(r), folio->kind);
	folio->hvo = vmc_select(here, range_hvo(r), folio->hvo);
	if (buffer_spec->map_file) {
		folio->pages = vmc_select(here, range_folio_pages(r), folio->pages);
		folio->file_index = vmc_select(here, pagecache_index(r), folio->file_index);
		folio->uptodate = vmc_select(here, pagecache_uptodate(r), folio->uptodate);
	}
}

/*
 * Without a bound on the ranges only the folios of the watched range and of the one
 * visited last are known. A page of neither may be one of any other range, or of none:
 * there is no proof of in-bounds then, but the run goes on with whatever range it is of.
 */
static void look_in_unbounded(vmc_u64 pfn, struct folio_of *folio)
{
	look_in(watched_page()->range, pfn, folio);
	look_in(visited_range(), pfn, folio);
	if (vmc_is_unfollowed(pfn) || !folio->found)
		look_in(any_range(), pfn, folio);
}

/* The folio of the buffer that has this pfn. A BAR has none. */
void folio_of_pfn(vmc_u64 pfn, struct folio_of *folio)
{
	vmc_u64 r;

	folio->found = 0;
	folio->head = 0;
	folio->order = 0;
	folio->kind = 0;
	folio->hvo = 0;
	folio->pages = 0;
	folio->file_index = 0;
	folio->uptodate = 1;
	if (unbounded) {
		look_in_unbounded(pfn, folio);
		return;
	}
	for (r = 0; r < nr_ranges; r++)
		look_in(r, pfn, folio);
}

vmc_u64 pages_of_folio(const struct folio_of *folio)
{
	return buffer_spec->map_file ? folio->pages : order_pages(folio->order);
}
