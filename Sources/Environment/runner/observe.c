// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * observe.c - what the machine sees of a run once the strategy has mapped, failed or
 * unmapped: contents through the mapping, the process's page tables, objects and
 * references. None of it asks the model what it thinks of the run.
 */
#include "machine.h"

#include <string.h>
#include <sys/mman.h>

/* All pages of a mapping of so many are looked at; of a larger one, those at edges. */
#define ALL_PAGES 4096UL
#define EDGE_PAGES 40UL
#define MAX_ERRNO 4095UL
/* The array of ranges has 16 pages. */
#define MAX_RANGES 2000UL

/* struct folio_range. */
struct folio_range {
	uint64_t folio, offset, nr_pages, bar_pfn;
};

unsigned long vmr_ranges_window = RANGES_END - sizeof(struct folio_range);
bool vmr_array_is_given;
bool vmr_is_looking;

static struct vmr_spec_facts facts;
static uint64_t mapping;

static void clear(void)
{
	uint64_t ranges = 1;

	vmr_input_has("ranges", &ranges);
	if (ranges > MAX_RANGES)
		vmr_cannot("a buffer of %lu ranges: here %lu are the most", ranges, MAX_RANGES);
	vmr_ranges_window = RANGES_END - ranges * sizeof(struct folio_range);
	vmr_array_is_given = false;
	mmap((void *)(RANGES_END - 16 * VMR_PAGE), 17 * VMR_PAGE, PROT_NONE,
	     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
	mprotect((void *)(RANGES_END - 16 * VMR_PAGE), 16 * VMR_PAGE, PROT_READ | PROT_WRITE);
}

/* From here on the array is what it is, and nobody's to write. */
void vmr_before_map(void)
{
	struct folio_range *array = (struct folio_range *)RANGES_WINDOW;
	uint64_t r;

	vmr_depth++;
	vmr_structs_begin();
	for (r = 0; r < vmr_ranges(); r++) {
		struct vmr_range range;
		bool bar;

		vmr_range(r, &range);
		bar = range.kind == vmr_kind_bar;
		array[r].folio = bar ? 0 : VMEMMAP_START + (range.head << VMR_STRUCT_PAGE_SHIFT);
		array[r].offset = range.offset;
		array[r].nr_pages = range.pages;
		array[r].bar_pfn = bar ? range.head : 0;
	}
	mprotect((void *)(RANGES_END - 16 * VMR_PAGE), 16 * VMR_PAGE, PROT_READ);
	vmr_depth--;
	vmr_array_is_given = true;
}

/* --- The mapping ------------------------------------------------------------------------- */

static const struct vmr_mapped *piece_at(const struct vmr_mapped *list, size_t count, uint64_t va)
{
	size_t lo = 0, hi = count;

	while (lo < hi) {
		size_t middle = (lo + hi) / 2;

		if (list[middle].end <= va)
			lo = middle + 1;
		else
			hi = middle;
	}
	return lo < count && list[lo].start <= va ? &list[lo] : NULL;
}

struct looks {
	uint64_t looked, wrong;
};

static void look(uint64_t place, const struct vmr_mapped *list, size_t count, struct looks *looks)
{
	uint64_t va = mapping + (place << VMR_PAGE_SHIFT), pfn = 0, found, pte;
	const struct vmr_mapped *piece = piece_at(list, count, va);
	bool expected = vmr_expected(place, &pfn);
	bool watched = place == vmr_watched_place();
	uint64_t there = piece ? piece->pfn + ((va - piece->start) >> VMR_PAGE_SHIFT) : 0;
	enum vmr_look what;

	looks->looked++;
	pte = vmr_leaf(va);
	if (((pte & vmr_pte_present) != 0) != (piece != NULL) ||
	    (piece && (pte & vmr_pte_pfn_mask) >> VMR_PAGE_SHIFT != there))
		vmr_differ("0x%lx: the model's leaf is 0x%lx, the process has pfn 0x%lx there", va,
			   pte, there);
	if (expected)
		vmr_stamp(pfn);
	if (piece)
		vmr_stamp(there);
	what = vmr_look_at(va, pfn, &found);
	if (what == LOOK_RIGHT && expected) {
		/* A page that is mapped read only cannot tell. */
		if (piece && piece->writable && vmr_write_through(va, pfn) == LOOK_OTHER)
			vmr_differ("a store at 0x%lx is not found in pfn 0x%lx", va, pfn);
		return;
	}
	looks->wrong++;
	vmr_tell("page\t%lu\t%lx\t%lx\t%s\t%lx", place, va, expected ? pfn : 0,
		 what == LOOK_NONE ? "none" : "other", found);
	if (looks->wrong > 1 && !watched)
		return;
	if (!expected)
		vmr_machine_says(MAPS_EXACTLY, BY_CONTENT, watched, vmr_here(),
				 "page %lu of the mapping belongs to no page of the file", place);
	else if (what == LOOK_NONE)
		vmr_machine_says(MAPS_EXACTLY, BY_FAULT, watched, vmr_here(),
				 "a load from page %lu of the mapping, which should be pfn 0x%lx, faults",
				 place, pfn);
	else if (found == ~0UL || what == LOOK_TORN)
		vmr_machine_says(MAPS_EXACTLY, BY_CONTENT, watched, vmr_here(),
				 "page %lu of the mapping should be pfn 0x%lx, and has the content of none",
				 place, pfn);
	else
		vmr_machine_says(MAPS_EXACTLY, BY_CONTENT, watched, vmr_here(),
				 "page %lu of the mapping should be pfn 0x%lx, and has the content of pfn 0x%lx",
				 place, pfn, found);
}

static bool is_at_edge(uint64_t place, uint64_t total)
{
	uint64_t r;

	if (place < EDGE_PAGES || total - place <= EDGE_PAGES)
		return true;
	for (r = 0; !facts.of_file && r < vmr_ranges(); r++) {
		struct vmr_range range;

		vmr_range(r, &range);
		if (place + 4 >= range.start && place < range.start + EDGE_PAGES)
			return true;
		/* Around the struct pages that HVO keeps. */
		if (place + range.offset + 3 >= range.start + VMR_STRUCTS &&
		    place + range.offset <= range.start + VMR_STRUCTS + 3)
			return true;
	}
	return false;
}

/* The next place to look at behind this one. */
static uint64_t next_place(uint64_t place, uint64_t total)
{
	uint64_t best = total, r;

	if (total <= ALL_PAGES || is_at_edge(place + 1, total))
		return place + 1;
	if (vmr_watched_place() > place)
		best = vmr_watched_place();
	if (total - EDGE_PAGES > place && total - EDGE_PAGES < best)
		best = total - EDGE_PAGES;
	for (r = 0; !facts.of_file && r < vmr_ranges(); r++) {
		struct vmr_range range;
		uint64_t at;

		vmr_range(r, &range);
		at = range.start < 4 ? 0 : range.start - 4;
		if (at > place && at < best)
			best = at;
		at = range.start + VMR_STRUCTS - 3;
		if (at >= range.offset && at - range.offset > place && at - range.offset < best)
			best = at - range.offset;
	}
	return best;
}

static void look_at_mapping(void)
{
	uint64_t total = vmr_total(), place, word, end = mapping + (total << VMR_PAGE_SHIFT);
	uint64_t elsewhere = vmr_watched_address();
	const struct vmr_mapped *list;
	size_t count = vmr_mapped_list(&list), i;
	struct looks looks = { 0 };

	if (mapping & (VMR_PAGE - 1)) {
		vmr_machine_says(MAPS_EXACTLY, BY_CONTENT, true, vmr_here(),
				 "the mapping begins at 0x%lx, inside a page", mapping);
		return;
	}
	for (place = 0; place < total; place = next_place(place, total))
		look(place, list, count, &looks);
	vmr_tell("looked\t%lu\t%lu\t%lu", looks.looked, total, looks.wrong);
	for (i = 0; i < count; i++) {
		bool watched = elsewhere >= list[i].start && elsewhere < list[i].end &&
			       (elsewhere < mapping || elsewhere >= end);

		if (list[i].start >= mapping && list[i].end <= end)
			continue;
		vmr_machine_says(MAPS_EXACTLY, BY_TABLES, watched, vmr_here(),
				 "the process has mapped [0x%lx, 0x%lx), of which the buffer's is [0x%lx, 0x%lx)",
				 list[i].start, list[i].end, mapping, end);
	}
	if (vmr_try_load(end, &word))
		vmr_machine_says(MAPS_EXACTLY, BY_NO_FAULT, elsewhere == end, vmr_here(),
				 "a load from the page behind the mapping, at 0x%lx, does not fault", end);
	if (vmr_try_load(mapping - VMR_PAGE, &word))
		vmr_machine_says(MAPS_EXACTLY, BY_NO_FAULT, elsewhere == mapping - VMR_PAGE,
				 vmr_here(),
				 "a load from the page before the mapping, at 0x%lx, does not fault",
				 mapping - VMR_PAGE);
}

/* --- References, objects ------------------------------------------------------------------------ */

static int64_t refs_of(uint64_t head)
{
	int64_t refs;

	vmr_depth++;
	refs = (int64_t)vmc_map_get(vmr_map_refs, head);
	vmr_depth--;
	return refs;
}

static void look_at_refs(unsigned int property, bool mapped)
{
	int64_t needed = facts.unpinned ? 1 : 0;
	uint64_t r;

	for (r = 0; r < vmr_ranges(); r++) {
		struct vmr_range range;
		bool watched, wrong;
		int64_t refs;

		vmr_range(r, &range);
		if (range.kind == vmr_kind_bar)
			continue;
		refs = refs_of(range.head);
		watched = range.head == vmr_watched_head() && vmr_watched_is_folio();
		wrong = mapped ? refs < needed : refs != 0;
		if (!wrong || (mapped && facts.of_file && !watched))
			continue;
		vmr_machine_says(property, BY_COUNT, watched, vmr_here(),
				 "the folio at pfn 0x%lx has %ld references more than before%s", range.head,
				 (long)refs, mapped ? ", and is mapped" : "");
	}
}

static void look_for_leaks(unsigned int property, const char *after)
{
	uint64_t elsewhere = vmr_watched_address(), objects;
	const struct vmr_mapped *list;
	size_t count = vmr_mapped_list(&list), i;

	for (i = 0; i < count; i++)
		vmr_machine_says(property, BY_TABLES,
				 elsewhere >= list[i].start && elsewhere < list[i].end, vmr_here(),
				 "after %s the process still has [0x%lx, 0x%lx) mapped", after,
				 list[i].start, list[i].end);
	objects = vmc_live_objects(vmr_owner_strategy) + vmc_live_objects(vmr_owner_kernel);
	if (objects) {
		vmr_machine_says(property, BY_COUNT, true, vmr_here(),
				 "after %s %lu object%s still allocated", after, objects,
				 objects == 1 ? " is" : "s are");
		vmr_heap_tell_live();
	}
	if (vmr_areas_live())
		vmr_machine_says(property, BY_COUNT, true, vmr_here(),
				 "after %s addresses of the vmalloc space are still taken", after);
	if (property == CLEAN_FAILURE && vmr_locks_held())
		vmr_machine_says(property, BY_COUNT, true, vmr_here(),
				 "after %s a lock is still held", after);
}

static void look_at_cost(void)
{
	uint64_t bound = facts.cost_fixed + facts.cost_per_range * vmr_ranges() +
			 facts.cost_per_page * vmr_total();

	if (!facts.cost_fixed && !facts.cost_per_range && !facts.cost_per_page)
		return;
	if (vmr_heap_peak() > bound)
		vmr_machine_says(COST, BY_COUNT, true, vmr_here(),
				 "%lu bytes of metadata were live at once, and the spec states %lu",
				 vmr_heap_peak(), bound);
}

static void look_at_outcome(void)
{
	look_at_cost();
	if (mapping && mapping < -MAX_ERRNO) {
		vmr_tell("mapped\t%lx\t%lu", mapping, vmr_total());
		look_at_mapping();
		look_at_refs(REFS_HELD, true);
		return;
	}
	vmr_tell("failed\t%ld", (long)mapping);
	look_for_leaks(CLEAN_FAILURE, "the failure");
	look_at_refs(CLEAN_FAILURE, false);
	if (!vmr_allocation_failed() && vmr_is_complete())
		vmr_machine_says(ACCEPTS, BY_TABLES, true, vmr_here(),
				 "nothing is mapped, though no allocation failed");
}

void vmr_after_map(vmc_u64 addr)
{
	vmr_settle();
	mapping = addr;
	vmr_is_looking = true;
	look_at_outcome();
	vmr_is_looking = false;
}

void vmr_after_unmap(void)
{
	vmr_settle();
	vmr_tell("unmapped");
	vmr_is_looking = true;
	look_for_leaks(API_CLASS, "unmap");
	look_at_refs(REFS_HELD, false);
	vmr_is_looking = false;
}

void vmr_observe_begin(const void *spec)
{
	vmr_spec_facts(spec, &facts);
	clear();
}

void vmr_observe_end(void)
{
	vmr_structs_probe();
}
