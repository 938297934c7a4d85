/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * contracts.h - functions of a kernel tree by what they do. In the search for a proof a
 * call of one that a spec names is its contract (model/contracts.c); in the bounded
 * search, and on a machine, it is the tree's text. That the text keeps the contract is
 * for specs of its own to prove, by vmap_by_chunk().
 */
#ifndef VMAPCHECK_CONTRACTS_H
#define VMAPCHECK_CONTRACTS_H

#include <vmapcheck/ranges.h>
#include <vmapcheck/vmalloc_internal.h>

/* From here on, in a proof: vmc_contract_NAME() instead of NAME(). */
#define vmap_by_contract(name) vmc_by_contract(#name)

/*
 * A part of a mapping: page `first` of the array and so on, at [addr, end). All of it is
 * translated below one entry of a page table.
 */
struct vmap_chunk {
	unsigned long addr;
	unsigned long end;
	int first;
	unsigned long leaf_elsewhere;	/* of any page that is not of the chunk */
};

/* Any part of a mapping of so many pages that is below one entry, of 1 << shift bytes. */
void vmap_chunk_choose(struct vmap_chunk *chunk, unsigned long area, unsigned long pages,
		       unsigned int shift);
/* Where no leaf but the chunk's may have been set since it was chosen. */
void vmap_chunk_check(const struct vmap_chunk *chunk);

/* Pages *nr on of the array, page by page; *nr is the one behind the last. */
int vmap_pages_from(unsigned long addr, unsigned long end, pgprot_t prot, struct page **pages,
		    int *nr);

/* The same, by the function that a contract is for. */
typedef int (*vmap_chunk_fn)(unsigned long addr, unsigned long end, struct page **pages, int *nr);

/* What is before the chunk, the chunk, and what is behind it. */
static inline int vmap_around_chunk(unsigned long area, unsigned long pages_end,
				    unsigned int shift, struct page **pages, vmap_chunk_fn map)
{
	struct vmap_chunk chunk;
	int nr = 0;
	int error = 0;

	vmap_chunk_choose(&chunk, area, (pages_end - area) >> PAGE_SHIFT, shift);
	if (chunk.addr != area)
		error = vmap_pages_from(area, chunk.addr, PAGE_KERNEL, pages, &nr);
	if (error)
		return error;
	error = map(chunk.addr, chunk.end, pages, &nr);
	vmap_chunk_check(&chunk);
	if (error)
		return error;
	WARN_ON(nr != chunk.first + (int)((chunk.end - chunk.addr) >> PAGE_SHIFT));
	if (chunk.end == pages_end)
		return 0;
	return vmap_pages_from(chunk.end, pages_end, PAGE_KERNEL, pages, &nr);
}

/* A mapping of the buffer's pages, any chunk of it by the function. */
static inline void *vmap_by_chunk(const struct folio_range *ranges, unsigned int nr_ranges,
				  unsigned int shift, vmap_chunk_fn map)
{
	unsigned long total = ranges_pages(ranges, nr_ranges);
	struct page **pages = kvmalloc_array(total, sizeof(*pages), GFP_KERNEL);
	struct vm_struct *area;
	void *mapping = NULL;

	if (!pages)
		return NULL;
	ranges_to_pages(ranges, nr_ranges, pages);
	area = get_vm_area(total << PAGE_SHIFT, VM_MAP);
	if (area) {
		unsigned long addr = (unsigned long)area->addr;

		mapping = area->addr;
		if (vmap_around_chunk(addr, addr + (total << PAGE_SHIFT), shift, pages, map)) {
			vunmap(mapping);
			mapping = NULL;
		}
	}
	kvfree(pages);
	return mapping;
}

#endif
