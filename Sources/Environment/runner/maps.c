// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * maps.c - the model's maps. Two of them stand for something that the machine really
 * has: leaves are the process's mappings, and references are in the struct pages.
 */
#include "machine.h"

#include <string.h>
#include <sys/mman.h>

/* A power of two, several times what a run sets. */
#define MAX_ENTRIES (1UL << 20)
#define MAX_SPANS 65536

struct entry {
	uint64_t key, value;
	uint32_t map, epoch;
	uint64_t time;
};

/* A whole range of keys that was set at once. */
struct span {
	uint64_t lo, hi, stride, value, step, time;
	uint32_t map;
};

static struct entry *entries;
static struct span *spans;
static size_t nr_entries, nr_spans;
static uint32_t epoch;
static uint64_t now;

static void *reserve(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (memory == MAP_FAILED)
		vmr_cannot("no memory for the model's maps");
	return memory;
}

void vmr_maps_clear(void)
{
	if (!entries) {
		entries = reserve(MAX_ENTRIES * sizeof(*entries));
		spans = reserve(MAX_SPANS * sizeof(*spans));
	}
	nr_entries = 0;
	nr_spans = 0;
	now = 1;
	epoch++;
}

static struct entry *place(uint32_t map, uint64_t key)
{
	uint64_t hash = ((key >> 3) + map) * 0x9e3779b97f4a7c15UL;
	size_t i = hash >> 44;

	while (entries[i].epoch == epoch && (entries[i].key != key || entries[i].map != map))
		i = (i + 1) & (MAX_ENTRIES - 1);
	return &entries[i];
}

static uint64_t get(uint32_t map, uint64_t key)
{
	const struct entry *entry = place(map, key);
	uint64_t time = entry->epoch == epoch ? entry->time : 0;
	uint64_t value = time ? entry->value : 0;
	size_t i;

	for (i = nr_spans; i-- > 0 && spans[i].time > time;) {
		const struct span *span = &spans[i];

		if (span->map == map && key >= span->lo && key < span->hi &&
		    ((key - span->lo) & (span->stride - 1)) == 0)
			return span->value + (key - span->lo) / span->stride * span->step;
	}
	return value;
}

vmc_u64 vmc_map_get(vmc_u32 map, vmc_u64 key)
{
	uint64_t value = get(map, key);

	return map == vmr_map_refs ? vmr_refs_get(key, value) : value;
}

vmc_u64 vmc_map_read(vmc_u32 map, vmc_u64 key, vmc_u64 lo, vmc_u64 hi, vmc_u64 stride)
{
	return vmc_map_get(map, key);
}

static void set(uint32_t map, uint64_t key, uint64_t value)
{
	struct entry *entry = place(map, key);

	if (entry->epoch != epoch && ++nr_entries > MAX_ENTRIES / 2)
		vmr_cannot("a run that sets more than %lu entries", MAX_ENTRIES / 2);
	*entry = (struct entry){ key, value, map, epoch, now++ };
}

void vmc_map_set(vmc_u32 map, vmc_u64 key, vmc_u64 value)
{
	set(map, key, value);
	if (map == vmr_map_leaf) {
		vmr_leaf_set(key, value);
		vmr_outside_look(!value);
	} else if (map == vmr_map_refs) {
		vmr_refs_set(key, value);
	}
}

void vmc_map_set_range(vmc_u32 map, vmc_u64 lo, vmc_u64 hi, vmc_u64 stride, vmc_u64 value,
		       vmc_u64 step)
{
	if (lo >= hi)
		return;
	if (nr_spans == MAX_SPANS)
		vmr_cannot("a run that sets more than %d spans of leaves", MAX_SPANS);
	spans[nr_spans++] = (struct span){ lo, hi, stride, value, step, now++, map };
	if (map == vmr_map_leaf) {
		vmr_leaves_set(lo, hi, value, step);
		vmr_outside_look(!value);
	}
}
