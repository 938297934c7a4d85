// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * vmemmap.c - struct pages. Nothing is behind the window: a load or store in it is
 * a touch, and what it gives or does depends on the folio that has the page.
 *
 * HVO keeps the first vmemmap page of a hugetlb folio and frees the others: the
 * struct page of index PAGE_SIZE / sizeof(struct page) on is still mapped, but read
 * only, and to another page (mm/hugetlb_vmemmap.c):
 *   6.1	to the folio's first vmemmap page: index i shows index i % 64;
 *   6.12	to a copy of it, which is the first one from then on: the same;
 *   7.x	to a page that all folios of that order share.
 * So a store oopses, and a load is some other page's content.
 */
#include "model.h"

#define PAGES_PER_VMEMMAP_PAGE (PAGE_SIZE >> STRUCT_PAGE_SHIFT)
/* HPG_vmemmap_optimized, in folio->private (include/linux/hugetlb.h). */
#define PRIVATE_HVO (1UL << 3)
/* The 8 bytes of _mapcount and _refcount. */
#define COUNTS offsetof(struct page, _mapcount)
/* The page cache's reference and the caller's pin; only differences matter. */
#define CALLER_REFS 2
/* mm/page_alloc.c: what ->mapping of a tail page says. */
#define TAIL_MAPPING 0xdead000000000400UL

/* A struct page of the buffer, by address. */
struct place {
	struct folio_of folio;
	vmc_u64 index;		/* of the page in its folio */
	_Bool freed;
};

static void place_of(vmc_u64 address, struct place *place)
{
	vmc_u64 pfn = (address - VMEMMAP_START) >> STRUCT_PAGE_SHIFT;

	folio_of_pfn(pfn, &place->folio);
	vmc_assert(place->folio.found, IN_BOUNDS,
		   "touch of a struct page that is not one of the buffer's");
	place->index = pfn - place->folio.head;
	place->freed = (place->folio.hvo != 0) & (place->index >= PAGES_PER_VMEMMAP_PAGE);
}

/* What the model puts in 8 bytes of a struct page that are not stored to. */
static vmc_u64 initial_word(const struct place *place, vmc_u64 index, _Bool generic, vmc_u32 member)
{
	const struct folio_of *folio = &place->folio;
	_Bool head = (index == 0) & !generic;
	_Bool large = folio->order != 0;
	vmc_u64 info;

	switch (member) {
	case offsetof(struct page, flags):
		/* The low byte of page 1's flags is the order (6.6 on). */
		return vmc_select(head,
				  (1UL << PG_uptodate) | ((vmc_u64)large << PG_head),
				  vmc_select((index == 1) & !generic, folio->order, 0));
	case offsetof(struct page, compound_head):
		/* 7.x: a mask that makes a tail's address the head's. */
		info = vmc_select(folios_era() == ERA_7,
				  ~((pages_of_folio(folio) << STRUCT_PAGE_SHIFT) - 1) | 1,
				  VMEMMAP_START + (folio->head << STRUCT_PAGE_SHIFT) + 1);
		return vmc_select(head, 0, info);
	case offsetof(struct page, mapping):
		return vmc_select(head, (vmc_u64)pagecache_mapping(), TAIL_MAPPING);
	case offsetof(struct page, index):
		return vmc_select(head, folio->file_index, 0);
	case offsetof(struct page, private):
		return vmc_select(head & (folio->hvo != 0), PRIVATE_HVO, 0);
	case COUNTS:
		/* _refcount of a tail is 0, and of a head in refs.c. */
		return 0xffffffffUL;
	default:
		return 0;
	}
}

static vmc_u64 word_load(const struct place *place, vmc_u32 member)
{
	_Bool alias = place->freed & (folios_era() != ERA_7);
	_Bool generic = place->freed & (folios_era() == ERA_7);
	vmc_u64 index = vmc_select(alias, place->index % PAGES_PER_VMEMMAP_PAGE, place->index);
	vmc_u64 key = VMEMMAP_START + ((place->folio.head + index) << STRUCT_PAGE_SHIFT) + member;
	vmc_u64 initial = initial_word(place, index, generic, member);
	_Bool stored = vmc_map_get(MAP_PAGE_SET, key) & !generic;
	vmc_u64 word = vmc_select(stored, vmc_map_get(MAP_PAGE, key), initial);
	vmc_u64 refs;

	if (member != COUNTS)
		return word;
	refs = (CALLER_REFS + refs_taken(place->folio.head)) << 32;
	return vmc_select((index == 0) & !generic, refs | (word & 0xffffffffUL), word);
}

/*
 * Flags, counts and owners of the buffer's folios are the model's: those of folios that nobody
 * else uses. So nothing is proved of what they were read by.
 */
void read_what_others_set(void)
{
	vmc_assume(1, "the flags, counts and owners that are read of the folios are those of folios "
		      "that nobody else uses: uptodate, with two references, neither mapped nor on a list");
	if (folios_unbounded())
		nothing_is_proved("flags, counts and owners of folios are not those of every buffer");
}

static _Bool others_set(vmc_u32 member)
{
	switch (member) {
	case offsetof(struct page, compound_head):
		return 0;
	case offsetof(struct page, mapping):
	case offsetof(struct page, index):
		return !watched_page()->of_file;
	default:
		return 1;
	}
}

static vmc_u64 vmemmap_load(vmc_u64 address, vmc_u32 size)
{
	struct place place;
	vmc_u32 in_word = (address & 7) << 3;
	vmc_u64 word;

	place_of(address, &place);
	vmc_assert((address & (size - 1)) == 0, IN_BOUNDS, "misaligned load of a struct page");
	if (place.freed)
		vmc_violation(TAIL_READ, "load from a struct page that HVO freed");
	if (others_set(address & 56))
		read_what_others_set();
	word = word_load(&place, address & 56);
	return (word >> in_word) & vmc_select(size == 8, ~0UL, (1UL << ((size << 3) & 63)) - 1);
}

static void word_store(const struct place *place, vmc_u32 member, vmc_u64 value)
{
	vmc_u64 key = VMEMMAP_START +
		      ((place->folio.head + place->index) << STRUCT_PAGE_SHIFT) + member;

	vmc_map_set(MAP_PAGE, key, value);
	vmc_map_set(MAP_PAGE_SET, key, 1);
	if (member == COUNTS) {
		vmc_u64 taken = refs_taken(place->folio.head);
		vmc_u64 now = (vmc_u64)((long)value >> 32) - CALLER_REFS;

		refs_set(place->folio.head, vmc_select(place->index == 0, now, taken));
	}
}

static void assert_writable(const struct place *place)
{
	vmc_assert(!place->freed, TAIL_WRITE,
		   "BUG: unable to handle page fault: store to a struct page that HVO freed");
}

static void vmemmap_store(vmc_u64 address, vmc_u32 size, vmc_u64 value)
{
	struct place place;
	vmc_u32 in_word = (address & 7) << 3;
	vmc_u64 mask = vmc_select(size == 8, ~0UL, (1UL << ((size << 3) & 63)) - 1) << in_word;
	vmc_u64 word;

	place_of(address, &place);
	vmc_assert((address & (size - 1)) == 0, IN_BOUNDS, "misaligned store to a struct page");
	assert_writable(&place);
	word = word_load(&place, address & 56);
	word_store(&place, address & 56, (word & ~mask) | ((value << in_word) & mask));
}

/*
 * Frees one page as page_alloc does: an atomic decrement of the count of this very
 * struct page, as one instruction. On a freed tail it faults as a store, and nobody
 * sees what it loaded. A tail page's own count is 0: there is no reference to drop, and
 * the kernel, which does not notice, goes on with the next page.
 */
__weak void __free_page(struct page *page)
{
	vmc_u64 address = (vmc_u64)page;
	struct place place;

	place_of(address, &place);
	assert_writable(&place);
	vmc_expect(place.index == 0, REFS_HELD,
		   "a reference of a tail page is dropped, which has none of its own");
	refs_set(place.folio.head, refs_taken(place.folio.head) - (place.index == 0));
}

void vmemmap_init(void)
{
	vmc_window(VMEMMAP_START, VMEMMAP_LAST, vmemmap_load, vmemmap_store);
}

/* --- What the kernel keeps right for every page of a folio --------------------------- */

static vmc_u64 folio_of_page(const void *page, struct folio_of *folio)
{
	vmc_u64 pfn = page_to_pfn(page);

	folio_of_pfn(pfn, folio);
	vmc_assert(folio->found & (((vmc_u64)page & (sizeof(struct page) - 1)) == 0), IN_BOUNDS,
		   "touch of a struct page that is not one of the buffer's");
	return pfn - folio->head;
}

struct page *compound_head(const struct page *page)
{
	struct folio_of folio;

	folio_of_page(page, &folio);
	return (struct page *)(VMEMMAP_START + (folio.head << STRUCT_PAGE_SHIFT));
}

int PageHead(const struct page *page)
{
	struct folio_of folio;
	vmc_u64 index = folio_of_page(page, &folio);

	return (index == 0) & (folio.order != 0);
}

int PageTail(const struct page *page)
{
	struct folio_of folio;

	return folio_of_page(page, &folio) != 0;
}

int PageCompound(const struct page *page)
{
	struct folio_of folio;

	folio_of_page(page, &folio);
	return folio.order != 0;
}

/* 0 for a tail, as in the kernel. */
unsigned int compound_order(const struct page *page)
{
	struct folio_of folio;
	vmc_u64 index = folio_of_page(page, &folio);

	return (unsigned int)vmc_select(index == 0, folio.order, 0);
}

unsigned long compound_nr(const struct page *page)
{
	struct folio_of folio;
	vmc_u64 index = folio_of_page(page, &folio);

	return vmc_select(index == 0, pages_of_folio(&folio), 1);
}

static void folio_look(const struct folio *head, struct folio_of *folio)
{
	vmc_u64 index = folio_of_page(head, folio);

	vmc_assert(index == 0, IN_BOUNDS, "a tail page is used as a folio");
}

unsigned int folio_order(const struct folio *head)
{
	struct folio_of folio;

	folio_look(head, &folio);
	return (unsigned int)folio.order;
}

unsigned long folio_nr_pages(const struct folio *head)
{
	struct folio_of folio;

	folio_look(head, &folio);
	return pages_of_folio(&folio);
}

size_t folio_size(const struct folio *folio)
{
	return folio_nr_pages(folio) << PAGE_SHIFT;
}

bool folio_test_large(const struct folio *folio)
{
	return folio_order(folio) != 0;
}

bool folio_test_hugetlb(const struct folio *head)
{
	struct folio_of folio;

	folio_look(head, &folio);
	return folio.kind == HUGETLB;
}

bool folio_test_hugetlb_vmemmap_optimized(const struct folio *head)
{
	struct folio_of folio;

	folio_look(head, &folio);
	return folio.hvo != 0;
}

bool folio_test_uptodate(const struct folio *head)
{
	struct folio_of folio;

	folio_look(head, &folio);
	return folio.uptodate;
}

bool folio_test_highmem(const struct folio *folio)
{
	return 0;
}
