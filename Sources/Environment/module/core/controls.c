// SPDX-License-Identifier: GPL-2.0
/*
 * controls.c - what has to be so before the machine is believed: vmap_pfn() maps what
 * is no memory (not tried in a kernel that is in use), pages are seen in the order in
 * which they are mapped, and the struct pages of hugetlb folios are as HVO leaves them.
 */
#include <linux/uaccess.h>

#include "machine.h"

static bool has_run, bar_mapped, bar_right, order_right;

static void try_bar(void)
{
	unsigned long pfns[] = { VMK_BAR_PFN, VMK_BAR_PFN + 7 };
	void *addr = vmap_pfn(pfns, 2, PAGE_KERNEL);

	bar_mapped = addr;
	bar_right = addr && vmk_leaf_at((unsigned long)addr).pfn == pfns[0] &&
		    vmk_leaf_at((unsigned long)addr + PAGE_SIZE).pfn == pfns[1];
	if (addr)
		vunmap(addr);
}

/* Two pages of a folio, the later one first: just so it has to be seen. */
static void try_order(struct folio *folio)
{
	struct page *pages[] = { folio_page(folio, 64), folio_page(folio, 0) };
	unsigned long first = folio_pfn(folio), va;
	void *addr = vmap(pages, ARRAY_SIZE(pages), VM_MAP, PAGE_KERNEL);

	if (!addr)
		return;
	vmk_stamp(first);
	vmk_stamp(first + 64);
	va = (unsigned long)addr;
	order_right = vmk_leaf_at(va).pfn == first + 64 &&
		      vmk_leaf_at(va + PAGE_SIZE).pfn == first &&
		      vmk_has_stamp(va, first + 64) &&
		      vmk_has_stamp(va + PAGE_SIZE, first) &&
		      !vmk_has_stamp(va, first);
	vunmap(addr);
}

int vmk_controls(void)
{
	struct folio *folio = vmk_pool_find(true) ?: vmk_pool_find(false);

	has_run = true;
	bar_mapped = bar_right = order_right = false;
	if (!vmk_live)
		try_bar();
	if (folio)
		try_order(folio);
	return 0;
}

static bool can_be_stored_to(unsigned long address)
{
	unsigned long *word = (unsigned long *)address, value = READ_ONCE(*word);

	__put_kernel_nofault(word, &value, unsigned long, fault);
	return true;
fault:
	return false;
}

void vmk_struct_show(struct seq_file *file, const char *name, struct folio *folio,
		     unsigned long index)
{
	unsigned long address = (unsigned long)(&folio->page + index);
	struct vmk_leaf leaf = vmk_leaf_at(address);

	seq_printf(file, "\"%s\":{\"index\":%lu,\"pfn\":%lu,\"shift\":%u,"
		   "\"writable\":%s,\"storable\":%s,\"tail\":%s}",
		   name, index, leaf.pfn, leaf.shift,
		   leaf.flags & _PAGE_RW ? "true" : "false",
		   can_be_stored_to(address) ? "true" : "false",
		   PageTail(&folio->page + index) ? "true" : "false");
}

static void show_folio(struct seq_file *file, const char *name, bool optimized)
{
	struct folio *folio = vmk_pool_find(optimized);

	if (!folio)
		return;
	seq_printf(file, ",\"%s\":{\"order\":%u,", name, folio_order(folio));
	vmk_struct_show(file, "kept", folio, 63);
	seq_putc(file, ',');
	vmk_struct_show(file, "freed", folio, 64);
	seq_putc(file, '}');
}

void vmk_controls_show(struct seq_file *file)
{
	if (!has_run)
		return;
	seq_printf(file, ",\"barMapped\":%s,\"barRight\":%s,\"orderRight\":%s",
		   bar_mapped ? "true" : "false", bar_right ? "true" : "false",
		   order_right ? "true" : "false");
	show_folio(file, "optimized", true);
	show_folio(file, "ordinary", false);
	has_run = false;
}

int vmk_poke(bool optimized, unsigned long index)
{
	struct folio *folio = vmk_pool_find(optimized);
	unsigned long *word;

	if (vmk_live)
		return -EPERM;
	if (!folio || index >= folio_nr_pages(folio))
		return -ENOENT;
	word = (unsigned long *)(&folio->page + index);
	WRITE_ONCE(*word, READ_ONCE(*word));
	return 0;
}
