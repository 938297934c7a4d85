// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * draw.c - buffers drawn from the space that a spec is about, half of them at the
 * edges that matter: struct pages 63, 64 and 65, a folio's first and last page, one
 * page, a whole folio, orders 0, 9 and 18, ranges that repeat or abut, each allocation
 * failing once. The same seed and number give the same buffer.
 */
#include "machine.h"

#include <stdio.h>
#include <string.h>

#define MAX_RANGES 64
#define ORDER_2M 9
#define ORDER_1G 18
#define PFN_LIMIT (1UL << 40)
#define RAM_LIMIT (1UL << 39)
#define SECTION (1UL << 15)
#define FILE_LIMIT (1UL << 40)

/* What a strategy that goes through the pages one by one is given: of a range, in all. */
#define SLOW_PAGES 600UL
#define SLOW_TOTAL 2400UL

static uint64_t state;

uint64_t vmr_random(void)
{
	uint64_t z = state += 0x9e3779b97f4a7c15UL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9UL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebUL;
	return z ^ z >> 31;
}

void vmr_random_seed(uint64_t seed, uint64_t number, uint64_t attempt)
{
	state = seed * 0xd1342543de82ef95UL + number * 0xaf251af3b0f025b5UL + attempt;
	vmr_random();
	vmr_random();
}

uint64_t vmr_random_in(uint64_t lo, uint64_t hi)
{
	if (hi <= lo)
		return lo;
	if (hi - lo == ~0UL)
		return vmr_random();
	return lo + vmr_random() % (hi - lo + 1);
}

static bool one_in(uint64_t n)
{
	return vmr_random() % n == 0;
}

/* Between two values, often at one of them. */
static uint64_t near_edges(uint64_t lo, uint64_t hi)
{
	switch (vmr_random() % 6) {
	case 0:
		return lo;
	case 1:
		return hi > lo ? hi : lo;
	case 2:
		return hi > lo ? lo + 1 : lo;
	default:
		return vmr_random_in(lo, hi);
	}
}

/* --- Choices ---------------------------------------------------------------------------- */

enum failures { FAILS_NEVER, FAILS_ONCE, FAILS_OFTEN };

static enum failures failures;
static uint64_t failing;

uint64_t vmr_draw_choice(const char *name, uint64_t count, uint64_t lo, uint64_t hi)
{
	if (strcmp(name, "allocation fails"))
		return near_edges(lo, hi);
	switch (failures) {
	case FAILS_NEVER:
		return 0;
	case FAILS_ONCE:
		return count == failing;
	default:
		return one_in(4);
	}
}

uint64_t vmr_draw_input(const char *name, uint64_t lo, uint64_t hi)
{
	(void)name;
	return near_edges(lo, hi);
}

static void draw_failures(uint64_t number)
{
	/* In a real kernel no allocation can be made to fail. */
	if (vmr_options.guest)
		number = 0;
	failures = number % 20 < 9 ? FAILS_NEVER : number % 20 < 18 ? FAILS_ONCE : FAILS_OFTEN;
	failing = number / 20 % 10;
}

/* --- The buffer --------------------------------------------------------------------------- */

enum shape { ANY_SHAPE, FIRST_64, WHOLE_FOLIOS, ONE_PAGE, NR_SHAPES };

struct drawn {
	uint64_t kind, order, hvo, head, offset, pages;
	uint64_t index, value, uptodate;
	size_t same_as;		/* the range whose folio it is; its own number for a new one */
};

static struct vmr_spec_facts facts;
static struct drawn drawn[MAX_RANGES];
static uint64_t nr_drawn;
static enum shape shape;
static bool at_edges;

static uint64_t size_of(const struct drawn *range)
{
	return 1UL << range->order;
}

static uint64_t draw_kind(void)
{
	uint64_t kind;

	do
		kind = 1UL << vmr_random_in(0, 3);
	while (!(facts.kinds & kind));
	return kind;
}

static void draw_folio(struct drawn *range)
{
	range->kind = draw_kind();
	range->order = 0;
	if (range->kind == vmr_kind_thp)
		range->order = at_edges ? near_edges(1, ORDER_2M) : vmr_random_in(1, ORDER_2M);
	if (range->kind == vmr_kind_hugetlb)
		range->order = one_in(3) && !vmr_options.guest ? ORDER_1G : ORDER_2M;
	if (range->kind == vmr_kind_bar)
		range->order = near_edges(0, one_in(4) && !vmr_options.guest ? ORDER_1G : ORDER_2M);
	if (facts.order)
		range->order = facts.order;
	/* A whole folio of 1 GiB is too much for who takes it page by page. */
	if (shape == WHOLE_FOLIOS && !facts.any_pages && !facts.order && range->order > ORDER_2M)
		range->order = ORDER_2M;
	range->hvo = 0;
	if (range->kind == vmr_kind_hugetlb)
		range->hvo = facts.hvo == 2 ? 1 : facts.hvo == 1 ? 0 : vmr_random() & 1;
	/* Of a guest without HVO no folio can be optimised. */
	if (vmr_options.guest == GUEST_HVO_OFF)
		range->hvo = 0;
}

/* Of a folio's pages: from where, and how many. */
static void draw_part(struct drawn *range, uint64_t room)
{
	uint64_t pages = size_of(range), most = pages, end;

	if (!facts.any_pages && most > SLOW_PAGES)
		most = SLOW_PAGES;
	if (most > room)
		most = room;
	switch (shape) {
	case WHOLE_FOLIOS:
		range->offset = 0;
		range->pages = pages;
		return;
	case FIRST_64:
		end = pages < VMR_STRUCTS ? pages : VMR_STRUCTS;
		range->offset = near_edges(0, end - 1);
		range->pages = near_edges(1, end - range->offset);
		break;
	case ONE_PAGE:
		range->offset = at_edges && pages > 66 && one_in(2) ? vmr_random_in(63, 65) :
								       near_edges(0, pages - 1);
		range->pages = 1;
		break;
	default:
		range->offset = near_edges(0, pages - 1);
		if (at_edges && pages > 66 && one_in(3))
			range->offset = vmr_random_in(63, 65);
		if (one_in(3))
			range->offset = 0;
		range->pages = near_edges(1, pages - range->offset);
		break;
	}
	if (range->pages > most)
		range->pages = one_in(2) ? most : vmr_random_in(1, most);
}

static void draw_ranges(void)
{
	uint64_t most = 4, room = facts.max_pages ? facts.max_pages : ~0UL, r;

	if (at_edges && one_in(16))
		most = facts.any_pages ? 12 : 24;
	if (facts.bound_ranges > most)
		most = facts.bound_ranges;
	if (facts.of_file)
		most = 3;
	if (!facts.any_pages && room > SLOW_TOTAL)
		room = SLOW_TOTAL;
	nr_drawn = near_edges(1, most);
	for (r = 0; r < nr_drawn; r++) {
		struct drawn *range = &drawn[r];
		uint64_t other = r ? vmr_random_in(0, r - 1) : 0;

		range->same_as = r;
		if (r && !facts.of_file && one_in(3)) {
			*range = drawn[other];
			range->same_as = drawn[other].same_as;
			switch (vmr_random() % 3) {
			case 0:		/* the same range once more */
				break;
			case 1:		/* the one that abuts it */
				if (range->offset + range->pages < size_of(range))
					range->offset += range->pages;
				if (range->pages > size_of(range) - range->offset)
					range->pages = size_of(range) - range->offset;
				break;
			default:
				draw_part(range, room);
			}
		} else {
			draw_folio(range);
			draw_part(range, room);
		}
		if (range->pages > room) {
			nr_drawn = r ? r : 1;
			if (!r)
				range->pages = room;
			break;
		}
		room -= range->pages;
		if (!room) {
			nr_drawn = r + 1;
			break;
		}
	}
}

/* Heads: folios of RAM from below, with or without gaps; BARs above RAM. */
static void draw_heads(uint64_t *ram_end, uint64_t *total)
{
	uint64_t next = one_in(4) ? vmr_random_in(1, RAM_LIMIT / 2) : vmr_random_in(1, 1UL << 20);
	uint64_t bar, r;

	*total = 0;
	for (r = 0; r < nr_drawn; r++) {
		struct drawn *range = &drawn[r];
		uint64_t pages = size_of(range);

		*total += range->pages;
		if (range->kind == vmr_kind_bar)
			continue;
		if (range->same_as != r) {
			range->head = drawn[range->same_as].head;
			continue;
		}
		if (!one_in(3))
			next += vmr_random_in(0, 4 * pages);
		range->head = (next + pages - 1) & ~(pages - 1);
		next = range->head + pages;
	}
	*ram_end = next;
	if (*ram_end <= *total)
		*ram_end = *total + 1;
	if (!one_in(3))
		*ram_end += vmr_random_in(0, 1UL << 22);
	if (*ram_end < SECTION)
		*ram_end = SECTION;
	bar = *ram_end;
	if (!facts.bar_shares_section)
		bar = (bar + SECTION - 1) & ~(SECTION - 1);
	for (r = 0; r < nr_drawn; r++) {
		struct drawn *range = &drawn[r];
		uint64_t pages = size_of(range);

		if (range->kind != vmr_kind_bar)
			continue;
		if (range->same_as != r) {
			range->head = drawn[range->same_as].head;
			continue;
		}
		if (one_in(2))
			bar += vmr_random_in(0, 4 * pages);
		range->head = (bar + pages - 1) & ~(pages - 1);
		bar = range->head + pages;
	}
}

static void give(const char *name, uint64_t r, uint64_t value)
{
	char label[64];

	snprintf(label, sizeof(label), "%s[%lu]", name, r);
	vmr_input_set(label, value);
}

/* --- What is looked at ------------------------------------------------------------------------ */

static void draw_watched(uint64_t total)
{
	static const uint64_t kernel_first = (1UL << 48) >> VMR_PAGE_SHIFT;
	static const uint64_t kernel_others = (25UL << 48) >> VMR_PAGE_SHIFT;
	uint64_t r = one_in(2) ? vmr_random_in(0, nr_drawn - 1) : one_in(2) ? 0 : nr_drawn - 1;
	uint64_t pages = drawn[r].pages, base = kernel_first, page;

	vmr_input_set("watched range", r);
	page = near_edges(0, pages - 1);
	if (one_in(3) && pages > 66)
		page = vmr_random_in(62, 66);
	vmr_input_set("watched page", page);
	if (one_in(8))
		base = kernel_others + (vmr_random_in(1, 4) << (48 - VMR_PAGE_SHIFT));
	switch (vmr_random() % 6) {
	case 0:
		base -= 2;
		break;
	case 1:
		base += total;
		break;
	case 2:
		base += total - 1;
		break;
	case 3:
		base += vmr_random_in(0, total);
		break;
	case 4:
		base = vmr_random_in(0, (50UL << 48 >> VMR_PAGE_SHIFT) - 1);
		break;
	default:
		break;
	}
	vmr_input_set("watched address", base);
}

/* --- A file's page cache -------------------------------------------------------------------------- */

static uint64_t draw_entries(void)
{
	uint64_t end = facts.max_pages ? facts.max_pages : ~0UL, first, last, r, pages;
	uint64_t next = vmr_random_in(0, facts.max_pages ? end - 1 : one_in(2) ? 4096 : FILE_LIMIT / 4);
	uint64_t lead, trail, byte;

	for (r = 0; r < nr_drawn; r++) {
		struct drawn *range = &drawn[r];

		if (r && facts.holes && one_in(3))
			next += vmr_random_in(1, 600);
		if (r && next >= end) {
			nr_drawn = r;
			break;
		}
		if (r == 0 && facts.max_pages)
			next &= ~(size_of(range) - 1);
		else if (r == 0 || (facts.holes && one_in(3)))
			next = (next + size_of(range) - 1) & ~(size_of(range) - 1);
		while (next & (size_of(range) - 1))
			range->order--;
		if (range->order == 0 && !(facts.kinds & vmr_kind_shmem)) {
			nr_drawn = r ? r : 1;
			break;
		}
		if (range->order == 0)
			range->kind = vmr_kind_shmem;
		range->offset = 0;
		range->pages = size_of(range);
		range->index = next;
		range->value = facts.values && one_in(6);
		range->uptodate = !(facts.not_uptodate && one_in(6));
		next = range->index + size_of(range);
	}
	lead = near_edges(0, size_of(&drawn[0]) - 1);
	trail = near_edges(0, size_of(&drawn[nr_drawn - 1]) - 1);
	first = drawn[0].index + lead;
	last = next - 1 - trail;
	if (first >= end)
		first = end - 1;
	if (last >= end)
		last = end - 1;
	if (last < first)
		last = first;
	if (facts.holes && one_in(4))
		first -= first < 40 ? first : vmr_random_in(0, 40);
	if (facts.holes && one_in(4))
		last += vmr_random_in(0, 40);
	pages = last - first + 1;
	byte = near_edges(0, VMR_PAGE - 1);
	vmr_input_set("first page", first);
	vmr_input_set("file pages", pages);
	vmr_input_set("first byte in its page", byte);
	vmr_input_set("last byte in its page",
		      pages == 1 ? vmr_random_in(byte, VMR_PAGE - 1) : near_edges(0, VMR_PAGE - 1));
	vmr_input_set("empty", facts.holes && one_in(12));
	return pages;
}

static void draw_era(void)
{
	uint64_t n;

	if (!facts.eras || (facts.eras & (facts.eras - 1)) == 0)
		return;
	do
		n = vmr_random_in(0, 2);
	while (!(facts.eras >> n & 1));
	vmr_input_set("era", n);
}

/* The attempt, where the spec's own .assume has refused one, is in the random numbers' seed. */
void vmr_draw(const void *spec, uint64_t number)
{
	uint64_t ram_end, total, r;

	vmr_spec_facts(spec, &facts);
	at_edges = number % 2 == 0;
	shape = vmr_random() % NR_SHAPES;
	draw_failures(number / 2 + vmr_random() % 20);
	draw_ranges();
	if (facts.of_file) {
		for (r = 0; r < nr_drawn; r++)
			drawn[r].same_as = r;
		total = draw_entries();
	}
	draw_heads(&ram_end, &r);
	if (!facts.of_file)
		total = r;
	if (ram_end <= total)
		ram_end = total + 1;
	vmr_input_set("bound ranges", MAX_RANGES);
	vmr_input_set("bound pages", 0);
	vmr_input_set("ranges", nr_drawn);
	draw_era();
	vmr_input_set("ram end", ram_end);
	vmr_input_set("totalram pages", one_in(3) ? total : vmr_random_in(total, ram_end - 1));
	for (r = 0; r < nr_drawn; r++) {
		give("kind", r, drawn[r].kind);
		give("order", r, drawn[r].order);
		give("hvo", r, drawn[r].hvo);
		give("head pfn", r, drawn[r].head);
		give("offset", r, drawn[r].offset);
		give("pages", r, drawn[r].pages);
		if (!facts.of_file)
			continue;
		give("index", r, drawn[r].index);
		give("value entry", r, drawn[r].value);
		give("uptodate", r, drawn[r].uptodate);
	}
	draw_watched(total);
	if (facts.of_file)
		vmr_input_set("watched page", near_edges(0, total - 1));
}
