// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Point 1 of the RFC (patch 1): udmabuf maps pfns by a function of its own, which is
 * vmap_pfn() without its pfn_valid() check, on an area without flags.
 *
 * The pfns are those of the buffer, apply_to_page_range() asks for nothing else, and
 * no struct page is touched: so the mapping is right. (kernel.md, section 7: "none on
 * P1".) api-class holds to the letter, as vmap_pfn() is not called; what the series
 * was refused for is that the copy has no guard left against mapping anything at all.
 * The cost is that of pages: 8 bytes each.
 */
#include <vmapcheck/ranges.h>
#include <vmapcheck/spec.h>

struct own_pfns {
	unsigned long *pfns;
	pgprot_t prot;
	unsigned int next;
};

static int map_one(pte_t *pte, unsigned long addr, void *private)
{
	struct own_pfns *own = private;
	unsigned long pfn = own->pfns[own->next];

	set_pte_at(&init_mm, addr, pte, pte_mkspecial(pfn_pte(pfn, own->prot)));
	own->next++;
	return 0;
}

static void *own_vmap_pfn(unsigned long *pfns, unsigned int count, pgprot_t prot)
{
	struct own_pfns own = { .pfns = pfns, .prot = pgprot_nx(prot) };
	unsigned long size = count * PAGE_SIZE;
	struct vm_struct *area;

	area = get_vm_area_caller(size, 0, __builtin_return_address(0));
	if (!area)
		return NULL;
	if (apply_to_page_range(&init_mm, (unsigned long)area->addr, size, map_one, &own)) {
		free_vm_area(area);
		return NULL;
	}
	flush_cache_vmap((unsigned long)area->addr, (unsigned long)area->addr + size);
	return area->addr;
}

static void *map_pfns(const struct folio_range *ranges, unsigned int nr_ranges)
{
	unsigned long total = ranges_pages(ranges, nr_ranges);
	unsigned long *pfns;
	void *addr;

	pfns = kvmalloc_array(total, sizeof(*pfns), GFP_KERNEL);
	if (!pfns)
		return NULL;

	ranges_to_pfns(ranges, nr_ranges, pfns);
	addr = own_vmap_pfn(pfns, total, PAGE_KERNEL);
	kvfree(pfns);
	return addr;
}

VMAP_SPEC(udmabuf_own_vmap_pfn) = {
	.title = "the RFC's point 1: vmap_pfn() without its check maps the right pages",
	.map = map_pfns,
	.unmap = vunmap,
	.buffer = { .kinds = SHMEM | THP | HUGETLB, .max_pages = MAX_ARRAY_PAGES },
	.cost = { .per_page = sizeof(unsigned long) },
	/* Every property, for every buffer. */
	.expect = { [0 ... NR_VMAP_PROPERTIES - 1] = PROVED },
};
