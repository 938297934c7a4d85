// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * leaves.c - the vmalloc space: reserved addresses, into which each leaf that is set
 * maps its page of physical memory. Leaves that follow each other are mapped together.
 */
#include "machine.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* vm.max_map_count is 65530 where nobody has changed it. */
#define MAX_MAPPINGS 60000

static struct {
	uint64_t va, end, pfn;
	int protection;
	uint64_t step;		/* pages of physical memory per page: 1, or 0 */
} run;

static size_t nr_mappings;
static struct vmr_mapped mapped[VMR_MAX_MAPPED];

static void map_now(uint64_t va, uint64_t size, uint64_t pfn, int protection)
{
	if (mmap((void *)va, size, protection, MAP_SHARED | MAP_FIXED, vmr_ram,
		 (off_t)(pfn << VMR_PAGE_SHIFT)) == MAP_FAILED)
		vmr_cannot("the leaves [0x%lx, 0x%lx) cannot be mapped: %s", va, va + size,
			   strerror(errno));
	if (++nr_mappings > MAX_MAPPINGS)
		vmr_cannot("a mapping in more than %d pieces: vm.max_map_count is not enough",
			   MAX_MAPPINGS);
}

static void unmap_now(uint64_t va, uint64_t size)
{
	if (mmap((void *)va, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE |
		 MAP_FIXED, -1, 0) == MAP_FAILED)
		vmr_cannot("the leaves [0x%lx, 0x%lx) cannot be unmapped: %s", va, va + size,
			   strerror(errno));
}

void vmr_leaves_init(void)
{
	uint64_t size = VMALLOC_END - VMALLOC_START + 1;

	nr_mappings = 0;
	memset(&run, 0, sizeof(run));
	unmap_now(VMALLOC_START, size);
}

void vmr_leaves_flush(void)
{
	uint64_t va, start = run.va, end = run.end, pfn = run.pfn;

	if (start == end)
		return;
	run.va = run.end;
	if (!run.protection) {
		if (vmr_options.fault == FAULT_LEAK)
			start += VMR_PAGE;
		if (start < end)
			unmap_now(start, end - start);
		return;
	}
	if (!run.step) {
		for (va = start; va < end; va += VMR_PAGE)
			map_now(va, VMR_PAGE, pfn, run.protection);
		return;
	}
	map_now(start, end - start, pfn, run.protection);
	if (vmr_options.fault == FAULT_WRONG_PAGE)
		map_now(end - VMR_PAGE, VMR_PAGE, pfn + (end - start) / VMR_PAGE, run.protection);
	if (vmr_options.fault == FAULT_NO_GUARD)
		map_now(end, VMR_PAGE, pfn + (end - start) / VMR_PAGE, run.protection);
}

void vmr_leaves_set(uint64_t va, uint64_t end, uint64_t pte, uint64_t step)
{
	uint64_t pfn = (pte & vmr_pte_pfn_mask) >> VMR_PAGE_SHIFT;
	uint64_t pages = (end - va) >> VMR_PAGE_SHIFT;
	int protection = 0;

	if (pte & vmr_pte_present)
		protection = pte & vmr_pte_rw ? PROT_READ | PROT_WRITE : PROT_READ;
	step >>= VMR_PAGE_SHIFT;
	if (!protection)
		pfn = 0;
	/* A wild address is the model's to complain of: there is no such leaf here. */
	if (va < VMALLOC_START || end - 1 > VMALLOC_END || va >= end)
		return;
	if (run.va != run.end && run.end == va && run.protection == protection &&
	    (!protection ||
	     (run.step == 1 && (step == 1 || pages == 1) &&
	      pfn == run.pfn + ((run.end - run.va) >> VMR_PAGE_SHIFT)))) {
		run.end = end;
		return;
	}
	vmr_leaves_flush();
	run.va = va;
	run.end = end;
	run.pfn = pfn;
	run.protection = protection;
	run.step = pages == 1 ? 1 : step;
}

void vmr_leaf_set(uint64_t va, uint64_t pte)
{
	vmr_leaves_set(va, va + VMR_PAGE, pte, VMR_PAGE);
}

/* --- As the kernel below tells it ----------------------------------------------------- */

static void take_line(const char *line, size_t *count)
{
	unsigned long start, end, offset;
	char rights[8];

	if (sscanf(line, "%lx-%lx %7s %lx", &start, &end, rights, &offset) != 4)
		return;
	if (start > VMALLOC_END || end <= VMALLOC_START || !strncmp(rights, "---", 3))
		return;
	if (*count == VMR_MAX_MAPPED)
		vmr_cannot("a mapping in more than %d pieces", VMR_MAX_MAPPED);
	mapped[*count] = (struct vmr_mapped){
		start, end, offset >> VMR_PAGE_SHIFT, rights[0] == 'r', rights[1] == 'w',
	};
	*count += 1;
}

size_t vmr_mapped_list(const struct vmr_mapped **list)
{
	static char buffer[1 << 16];
	size_t have = 0, count = 0;
	int file;

	vmr_leaves_flush();
	file = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
	if (file < 0)
		vmr_cannot("/proc/self/maps cannot be read: %s", strerror(errno));
	for (;;) {
		ssize_t got = read(file, buffer + have, sizeof(buffer) - 1 - have);
		char *line = buffer, *end;

		if (got <= 0)
			break;
		have += (size_t)got;
		buffer[have] = 0;
		while ((end = strchr(line, '\n'))) {
			*end = 0;
			take_line(line, &count);
			line = end + 1;
		}
		have -= (size_t)(line - buffer);
		memmove(buffer, line, have);
	}
	close(file);
	*list = mapped;
	return count;
}
