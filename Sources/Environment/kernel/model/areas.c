// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * areas.c - who has which addresses of the vmalloc space.
 *
 * An area gets addresses that no other had in this run: the first one the lower half
 * of the space, the others a slot each in the upper half. Where an area begins, apart
 * from its alignment, is no matter of the buffer; with a kernel tree, whose walks
 * depend on it, an area begins either where a pgd entry does, or one page before the
 * end of a page table of every level; for proofs of one level, of that and those below.
 */
#include "model.h"

#define MAX_AREAS 16
#define FIRST_AREA_BYTES (VMALLOC_PAGES_END / 2 << PAGE_SHIFT)
#define SLOT_SHIFT PGDIR_SHIFT

static struct area areas[MAX_AREAS];
static vmc_u64 nr_areas;
/* From where a pgd entry begins to the end of the table that the first area begins in. */
static vmc_u64 first_table;

void areas_begin_before(vmc_u64 bytes)
{
	first_table = bytes;
}

/* So many bytes of the first area come before the mapping. */
static vmc_u64 bytes_before;
/* These are any number: so the mapping begins at any page, wherever the area does. */
static _Bool begins_anywhere;

void areas_map_behind(vmc_u64 bytes)
{
	bytes_before = bytes;
	begins_anywhere = 1;
}

static vmc_u64 area_base(vmc_u64 n, vmc_u64 align)
{
	vmc_u64 base = VMALLOC_START + PGDIR_SIZE;

	if (n == 0 && begins_anywhere) {
		vmc_assume(1, "the mapping lies in the lower half of the vmalloc space");
		return base;
	}
	if (n != 0)
		base = VMALLOC_START + FIRST_AREA_BYTES + (n << SLOT_SHIFT);
#ifdef VMAPCHECK_KERNEL_VERSION
	if (align <= PAGE_SIZE && vmc_input("last page of a table", n, 0, 1))
		base = base + (n == 0 ? first_table : 0) - PAGE_SIZE;
	vmc_assume(1, "a vm area begins with a page table, or one page before it");
#else
	/* Aligned to no more than a page, and the second page needs a table of its own. */
	if (align <= PAGE_SIZE)
		base -= PAGE_SIZE;
	vmc_assume(1, "a vm area begins one page before a page table (VM_IOREMAP: with one)");
#endif
	return base;
}

/* The most bytes that area n may have. */
static vmc_u64 area_room(vmc_u64 n)
{
	return (n == 0 ? FIRST_AREA_BYTES - PGDIR_SIZE : 1UL << SLOT_SHIFT) - 2 * PAGE_SIZE;
}

/* The most pages that the first area may have. */
vmc_u64 areas_first_room(void)
{
	return area_room(0) >> PAGE_SHIFT;
}

struct area *area_alloc(enum area_kind kind, vmc_u64 size, vmc_u64 align, vmc_u64 guard)
{
	vmc_u64 room = area_room(nr_areas);
	struct area *area = &areas[nr_areas];

	if (allocation_fails("vmalloc space"))
		return NULL;
	/* No buffer is as large as the first area may be: that is a refusal of its own. */
	if (nr_areas == 0 && size > room)
		return NULL;
	vmc_assume((nr_areas < MAX_AREAS) & (size <= room),
		   "no more than 16 vm areas, each of at most 512 GiB (the model's own limit)");
	area->kind = kind;
	area->live = 1;
	area->start = area_base(nr_areas, align);
	area->end = area->start + size;
	area->vm = NULL;
	area->va = NULL;
	nr_areas++;
	vmc_note("area at 0x%llx of 0x%llx bytes and a guard of 0x%llx", area->start, size, guard);
	return area;
}

/* By any address inside, as __find_vmap_area() does (mm/vmalloc.c of 6.12). */
struct area *area_find(vmc_u64 addr)
{
	vmc_u64 n;

	for (n = 0; n < nr_areas; n++) {
		if (areas[n].live && addr >= areas[n].start && addr < areas[n].end)
			return &areas[n];
	}
	return NULL;
}

/* Where the mapping begins in the first area; 0 if there is none. */
vmc_u64 area_first(void)
{
	return nr_areas ? areas[0].start + bytes_before : 0;
}

_Bool area_first_has(vmc_u64 addr)
{
	return nr_areas && (addr >= areas[0].start) & (addr < areas[0].end);
}

void area_free(struct area *area)
{
	vmc_map_set_range(MAP_LEAF, area->start, area->end, PAGE_SIZE, 0, 0);
	huge_leaves_clear(area->start, area->end);
	area->live = 0;
	vmc_note("area at 0x%llx is unmapped and freed", area->start, 0, 0);
}

_Bool areas_have(vmc_u64 start, vmc_u64 end)
{
	_Bool inside = 0;
	vmc_u64 n;

	for (n = 0; n < nr_areas; n++)
		inside |= areas[n].live & (start >= areas[n].start) & (end <= areas[n].end) &
			  (start < end);
	return inside;
}

/*
 * Another user's pages may be mapped there: so it is not only a mapping outside of
 * the buffer's, but also a BUG, where the kernel finds the page taken.
 */
void areas_check(vmc_u64 start, vmc_u64 end)
{
	if (areas_have(start, end))
		return;
	vmc_violation(MAPS_EXACTLY, "maps outside of its area, or in the guard page");
	vmc_violation(NO_SPLAT, "kernel BUG: may remap a page that is not its own");
	vmc_stop();
}

vmc_u64 areas_live(void)
{
	vmc_u64 live = 0;
	vmc_u64 n;

	for (n = 0; n < nr_areas; n++)
		live += areas[n].live;
	return live;
}
