// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * structs.c - vmemmap, a page at a time and when it is first touched, as the era's HVO
 * leaves it (mm/hugetlb_vmemmap.c): the first page of a folio's struct pages is its
 * own and can be written; the others are mapped read only,
 *   6.1	to that first page;
 *   6.12	to it too, which is a copy made for the purpose;
 *   7.x	to a page that all folios of the order share.
 * With --trap-reads they are inaccessible until something has been caught loading
 * from them. What is in a struct page is written down here once more, from the
 * kernel's headers: at each load the hardware's answer is held against the model's.
 */
#define _GNU_SOURCE
#include "machine.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MAX_FOLIOS 128
#define WORDS_PER_STRUCT 8
#define ERA_6_12 2
#define ERA_7 4
/* Where in the file the copied first pages and the shared tails are. */
#define COPIES (1UL << 50)
#define SHARED (1UL << 51)
#define CALLER_REFS 2

static struct folio {
	uint64_t head, pages, order, hvo, file_index;
} folios[MAX_FOLIOS];
static size_t nr_folios;

/* Pages of vmemmap that have been filled, mapped or trapped, by address. */
#define MAX_PAGES 8192
static struct {
	uint64_t address;
	bool filled, mapped, trapped;
} pages[MAX_PAGES];
static size_t nr_pages;

static int file = -1;

static size_t page_of(uint64_t address)
{
	size_t i;

	address &= ~(VMR_PAGE - 1);
	for (i = 0; i < nr_pages; i++) {
		if (pages[i].address == address)
			return i;
	}
	if (nr_pages == MAX_PAGES)
		vmr_cannot("touches of more than %d pages of vmemmap", MAX_PAGES);
	memset(&pages[nr_pages], 0, sizeof(pages[0]));
	pages[nr_pages].address = address;
	return nr_pages++;
}

void vmr_structs_init(void)
{
	nr_folios = 0;
	nr_pages = 0;
	file = memfd_create("vmapcheck-vmemmap", MFD_CLOEXEC);
	if (file < 0 || ftruncate(file, 1L << 52))
		vmr_cannot("no memory file for struct pages can be made: %s", strerror(errno));
	if (mmap((void *)VMEMMAP_START, VMEMMAP_RAM_END - VMEMMAP_START, PROT_NONE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0) == MAP_FAILED)
		vmr_cannot("no room for vmemmap: %s", strerror(errno));
}

void vmr_structs_begin(void)
{
	uint64_t r;
	size_t i;

	for (r = 0; r < vmr_ranges(); r++) {
		struct vmr_range range;

		vmr_range(r, &range);
		if (range.kind == vmr_kind_bar)
			continue;
		for (i = 0; i < nr_folios && folios[i].head != range.head; i++)
			;
		if (i < nr_folios)
			continue;
		if (nr_folios == MAX_FOLIOS)
			vmr_cannot("more than %d folios", MAX_FOLIOS);
		folios[nr_folios++] = (struct folio){
			range.head, range.folio_pages, range.order, range.hvo, range.file_index,
		};
	}
}

bool vmr_is_struct(uint64_t address)
{
	return address >= VMEMMAP_START && address < VMEMMAP_RAM_END;
}

static uint64_t address_of(uint64_t pfn)
{
	return VMEMMAP_START + (pfn << VMR_STRUCT_PAGE_SHIFT);
}

static const struct folio *folio_at(uint64_t pfn)
{
	size_t i;

	for (i = 0; i < nr_folios; i++) {
		if (pfn - folios[i].head < folios[i].pages)
			return &folios[i];
	}
	return NULL;
}

static bool is_freed(const struct folio *folio, uint64_t pfn)
{
	return folio->hvo && pfn - folio->head >= VMR_STRUCTS;
}

void vmr_struct_at(uint64_t address, struct vmr_struct *it)
{
	uint64_t pfn = (address - VMEMMAP_START) >> VMR_STRUCT_PAGE_SHIFT;
	const struct folio *folio = folio_at(pfn);

	memset(it, 0, sizeof(*it));
	if (!folio)
		return;
	it->found = true;
	it->head = folio->head;
	it->index = pfn - folio->head;
	it->pages = folio->pages;
	it->freed = is_freed(folio, pfn);
}

/* The byte of the file that a page of vmemmap is at. */
static uint64_t backing(uint64_t address, const struct folio *folio, bool *writable)
{
	uint64_t pfn = (address - VMEMMAP_START) >> VMR_STRUCT_PAGE_SHIFT;
	uint64_t first = address_of(folio ? folio->head : pfn) & ~(VMR_PAGE - 1);

	*writable = true;
	if (!folio || !folio->hvo)
		return address - VMEMMAP_START;
	if (is_freed(folio, pfn)) {
		*writable = vmr_options.fault == FAULT_TAILS_WRITABLE;
		if (vmr_era() == ERA_7)
			return SHARED + (folio->order << VMR_PAGE_SHIFT);
	}
	return first - VMEMMAP_START + (vmr_era() == ERA_6_12 ? COPIES : 0);
}

/* struct page of 6.1 to 6.19 in words of 8 bytes (include/linux/mm_types.h). */
enum word { FLAGS, COMPOUND_HEAD, MAPPING = 3, INDEX, PRIVATE, COUNTS };

/* include/linux/page-flags.h, hugetlb.h and poison.h. */
#define PG_UPTODATE (1UL << 3)
#define PG_HEAD (1UL << 6)
#define HPG_VMEMMAP_OPTIMIZED (1UL << 3)
#define TAIL_MAPPING 0xdead000000000400UL
/* _mapcount of what no user space has mapped. */
#define NO_MAPCOUNT 0xffffffffUL

static uint64_t head_word(const struct folio *folio, enum word word)
{
	switch (word) {
	case FLAGS:
		return PG_UPTODATE | (folio->order ? PG_HEAD : 0);
	case MAPPING:
		return vmr_address_space();
	case INDEX:
		return folio->file_index;
	case PRIVATE:
		return folio->hvo ? HPG_VMEMMAP_OPTIMIZED : 0;
	case COUNTS:
		return NO_MAPCOUNT |
		       (CALLER_REFS + vmc_map_get(vmr_map_refs, folio->head)) << 32;
	default:
		return 0;
	}
}

/* The order is in page 1's flags; the shared tails of 7.x tell nothing of one folio. */
static uint64_t tail_word(const struct folio *folio, enum word word, bool is_first)
{
	uint64_t size = folio->pages << VMR_STRUCT_PAGE_SHIFT;

	switch (word) {
	case FLAGS:
		return is_first ? folio->order : 0;
	case COMPOUND_HEAD:
		return vmr_era() == ERA_7 ? ~(size - 1) | 1 : address_of(folio->head) | 1;
	case MAPPING:
		return TAIL_MAPPING;
	case COUNTS:
		return NO_MAPCOUNT;
	default:
		return 0;
	}
}

/* The struct pages of one page of vmemmap, or the tails that all of an order share. */
static void fill(uint64_t address, const struct folio *shared, uint64_t at)
{
	uint64_t words[VMR_PAGE / sizeof(uint64_t)] = { 0 };
	size_t i;

	for (i = 0; i < vmr_array_size(words); i++) {
		uint64_t place = address + i * sizeof(words[0]);
		uint64_t pfn = (place - VMEMMAP_START) >> VMR_STRUCT_PAGE_SHIFT;
		const struct folio *folio = shared ? shared : folio_at(pfn);
		enum word word = i % WORDS_PER_STRUCT;

		if (shared)
			words[i] = tail_word(shared, word, false);
		else if (folio)
			words[i] = pfn == folio->head ? head_word(folio, word) :
				   tail_word(folio, word, pfn == folio->head + 1);
	}
	if (pwrite(file, words, sizeof(words), (off_t)at) != (ssize_t)sizeof(words))
		vmr_cannot("struct pages cannot be written: %s", strerror(errno));
}

static uint64_t provide_backing(uint64_t address, const struct folio *folio, bool *writable)
{
	uint64_t pfn = (address - VMEMMAP_START) >> VMR_STRUCT_PAGE_SHIFT;
	uint64_t at = backing(address, folio, writable);
	bool freed = folio && is_freed(folio, pfn);
	size_t page;

	/* A freed page shows the first one, or the shared one, which is filled under its own name. */
	if (freed && vmr_era() != ERA_7)
		page = page_of(address_of(folio->head));
	else if (freed)
		page = page_of(SHARED | folio->order << VMR_PAGE_SHIFT);
	else
		page = page_of(address);
	if (!pages[page].filled) {
		fill(freed ? address_of(folio->head) : address,
		     freed && vmr_era() == ERA_7 ? folio : NULL, at);
		pages[page].filled = true;
	}
	return at;
}

bool vmr_structs_provide(uint64_t address, bool writes, struct vmr_site site)
{
	uint64_t pfn = (address - VMEMMAP_START) >> VMR_STRUCT_PAGE_SHIFT;
	const struct folio *folio = folio_at(pfn);
	uint64_t start = address & ~(VMR_PAGE - 1), at;
	bool writable;
	size_t page;

	if (!folio)
		return false;
	page = page_of(start);
	if (pages[page].mapped)
		return false;
	if (is_freed(folio, pfn) && vmr_options.trap_reads && !writes && !vmr_depth) {
		vmr_machine_says(TAIL_READ, BY_FAULT, true, site,
				 "load from struct page %lu of the folio at pfn 0x%lx, which HVO freed",
				 pfn - folio->head, folio->head);
		vmr_tell("fault\tread\t%lx", address);
	}
	/* The model is asked on the way, while the access is under way. */
	vmr_depth++;
	at = provide_backing(start, folio, &writable);
	vmr_depth--;
	if (mmap((void *)start, VMR_PAGE, writable ? PROT_READ | PROT_WRITE : PROT_READ,
		 MAP_SHARED | MAP_FIXED | MAP_POPULATE, file, (off_t)at) == MAP_FAILED)
		vmr_cannot("a page of vmemmap cannot be mapped: %s", strerror(errno));
	pages[page].mapped = true;
	return true;
}

bool vmr_struct_is_there(uint64_t address)
{
	return pages[page_of(address)].mapped;
}

bool vmr_struct_is_trapped(uint64_t address)
{
	struct vmr_struct it;

	vmr_struct_at(address, &it);
	return it.freed && vmr_options.trap_reads && !vmr_struct_is_there(address);
}

/* --- References are in the head's struct page ------------------------------------------- */

static off_t place_of_refs(uint64_t head, bool *there)
{
	const struct folio *folio = folio_at(head);
	bool writable;
	uint64_t address = address_of(head);
	size_t page = page_of(address);

	*there = folio && pages[page].filled;
	if (!*there)
		return 0;
	return (off_t)(backing(address & ~(VMR_PAGE - 1), folio, &writable) +
		       (address & (VMR_PAGE - 1)) + vmr_refcount_offset);
}

bool vmr_refs_real(uint64_t head, int *count)
{
	bool there;
	off_t place = place_of_refs(head, &there);

	return there && pread(file, count, sizeof(*count), place) == (ssize_t)sizeof(*count);
}

uint64_t vmr_refs_get(uint64_t head, uint64_t otherwise)
{
	int count;

	if (!vmr_refs_real(head, &count))
		return otherwise;
	return (uint64_t)(int64_t)(count - CALLER_REFS);
}

void vmr_refs_set(uint64_t head, uint64_t taken)
{
	int count = (int)taken + CALLER_REFS;
	bool there;
	off_t place = place_of_refs(head, &there);

	if (there && pwrite(file, &count, sizeof(count), place) != (ssize_t)sizeof(count))
		vmr_cannot("a reference cannot be written: %s", strerror(errno));
}

/* --- __free_page(), on the hardware -------------------------------------------------------- */

void __real___free_page(void *page);
void __wrap___free_page(void *page);

static void *freeing;

/*
 * One locked decrement of the count of this very struct page. The hardware does it
 * first, and faults where it may not; then it is undone, and the model does its own.
 */
void __wrap___free_page(void *page)
{
	int *count = (int *)((char *)page + vmr_refcount_offset);
	struct vmr_struct it;

	vmr_settle();
	vmr_struct_at((uint64_t)page, &it);
	if (it.found) {
		int before;

		freeing = page;
		before = __atomic_fetch_sub(count, 1, __ATOMIC_SEQ_CST);
		freeing = NULL;
		if (before <= 0)
			vmr_machine_says(REFS_HELD, BY_CONTENT, true, vmr_here(),
					 "the count of struct page %lu of the folio at pfn 0x%lx goes from %d to %d",
					 it.index, it.head, before, before - 1);
		__atomic_fetch_add(count, 1, __ATOMIC_SEQ_CST);
	}
	__real___free_page(page);
}

void vmr_settle_free(void)
{
	void *page = freeing;
	jmp_buf back;

	if (!page)
		return;
	freeing = NULL;
	vmr_touch = &back;
	if (!setjmp(back))
		__real___free_page(page);
	vmr_touch = NULL;
}

/* --- Whether the layout is what it should be --------------------------------------------------- */

static void probe(const struct folio *folio, uint64_t index, bool may)
{
	uint64_t address = address_of(folio->head + index);
	uint64_t word;

	if (index >= folio->pages || !vmr_try_load(address, &word))
		return;
	if (vmr_try_store(address, word) == may)
		return;
	vmr_differ("struct page %lu of the folio at pfn 0x%lx (HVO %s) can%s be written", index,
		   folio->head, folio->hvo ? "on" : "off", may ? "not" : "");
	if (!may)
		vmr_machine_says(TAIL_WRITE, BY_NO_FAULT, true, vmr_here(),
				 "a store to struct page %lu, which HVO freed, does not fault", index);
}

void vmr_structs_probe(void)
{
	size_t i;

	vmr_depth++;
	for (i = 0; i < nr_folios && i < 2; i++) {
		const struct folio *folio = &folios[i];

		if (!folio->hvo)
			continue;
		probe(folio, VMR_STRUCTS - 1, true);
		probe(folio, VMR_STRUCTS, false);
		probe(folio, VMR_STRUCTS + 1, false);
		probe(folio, folio->pages - 1, false);
	}
	vmr_depth--;
}
