/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * mm.h - struct page and struct folio, pfns, references.
 *
 * A struct page is an address in vmemmap with nothing behind it (see
 * model/vmemmap.c): a strategy that loads or stores one of its fields touches it.
 * The functions below that are arithmetic in the kernel are arithmetic here; those
 * that the kernel keeps right for every page of a folio, whatever HVO did
 * (compound_head, PageHead, PageTail and what is built on them), are functions of
 * the model, and no touch of a freed tail.
 */
#ifndef VMAPCHECK_MM_H
#define VMAPCHECK_MM_H

#include <vmapcheck/compiler.h>
#include <vmapcheck/layout.h>

struct address_space;
struct mm_struct;

/* mm_types.h of 6.1 to 6.19, as far as a strategy may look into it: 64 bytes. */
struct page {
	unsigned long flags;
	union {
		struct {
			union {
				struct list_head lru;
				unsigned long compound_head;
			};
			struct address_space *mapping;
			pgoff_t index;
			unsigned long private;
		};
	};
	atomic_t _mapcount;
	atomic_t _refcount;
	unsigned long memcg_data;
};

struct folio {
	union {
		struct {
			unsigned long flags;
			struct list_head lru;
			struct address_space *mapping;
			pgoff_t index;
			unsigned long private;
			atomic_t _mapcount;
			atomic_t _refcount;
			unsigned long memcg_data;
		};
		struct page page;
	};
};

_Static_assert(sizeof(struct page) == 1UL << STRUCT_PAGE_SHIFT, "struct page");
_Static_assert(sizeof(struct folio) == 1UL << STRUCT_PAGE_SHIFT, "struct folio");

#define PG_locked 0
#define PG_referenced 2
#define PG_uptodate 3
#define PG_dirty 4
#define PG_lru 5
#define PG_head 6

#define PAGE_ALIGNED(addr) IS_ALIGNED((unsigned long)(addr), PAGE_SIZE)
#define PAGE_ALIGN(addr) ALIGN(addr, PAGE_SIZE)
#define PFN_ALIGN(x) (((unsigned long)(x) + (PAGE_SIZE - 1)) & PAGE_MASK)
#define PFN_UP(x) (((x) + PAGE_SIZE - 1) >> PAGE_SHIFT)
#define PFN_DOWN(x) ((x) >> PAGE_SHIFT)
#define PFN_PHYS(x) ((phys_addr_t)(x) << PAGE_SHIFT)
#define PHYS_PFN(x) ((unsigned long)((x) >> PAGE_SHIFT))
#define offset_in_page(p) ((unsigned long)(p) & ~PAGE_MASK)
#define offset_in_folio(folio, p) ((unsigned long)(p) & (folio_size(folio) - 1))

static inline __wraps int get_order(unsigned long size)
{
	/* include/asm-generic/getorder.h: fls64(); of 0 it is 52, as what it is of wraps. */
	return ilog2((size - 1) >> PAGE_SHIFT) + 1;
}

/* SPARSEMEM_VMEMMAP's: arithmetic, no touch (include/asm-generic/memory_model.h). */
#define vmemmap ((struct page *)VMEMMAP_START)

static inline __wraps unsigned long page_to_pfn(const struct page *page)
{
	return ((unsigned long)page - VMEMMAP_START) >> STRUCT_PAGE_SHIFT;
}

static inline __wraps struct page *pfn_to_page(unsigned long pfn)
{
	return (struct page *)(VMEMMAP_START + (pfn << STRUCT_PAGE_SHIFT));
}

static inline struct folio *pfn_folio(unsigned long pfn);

#define page_to_phys(page) PFN_PHYS(page_to_pfn(page))
#define phys_to_page(phys) pfn_to_page(PHYS_PFN(phys))
#define nth_page(page, n) ((page) + (n))
#define folio_page(folio, n) nth_page(&(folio)->page, n)
#define folio_page_idx(folio, p) (page_to_pfn(p) - folio_pfn(folio))

static inline unsigned long folio_pfn(const struct folio *folio)
{
	return page_to_pfn(&folio->page);
}

/* mem_section only: no touch. */
bool pfn_valid(unsigned long pfn);
unsigned long totalram_pages(void);

/* Whatever page of a folio it is, and whatever HVO did. */
struct page *compound_head(const struct page *page);
int PageHead(const struct page *page);
int PageTail(const struct page *page);
int PageCompound(const struct page *page);
unsigned int compound_order(const struct page *page);
unsigned long compound_nr(const struct page *page);
#define page_folio(p) ((struct folio *)compound_head(p))

static inline struct folio *pfn_folio(unsigned long pfn)
{
	return page_folio(pfn_to_page(pfn));
}

/* Of a folio's head: in bounds only if that is what `folio` points to. */
unsigned int folio_order(const struct folio *folio);
unsigned long folio_nr_pages(const struct folio *folio);
size_t folio_size(const struct folio *folio);
#define folio_shift(folio) (PAGE_SHIFT + folio_order(folio))
bool folio_test_large(const struct folio *folio);
bool folio_test_hugetlb(const struct folio *folio);
bool folio_test_hugetlb_vmemmap_optimized(const struct folio *folio);
bool folio_test_uptodate(const struct folio *folio);
bool folio_test_highmem(const struct folio *folio);
#define PageHuge(page) folio_test_hugetlb(page_folio(page))
#define PageUptodate(page) folio_test_uptodate(page_folio(page))
#define PageHighMem(page) 0
#define page_size(page) (PAGE_SIZE << compound_order(page))

/* References are the folio's, that is its head's (model/refs.c). */
int folio_ref_count(const struct folio *folio);
void folio_ref_add(struct folio *folio, int nr);
#define folio_get(folio) folio_ref_add(folio, 1)
#define folio_put(folio) folio_ref_add(folio, -1)
#define folio_put_refs(folio, refs) folio_ref_add(folio, -(refs))
bool folio_try_get(struct folio *folio);
void page_ref_add(struct page *page, int nr);
#define get_page(page) page_ref_add(page, 1)
#define put_page(page) page_ref_add(page, -1)
#define page_count(page) folio_ref_count(page_folio(page))
void unpin_folio(struct folio *folio);

/* Frees one page as page_alloc does: the count is that of this very struct page. */
void __free_page(struct page *page);

#define dump_page(page, reason) ((void)READ_ONCE((page)->flags), (void)(reason))
#define mod_memcg_page_state(page, item, value) do { } while (0)

#endif
