/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * spec.h - how to write a spec: a vmap strategy in the kernel's C, and what must
 * hold of it.
 *
 *	#include <vmapcheck/spec.h>
 *
 *	static void *map_pages(const struct folio_range *ranges, unsigned int nr_ranges)
 *	{
 *		... kvmalloc_array, folio_page, vmap, kvfree, goto out ...
 *	}
 *
 *	VMAP_SPEC(vmap_on_folios) = {
 *		.title = "vmap() of the folios' pages",
 *		.map = map_pages,
 *		.unmap = vunmap,
 *		.buffer = { .kinds = SHMEM | THP | HUGETLB },
 *	};
 */
#ifndef VMAPCHECK_SPEC_H
#define VMAPCHECK_SPEC_H

#include <vmapcheck/contract.h>
#include <vmapcheck/intrinsics.h>
#include <vmapcheck/kernel.h>

/* What the author of a spec expects of a property. */
enum vmap_expectation {
	/*
	 * No violation: proved, or none up to the bounds, or the property says nothing
	 * about the spec. The default.
	 */
	HOLDS = 0,
	/* Proved for every buffer; a bounded verdict is not enough. */
	PROVED,
	/* There is a counterexample. */
	REFUTED,
	/* The property's point is never reached (it never succeeds, say). */
	VACUOUS,
	/* The property says nothing about this spec. */
	NOT_APPLICABLE
};

/* Where a buffer's pages may come from; a buffer mixes all the kinds that are given. */
enum folio_kind {
	SHMEM = 1,	/* order 0 */
	THP = 2,	/* shmem, order 1 to 9 */
	HUGETLB = 4,	/* order 9 (2 MiB) or 18 (1 GiB) */
	BAR = 8		/* PCIe BAR: pfns without struct pages, no folio; at most 1 GiB a range */
};

/* Which hugetlb folios have had their tail struct pages freed. */
enum hvo { HVO_ANY = 0, HVO_OFF, HVO_ON };

/* Kernels with another layout of the freed tails (facts of mm/hugetlb_vmemmap.c). */
enum era { ERA_6_1 = 1, ERA_6_12 = 2, ERA_7 = 4 };

/* .bound.pages: however many a folio has. */
#define ANY_PAGES (~0U)

/* One range of a buffer: `nr_pages` pages of a folio from its page `offset` on. */
struct folio_range {
	struct folio *folio;		/* NULL for a BAR */
	unsigned long offset;		/* pages into the folio, or into the BAR */
	unsigned long nr_pages;		/* at least 1 */
	unsigned long bar_pfn;		/* first pfn of the BAR; 0 for a folio */
};

struct vmap_spec {
	/* One sentence: what the spec claims. Needed. */
	const char *title;
	/* Maps the ranges; NULL or an ERR_PTR is a failure. Exactly one of the two is needed. */
	void *(*map)(const struct folio_range *ranges, unsigned int nr_ranges);
	/* Maps bytes [start, end] of a file through its page cache. */
	void *(*map_file)(struct address_space *mapping, loff_t start, loff_t end);
	/* Undoes a successful map; without one nothing is unmapped. At most one of the two. */
	void (*unmap)(const void *addr);
	void (*unmap_ranges)(const void *addr, const struct folio_range *ranges,
			     unsigned int nr_ranges);
	struct {
		unsigned int kinds;	/* enum folio_kind, or-ed; 0: SHMEM | THP | HUGETLB */
		enum hvo hvo;
		unsigned int order;	/* every folio's, which a kind must have; 0: any its kind has */
		unsigned int eras;	/* enum era, or-ed; 0: all, or the kernel tree's own */
		unsigned long max_pages; /* of the whole buffer, or file; 0: as many as fit RAM */
		/*
		 * The caller holds no references to the folios: they are to be referenced
		 * for as long as they are mapped, and may refuse folio_try_get().
		 */
		_Bool unpinned;
		_Bool bar_shares_section; /* a BAR may lie in a memory section that has RAM too */
		/* The file's page cache, for .map_file */
		_Bool holes;		/* pages may be absent */
		_Bool values;		/* swapped out: value entries in the page cache */
		_Bool not_uptodate;	/* folios may not be uptodate */
	} buffer;
	/*
	 * The most bytes of metadata, that is of the strategy's own allocations, that may
	 * be live at once; all 0: the property is not applicable. What the caller brings
	 * (vmap_caller_alloc) and what mm/vmalloc.c keeps of its own is not counted.
	 */
	struct {
		unsigned long fixed;
		unsigned long per_range;
		unsigned long per_page;
	} cost;
	/*
	 * How far to search where there is no proof; 0: the default. A strategy that does
	 * not go through the pages one by one is searched with ANY_PAGES.
	 */
	struct {
		unsigned int ranges;	/* of a file: the entries of its page cache */
		unsigned int pages;	/* per range */
	} bound;
	/* Holds of the buffer for every run, beyond its being valid; optional. */
	void (*assume)(const struct folio_range *ranges, unsigned int nr_ranges);
	/* By property. */
	unsigned char expect[NR_VMAP_PROPERTIES];
};

#define VMAP_SPEC(name) \
	const struct vmap_spec name __attribute__((used, section("vmapcheck.specs")))

/* Memory that the caller brings: never fails, is not metadata of the strategy; zeroed. */
void *vmap_caller_alloc(unsigned long size);
void vmap_caller_free(const void *object);

/*
 * For specs that take vmap_pfn() or vmap() itself from a kernel tree: says which API
 * the pages go to, for api-class. (The model's own vmap_pfn() and vmap() do it.)
 */
void vmap_api_takes_pfns(const unsigned long *pfns, unsigned long count);
void vmap_api_takes_pages(struct page **pages, unsigned long count);

/* A spec's own restriction of its inputs, and its own obligations. */
#define vmap_assume(condition) vmc_assume(!!(condition), #condition)
#define vmap_assert(property, condition) vmc_assert(!!(condition), (property), #condition)

/*
 * In the body of a loop, where every round comes by and before anything that is changed
 * there: what holds whenever a round begins, and when the loop's condition is tested for
 * the last time. Helps where the verifier finds no invariant of its own that suffices; it
 * is checked like these, so that nothing rests on one that is wrong. No run evaluates it.
 *
 *	for (r = 0; left; r++) {
 *		vmap_invariant(addr + (left << PAGE_SHIFT) == end);
 *		...
 */
#define vmap_invariant(condition)                                   \
	do {                                                        \
		if (vmc_wants_invariant(#condition))                \
			vmc_invariant(!!(condition));               \
	} while (0)

#endif
