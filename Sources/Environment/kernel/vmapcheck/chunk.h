/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * chunk.h - for specs of functions that make a part of a mapping, as those of the walk
 * through the page tables do: any part, of a mapping of which all that comes before it
 * is there. What holds of the mapping then holds whatever calls the function so.
 */
#ifndef VMAPCHECK_CHUNK_H
#define VMAPCHECK_CHUNK_H

#include <vmapcheck/ranges.h>
#include <vmapcheck/vmalloc_internal.h>

/*
 * A part of a mapping: page `first` of the array and so on, at [addr, end). All of it is
 * translated below one entry of a page table.
 */
struct vmap_chunk {
	unsigned long addr;
	unsigned long end;
	int first;
	phys_addr_t phys;		/* of page `first`, where the chunk lies together */
	unsigned int max_shift;		/* of the largest leaf: the logarithm of its bytes */
	unsigned long leaf_elsewhere;	/* of any page that is not of the chunk */
};

/* Before the area is made: of 1 << shift bytes is the entry that the chunk is below. */
void vmap_chunk_expect(unsigned int shift);
/* Any part of a mapping of so many pages that is below one entry, of 1 << shift bytes. */
void vmap_chunk_choose(struct vmap_chunk *chunk, unsigned long area, unsigned long pages,
		       unsigned int shift);
/* The same of the pages of one range, any of the buffer's: they lie together. By any leaves. */
void vmap_chunk_choose_together(struct vmap_chunk *chunk, unsigned long area,
				unsigned int nr_ranges, unsigned int shift);
/* Every page of the mapping that is before the chunk, or behind it, is mapped to its page. */
void vmap_before_chunk(struct vmap_chunk *chunk, unsigned long area, unsigned long total,
		       struct page **pages);
void vmap_behind_chunk(const struct vmap_chunk *chunk, unsigned long area, unsigned long total,
		       struct page **pages);
/*
 * Where no leaf but the chunk's may have been set since it was chosen, and no larger one
 * than may be.
 */
void vmap_chunk_check(const struct vmap_chunk *chunk);
/* The chunk's pages before address `end` are mapped, with PAGE_KERNEL. */
void vmap_chunk_check_mapped(const struct vmap_chunk *chunk, unsigned long end);
/* It failed at page `nr`: that is one of the chunk, those before are mapped, and from it on none. */
void vmap_chunk_check_failed(const struct vmap_chunk *chunk, int nr);

/* Before a mapping come so many pages of its area: it begins at any page. */
unsigned long vmap_pages_before(void);
static inline void vmap_unmap_behind(const void *addr)
{
	struct vm_struct *area = find_vm_area(addr);

	if (!WARN_ON(!area))
		vunmap(area->addr);
}

/* A callback of apply_to_page_range(): maps page `nr` of the array, or fails, at any page, by
 * any error. */
struct vmap_next_page {
	struct page **pages;
	int nr;
};
int vmap_map_next(pte_t *pte, unsigned long addr, void *data);
/* The callback fails by any error. */
int vmap_callback_fails(void);

/* Bits that say which tables a walk has changed: what comes before the chunk has set any. */
pgtbl_mod_mask vmap_any_mask(void);
/* It fails by the error that its callers know: -ENOMEM, or the callback's. */
void vmap_chunk_check_error(int error);

/* The function: maps pages *nr on of the array at [addr, end); *nr is the one behind then. */
typedef int (*vmap_chunk_fn)(unsigned long addr, unsigned long end, struct page **pages, int *nr);

/* A mapping is made from its first page to its last: a chunk of it by the function. */
static inline int vmap_the_chunk(unsigned long area, unsigned long total, unsigned int shift,
				 struct page **pages, vmap_chunk_fn map)
{
	struct vmap_chunk chunk;
	int error, nr;

	vmap_chunk_choose(&chunk, area, total, shift);
	vmap_before_chunk(&chunk, area, total, pages);
	nr = chunk.first;
	error = map(chunk.addr, chunk.end, pages, &nr);
	vmap_chunk_check(&chunk);
	vmap_check_pages_kept(pages);
	if (error) {
		vmap_chunk_check_error(error);
		vmap_chunk_check_failed(&chunk, nr);
		return error;
	}
	vmap_chunk_check_mapped(&chunk, chunk.end);
	WARN_ON(nr != chunk.first + (int)((chunk.end - chunk.addr) >> PAGE_SHIFT));
	vmap_behind_chunk(&chunk, area, total, pages);
	return 0;
}

/* The function: maps the memory from `phys` on at [addr, end), by leaves up to 1 << max_shift. */
typedef int (*vmap_phys_fn)(unsigned long addr, unsigned long end, phys_addr_t phys,
			    unsigned int max_shift);

static inline int vmap_the_chunk_together(unsigned long area, unsigned long total,
					  unsigned int nr_ranges, unsigned int shift,
					  struct page **pages, vmap_phys_fn map)
{
	struct vmap_chunk chunk;
	int error;

	vmap_chunk_choose_together(&chunk, area, nr_ranges, shift);
	vmap_before_chunk(&chunk, area, total, pages);
	error = map(chunk.addr, chunk.end, chunk.phys, chunk.max_shift);
	vmap_chunk_check(&chunk);
	if (error) {
		vmap_chunk_check_error(error);
		return error;
	}
	vmap_chunk_check_mapped(&chunk, chunk.end);
	vmap_behind_chunk(&chunk, area, total, pages);
	return 0;
}

/*
 * A mapping of the buffer's pages, any chunk of it by one of the functions; the other is
 * NULL.
 */
static inline void *vmap_by_chunk_of(const struct folio_range *ranges, unsigned int nr_ranges,
				     unsigned int shift, vmap_chunk_fn map, vmap_phys_fn map_phys)
{
	unsigned long total = ranges_pages(ranges, nr_ranges);
	struct page **pages = vmap_caller_alloc(total * sizeof(*pages));
	unsigned long before = vmap_pages_before();
	struct vm_struct *area;
	void *mapping = NULL;

	ranges_to_pages(ranges, nr_ranges, pages);
	vmap_chunk_expect(shift);
	area = get_vm_area((before + total) << PAGE_SHIFT, VM_MAP);
	if (area) {
		unsigned long addr = (unsigned long)area->addr + (before << PAGE_SHIFT);
		int error;

		mapping = (void *)addr;
		if (map)
			error = vmap_the_chunk(addr, total, shift, pages, map);
		else
			error = vmap_the_chunk_together(addr, total, nr_ranges, shift, pages,
							map_phys);
		if (error) {
			vunmap(area->addr);
			mapping = NULL;
		}
	}
	vmap_caller_free(pages);
	return mapping;
}

static inline void *vmap_by_chunk(const struct folio_range *ranges, unsigned int nr_ranges,
				  unsigned int shift, vmap_chunk_fn map)
{
	return vmap_by_chunk_of(ranges, nr_ranges, shift, map, NULL);
}

static inline void *vmap_by_chunk_together(const struct folio_range *ranges,
					   unsigned int nr_ranges, unsigned int shift,
					   vmap_phys_fn map)
{
	return vmap_by_chunk_of(ranges, nr_ranges, shift, NULL, map);
}

#endif
