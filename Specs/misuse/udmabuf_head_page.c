// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * udmabuf in 6.11.0 to 6.11.10, 6.12.0, 6.12.1 and from 6.12.48 on (5e72b2b41a21): for
 * each page the first page of its folio is mapped, in words of our own.
 *
 * maps-exactly is refuted as soon as a page is not its folio's first: silently, the
 * error is 0 (kernel.md, section 3, "head-page trigger"). It has nothing to do with
 * HVO, and nothing else is wrong: head pages are valid, referenced and never freed.
 */
#include <vmapcheck/ranges.h>
#include <vmapcheck/spec.h>

/* What udmabuf has of a buffer: for each page its folio, and the offset there. */
struct buffer_pages {
	struct folio **folios;
	pgoff_t *offsets;
	pgoff_t count;
};

static void buffer_init(struct buffer_pages *buffer, const struct folio_range *ranges,
			unsigned int nr_ranges)
{
	buffer->count = ranges_pages(ranges, nr_ranges);
	buffer->folios = vmap_caller_alloc(buffer->count * sizeof(*buffer->folios));
	buffer->offsets = vmap_caller_alloc(buffer->count * sizeof(*buffer->offsets));
	ranges_to_folios(ranges, nr_ranges, buffer->folios, buffer->offsets);
}

static void *map_buffer(const struct folio_range *ranges, unsigned int nr_ranges)
{
	struct buffer_pages buffer;
	struct page **pages;
	pgoff_t i;
	void *addr;

	buffer_init(&buffer, ranges, nr_ranges);
	pages = kvmalloc_array(buffer.count, sizeof(*pages), GFP_KERNEL);
	if (!pages)
		return ERR_PTR(-ENOMEM);
	for (i = 0; i < buffer.count; i++)
		pages[i] = &buffer.folios[i]->page;

	addr = vm_map_ram(pages, buffer.count, NUMA_NO_NODE);
	kvfree(pages);
	return addr ? addr : ERR_PTR(-EINVAL);
}

static void unmap_buffer(const void *addr, const struct folio_range *ranges,
			 unsigned int nr_ranges)
{
	vm_unmap_ram(addr, ranges_pages(ranges, nr_ranges));
}

VMAP_SPEC(udmabuf_head_page) = {
	.title = "udmabuf that maps each folio's first page over and over",
	.map = map_buffer,
	.unmap_ranges = unmap_buffer,
	.buffer = { .kinds = SHMEM | THP | HUGETLB, .max_pages = MAX_ARRAY_PAGES },
	.cost = { .per_page = sizeof(struct page *) },
	.expect = {
		[TAIL_WRITE ... TAIL_READ] = PROVED,
		[MAPS_EXACTLY] = REFUTED,
		[ACCEPTS ... NR_VMAP_PROPERTIES - 1] = PROVED,
	},
};

/* The bug's one harmless case: folios of a single page (0 of 256 pages were wrong). */
VMAP_SPEC(udmabuf_head_page_order_0) = {
	.title = "udmabuf that maps each folio's first page is right on order-0 folios",
	.map = map_buffer,
	.unmap_ranges = unmap_buffer,
	.buffer = { .kinds = SHMEM, .max_pages = MAX_ARRAY_PAGES },
	.cost = { .per_page = sizeof(struct page *) },
	.expect = { [MAPS_EXACTLY ... NR_VMAP_PROPERTIES - 1] = PROVED },
};
