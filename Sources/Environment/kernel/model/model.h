/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * model.h - what the parts of the model know of each other.
 *
 * A rule for all of them: a branch on a value that is not the same in every run
 * explores its two sides apart. So branches are for what makes strategies behave
 * differently (an allocation fails, a page is refused); values go through
 * vmc_select, and conditions are joined by & and |, of which clang would warn.
 */
#ifndef VMAPCHECK_MODEL_H
#define VMAPCHECK_MODEL_H

#include <vmapcheck/spec.h>
#include <vmapcheck/vmalloc_internal.h>

#pragma clang diagnostic ignored "-Wbitwise-instead-of-logical"

/* Owners of heap objects. */
enum owner { OWNER_STRATEGY = 1, OWNER_KERNEL = 2, OWNER_CALLER = 3 };

/* The maps of the model, and what their keys are. */
enum model_map {
	MAP_LEAF,	/* page of the vmalloc space -> its pte */
	MAP_TABLE,	/* address of a table's entry -> what is below it (pagetable.c) */
	MAP_ENTRY,	/* the same, of a huge leaf -> the entry */
	MAP_HUGE,	/* page of the vmalloc space -> the level of its leaf, if that is huge */
	MAP_REFS,	/* head pfn -> references taken less references dropped */
	MAP_PAGE,	/* address of 8 bytes of vmemmap -> what was stored there */
	MAP_PAGE_SET,	/* the same -> 1 if something was */
	MAP_HEAP,	/* address of an object of the strategy's -> its bytes */
	MAP_ORIGIN,	/* the same -> which allocator gave it (slab.c) */
	MAP_REFUSED	/* head pfn -> 1 if the folio has refused a reference */
};

/* --- folios.c: physical memory, and the buffer in it ------------------------------ */

void folios_init(const struct vmap_spec *spec, vmc_u32 default_kinds);
_Bool folios_unbounded(void);
/* The caller holds no references. */
_Bool folios_unpinned(void);
vmc_u64 folios_ranges(void);
vmc_u64 folios_total(void);
vmc_u64 folios_era(void);
vmc_u64 folios_ram_end(void);
/* Pages of the largest folio, and the most pages of a range. */
#define MAX_ORDER_PAGES (1UL << 18)
_Bool range_exists(vmc_u64 r);
vmc_u64 range_kind(vmc_u64 r);
_Bool range_is_bar(vmc_u64 r);
vmc_u64 range_order(vmc_u64 r);
vmc_u64 range_folio_pages(vmc_u64 r);
vmc_u64 order_pages(vmc_u64 order);
vmc_u64 range_hvo(vmc_u64 r);
vmc_u64 range_head(vmc_u64 r);
vmc_u64 range_offset(vmc_u64 r);
vmc_u64 range_pages(vmc_u64 r);
vmc_u64 range_start(vmc_u64 r);
/* The number that range r is known by. */
vmc_u64 range_visit(vmc_u64 r);
/* Without a bound: what is known of the folio of entry r of a page cache. */
void folios_visit_entry(vmc_u64 r, vmc_u64 watched);
void vmc_landmarks(void);
void vmc_landmarks_at(vmc_u64 r);
void vmc_landmarks_of_address(vmc_u64 va);

/* The folio that has a pfn: one of the buffer's, or none. */
struct folio_of {
	_Bool found;
	vmc_u64 head;
	vmc_u64 order;
	vmc_u64 kind;
	vmc_u64 hvo;
	vmc_u64 pages;		/* of a file's folio */
	vmc_u64 file_index;	/* of its first page */
	_Bool uptodate;
};

void folio_of_pfn(vmc_u64 pfn, struct folio_of *folio);
vmc_u64 pages_of_folio(const struct folio_of *folio);

/* --- watch.c: the page that every claim about all pages is checked at ------------- */

struct watched {
	vmc_u64 range;
	vmc_u64 page;		/* in the range */
	vmc_u64 place;		/* in the mapping */
	vmc_u64 head;
	vmc_u64 folio_pages;	/* from its head on */
	vmc_u64 pfn;		/* expected at that place */
	_Bool present;		/* in the page cache, and uptodate; true for ranges */
	_Bool folio;		/* not a BAR */
	_Bool of_file;
};

void watch_init(void);
void watch_settle(void);
void watch_init_file(void);
const struct watched *watched_page(void);
/* An arbitrary page of the vmalloc space. */
vmc_u64 watched_address(void);

/* Without a bound: the run goes on, but the model does not know how. */
void nothing_is_proved(const char *message);

/* --- The windows -------------------------------------------------------------------- */

void ranges_init(void);
void vmemmap_init(void);
void pagetable_init(void);

/* --- pagecache.c --------------------------------------------------------------------- */

void pagecache_init(const struct vmap_spec *spec);
struct address_space *pagecache_mapping(void);
loff_t pagecache_first_byte(void);
loff_t pagecache_last_byte(void);
vmc_u64 pagecache_pages(void);
vmc_u64 pagecache_first(void);
vmc_u64 pagecache_index(vmc_u64 r);
_Bool pagecache_complete(void);
_Bool pagecache_uptodate(vmc_u64 r);
/* Whether entry r has page `index` of the file, as a folio that is uptodate. */
_Bool pagecache_covers(vmc_u64 r, vmc_u64 index);
/* Without a bound: the first entry that reaches beyond page `index`, which is watched. */
vmc_u64 pagecache_watch(vmc_u64 index);
/* The entry that a walk came to last. */
vmc_u64 pagecache_walked(void);
void pagecache_landmarks(void);

/* --- Page tables and areas ------------------------------------------------------------ */

/* The tables that translate [addr, end) exist afterwards; or it fails. */
_Bool pagetable_populate(vmc_u64 addr, vmc_u64 end);
/* The levels of page tables, from the leaves up. */
enum level { LEVEL_PTE, LEVEL_PMD, LEVEL_PUD, LEVEL_P4D, LEVEL_PGD };

void leaf_set(vmc_u64 va, vmc_u64 pte);
vmc_u64 leaf_get(vmc_u64 va);
_Bool tables_change_below(enum level above, vmc_u64 entry, vmc_u64 addr, vmc_u64 end);
_Bool pagetable_is_walked(void);
void tables_change(vmc_u64 addr, vmc_u64 end);
void tables_change_unseen(void);
/* A walk through the tables is what is looked at. */
void pagetable_walked(void);
void pagetable_landmarks(vmc_u64 va);
/* Of which level the leaf is that a page is mapped by, if it is a huge one; else 0. */
vmc_u64 huge_level(vmc_u64 va);
/* No leaf of such a level is larger than 1 << max_shift bytes. */
_Bool huge_level_allowed(vmc_u64 level, unsigned int max_shift);
/*
 * Before walks that may set huge leaves, of up to 1 << max_shift bytes: that none is there is
 * not taken for known then.
 */
void huge_leaves_expect(unsigned int max_shift);
/* The page is mapped by no larger leaf than that. */
_Bool huge_leaf_allowed(vmc_u64 va);
void huge_level_set(vmc_u64 start, vmc_u64 end, vmc_u64 level);
/* No huge leaf is left in [start, end). */
void huge_leaves_clear(vmc_u64 start, vmc_u64 end);

enum area_kind { AREA_NONE, AREA_VM, AREA_RAM, AREA_BLOCK };

struct area {
	enum area_kind kind;
	_Bool live;
	vmc_u64 start;
	vmc_u64 end;		/* of what may be mapped: without the guard page */
	struct vm_struct *vm;
	struct vmap_area *va;
};

/* NULL if the address space or memory ran out; then an allocation has failed. */
/* The first area begins one page before so many bytes behind where a pgd entry does. */
void areas_begin_before(vmc_u64 bytes);
struct area *area_alloc(enum area_kind kind, vmc_u64 size, vmc_u64 align, vmc_u64 guard);
struct area *area_find(vmc_u64 start);
vmc_u64 area_first(void);
_Bool area_first_has(vmc_u64 addr);
void areas_map_behind(vmc_u64 bytes);
vmc_u64 areas_first_room(void);
/* Unmaps it and gives its addresses back. */
void area_free(struct area *area);
_Bool areas_have(vmc_u64 start, vmc_u64 end);
vmc_u64 areas_live(void);
/* Pages that are mapped, or unmapped, outside of every live area: not the strategy's. */
void areas_check(vmc_u64 start, vmc_u64 end);

/* --- vmap_range.c ---------------------------------------------------------------------- */

/* Without a bound: whether the watched page is one of the first `count`. */
_Bool looks_at(vmc_u64 count);
int map_together(unsigned long addr, unsigned long end, phys_addr_t phys_addr, pgprot_t prot);
int map_pages(unsigned long addr, unsigned long end, pgprot_t prot, struct page **pages,
	      unsigned int page_shift);
/* Unbounded only: so many pages, from page `first` of the array on, can be mapped at addr. */
_Bool vmap_pages_can(unsigned long addr, vmc_u64 count, struct page **pages, vmc_u64 first);
/* And are, page by page, where nothing fails; *nr is the page that it ends at. */
int vmap_pages_from(unsigned long addr, vmc_u64 count, pgprot_t prot, struct page **pages, int *nr);

/* --- Allocation, references, context ----------------------------------------------------- */

_Bool allocation_fails(const char *what);
_Bool allocation_fails_if(_Bool is_needed, const char *what);
_Bool allocation_failed(void);
vmc_u64 heap_peak(void);
vmc_u64 heap_live(void);
/* It is of the vmalloc space: what vmalloc() gave, and what kvmalloc() may have. */
_Bool heap_is_vmalloced(const void *object);
/* Frees what vmalloc() gave; false if it is something else. */
_Bool heap_vfree(const void *object);

/* References taken less references dropped, of the folio with this head pfn. */
vmc_u64 refs_taken(vmc_u64 head);
void refs_set(vmc_u64 head, vmc_u64 taken);
/* Physical memory that lies together is mapped: its folios are to be referenced. */
void refs_check_mapping(vmc_u64 pfn, vmc_u64 pages);
/* A folio has refused a reference: no fault of the strategy's. */
_Bool reference_refused(void);

/* A run has read what others set of the struct pages of the buffer. */
void read_what_others_set(void);

/* How many locks and the like are held that forbid to sleep. */
vmc_u64 context_depth(void);
/* These, and locks that a thread may sleep with. */
vmc_u64 locks_held(void);
_Bool rcu_is_held(void);
/* Another number after each end of an RCU section. */
vmc_u64 rcu_epoch(void);

#endif
