// SPDX-License-Identifier: GPL-2.0
/*
 * look.c - the kernel's page tables, read entry by entry, and the contents behind
 * an address.
 */
#include <linux/uaccess.h>

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

unsigned long vmk_leaves_of(bool (*is_ours)(unsigned long pfn))
{
	unsigned long va = VMALLOC_START, end = VMALLOC_END, nr = 0;

	while (va >= VMALLOC_START && va < end) {
		unsigned int shift;
		unsigned long entry = entry_of(va, &shift), i;

		if (entry & _PAGE_PRESENT) {
			unsigned long pfn = pfn_of(entry, va & ~((1UL << shift) - 1),
						   shift);

			for (i = 0; i < 1UL << (shift - PAGE_SHIFT); i++)
				nr += is_ours(pfn + i);
		}
		va = ((va >> shift) + 1) << shift;
		cond_resched();
	}
	return nr;
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
