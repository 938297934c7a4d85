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

#include <vmapcheck/intrinsics.h>
#include <vmapcheck/kernel.h>

/* The vmap contract. Every property holds for a spec unless its .expect says otherwise. */
enum vmap_property {
	/* No store lands in a struct page that HVO freed: on hardware an oops. */
	TAIL_WRITE,
	/* No load comes from one (it is an alias of another page's), era-defined accessors apart. */
	TAIL_READ,
	/* On success page i of the mapping is page i of the ranges, and nothing else is mapped. */
	MAPS_EXACTLY,
	/* A valid buffer is not refused, allocation failure apart. */
	ACCEPTS,
	/* vmap_pfn() gets only pfns without struct pages, vmap() only pages; unmap matches map. */
	API_CLASS,
	/* No WARN, BUG, oops or sleep in atomic context on a valid buffer. */
	NO_SPLAT,
	/* After any failure nothing stays mapped, allocated or referenced. */
	CLEAN_FAILURE,
	/* No size, count or address arithmetic wraps or is truncated. */
	NO_WRAP,
	/* Every access is inside its object, initialised and alive. */
	IN_BOUNDS,
	/* Every mapped folio is referenced for as long as it is mapped. */
	REFS_HELD,
	/* Metadata takes no more bytes than the spec's .cost. */
	COST,
	NR_VMAP_PROPERTIES
};

/* What the author of a spec expects of a property. */
enum vmap_expectation {
	/* No violation: proved, or none up to the bounds. The default. */
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
	BAR = 8		/* PCIe BAR: pfns without struct pages, no folio */
};

/* Which hugetlb folios have had their tail struct pages freed. */
enum hvo { HVO_ANY = 0, HVO_OFF, HVO_ON };

/* Kernels with another layout of the freed tails (facts of mm/hugetlb_vmemmap.c). */
enum era { ERA_6_1 = 1, ERA_6_12 = 2, ERA_7 = 4 };

/* One range of a buffer: `nr_pages` pages of a folio from its page `offset` on. */
struct folio_range {
	struct folio *folio;		/* NULL for a BAR */
	unsigned long offset;		/* pages into the folio, or into the BAR */
	unsigned long nr_pages;		/* at least 1 */
	unsigned long bar_pfn;		/* first pfn of the BAR; 0 for a folio */
};

struct vmap_spec {
	/* One sentence: what the spec claims. */
	const char *title;
	/* Maps the ranges; NULL or an ERR_PTR is a failure. One of the two is needed. */
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
		unsigned int eras;	/* enum era, or-ed; 0: all, or the kernel tree's own */
		/* The file's page cache, for .map_file */
		_Bool holes;		/* pages may be absent */
		_Bool values;		/* swapped out: value entries in the page cache */
		_Bool not_uptodate;	/* folios may not be uptodate */
	} buffer;
	/* The most bytes of metadata that may be live at once; all 0: the property is not applicable. */
	struct {
		unsigned long fixed;
		unsigned long per_range;
		unsigned long per_page;
	} cost;
	/* How far to search where there is no proof; 0: the default. */
	struct {
		unsigned int ranges;
		unsigned int pages;	/* per range */
	} bound;
	/* Holds of the buffer for every run, beyond its being valid; optional. */
	void (*assume)(const struct folio_range *ranges, unsigned int nr_ranges);
	/* By property. */
	unsigned char expect[NR_VMAP_PROPERTIES];
};

#define VMAP_SPEC(name) \
	const struct vmap_spec name __attribute__((used, section("vmapcheck.specs")))

/* A spec's own restriction of its inputs, and its own obligations. */
#define vmap_assume(condition) vmc_assume(!!(condition), #condition)
#define vmap_assert(property, condition) vmc_assert(!!(condition), (property), #condition)

#endif
