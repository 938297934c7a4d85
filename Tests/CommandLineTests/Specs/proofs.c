// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Proofs for every buffer, and beside each a strategy that differs from it in one
 * small fault, which must be refuted: a proof of that one would be wrong.
 */
#include <vmapcheck/ranges.h>
#include <vmapcheck/spec.h>
#include <vmapcheck/vmalloc_internal.h>

#define ALL_PROVED [TAIL_WRITE ... REFS_HELD] = PROVED

/* --- Without a loop: buffers of one page ------------------------------------------- */

static void *map_page(const struct folio_range *range, _Bool cleans_up)
{
	struct vm_struct *area = get_vm_area_caller(PAGE_SIZE, VM_MAP, NULL);
	unsigned long addr;

	if (!area)
		return NULL;
	addr = (unsigned long)area->addr;
	if (vmap_range_noflush(addr, addr + PAGE_SIZE, PFN_PHYS(range_pfn(range)), PAGE_KERNEL,
			       PAGE_SHIFT)) {
		if (cleans_up)
			free_vm_area(area);
		return NULL;
	}
	return area->addr;
}

static void *map_one_page(const struct folio_range *ranges, unsigned int nr_ranges)
{
	return map_page(&ranges[0], 1);
}

VMAP_SPEC(proof_of_one_page) = {
	.title = "one page is mapped right, whichever it is",
	.map = map_one_page,
	.unmap = vunmap,
	.buffer = { .kinds = SHMEM | THP | HUGETLB, .max_pages = 1 },
	.expect = { ALL_PROVED },
};

static void *map_one_page_and_leak(const struct folio_range *ranges, unsigned int nr_ranges)
{
	return map_page(&ranges[0], 0);
}

VMAP_SPEC(twin_of_one_page) = {
	.title = "one page is mapped right, but its area stays after a failure",
	.map = map_one_page_and_leak,
	.unmap = vunmap,
	.buffer = { .kinds = SHMEM | THP | HUGETLB, .max_pages = 1 },
	.expect = { ALL_PROVED, [CLEAN_FAILURE] = REFUTED },
};

/* --- An array that two loops fill ----------------------------------------------------- */

/* The pages of all ranges but the first are those from `shift` pages further on. */
static void *map_array(const struct folio_range *ranges, unsigned int nr_ranges,
		       unsigned long shift)
{
	unsigned long total = ranges_pages(ranges, nr_ranges), i = 0, page;
	struct page **pages = kvmalloc_array(total, sizeof(*pages), GFP_KERNEL);
	unsigned int r;
	void *addr;

	if (!pages)
		return NULL;
	for (r = 0; r < nr_ranges; r++) {
		unsigned long offset = ranges[r].offset + (r ? shift : 0);

		for (page = 0; page < ranges[r].nr_pages; page++)
			pages[i++] = folio_page(ranges[r].folio, offset + page);
	}
	addr = vmap(pages, total, VM_MAP, PAGE_KERNEL);
	kvfree(pages);
	return addr;
}

static void *map_all_pages(const struct folio_range *ranges, unsigned int nr_ranges)
{
	return map_array(ranges, nr_ranges, 0);
}

VMAP_SPEC(proof_of_array) = {
	.title = "an array of pages is mapped right, however many there are",
	.map = map_all_pages,
	.unmap = vunmap,
	.buffer = { .max_pages = MAX_ARRAY_PAGES },
	.expect = { ALL_PROVED },
};

static void *map_shifted_pages(const struct folio_range *ranges, unsigned int nr_ranges)
{
	return map_array(ranges, nr_ranges, 1);
}

/* A range that ends with its folio has a page behind it, which may be no page at all. */
VMAP_SPEC(twin_of_array) = {
	.title = "pages of the second range on are those behind them",
	.map = map_shifted_pages,
	.unmap = vunmap,
	.buffer = { .max_pages = MAX_ARRAY_PAGES },
	.expect = {
		[MAPS_EXACTLY] = REFUTED,
		[ACCEPTS] = REFUTED,
		[API_CLASS] = REFUTED,
		[NO_SPLAT] = REFUTED,
	},
};

/* The last page of the array is never written. Every run that reads it ends there. */
static void *map_all_but_last(const struct folio_range *ranges, unsigned int nr_ranges)
{
	unsigned long total = ranges_pages(ranges, nr_ranges), i;
	unsigned long *pfns = kvmalloc_array(total, sizeof(*pfns), GFP_KERNEL);
	unsigned long *copy = kvmalloc_array(total, sizeof(*copy), GFP_KERNEL);

	if (pfns && copy) {
		ranges_to_pfns(ranges, nr_ranges, pfns);
		for (i = 0; i + 1 < total; i++)
			copy[i] = pfns[i];
		if (copy[total - 1] == 0)
			cond_resched();
	}
	kvfree(pfns);
	kvfree(copy);
	return NULL;
}

VMAP_SPEC(twin_of_initialised_array) = {
	.title = "the last element is read, but not written",
	.map = map_all_but_last,
	.buffer = { .max_pages = MAX_ARRAY_PAGES },
	.expect = {
		[MAPS_EXACTLY] = VACUOUS,
		[REFS_HELD] = VACUOUS,
		[IN_BOUNDS] = REFUTED,
	},
};

/* --- Ranges without an array ------------------------------------------------------------- */

static void *map_ranges_by(const struct folio_range *ranges, unsigned int nr_ranges,
			   unsigned long size)
{
	struct vm_struct *area = get_vm_area_caller(size, VM_MAP, NULL);
	unsigned long addr;
	unsigned int r;

	if (!area)
		return NULL;
	addr = (unsigned long)area->addr;
	for (r = 0; r < nr_ranges; r++) {
		unsigned long bytes = ranges[r].nr_pages << PAGE_SHIFT;

		if (vmap_range_noflush(addr, addr + bytes, PFN_PHYS(range_pfn(&ranges[r])),
				       PAGE_KERNEL, PAGE_SHIFT)) {
			free_vm_area(area);
			return NULL;
		}
		addr += bytes;
	}
	return area->addr;
}

static void *map_every_range(const struct folio_range *ranges, unsigned int nr_ranges)
{
	return map_ranges_by(ranges, nr_ranges, ranges_pages(ranges, nr_ranges) << PAGE_SHIFT);
}

VMAP_SPEC(proof_of_ranges) = {
	.title = "ranges are mapped right, however many there are",
	.map = map_every_range,
	.unmap = vunmap,
	.expect = { ALL_PROVED },
};

/* One page less of address space than there are pages: the last one is outside. */
static void *map_into_less(const struct folio_range *ranges, unsigned int nr_ranges)
{
	unsigned long total = ranges_pages(ranges, nr_ranges);

	return map_ranges_by(ranges, nr_ranges, (total > 2 ? total - 1 : total) << PAGE_SHIFT);
}

VMAP_SPEC(twin_of_ranges) = {
	.title = "from three pages on, the last page is mapped into the guard page",
	.map = map_into_less,
	.unmap = vunmap,
	.bound = { .ranges = 2, .pages = ANY_PAGES },
	.expect = { [MAPS_EXACTLY] = REFUTED, [NO_SPLAT] = REFUTED },
};

/* --- A loop that a constant ends on one run, and not on another --------------------------- */

static void *allocate(void)
{
	void *memory;

	do {
		memory = kmalloc(8, GFP_KERNEL);
	} while (!memory);
	return memory;
}

static void *map_after_retries(const struct folio_range *ranges, unsigned int nr_ranges)
{
	kfree(allocate());
	return map_every_range(ranges, nr_ranges);
}

VMAP_SPEC(proof_of_retries) = {
	.title = "an allocation is tried until it succeeds",
	.map = map_after_retries,
	.unmap = vunmap,
	.expect = { ALL_PROVED },
};

static void *map_and_leak(const struct folio_range *ranges, unsigned int nr_ranges)
{
	allocate();
	return map_every_range(ranges, nr_ranges);
}

VMAP_SPEC(twin_of_retries) = {
	.title = "an allocation is tried until it succeeds, and not freed",
	.map = map_and_leak,
	.unmap = vunmap,
	.bound = { .ranges = 1, .pages = 1 },
	.expect = { [API_CLASS] = REFUTED, [CLEAN_FAILURE] = REFUTED },
};
