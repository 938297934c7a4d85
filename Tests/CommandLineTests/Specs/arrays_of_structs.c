// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Arrays of structs whose fields are of two widths, as the RFC's vmap_range_folios()
 * takes one. Behind a narrow field there is padding, which nothing was ever written to:
 * who reads the field in another width reads that.
 */
#include <vmapcheck/ranges.h>
#include <vmapcheck/spec.h>
#include <vmapcheck/vmalloc_internal.h>

struct piece {
	struct folio *folio;
	unsigned long offset;
	unsigned int nr_pages;
};

static void pieces_fit(const struct folio_range *ranges, unsigned int nr_ranges)
{
	vmap_assume(nr_ranges <= INT_MAX / sizeof(struct piece));
}

/* All pieces, but for the last ones' number of pages. */
static struct piece *pieces_of(const struct folio_range *ranges, unsigned int nr_ranges,
			       unsigned int without)
{
	struct piece *pieces = kvmalloc_array(nr_ranges, sizeof(*pieces), GFP_KERNEL);
	unsigned int r;

	if (!pieces)
		return NULL;
	for (r = 0; r < nr_ranges; r++) {
		pieces[r].folio = ranges[r].folio;
		pieces[r].offset = ranges[r].offset;
		if (r + without < nr_ranges)
			pieces[r].nr_pages = ranges[r].nr_pages;
	}
	return pieces;
}

static void *map_pieces(const struct piece *pieces, unsigned int nr, unsigned long size)
{
	struct vm_struct *area = get_vm_area_caller(size, VM_MAP, NULL);
	unsigned long addr;
	unsigned int i;

	if (!area)
		return NULL;
	addr = (unsigned long)area->addr;
	for (i = 0; i < nr; i++) {
		unsigned long pfn = folio_pfn(pieces[i].folio) + pieces[i].offset;
		unsigned long bytes = (unsigned long)pieces[i].nr_pages << PAGE_SHIFT;

		if (vmap_range_noflush(addr, addr + bytes, PFN_PHYS(pfn), PAGE_KERNEL,
				       PAGE_SHIFT)) {
			free_vm_area(area);
			return NULL;
		}
		addr += bytes;
	}
	return area->addr;
}

static void *map_by_pieces(const struct folio_range *ranges, unsigned int nr_ranges,
			   unsigned int without)
{
	struct piece *pieces = pieces_of(ranges, nr_ranges, without);
	void *addr = NULL;

	if (pieces)
		addr = map_pieces(pieces, nr_ranges, ranges_pages(ranges, nr_ranges) << PAGE_SHIFT);
	kvfree(pieces);
	return addr;
}

static void *map_all(const struct folio_range *ranges, unsigned int nr_ranges)
{
	return map_by_pieces(ranges, nr_ranges, 0);
}

/* The area is as long as the ranges; that the pieces are, too, says a sum over all of them. */
VMAP_SPEC(proof_of_pieces) = {
	.title = "an array of folio, offset and number of pages is written and read right",
	.map = map_all,
	.unmap = vunmap,
	.assume = pieces_fit,
	.cost = { .per_range = sizeof(struct piece) },
	.expect = {
		[TAIL_WRITE] = PROVED,
		[TAIL_READ] = PROVED,
		[IN_BOUNDS] = PROVED,
		[REFS_HELD] = PROVED,
		[COST] = PROVED,
	},
};

static void *map_all_but_last(const struct folio_range *ranges, unsigned int nr_ranges)
{
	return map_by_pieces(ranges, nr_ranges, 1);
}

VMAP_SPEC(twin_of_pieces) = {
	.title = "the last piece's number of pages is read, but not written",
	.map = map_all_but_last,
	.unmap = vunmap,
	.assume = pieces_fit,
	.bound = { .ranges = 1, .pages = 2 },
	.expect = { [IN_BOUNDS] = REFUTED, [MAPS_EXACTLY] = VACUOUS, [REFS_HELD] = VACUOUS },
};

static void look(unsigned long word)
{
	if (word == 5)
		cond_resched();
}

static unsigned long whole_word(const struct piece *piece)
{
	return *(const unsigned long *)&piece->nr_pages;
}

/* Nothing is mapped here. */
static void *map_and_look(const struct folio_range *ranges, unsigned int nr_ranges,
			  unsigned int first)
{
	struct piece *pieces = pieces_of(ranges, nr_ranges, 0);
	unsigned int r;

	if (pieces) {
		for (r = first; r < nr_ranges; r++)
			look(whole_word(&pieces[r]));
	}
	kvfree(pieces);
	return NULL;
}

static void *map_and_look_at_all(const struct folio_range *ranges, unsigned int nr_ranges)
{
	return map_and_look(ranges, nr_ranges, 0);
}

VMAP_SPEC(twin_of_widths) = {
	.title = "a narrow field is read with what is behind it",
	.map = map_and_look_at_all,
	.assume = pieces_fit,
	.bound = { .ranges = 1, .pages = 2 },
	.expect = { [IN_BOUNDS] = REFUTED, [MAPS_EXACTLY] = VACUOUS, [REFS_HELD] = VACUOUS },
};

static void *map_and_look_far_off(const struct folio_range *ranges, unsigned int nr_ranges)
{
	return map_and_look(ranges, nr_ranges, 3);
}

/* The bounds of these two are too small for a violation: they must not be proved. */
VMAP_SPEC(widths_far_off) = {
	.title = "from four ranges on, a narrow field is read with what is behind it",
	.map = map_and_look_far_off,
	.assume = pieces_fit,
	.bound = { .ranges = 2, .pages = 2 },
	.expect = { [ACCEPTS] = REFUTED, [MAPS_EXACTLY] = VACUOUS, [REFS_HELD] = VACUOUS },
};

/* Even rounds write a field, odd ones read more than that. */
static void *map_in_turns(const struct folio_range *ranges, unsigned int nr_ranges)
{
	struct piece *pieces = kvmalloc_array(nr_ranges, sizeof(*pieces), GFP_KERNEL);
	unsigned int r;

	if (pieces) {
		for (r = 0; r < nr_ranges; r++)
			pieces[r].folio = ranges[r].folio;
		for (r = 0; r < nr_ranges; r++) {
			if (!(r & 1))
				pieces[r].nr_pages = 1;
			else if (r > 2)
				look(whole_word(&pieces[r - 1]));
		}
	}
	kvfree(pieces);
	return NULL;
}

VMAP_SPEC(widths_in_turns) = {
	.title = "from four ranges on, a round reads more than the one before it wrote",
	.map = map_in_turns,
	.assume = pieces_fit,
	.bound = { .ranges = 2, .pages = 2 },
	.expect = { [ACCEPTS] = REFUTED, [MAPS_EXACTLY] = VACUOUS, [REFS_HELD] = VACUOUS },
};
