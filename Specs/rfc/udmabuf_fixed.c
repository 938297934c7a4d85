// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * udmabuf from 6.16.1 and 6.17 on (a26fd92b7223): vm_map_ram() of each page's own
 * struct page, in words of our own. Right on every buffer, HVO or not, as
 * vm_map_ram_of_pages is (kernel.md, section 3).
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
		pages[i] = folio_page(buffer.folios[i], buffer.offsets[i] >> PAGE_SHIFT);

	addr = vm_map_ram(pages, buffer.count, NUMA_NO_NODE);
	kvfree(pages);
	return addr ? addr : ERR_PTR(-EINVAL);
}

static void unmap_buffer(const void *addr, const struct folio_range *ranges,
			 unsigned int nr_ranges)
{
	vm_unmap_ram(addr, ranges_pages(ranges, nr_ranges));
}

VMAP_SPEC(udmabuf_fixed) = {
	.title = "udmabuf with folio_page() and vm_map_ram() is right, HVO or not",
	.map = map_buffer,
	.unmap_ranges = unmap_buffer,
	.buffer = { .kinds = SHMEM | THP | HUGETLB, .max_pages = MAX_ARRAY_PAGES },
	.cost = { .per_page = sizeof(struct page *) },
	/* Every property, for every buffer. */
	.expect = { [0 ... NR_VMAP_PROPERTIES - 1] = PROVED },
};
