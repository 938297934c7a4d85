// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * vmap_range.c - the parts of mm/vmalloc.c that map into an area that is there:
 * vmap_range_noflush() and what is built on it, and vmap_pages_range(). They are
 * static in the kernel, or weak here.
 */
#include "model.h"

/* Any number of pages of [addr, end) but not all of them, with a table missing. */
static vmc_u64 partial_end(unsigned long addr, unsigned long end)
{
	vmc_u64 pages = (end - addr) >> PAGE_SHIFT;
	vmc_u64 done = vmc_choice("pages mapped before the failure", 0, pages - 1);

	return addr + (done << PAGE_SHIFT);
}

/* No page of [addr, end) is mapped: looked at in one arbitrary page of it. */
static _Bool is_free(unsigned long addr, unsigned long end)
{
	vmc_u64 elsewhere = watched_address();
	vmc_u64 page;

	if (folios_unbounded())
		return (elsewhere < addr) | (elsewhere >= end) | (leaf_get(elsewhere) == 0);
	page = vmc_choice("page found busy", 0, ((end - addr) >> PAGE_SHIFT) - 1);
	return leaf_get(addr + (page << PAGE_SHIFT)) == 0;
}

static void map_lying_together(unsigned long addr, unsigned long end, phys_addr_t phys_addr,
			       vmc_u64 pte)
{
	areas_check(addr, end);
	vmc_assert(is_free(addr, end), NO_SPLAT, "kernel BUG: a page is mapped already");
	vmc_map_set_range(MAP_LEAF, addr, end, PAGE_SIZE, pte, PAGE_SIZE);
	refs_check_mapping(PHYS_PFN(phys_addr), (end - addr) >> PAGE_SHIFT);
}

/*
 * Maps memory that lies together, without looking at struct pages. Leaves of 2 MiB
 * and 1 GiB, which max_page_shift may allow, are kept as the 4 KiB ones they stand
 * for: the same pages are mapped.
 */
int map_together(unsigned long addr, unsigned long end, phys_addr_t phys_addr, pgprot_t prot)
{
	vmc_u64 pte = (phys_addr & PAGE_MASK) | pgprot_val(prot);

	might_sleep();
	BUG_ON(addr >= end);
	vmc_assert(((addr | end) & ~PAGE_MASK) == 0, NO_SPLAT,
		   "kernel BUG: maps a part of a page, and runs on behind it");
	if (allocation_fails("page table")) {
		vmc_u64 mapped = partial_end(addr, end);

		/* What is not come to is nobody's business: it may be outside of the area. */
		if (mapped != addr)
			map_lying_together(addr, mapped, phys_addr, pte);
		return -ENOMEM;
	}
	map_lying_together(addr, end, phys_addr, pte);
	vmc_note("leaves [0x%llx, 0x%llx) := physical 0x%llx on", addr, end, phys_addr);
	return 0;
}

int vmap_range_noflush(unsigned long addr, unsigned long end, phys_addr_t phys_addr,
		       pgprot_t prot, unsigned int max_page_shift)
{
	tables_change_unseen();
	return map_together(addr, end, phys_addr, prot);
}

__weak int vmap_page_range(unsigned long addr, unsigned long end, phys_addr_t phys_addr,
			   pgprot_t prot)
{
	return vmap_range_noflush(addr, end, phys_addr, pgprot_nx(prot), ioremap_max_page_shift);
}

/* The checks came with 6.10 (6.12's in the eras); before it was vmap_page_range(). */
__weak int ioremap_page_range(unsigned long addr, unsigned long end, phys_addr_t phys_addr,
			      pgprot_t prot)
{
	struct vm_struct *area = find_vm_area((void *)addr);

	if (folios_era() != ERA_6_1) {
		if (!area || !(area->flags & VM_IOREMAP)) {
			WARN_ONCE(1, "vm_area at addr %lx is not marked as VM_IOREMAP\n", addr);
			return -EINVAL;
		}
		if (end != addr + get_vm_area_size(area)) {
			WARN_ONCE(1, "ioremap request doesn't match vm_area\n");
			return -ERANGE;
		}
	}
	return vmap_page_range(addr, end, phys_addr, prot);
}

/*
 * The element of an array of `count` that is looked at for all of them, where there is
 * no bound: the watched page's. With the last one, which is inside of the array only if
 * all are. That is no element of those that come after the buffer's pages: of an array
 * with such ones nothing is proved that one of them could refute.
 */
_Bool looks_at(vmc_u64 count)
{
	static const char message[] = "an element of an array behind the buffer's is not looked at";

	if (count > folios_total()) {
		vmc_violation(IN_BOUNDS, message);
		vmc_violation(API_CLASS, message);
		vmc_violation(NO_SPLAT, message);
		vmc_violation(ACCEPTS, message);
		vmc_violation(CLEAN_FAILURE, message);
	}
	return watched_page()->place < count;
}

/* The same of `count` elements from `first` on. */
static _Bool looks_at_some(vmc_u64 first, vmc_u64 count)
{
	_Bool is_before = looks_at(first + count);

	return is_before && watched_page()->place >= first;
}

static unsigned long page_address_of(unsigned long addr, vmc_u64 i)
{
	return addr + (i << PAGE_SHIFT);
}

/* Page i can be mapped: its place is free, and it is a page. */
static _Bool can_map(unsigned long addr, struct page **pages, vmc_u64 i)
{
	struct page *page = pages[i];

	return (leaf_get(page_address_of(addr, i)) == 0) & (page != NULL) &
	       pfn_valid(page_to_pfn(page));
}

/* Maps the first `done` of the pages that come before one that cannot be mapped. */
static void map_some(unsigned long addr, pgprot_t prot, struct page **pages, vmc_u64 count,
		     vmc_u64 done)
{
	_Bool ok = 1;
	vmc_u64 i;

	for (i = 0; i < count; i++) {
		vmc_u64 va = page_address_of(addr, i);
		vmc_u64 pte = pte_val(mk_pte(pages[i], prot));

		ok &= (i < done) & can_map(addr, pages, i);
		vmc_map_set(MAP_LEAF, va, vmc_select(ok, pte, leaf_get(va)));
		refs_check_mapping(pte_pfn(__pte(pte)), ok);
	}
}

/*
 * Maps pages one by one. A page that is busy, NULL or not valid ends it with a WARN,
 * and a table that cannot be allocated without; the pages before stay mapped.
 */
void vmap_pages_range_of_larger_leaves(void);

/*
 * Pages `first` on of an array, of which the first `done` are mapped: what is known of
 * them is the watched page's leaf.
 */
static void map_unbounded(unsigned long addr, pgprot_t prot, struct page **pages, vmc_u64 first,
			  vmc_u64 done)
{
	vmc_u64 place = watched_page()->place;

	vmc_map_set_unknown(MAP_LEAF, addr, page_address_of(addr, done));
	if (!looks_at_some(first, done))
		return;
	vmc_map_set(MAP_LEAF, page_address_of(addr, place - first),
		    pte_val(mk_pte(pages[place], prot)));
	refs_check_mapping(page_to_pfn(pages[place]), 1);
}

/* The first `done` of `count` pages, from `first` on, can be mapped. */
static _Bool can_map_some(unsigned long addr, struct page **pages, vmc_u64 first, vmc_u64 count,
			  vmc_u64 done)
{
	vmc_u64 place = watched_page()->place;
	vmc_u64 last = first + count - 1;
	_Bool ok = pages[last] != NULL || last != place;

	ok &= is_free(addr, page_address_of(addr, done));
	if (looks_at_some(first, done))
		ok &= can_map(addr, pages + first, place - first);
	return ok;
}

static int map_pages_unbounded(unsigned long addr, vmc_u64 count, pgprot_t prot,
			       struct page **pages, _Bool fails, vmc_u64 *done)
{
	_Bool ok = can_map_some(addr, pages, 0, count, *done);

	if (!ok) {
		vmc_expect_of_watched(0, NO_SPLAT, "WARNING: a page is busy, NULL or not valid");
		*done = vmc_choice("pages mapped before the failure", 0, count - 1);
	}
	map_unbounded(addr, prot, pages, 0, *done);
	return ok && !fails ? 0 : -ENOMEM;
}

int map_pages(unsigned long addr, unsigned long end, pgprot_t prot, struct page **pages,
	      unsigned int page_shift)
{
	vmc_u64 count = (end - addr) >> PAGE_SHIFT;
	vmc_u64 done = count;
	_Bool fails;
	_Bool bad = 0;
	vmc_u64 i;

	WARN_ON(page_shift < PAGE_SHIFT);
	/* Larger leaves take one page of each group for all: not modelled, so not verified. */
	if (page_shift > PAGE_SHIFT)
		vmap_pages_range_of_larger_leaves();
	BUG_ON(addr >= end);
	vmc_assert(((addr | end) & ~PAGE_MASK) == 0, NO_SPLAT,
		   "kernel BUG: maps a part of a page, and runs on behind it");
	/* vmap_small_pages_range_noflush() counts them by `int nr`, in 6.1 as in 6.12. */
	vmc_assert(count <= INT_MAX, IN_BOUNDS, "maps more pages than an int counts");
	might_sleep();
	areas_check(addr, end);
	fails = allocation_fails("page table");
	if (fails)
		done = vmc_choice("pages mapped before the failure", 0, count - 1);
	if (folios_unbounded())
		return map_pages_unbounded(addr, count, prot, pages, fails, &done);
	for (i = 0; i < count; i++)
		bad |= (i < done) & !can_map(addr, pages, i);
	if (bad)
		vmc_violation(NO_SPLAT, "WARNING: a page is busy, NULL or not valid");
	if (bad || fails) {
		map_some(addr, prot, pages, count, done);
		return -ENOMEM;
	}
	for (i = 0; i < count; i++) {
		vmc_map_set(MAP_LEAF, page_address_of(addr, i), pte_val(mk_pte(pages[i], prot)));
		refs_check_mapping(page_to_pfn(pages[i]), 1);
	}
	return 0;
}

int vmap_pages_range(unsigned long addr, unsigned long end, pgprot_t prot, struct page **pages,
		     unsigned int page_shift)
{
	tables_change_unseen();
	return map_pages(addr, end, prot, pages, page_shift);
}

_Bool vmap_pages_can(unsigned long addr, vmc_u64 count, struct page **pages, vmc_u64 first)
{
	return (first <= INT_MAX) & (count <= INT_MAX - first) &&
	       can_map_some(addr, pages, first, count, count);
}

/*
 * Pages *nr on of the array, page by page, as a part of a walk does: where it fails, *nr
 * is the page that it failed at.
 */
int vmap_pages_from(unsigned long addr, vmc_u64 count, pgprot_t prot, struct page **pages, int *nr)
{
	vmc_u64 done = count;
	_Bool fails;

	might_sleep();
	areas_check(addr, page_address_of(addr, count));
	fails = allocation_fails("page table");
	if (fails)
		done = vmc_choice("pages mapped before the failure", 0, count - 1);
	map_unbounded(addr, prot, pages, (vmc_u64)*nr, done);
	*nr += (int)done;
	return fails ? -ENOMEM : 0;
}

__weak void vunmap_range_noflush(unsigned long addr, unsigned long end)
{
	BUG_ON(addr >= end);
	areas_check(addr, end);
	vmc_map_set_range(MAP_LEAF, addr, end, PAGE_SIZE, 0, 0);
	huge_leaves_clear(addr, end);
}

__weak void vunmap_range(unsigned long addr, unsigned long end)
{
	vunmap_range_noflush(addr, end);
}
