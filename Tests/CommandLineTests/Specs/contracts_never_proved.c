// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Callers of walks through page tables, by their contracts, that are right where a contract
 * leaves the tables as they are, or takes parts of pages: what they expect to hold or to be
 * refuted must not be proved.
 */
#define VMAPCHECK_TAKES_VMAP_PAGES
#define VMAPCHECK_TAKES_VMAP_RANGE
#include <vmapcheck/ranges.h>
#include <vmapcheck/spec.h>
#include <vmapcheck/vmalloc_internal.h>

#pragma vmapcheck take "mm/vmalloc.c" vmap_pte_range, vmap_try_huge_pmd, vmap_pmd_range
#pragma vmapcheck take "mm/vmalloc.c" vmap_try_huge_pud, vmap_pud_range
#pragma vmapcheck take "mm/vmalloc.c" vmap_try_huge_p4d, vmap_p4d_range
#pragma vmapcheck take "mm/vmalloc.c" vmap_range_noflush
#pragma vmapcheck take "mm/vmalloc.c" vmap_pages_pte_range, vmap_pages_pmd_range
#pragma vmapcheck take "mm/vmalloc.c" vmap_pages_pud_range, vmap_pages_p4d_range
#pragma vmapcheck take "mm/vmalloc.c" vmap_small_pages_range_noflush
#pragma vmapcheck take "mm/vmalloc.c" __vmap_pages_range_noflush?, vmap_pages_range_noflush
#pragma vmapcheck take "mm/vmalloc.c" vmap_pages_range

typedef int (*map_fn)(unsigned long start, unsigned long end, struct page **pages);

static void *map_by(const struct folio_range *ranges, unsigned int nr_ranges, map_fn map)
{
	unsigned long total = ranges_pages(ranges, nr_ranges);
	struct page **pages = kvmalloc_array(total, sizeof(*pages), GFP_KERNEL);
	struct vm_struct *area;
	void *addr = NULL;

	if (!pages)
		return NULL;
	ranges_to_pages(ranges, nr_ranges, pages);
	area = get_vm_area(total << PAGE_SHIFT, VM_MAP);
	if (area) {
		unsigned long start = (unsigned long)area->addr;

		addr = area->addr;
		if (map(start, start + (total << PAGE_SHIFT), pages)) {
			vunmap(addr);
			addr = NULL;
		}
	}
	kvfree(pages);
	return addr;
}

/* A walk makes the tables that are not there. */
static int tables(unsigned long start, unsigned long end, struct page **pages)
{
	bool was_none = p4d_none(*p4d_offset(pgd_offset_k(start), start));
	int error;

	vmap_by_contract(vmap_pages_range);
	error = vmap_pages_range(start, end, PAGE_KERNEL, pages, PAGE_SHIFT);
	WARN_ON(!error && was_none && !p4d_none(*p4d_offset(pgd_offset_k(start), start)));
	return error;
}

/* Where it made huge leaves there is no table. */
static int huge_leaves(unsigned long start, unsigned long end, struct page **pages)
{
	p4d_t *p4d;
	pud_t *pud;
	pmd_t *pmd;
	int error;

	vmap_by_contract(vmap_range_noflush);
	error = vmap_range_noflush(start, end, PFN_PHYS(page_to_pfn(pages[0])), PAGE_KERNEL,
				   PMD_SHIFT);
	if (error)
		return error;
	p4d = p4d_offset(pgd_offset_k(start), start);
	pud = pud_alloc(&init_mm, p4d, start);
	pmd = pud ? pmd_alloc(&init_mm, pud, start) : NULL;
	return pmd && pte_alloc_kernel(pmd, start) ? 0 : -ENOMEM;
}

/* A walk that does not end with a page does not end there. */
static int part_of_page(unsigned long start, unsigned long end, struct page **pages)
{
	vmap_by_contract(vmap_pages_range);
	return vmap_pages_range(start, end - PAGE_SIZE / 2, PAGE_KERNEL, pages, PAGE_SHIFT);
}

/* Of a page that is not there it says nothing. */
static int null_page(unsigned long start, unsigned long end, struct page **pages)
{
	vmap_by_contract(vmap_pages_range);
	pages[0] = NULL;
	return vmap_pages_range(start, end, PAGE_KERNEL, pages, PAGE_SHIFT);
}

static void one_range(const struct folio_range *ranges, unsigned int nr_ranges)
{
	vmap_assume(nr_ranges == 1);
}

#define SPEC(name, ...) \
	static void *map_by_##name(const struct folio_range *ranges, unsigned int nr_ranges) \
	{ \
		return map_by(ranges, nr_ranges, name); \
	} \
	VMAP_SPEC(contract_##name) = { \
		.title = #name, \
		.map = map_by_##name, \
		.unmap = vunmap, \
		.assume = one_range, \
		.buffer = { .kinds = SHMEM | THP | HUGETLB, .max_pages = 1UL << 18 }, \
		.bound = { .ranges = 1, .pages = 2 }, \
		.expect = { __VA_ARGS__ }, \
	}

SPEC(tables, [NO_SPLAT] = REFUTED);
SPEC(huge_leaves, [IN_BOUNDS] = HOLDS);
/* Each of its runs ends there. */
SPEC(part_of_page, [IN_BOUNDS] = REFUTED, [REFS_HELD] = VACUOUS);
SPEC(null_page, [NO_SPLAT] = REFUTED, [ACCEPTS] = REFUTED, [MAPS_EXACTLY] = VACUOUS,
     [REFS_HELD] = VACUOUS);
