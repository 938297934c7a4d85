// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * The kernel's own udmabuf, and with it vm_map_ram() down to the leaves: text of the
 * tree that is given, for each buffer that udmabuf can be made of.
 *
 * Expected, by the tree's version (kernel.md, section 3):
 *   before 6.2			there is no vmap_udmabuf: nothing to verify, and vmapcheck
 *				says so in a line.
 *   6.11.0 - 6.11.10, 6.12.0,	each page is its folio's first (5e72b2b41a21):
 *   6.12.1, from 6.12.48 on	maps-exactly is refuted.
 *   6.11.11 on, 6.12.2 - 6.12.47,	vmap_pfn() of pages (18d7de823b71): never maps, as
 *   6.13 - 6.16.0		misuse/udmabuf_vmap_pfn.c argues. (Of 6.15.y it is not
 *				known which release got the fix, if any.)
 *   6.2 - 6.10, from 6.16.1 on	vm_map_ram() of the pages themselves: all holds.
 *
 * udmabuf's own limit, 64 MiB by default, is what .max_pages could be; the limit of
 * the page array is used instead, which is larger. In the proof vmap_pages_range() is
 * taken by its contract, which vmap_pages_range.c proves.
 */
#define VMAPCHECK_TAKES_VMAP_PAGES
#include <vmapcheck/ranges.h>
#include <vmapcheck/spec.h>
#include <vmapcheck/vmalloc_internal.h>

#pragma vmapcheck take "mm/vmalloc.c" vmap_pages_pte_range, vmap_pages_pmd_range
#pragma vmapcheck take "mm/vmalloc.c" vmap_pages_pud_range, vmap_pages_p4d_range
#pragma vmapcheck take "mm/vmalloc.c" vmap_small_pages_range_noflush
#pragma vmapcheck take "mm/vmalloc.c" __vmap_pages_range_noflush?, vmap_pages_range_noflush
#pragma vmapcheck take "mm/vmalloc.c" vmap_pages_range
#pragma vmapcheck take "mm/vmalloc.c" vm_unmap_ram, vm_map_ram
#pragma vmapcheck take "drivers/dma-buf/udmabuf.c" struct udmabuf, vmap_udmabuf, vunmap_udmabuf

#define TREE(a, b, c) (VMAPCHECK_KERNEL_VERSION >= KERNEL_VERSION(a, b, c))
#define BETWEEN(a, b, c, d, e, f) (TREE(a, b, c) && !TREE(d, e, f))

#define MAPS_HEAD_PAGES \
	(BETWEEN(6, 11, 0, 6, 11, 11) || BETWEEN(6, 12, 0, 6, 12, 2) || \
	 BETWEEN(6, 12, 48, 6, 13, 0))
#define MAPS_PFNS \
	(BETWEEN(6, 11, 11, 6, 12, 0) || BETWEEN(6, 12, 2, 6, 12, 48) || \
	 BETWEEN(6, 13, 0, 6, 16, 1))

static struct udmabuf *ubuf_of(const struct folio_range *ranges, unsigned int nr_ranges)
{
	struct udmabuf *ubuf = vmap_caller_alloc(sizeof(*ubuf));

	ubuf->pagecount = ranges_pages(ranges, nr_ranges);
#ifdef HAVE_STRUCT_UDMABUF_PAGES
	ubuf->pages = vmap_caller_alloc(ubuf->pagecount * sizeof(*ubuf->pages));
	ranges_to_pages(ranges, nr_ranges, ubuf->pages);
#endif
#ifdef HAVE_STRUCT_UDMABUF_OFFSETS
	ubuf->folios = vmap_caller_alloc(ubuf->pagecount * sizeof(*ubuf->folios));
	ubuf->offsets = vmap_caller_alloc(ubuf->pagecount * sizeof(*ubuf->offsets));
	ranges_to_folios(ranges, nr_ranges, ubuf->folios, ubuf->offsets);
#endif
	return ubuf;
}

static struct udmabuf *mapped;

/* dma_buf_vmap() with the reservation lock held. */
static void *map_udmabuf(const struct folio_range *ranges, unsigned int nr_ranges)
{
	struct dma_buf buf = { 0 };
	struct iosys_map map = { 0 };
	int error;

	vmap_by_contract(vmap_pages_range);
	mapped = ubuf_of(ranges, nr_ranges);
	buf.priv = mapped;
	error = vmap_udmabuf(&buf, &map);
	/* A failure is one that the importer hears of. */
	vmap_assert(CLEAN_FAILURE, error || map.vaddr);
	return error ? ERR_PTR(error) : map.vaddr;
}

static void unmap_udmabuf(const void *addr, const struct folio_range *ranges,
			  unsigned int nr_ranges)
{
	struct dma_buf buf = { 0 };
	struct iosys_map map = { 0 };

	buf.priv = mapped;
	iosys_map_set_vaddr(&map, (void *)addr);
	vunmap_udmabuf(&buf, &map);
}

VMAP_SPEC(linux_udmabuf) = {
	.title = "the kernel's udmabuf, down to the leaves, maps its buffer",
	.map = map_udmabuf,
	.unmap_ranges = unmap_udmabuf,
	.buffer = { .kinds = SHMEM | THP | HUGETLB, .max_pages = MAX_ARRAY_PAGES },
	.cost = { .per_page = sizeof(struct page *) },
	.expect = {
#if MAPS_PFNS
		[API_CLASS] = REFUTED,
		[ACCEPTS] = REFUTED,
		[NO_SPLAT] = REFUTED,
		[MAPS_EXACTLY] = VACUOUS,
		[REFS_HELD] = VACUOUS,
#elif MAPS_HEAD_PAGES
		[MAPS_EXACTLY] = REFUTED,
		[ACCEPTS ... NR_VMAP_PROPERTIES - 1] = PROVED,
#else
		[MAPS_EXACTLY ... NR_VMAP_PROPERTIES - 1] = PROVED,
#endif
	},
};
