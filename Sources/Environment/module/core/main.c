// SPDX-License-Identifier: GPL-2.0
/*
 * main.c - /dev/vmapcheck: a line written to it is done at once, and what came of it
 * is read from it as JSON, also where the process that wrote has oopsed on the way.
 *
 *	pool ADDRESS NR		hugetlb folios in the writer's memory
 *	folio NUMBER ADDRESS	a folio of the next run, in the writer's memory
 *	run SPEC RANGE...	a run; a range is KIND,ORDER,HVO,FOLIO,OFFSET,PAGES
 *	run @FD RANGE...	the same of a dma-buf
 *	clear			nothing has been run
 *	controls
 *	poke HVO INDEX		a store to a struct page of a pooled folio
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/uaccess.h>

#include "machine.h"

#define MAX_SPECS 64

bool vmk_live;
module_param_named(live, vmk_live, bool, 0444);
MODULE_PARM_DESC(live, "the kernel is in use: no BARs, no stores that may oops");

static struct vmk_spec specs[MAX_SPECS];
static unsigned int nr_specs;

enum stage { IDLE, PREPARE, MAP, LOOK, UNMAP, AFTER, DONE };
static const char *const stages[] = {
	"idle", "prepare", "map", "look", "unmap", "after", "done"
};

struct run {
	unsigned long pfn, nr;
	unsigned int step;
};

struct result {
	enum stage stage;
	int error;		/* of the buffer */
	const char *rejection;
	bool has_unmap;
	unsigned long addr;
	bool success;
	struct run runs[VMK_MAX_RUNS];
	unsigned int nr_runs;
	bool has_more;
	unsigned long torn;	/* pages whose content is not that of their pfn */
	unsigned long all_flags, any_flags;
	unsigned long huge;	/* pages that a larger leaf maps */
	bool before, behind;	/* it maps the page beside it */
	unsigned long mapped, left;
	struct vmk_heap heap;
	unsigned int violations;
};

static struct result result;

void vmk_reject(const char *why)
{
	if (!result.rejection)
		result.rejection = why;
}
EXPORT_SYMBOL_GPL(vmk_reject);

void vmk_violation(unsigned int property, const char *message)
{
	result.violations |= 1U << property;
}
EXPORT_SYMBOL_GPL(vmk_violation);

int vmk_specs_add(const struct vmk_spec *added, unsigned int nr)
{
	if (nr_specs + nr > MAX_SPECS)
		return -ENOSPC;
	memcpy(&specs[nr_specs], added, nr * sizeof(*added));
	nr_specs += nr;
	return 0;
}
EXPORT_SYMBOL_GPL(vmk_specs_add);

void vmk_specs_remove(unsigned int nr)
{
	nr_specs -= nr;
}
EXPORT_SYMBOL_GPL(vmk_specs_remove);

static const struct vmap_spec *spec_named(const char *name)
{
	unsigned int i;
	int fd;

	if (sscanf(name, "@%d", &fd) == 1)
		return vmk_dmabuf_open(fd) ? NULL : &vmk_dmabuf_spec;
	for (i = nr_specs; i-- > 0;) {
		if (!strcmp(specs[i].name, name))
			return specs[i].spec;
	}
	return NULL;
}

/* --- A run ------------------------------------------------------------------------ */

static void add_page(unsigned long pfn)
{
	struct run *run = result.nr_runs ? &result.runs[result.nr_runs - 1] : NULL;

	if (run && run->nr == 1 && (pfn == run->pfn || (pfn && pfn == run->pfn + 1))) {
		run->step = pfn - run->pfn;
		run->nr++;
	} else if (run && run->nr > 1 && pfn == run->pfn + run->nr * run->step) {
		run->nr++;
	} else if (result.nr_runs < VMK_MAX_RUNS) {
		result.runs[result.nr_runs++] = (struct run){ pfn, 1, 0 };
	} else {
		result.has_more = true;
	}
}

static void look_at_mapping(unsigned long addr, unsigned long pages)
{
	unsigned long i;

	result.all_flags = ~0UL;
	for (i = 0; i < pages; i++) {
		unsigned long va = addr + (i << PAGE_SHIFT);
		struct vmk_leaf leaf = vmk_leaf_at(va);

		add_page(leaf.shift ? leaf.pfn : 0);
		if (!leaf.shift)
			continue;
		result.all_flags &= leaf.flags;
		result.any_flags |= leaf.flags;
		result.huge += leaf.shift > PAGE_SHIFT;
		if (vmk_is_of_folio(leaf.pfn))
			result.torn += !vmk_has_stamp(va, leaf.pfn);
	}
	result.before = vmk_is_mapped_beside(addr, addr - PAGE_SIZE);
	result.behind = vmk_is_mapped_beside(addr, addr + (pages << PAGE_SHIFT));
}

#define COUNT_REFS(field)                                                        \
	do {                                                                     \
		unsigned int i;                                                  \
									         \
		for (i = 0; i < vmk_buffer.nr_folios; i++) {                     \
			struct vmk_folio *it = &vmk_buffer.folios[i];            \
									         \
			it->field = it->folio ? folio_ref_count(it->folio) : 0;  \
		}                                                                \
	} while (0)

static void run_spec(const struct vmap_spec *spec)
{
	const struct folio_range *ranges = vmk_buffer.ranges;
	unsigned int nr_ranges = vmk_buffer.nr_ranges;
	void *addr;

	if (spec->assume)
		spec->assume(ranges, nr_ranges);
	if (!spec->map)
		vmk_reject("a spec of files");
	if (result.rejection)
		return;
	result.error = vmk_leaves_of(vmk_is_of_buffer) ? -EBUSY : vmk_leaves_note();
	if (result.error)
		return;
	result.has_unmap = spec->unmap || spec->unmap_ranges;
	COUNT_REFS(refs_before);
	result.stage = MAP;
	addr = spec->map(ranges, nr_ranges);
	result.stage = LOOK;
	result.addr = (unsigned long)addr;
	result.success = !IS_ERR_OR_NULL(addr);
	if (result.success)
		look_at_mapping((unsigned long)addr, vmk_buffer_pages());
	result.mapped = vmk_leaves_of(vmk_is_of_buffer);
	result.heap = vmk_heap;
	COUNT_REFS(refs_mapped);
	result.stage = UNMAP;
	if (result.success && spec->unmap)
		spec->unmap(addr);
	else if (result.success && spec->unmap_ranges)
		spec->unmap_ranges(addr, ranges, nr_ranges);
	result.stage = AFTER;
	result.left = vmk_leaves_of(vmk_is_of_buffer);
	COUNT_REFS(refs_after);
	result.stage = DONE;
}

static bool is_clean(void)
{
	unsigned int i;

	if (result.left)
		return false;
	for (i = 0; i < vmk_buffer.nr_folios; i++) {
		if (vmk_buffer.folios[i].refs_before != vmk_buffer.folios[i].refs_after)
			return false;
	}
	return true;
}

static struct vmk_folio shown[VMK_MAX_RANGES];
static unsigned int nr_shown;
static unsigned int shown_range_folio[VMK_MAX_RANGES];
static unsigned int nr_shown_ranges;

static void keep_shown(void)
{
	memcpy(shown, vmk_buffer.folios, sizeof(shown));
	nr_shown = vmk_buffer.nr_folios;
	memcpy(shown_range_folio, vmk_buffer.range_folio, sizeof(shown_range_folio));
	nr_shown_ranges = vmk_buffer.nr_ranges;
}

static int clear(void)
{
	memset(&result, 0, sizeof(result));
	nr_shown = 0;
	vmk_missing = NULL;
	vmk_heap_reset();
	return 0;
}

static int run(char *text)
{
	char *name = strsep(&text, " ");
	const struct vmap_spec *spec = spec_named(name);

	clear();
	if (!spec || !text)
		return -ENOENT;
	result.stage = PREPARE;
	result.error = vmk_buffer_parse(text);
	keep_shown();
	if (!result.error) {
		run_spec(spec);
		keep_shown();
	}
	vmk_dmabuf_close();
	vmk_buffer_free(is_clean());
	vmk_heap_reset();
	return 0;
}

/* --- The device --------------------------------------------------------------------- */

static void show_text(struct seq_file *file, const char *text)
{
	seq_putc(file, '"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			seq_putc(file, '\\');
		seq_putc(file, *text);
	}
	seq_putc(file, '"');
}

static void show_runs(struct seq_file *file)
{
	unsigned int i;

	seq_puts(file, ",\"runs\":[");
	for (i = 0; i < result.nr_runs; i++) {
		const struct run *run = &result.runs[i];

		seq_printf(file, "%s[%lu,%lu,%u]", i ? "," : "", run->pfn, run->nr,
			   run->step);
	}
	seq_printf(file, "],\"hasMore\":%s", result.has_more ? "true" : "false");
}

static void show_folios(struct seq_file *file)
{
	unsigned int i;

	seq_puts(file, ",\"folios\":[");
	for (i = 0; i < nr_shown; i++) {
		const struct vmk_folio *it = &shown[i];

		seq_printf(file, "%s{\"pfn\":%lu,\"order\":%u,\"optimized\":%s,"
			   "\"refs\":[%d,%d,%d]}",
			   i ? "," : "", it->pfn, it->order,
			   it->optimized ? "true" : "false", it->refs_before,
			   it->refs_mapped, it->refs_after);
	}
	seq_puts(file, "]");
}

static int show(struct seq_file *file, void *data)
{
	const char *const booleans[] = { "false", "true" };

	seq_printf(file, "{\"stage\":\"%s\",\"error\":%d", stages[result.stage],
		   result.error);
	if (result.rejection) {
		seq_puts(file, ",\"rejection\":");
		show_text(file, result.rejection);
	}
	if (vmk_missing)
		seq_printf(file, ",\"missing\":\"%s\"", vmk_missing);
	if (result.stage >= LOOK) {
		seq_printf(file, ",\"addr\":\"0x%lx\",\"success\":%s", result.addr,
			   booleans[result.success]);
		seq_printf(file, ",\"torn\":%lu,\"huge\":%lu", result.torn,
			   result.huge);
		seq_printf(file, ",\"allFlags\":\"0x%lx\",\"anyFlags\":\"0x%lx\"",
			   result.all_flags, result.any_flags);
		seq_printf(file, ",\"before\":%s,\"behind\":%s",
			   booleans[result.before], booleans[result.behind]);
		seq_printf(file, ",\"mapped\":%lu,\"left\":%lu", result.mapped,
			   result.left);
		seq_printf(file, ",\"live\":%lu,\"peakBytes\":%lu", result.heap.live,
			   result.heap.peak_bytes);
		seq_printf(file, ",\"hasUnmap\":%s,\"violations\":%u",
			   booleans[result.has_unmap], result.violations);
		show_runs(file);
	}
	if (result.stage >= PREPARE)
		show_folios(file);
	seq_printf(file, ",\"vmemmap\":\"0x%lx\",\"pool\":\"",
		   (unsigned long)pfn_to_page(0));
	vmk_pool_show(file);
	seq_puts(file, "\"");
	vmk_controls_show(file);
	seq_puts(file, "}\n");
	return 0;
}

static int do_line(char *line)
{
	char *word = strsep(&line, " \n");
	unsigned long a = 0, b = 0;

	if (!strcmp(word, "run"))
		return run(line);
	if (!strcmp(word, "clear"))
		return clear();
	if (!strcmp(word, "controls"))
		return vmk_controls();
	if (!line || sscanf(line, "%lu %lu", &a, &b) != 2)
		return -EINVAL;
	if (!strcmp(word, "pool"))
		return vmk_pool_add(a, b);
	if (!strcmp(word, "folio"))
		return vmk_folio_pin(a, b);
	if (!strcmp(word, "poke"))
		return vmk_poke(a, b);
	return -EINVAL;
}

static ssize_t device_write(struct file *file, const char __user *buffer,
			    size_t count, loff_t *position)
{
	char *line = memdup_user_nul(buffer, count);
	int error;

	if (IS_ERR(line))
		return PTR_ERR(line);
	line[strcspn(line, "\n")] = 0;
	error = do_line(line);
	kfree(line);
	return error ? error : count;
}

static int device_open(struct inode *inode, struct file *file)
{
	/* misc_open() has left the device there, and seq_open() wants its place. */
	file->private_data = NULL;
	return single_open_size(file, show, NULL, 1 << 20);
}

static const struct file_operations operations = {
	.owner = THIS_MODULE,
	.open = device_open,
	.read = seq_read,
	.write = device_write,
	.llseek = seq_lseek,
	.release = single_release,
};

static struct miscdevice device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "vmapcheck",
	.fops = &operations,
	.mode = 0600,
};

static int __init vmk_init(void)
{
	int error = vmk_symbols_init();

	return error ? error : misc_register(&device);
}

static void __exit vmk_exit(void)
{
	misc_deregister(&device);
	vmk_pool_release();
	vmk_heap_reset();
	vmk_leaves_forget();
}

module_init(vmk_init);
module_exit(vmk_exit);
MODULE_DESCRIPTION("vmapcheck: runs vmap strategies on real folios");
MODULE_LICENSE("GPL");
