// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Folios that the caller holds no references of. They are to be referenced before they
 * are mapped and until they are unmapped; where they cannot, the buffer may be refused.
 * One strategy that keeps to it, and one for each way not to.
 */
#include <vmapcheck/spec.h>
#include <vmapcheck/vmalloc_internal.h>

static void put(const struct folio_range *ranges, unsigned int nr)
{
	while (nr--)
		folio_put(ranges[nr].folio);
}

static bool get(const struct folio_range *ranges, unsigned int nr)
{
	unsigned int r;

	for (r = 0; r < nr; r++) {
		if (!folio_try_get(ranges[r].folio)) {
			put(ranges, r);
			return false;
		}
	}
	return true;
}

static void *map(const struct folio_range *ranges, unsigned int nr)
{
	unsigned long nr_pages = 0, addr;
	struct vm_struct *area;
	unsigned int r;

	for (r = 0; r < nr; r++)
		nr_pages += ranges[r].nr_pages;
	area = get_vm_area(nr_pages << PAGE_SHIFT, VM_MAP);
	if (!area)
		return NULL;
	addr = (unsigned long)area->addr;
	for (r = 0; r < nr; r++) {
		unsigned long pfn = folio_pfn(ranges[r].folio) + ranges[r].offset;
		unsigned long size = ranges[r].nr_pages << PAGE_SHIFT;

		if (vmap_range_noflush(addr, addr + size, PFN_PHYS(pfn), PAGE_KERNEL,
				       PAGE_SHIFT)) {
			free_vm_area(area);
			return NULL;
		}
		addr += size;
	}
	return area->addr;
}

static void *get_then_map(const struct folio_range *ranges, unsigned int nr)
{
	void *addr;

	if (!get(ranges, nr))
		return NULL;
	addr = map(ranges, nr);
	if (!addr)
		put(ranges, nr);
	return addr;
}

static void *map_then_get(const struct folio_range *ranges, unsigned int nr)
{
	void *addr = map(ranges, nr);

	if (addr && !get(ranges, nr)) {
		vunmap(addr);
		return NULL;
	}
	return addr;
}

/* What folio_try_get() says is not looked at. */
static void *get_maybe_then_map(const struct folio_range *ranges, unsigned int nr)
{
	void *addr;
	unsigned int r;

	for (r = 0; r < nr; r++)
		folio_try_get(ranges[r].folio);
	addr = map(ranges, nr);
	if (!addr)
		put(ranges, nr);
	return addr;
}

static void unmap_then_put(const void *addr, const struct folio_range *ranges, unsigned int nr)
{
	vunmap(addr);
	put(ranges, nr);
}

static void put_then_unmap(const void *addr, const struct folio_range *ranges, unsigned int nr)
{
	put(ranges, nr);
	vunmap(addr);
}

#define BUFFER { .kinds = THP, .unpinned = true }
#define BOUND { .ranges = 2, .pages = 2 }

VMAP_SPEC(unpinned_clean) = {
	.title = "folios are referenced for as long as they are mapped",
	.map = get_then_map,
	.unmap_ranges = unmap_then_put,
	.buffer = BUFFER,
	.bound = BOUND,
};

VMAP_SPEC(unpinned_mapped_first) = {
	.title = "folios are mapped before they are referenced",
	.map = map_then_get,
	.unmap_ranges = unmap_then_put,
	.buffer = BUFFER,
	.bound = BOUND,
	.expect = { [REFS_HELD] = REFUTED },
};

VMAP_SPEC(unpinned_put_first) = {
	.title = "folios are put while they are mapped",
	.map = get_then_map,
	.unmap_ranges = put_then_unmap,
	.buffer = BUFFER,
	.bound = BOUND,
	.expect = { [REFS_HELD] = REFUTED },
};

VMAP_SPEC(unpinned_unchecked) = {
	.title = "a folio that refuses its reference is mapped, and put after a failure",
	.map = get_maybe_then_map,
	.unmap_ranges = unmap_then_put,
	.buffer = BUFFER,
	.bound = BOUND,
	.expect = { [REFS_HELD] = REFUTED, [CLEAN_FAILURE] = REFUTED },
};
