// SPDX-License-Identifier: GPL-2.0 OR MIT
/* chunk.c - any part of a mapping (vmapcheck/chunk.h). */
#include <vmapcheck/chunk.h>

#include "model.h"

/* Of the callback that has failed. */
static int callback_error;

/* The leaf that is due to the watched page. */
static vmc_u64 watched_pte(void)
{
	return pte_val(pfn_pte(watched_page()->pfn, PAGE_KERNEL));
}

static _Bool watches_chunk(const struct vmap_chunk *chunk)
{
	return (watched_address() >= chunk->addr) & (watched_address() < chunk->end);
}

/* Pages [first, first + count) of the mapping. */
static void place_chunk(struct vmap_chunk *chunk, unsigned long area, vmc_u64 first, vmc_u64 count,
			unsigned int shift)
{
	chunk->first = (int)first;
	chunk->addr = area + (first << PAGE_SHIFT);
	chunk->end = chunk->addr + (count << PAGE_SHIFT);
	vmc_assume((chunk->addr - VMALLOC_START) >> shift ==
			   (chunk->end - 1 - VMALLOC_START) >> shift,
		   "the chunk is translated below one entry");
}

void vmap_chunk_expect(unsigned int shift)
{
	pagetable_walked();
	/* Two pages are then below two entries of the level that is walked. */
	areas_begin_before(shift > PMD_SHIFT && shift <= PGDIR_SHIFT ? 1UL << (shift - 9) : 0);
}

/* Constant bounds are what makes the proof quick: they are no others. */
static vmc_u64 choose_count(vmc_u64 most, unsigned int shift)
{
	vmc_u64 below = 1UL << (shift - PAGE_SHIFT);

	return vmc_choice("pages of the chunk", 1, below < most ? below : most);
}

void vmap_chunk_choose(struct vmap_chunk *chunk, unsigned long area, unsigned long pages,
		       unsigned int shift)
{
	vmc_u64 first = vmc_choice("first page of the chunk", 0, INT_MAX - 1);
	vmc_u64 count = choose_count(INT_MAX, shift);

	vmc_of_any_call();
	vmc_assert(pages <= INT_MAX, IN_BOUNDS, "a chunk of too large an array");
	vmc_assume((first < pages) & (count <= pages - first),
		   "the chunk is a part of the mapping");
	place_chunk(chunk, area, first, count, shift);
}

void vmap_chunk_choose_together(struct vmap_chunk *chunk, unsigned long area,
				unsigned int nr_ranges, unsigned int shift)
{
	vmc_u64 r = vmc_choice("range of the chunk", 0, 0xffffffff);
	vmc_u64 page = vmc_choice("first page of the chunk in its range", 0, MAX_ORDER_PAGES - 1);
	vmc_u64 count = choose_count(MAX_ORDER_PAGES, shift);

	vmc_of_any_call();
	vmc_assume(1, "what lies together is of one folio: 1 GiB at most");
	chunk->max_shift = (unsigned int)vmc_choice("largest leaf", PAGE_SHIFT, 63);
	huge_leaves_expect(chunk->max_shift);
	vmc_assume(r < nr_ranges, "the chunk is a part of the mapping");
	r = range_visit(r);
	vmc_assume((page < range_pages(r)) & (count <= range_pages(r) - page),
		   "the chunk is a part of the mapping");
	chunk->phys = PFN_PHYS(range_head(r) + range_offset(r) + page);
	place_chunk(chunk, area, range_start(r) + page, count, shift);
}

/* Pages [first, end) of the mapping are mapped; in any way, which is no matter of the chunk's. */
static void map_pages_at(unsigned long area, unsigned long first, unsigned long end,
			 struct page **pages)
{
	unsigned long place = watched_page()->place;
	unsigned long va = area + (place << PAGE_SHIFT);
	_Bool here = (place >= first) & (place < end);
	unsigned long i;

	if (folios_unbounded()) {
		vmc_map_set_unknown(MAP_LEAF, area + (first << PAGE_SHIFT),
				    area + (end << PAGE_SHIFT));
		vmc_map_set(MAP_LEAF, va, vmc_select(here, watched_pte(), leaf_get(va)));
		return;
	}
	for (i = first; i < end; i++)
		vmc_map_set(MAP_LEAF, area + (i << PAGE_SHIFT),
			    pte_val(mk_pte(pages[i], PAGE_KERNEL)));
}

void vmap_before_chunk(struct vmap_chunk *chunk, unsigned long area, unsigned long total,
		       struct page **pages)
{
	map_pages_at(area, 0, (chunk->addr - area) >> PAGE_SHIFT, pages);
	chunk->leaf_elsewhere = leaf_get(watched_address());
}

void vmap_behind_chunk(const struct vmap_chunk *chunk, unsigned long area, unsigned long total,
		       struct page **pages)
{
	map_pages_at(area, (chunk->end - area) >> PAGE_SHIFT, total, pages);
}

void vmap_chunk_check(const struct vmap_chunk *chunk)
{
	vmc_expect(watches_chunk(chunk) | (leaf_get(watched_address()) == chunk->leaf_elsewhere),
		   MAPS_EXACTLY, "sets a leaf that is not of its part");
	vmc_expect(!watches_chunk(chunk) | huge_leaf_allowed(watched_address()), MAPS_EXACTLY,
		   "sets a larger leaf than its caller allows");
}

void vmap_chunk_check_mapped(const struct vmap_chunk *chunk, unsigned long end)
{
	vmc_u64 va = area_first() + (watched_page()->place << PAGE_SHIFT);

	vmc_expect_of_watched((va < chunk->addr) | (va >= end) | (leaf_get(va) == watched_pte()),
			      MAPS_EXACTLY, "a leaf of the part is not that of its page");
}

void vmap_chunk_check_failed(const struct vmap_chunk *chunk, int nr)
{
	vmc_u64 mapped = (vmc_u64)(nr - chunk->first);
	vmc_u64 failed = chunk->addr + (mapped << PAGE_SHIFT);
	_Bool is_left = (watched_address() >= failed) & (watched_address() < chunk->end);

	vmap_chunk_check_mapped(chunk, failed);
	vmc_expect(mapped < (chunk->end - chunk->addr) >> PAGE_SHIFT, MAPS_EXACTLY,
		   "fails at a page that is not of its part");
	vmc_expect(!is_left | (leaf_get(watched_address()) == 0), MAPS_EXACTLY,
		   "a page is mapped behind the one that it failed at");
}

void vmap_chunk_check_error(int error)
{
	vmc_expect(error == (callback_error ? callback_error : -ENOMEM), MAPS_EXACTLY,
		   "fails by another error than its callers know");
}

void vmap_check_pages_kept(struct page *const *pages)
{
	const struct page *page;

	vmc_look(1);
	page = pages[watched_page()->place];
	vmc_look(0);
	vmc_expect_of_watched(page == pfn_to_page(watched_page()->pfn), IN_BOUNDS,
			      "changes the array of pages that it is given");
}

void vmap_check_leaves(const void *addr)
{
	vmc_u64 va = (vmc_u64)addr + (watched_page()->place << PAGE_SHIFT);

	vmc_expect_of_watched(leaf_get(va) == watched_pte(), MAPS_EXACTLY,
			      "a leaf is not that of its page with PAGE_KERNEL");
}

pgtbl_mod_mask vmap_any_mask(void)
{
	return (pgtbl_mod_mask)vmc_choice("page tables that walks have changed", 0, 0xffffffff);
}

unsigned long vmap_pages_before(void)
{
	vmc_u64 pages;

	if (!folios_unbounded())
		return 0;
	pages = vmc_choice("pages of the area before the mapping", 0,
			   areas_first_room() - INT_MAX);
	areas_map_behind(pages << PAGE_SHIFT);
	return pages;
}

int vmap_callback_fails(void)
{
	callback_error = (int)vmc_choice("error of the callback", 1, 0xffffffff);
	return callback_error;
}

int vmap_map_next(pte_t *pte, unsigned long addr, void *data)
{
	struct vmap_next_page *next = data;

	if (allocation_fails("what the callback needs"))
		return vmap_callback_fails();
	set_pte_at(&init_mm, addr, pte, mk_pte(next->pages[next->nr], PAGE_KERNEL));
	next->nr++;
	return 0;
}
