// SPDX-License-Identifier: GPL-2.0
/*
 * look.c - the kernel's page tables, read entry by entry, and the contents behind
 * an address.
 */
#include <linux/bsearch.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include "machine.h"

#define STAMP_MAGIC 0x5eedf0110c0de000UL

/*
 * The entry that translates an address, whatever its level; 0 where none does. Another
 * CPU may free a table meanwhile, so that no entry is loaded that could fault.
 */
static unsigned long entry_of(unsigned long va, unsigned int *shift)
{
	unsigned long *table = (unsigned long *)vmk_init_mm->pgd, entry;

	for (*shift = PGDIR_SHIFT;; *shift -= PMD_SHIFT - PAGE_SHIFT) {
		table += va >> *shift & (PTRS_PER_PTE - 1);
		if (get_kernel_nofault(entry, table))
			return 0;
		if (!(entry & _PAGE_PRESENT) || *shift == PAGE_SHIFT ||
		    entry & _PAGE_PSE)
			return entry;
		table = __va(entry & PTE_PFN_MASK);
	}
}

static unsigned long pfn_of(unsigned long entry, unsigned long va,
			    unsigned int shift)
{
	unsigned long first = (entry & PTE_PFN_MASK) >> PAGE_SHIFT;
	unsigned long pages = 1UL << (shift - PAGE_SHIFT);

	return (first & ~(pages - 1)) + ((va >> PAGE_SHIFT) & (pages - 1));
}

struct vmk_leaf vmk_leaf_at(unsigned long va)
{
	struct vmk_leaf leaf = { 0 };
	unsigned int shift;
	unsigned long entry = entry_of(va, &shift);

	if (!(entry & _PAGE_PRESENT))
		return leaf;
	leaf.pfn = pfn_of(entry, va, shift);
	leaf.flags = entry & ~PTE_PFN_MASK;
	leaf.shift = shift;
	return leaf;
}

/*
 * The first leaf at an address or above it: its first address, the pages it maps and the
 * first one's pfn. False where there is none.
 */
static bool next_leaf(unsigned long *va, unsigned long *pfn, unsigned long *pages)
{
	while (*va >= VMALLOC_START && *va < VMALLOC_END) {
		unsigned int shift;
		unsigned long entry = entry_of(*va, &shift);

		if (entry & _PAGE_PRESENT) {
			*va &= ~((1UL << shift) - 1);
			*pfn = pfn_of(entry, *va, shift);
			*pages = 1UL << (shift - PAGE_SHIFT);
			return true;
		}
		*va = ((*va >> shift) + 1) << shift;
		cond_resched();
	}
	return false;
}

unsigned long vmk_leaves_of(bool (*is_ours)(unsigned long pfn))
{
	unsigned long va = VMALLOC_START, pfn, pages, nr = 0, i;

	for (; next_leaf(&va, &pfn, &pages); va += pages << PAGE_SHIFT) {
		for (i = 0; i < pages; i++)
			nr += is_ours(pfn + i);
	}
	return nr;
}

/* The leaves of the vmalloc space before a run, by address. */
static struct old_leaf {
	unsigned long va, pfn;
} *old_leaves;
static unsigned long nr_old_leaves, old_leaves_size;

static unsigned long note_leaves(void)
{
	unsigned long va = VMALLOC_START, pfn, pages, nr = 0;

	for (; next_leaf(&va, &pfn, &pages); va += pages << PAGE_SHIFT) {
		if (nr < old_leaves_size)
			old_leaves[nr] = (struct old_leaf){ va, pfn };
		nr++;
	}
	return nr;
}

int vmk_leaves_note(void)
{
	while ((nr_old_leaves = note_leaves()) > old_leaves_size) {
		vmk_leaves_forget();
		/* The array is mapped by leaves, too. */
		old_leaves_size = nr_old_leaves + nr_old_leaves / 8 + 512;
		old_leaves = vmalloc_array(old_leaves_size, sizeof(*old_leaves));
		if (!old_leaves) {
			old_leaves_size = 0;
			return -ENOMEM;
		}
	}
	return 0;
}

void vmk_leaves_forget(void)
{
	vfree(old_leaves);
	old_leaves = NULL;
	old_leaves_size = 0;
}

static int compare_leaf(const void *key, const void *element)
{
	unsigned long va = *(const unsigned long *)key;
	const struct old_leaf *leaf = element;

	return va < leaf->va ? -1 : va > leaf->va;
}

static bool was_there(unsigned long va, unsigned long pfn)
{
	const struct old_leaf *leaf = bsearch(&va, old_leaves, nr_old_leaves,
					      sizeof(*old_leaves), compare_leaf);

	return leaf && leaf->pfn == pfn;
}

/*
 * An area of vm_map_ram()'s has no guard page, so that another's may lie beside it; and
 * up to VMAP_MAX_ALLOC pages are of a block that many callers share (mm/vmalloc.c,
 * vm_map_ram() and vb_alloc(), 6.1 and 6.12).
 */
bool vmk_is_mapped_beside(unsigned long mapping, unsigned long va)
{
	struct vmk_leaf leaf = vmk_leaf_at(va);
	const void *area = vmk_area_at(va);

	if (!leaf.shift || (area && area != vmk_area_at(mapping)))
		return false;
	return !was_there(va, leaf.pfn);
}

static unsigned long stamp(unsigned long pfn, unsigned int word)
{
	return STAMP_MAGIC ^ (pfn << 20 | word);
}

void vmk_stamp(unsigned long pfn)
{
	unsigned long *words = __va(PFN_PHYS(pfn));
	unsigned int i;

	for (i = 0; i < PAGE_SIZE / sizeof(*words); i++)
		words[i] = stamp(pfn, i);
}

bool vmk_has_stamp(unsigned long va, unsigned long pfn)
{
	static unsigned long words[PAGE_SIZE / sizeof(unsigned long)];
	unsigned int i;

	if (copy_from_kernel_nofault(words, (void *)va, PAGE_SIZE))
		return false;
	for (i = 0; i < ARRAY_SIZE(words); i++) {
		if (words[i] != stamp(pfn, i))
			return false;
	}
	return true;
}
