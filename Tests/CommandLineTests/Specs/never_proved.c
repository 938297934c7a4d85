// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * What is wrong for some element of an array, or in some round of a loop, and not for
 * the element that a proof watches: a bounded search refutes each of them, so that
 * none may be proved.
 */
#include <vmapcheck/ranges.h>
#include <vmapcheck/spec.h>

/* An array of the pages, and of `more` elements that are not written. */
static struct page **pages_of(const struct folio_range *ranges, unsigned int nr_ranges,
			      unsigned long more)
{
	struct page **pages = kvmalloc_array(ranges_pages(ranges, nr_ranges) + more,
					     sizeof(*pages), GFP_KERNEL);

	if (pages)
		ranges_to_pages(ranges, nr_ranges, pages);
	return pages;
}

static void *map_and_free(struct page **pages, unsigned long first, unsigned long count)
{
	void *addr = vmap(pages + first, count, VM_MAP, PAGE_KERNEL);

	kvfree(pages);
	return addr;
}

/* What the first element is decides whether the others are mapped. */
static void *map_by_first(const struct folio_range *ranges, unsigned int nr_ranges)
{
	unsigned long total = ranges_pages(ranges, nr_ranges);
	struct page **pages = kvmalloc_array(total, sizeof(*pages), GFP_KERNEL);

	if (!pages)
		return NULL;
	ranges_to_pages(ranges, nr_ranges, pages);
	return map_and_free(pages, 0, page_to_pfn(pages[0]) & 1 ? 1 : total);
}

/* Behind the pages there is an element that was not written, and one that was. */
static void *map_more(const struct folio_range *ranges, unsigned int nr_ranges)
{
	unsigned long total = ranges_pages(ranges, nr_ranges);
	struct page **pages = pages_of(ranges, nr_ranges, 2);

	if (!pages)
		return NULL;
	pages[total + 1] = folio_page(ranges[0].folio, 0);
	return map_and_free(pages, 0, total + 2);
}

/* The second element is not written; vmap() reads it in its first place. */
static void *map_shifted(const struct folio_range *ranges, unsigned int nr_ranges)
{
	unsigned long total = ranges_pages(ranges, nr_ranges);
	struct page **pages = kvmalloc_array(total + 1, sizeof(*pages), GFP_KERNEL);
	unsigned long i;

	if (!pages)
		return NULL;
	for (i = 0; i < total; i++) {
		if (i != 1)
			pages[i] = folio_page(ranges[0].folio, 0);
	}
	pages[total] = folio_page(ranges[0].folio, 0);
	return map_and_free(pages, 1, total);
}

/* A loop's first round reads what wrapped at the end of the loop before. */
static void *map_wrapped(const struct folio_range *ranges, unsigned int nr_ranges)
{
	struct page **pages = pages_of(ranges, nr_ranges, 0);
	unsigned int n = nr_ranges, x = 0, r;

	if (!pages)
		return NULL;
	while (n--)
		x = 1;
	for (r = 0; r < nr_ranges; r++) {
		x |= n;
		n = 0;
	}
	return map_and_free(pages, 0, ranges_pages(ranges, nr_ranges));
}

struct pair {
	unsigned long a, b;
};

/* A round leaves uninitialised what the next one reads. */
static void *map_uninitialised(const struct folio_range *ranges, unsigned int nr_ranges)
{
	struct page **pages = pages_of(ranges, nr_ranges, 0);
	struct pair pair = { 0, 0 };
	unsigned int r;

	if (!pages)
		return NULL;
	for (r = 0; r < nr_ranges; r++) {
		struct pair nothing;

		if (pair.a == 5)
			continue;
		memcpy(&pair, &nothing, sizeof(pair));
	}
	return map_and_free(pages, 0, ranges_pages(ranges, nr_ranges));
}

/* The array may be missing: a loop that fills it has none there. */
static void *map_unchecked(const struct folio_range *ranges, unsigned int nr_ranges)
{
	unsigned long total = ranges_pages(ranges, nr_ranges);
	struct page **pages = kvmalloc_array(total, sizeof(*pages), GFP_KERNEL);

	ranges_to_pages(ranges, nr_ranges, pages);
	return map_and_free(pages, 0, total);
}

/* What is wrong with page 1 depends on the folio of the last page, which is another one. */
static void *map_by_last(const struct folio_range *ranges, unsigned int nr_ranges)
{
	unsigned long total = ranges_pages(ranges, nr_ranges);
	struct page **pages = pages_of(ranges, nr_ranges, 0);
	struct folio *first, *last;

	if (!pages)
		return NULL;
	if (nr_ranges > 2) {
		first = ranges[0].folio;
		last = page_folio(pages[total - 1]);
		if (last != first && last != ranges[1].folio)
			pages[1] = folio_page(first, 0);
	}
	return map_and_free(pages, 0, total);
}

/* The second range's folio is looked at by a page of it that need not be its head. */
static void *map_by_tail(const struct folio_range *ranges, unsigned int nr_ranges)
{
	unsigned long total = ranges_pages(ranges, nr_ranges);
	struct page **pages;
	unsigned int r;

	for (r = 0; r < nr_ranges; r++) {
		struct page *page = folio_page(ranges[r].folio, r == 1 ? ranges[r].offset : 0);

		if (folio_test_hugetlb((struct folio *)page))
			return NULL;
	}
	pages = pages_of(ranges, nr_ranges, 0);
	return pages ? map_and_free(pages, 0, total) : NULL;
}

static void *map_all(const struct folio_range *ranges, unsigned int nr_ranges)
{
	struct page **pages = pages_of(ranges, nr_ranges, 0);

	return pages ? map_and_free(pages, 0, ranges_pages(ranges, nr_ranges)) : NULL;
}

/* Three folios, of which one is neither the watched page's nor the one looked at last. */
static void *map_by_third(const struct folio_range *ranges, unsigned int nr_ranges)
{
	if (nr_ranges > 2) {
		struct folio *a = ranges[1].folio, *b = ranges[2].folio, *c = ranges[0].folio;

		WARN_ON(a != c && folio_order(c) == 9 && folio_order(a) == 9 && folio_order(b) == 18);
	}
	return map_all(ranges, nr_ranges);
}

/* The same of a store to what HVO has freed of one of them. */
static void *map_and_store(const struct folio_range *ranges, unsigned int nr_ranges)
{
	if (nr_ranges > 2) {
		struct folio *a = ranges[1].folio, *b = ranges[2].folio, *c = ranges[0].folio;

		if (a != c && !folio_test_hugetlb_vmemmap_optimized(c) &&
		    !folio_test_hugetlb_vmemmap_optimized(a))
			folio_page(b, 64)->private = 1;
	}
	return map_all(ranges, nr_ranges);
}

/* The parameter r is a range's number, and so is the caller's r, which is another one. */
static unsigned long walk(const struct folio_range *ranges, unsigned int r, unsigned long x,
			  unsigned long *next, unsigned int rounds)
{
	unsigned long first = x;

	while (rounds--) {
		x = first + ranges[r].nr_pages;
		*next = r + 1;
	}
	return x - first;
}

static void *map_by_namesake(const struct folio_range *ranges, unsigned int nr_ranges)
{
	unsigned long r, x = 0;
	unsigned int q;

	for (q = 0; q + 1 < nr_ranges; q++)
		x += ranges[q].nr_pages;
	r = q;
	WARN_ON(walk(ranges, q, x, &r, nr_ranges));
	return map_all(ranges, nr_ranges);
}

/* A pointer is at another object in each round: the third comes to c. */
static void *map_by_moving(const struct folio_range *ranges, unsigned int nr_ranges)
{
	unsigned int a = 0, b = 0, c = 0, *p = &a, r;

	for (r = 0; r < nr_ranges; r++) {
		*p += 1;
		p = p == &a ? &b : &c;
	}
	WARN_ON(c);
	return map_all(ranges, nr_ranges);
}

struct node {
	struct node *next;
	unsigned long value;
};

/* The same through a list. */
static void *map_by_list(const struct folio_range *ranges, unsigned int nr_ranges)
{
	struct node c = { NULL, 0 }, b = { &c, 0 }, a = { &b, 0 }, *p = &a;
	unsigned int r;

	c.next = &a;
	for (r = 0; r < nr_ranges; r++) {
		p->value = 1;
		p = p->next;
	}
	WARN_ON(c.value);
	return map_all(ranges, nr_ranges);
}

/* The block is left that the variable is of. */
static void *map_by_block(const struct folio_range *ranges, unsigned int nr_ranges)
{
	unsigned int *nr;

	{
		unsigned int copy = nr_ranges;

		nr = &copy;
	}
	return map_all(ranges, *nr);
}

/* In each round it is a new variable, of no value. */
static void *map_by_last_round(const struct folio_range *ranges, unsigned int nr_ranges)
{
	unsigned int r, sum = 0;

	for (r = 0; r < nr_ranges; r++) {
		unsigned int before;

		if (r > 0)
			sum += before & 1;
		before = r;
	}
	WARN_ON(sum > nr_ranges);
	return map_all(ranges, nr_ranges);
}

#define SPEC(name, kind, nr, ...) \
	VMAP_SPEC(never_proved_##name) = { \
		.title = #name, \
		.map = map_##name, \
		.unmap = vunmap, \
		.buffer = { .kinds = kind, .max_pages = MAX_ARRAY_PAGES - 2 }, \
		.bound = { .ranges = nr, .pages = 2 }, \
		.expect = { __VA_ARGS__ }, \
	}

SPEC(by_first, THP, 1, [MAPS_EXACTLY] = REFUTED);
SPEC(more, THP, 1, [IN_BOUNDS] = REFUTED, [ACCEPTS] = REFUTED, [MAPS_EXACTLY] = VACUOUS,
     [REFS_HELD] = VACUOUS);
SPEC(shifted, THP, 1, [IN_BOUNDS] = REFUTED, [MAPS_EXACTLY] = REFUTED);
SPEC(wrapped, SHMEM, 1, [NO_WRAP] = REFUTED);
SPEC(uninitialised, SHMEM, 2, [IN_BOUNDS] = REFUTED);
SPEC(by_last, SHMEM, 3, [MAPS_EXACTLY] = REFUTED);
SPEC(unchecked, SHMEM, 1, [IN_BOUNDS] = REFUTED);
SPEC(by_tail, THP, 2, [IN_BOUNDS] = REFUTED);
SPEC(by_third, HUGETLB, 3, [NO_SPLAT] = REFUTED);
SPEC(and_store, HUGETLB, 3, [TAIL_WRITE] = REFUTED);
SPEC(by_namesake, SHMEM, 2, [NO_SPLAT] = REFUTED);
SPEC(by_moving, SHMEM, 3, [NO_SPLAT] = REFUTED);
SPEC(by_list, SHMEM, 3, [NO_SPLAT] = REFUTED);
/* Each of its runs ends there. */
SPEC(by_block, SHMEM, 1, [IN_BOUNDS] = REFUTED, [MAPS_EXACTLY] = VACUOUS, [REFS_HELD] = VACUOUS,
     [ACCEPTS] = VACUOUS, [CLEAN_FAILURE] = VACUOUS);
SPEC(by_last_round, SHMEM, 2, [IN_BOUNDS] = REFUTED);
