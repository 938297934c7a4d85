// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * physical.c - physical memory: a sparse file of 4 PiB that lives in memory, page p of
 * it at byte p * 4096. Each of a page's words tells which page and which word it is.
 */
#define _GNU_SOURCE
#include "machine.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PHYSICAL_BITS 52
#define WORDS (VMR_PAGE / sizeof(uint64_t))
/* The upper 15 bits of every word; pfns have 40 bits, and a word's number 9. */
#define MARK 0x3a5dUL
#define MARK_SHIFT 49

int vmr_ram = -1;

#define MAX_STAMPED (1UL << 16)
static uint64_t stamped[MAX_STAMPED];
static size_t nr_stamped;

void vmr_physical_init(void)
{
	memset(stamped, 0, sizeof(stamped));
	nr_stamped = 0;
	vmr_ram = memfd_create("vmapcheck-ram", MFD_CLOEXEC);
	if (vmr_ram < 0 || ftruncate(vmr_ram, 1L << PHYSICAL_BITS))
		vmr_cannot("no memory file of 4 PiB can be made: %s", strerror(errno));
}

static uint64_t word_of(uint64_t pfn, uint64_t n)
{
	return MARK << MARK_SHIFT | pfn << 9 | n;
}

void vmr_stamp(uint64_t pfn)
{
	uint64_t words[WORDS], n;
	size_t i = (pfn * 0x9e3779b97f4a7c15UL) >> 48;

	while (stamped[i] && stamped[i] != pfn)
		i = (i + 1) & (MAX_STAMPED - 1);
	if (stamped[i] == pfn)
		return;
	if (++nr_stamped > MAX_STAMPED / 2)
		vmr_cannot("more than %lu pages to stamp", MAX_STAMPED / 2);
	stamped[i] = pfn;
	for (n = 0; n < WORDS; n++)
		words[n] = word_of(pfn, n);
	if (pwrite(vmr_ram, words, sizeof(words), (off_t)(pfn << VMR_PAGE_SHIFT)) !=
	    (ssize_t)sizeof(words))
		vmr_cannot("page 0x%lx cannot be written: %s", pfn, strerror(errno));
}

/* A page whose mark is not there is of no pfn: ~0. */
static uint64_t pfn_in(uint64_t word)
{
	if (word >> MARK_SHIFT != MARK)
		return ~0UL;
	return word << (64 - MARK_SHIFT) >> (64 - MARK_SHIFT + 9);
}

enum vmr_look vmr_look_at(uint64_t va, uint64_t pfn, uint64_t *found)
{
	const volatile uint64_t *words = (const volatile uint64_t *)va;
	uint64_t first, n;

	*found = ~0UL;
	if (!vmr_try_load(va, &first))
		return LOOK_NONE;
	*found = pfn_in(first);
	if (*found != pfn)
		return LOOK_OTHER;
	for (n = 0; n < WORDS; n++) {
		if (words[n] != word_of(pfn, n))
			return LOOK_TORN;
	}
	return LOOK_RIGHT;
}

enum vmr_look vmr_write_through(uint64_t va, uint64_t pfn)
{
	uint64_t n = (pfn + 7) % WORDS;
	uint64_t mine = ~word_of(pfn, n), there = 0;
	off_t place = (off_t)(pfn << VMR_PAGE_SHIFT) + (off_t)(n * sizeof(mine));

	if (!vmr_try_store(va + n * sizeof(mine), mine))
		return LOOK_NONE;
	if (pread(vmr_ram, &there, sizeof(there), place) != (ssize_t)sizeof(there))
		return LOOK_NONE;
	vmr_try_store(va + n * sizeof(mine), word_of(pfn, n));
	return there == mine ? LOOK_RIGHT : LOOK_OTHER;
}
