// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * heap.c - objects between guard pages: the page behind an object's last byte, and
 * all pages of one that was freed, are inaccessible. What no page boundary shows (the
 * few bytes that alignment leaves, and bytes that were never written) is looked for
 * at each access.
 */
#include "machine.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#define MAX_OBJECTS 4096
#define OBJECT_ALIGN 16UL

static struct vmr_object objects[MAX_OBJECTS];
static size_t nr_objects;
static uint64_t next_free;
static uint64_t live_bytes, peak_bytes;

void vmr_heap_init(void)
{
	nr_objects = 0;
	live_bytes = 0;
	peak_bytes = 0;
	next_free = HEAP_START + VMR_PAGE;
}

uint64_t vmr_heap_peak(void)
{
	return peak_bytes;
}

static uint64_t first_page(const struct vmr_object *object)
{
	return object->base & ~(VMR_PAGE - 1);
}

const struct vmr_object *vmr_object_near(uint64_t address)
{
	size_t lo = 0, hi = nr_objects;

	while (lo < hi) {
		size_t middle = (lo + hi) / 2;

		if (first_page(&objects[middle]) <= address)
			lo = middle + 1;
		else
			hi = middle;
	}
	if (lo == 0)
		return NULL;
	if (address >= first_page(&objects[lo - 1]) + (objects[lo - 1].pages + 1) * VMR_PAGE)
		return NULL;
	return &objects[lo - 1];
}

static bool map_pages(uint64_t start, uint64_t size)
{
	return mmap((void *)start, size, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0) != MAP_FAILED;
}

void *vmc_alloc(vmc_u64 size, _Bool zeroed, vmc_u32 owner, const char *what)
{
	uint64_t room = (size + OBJECT_ALIGN - 1) & ~(OBJECT_ALIGN - 1);
	uint64_t pages = (room + VMR_PAGE - 1) >> VMR_PAGE_SHIFT;
	struct vmr_object *object;
	uint64_t shadow;

	vmr_settle();
	if (!pages)
		pages = 1;
	if (nr_objects == MAX_OBJECTS)
		vmr_cannot("a run with more than %d allocations", MAX_OBJECTS);
	if (pages > (HEAP_END - next_free) >> (VMR_PAGE_SHIFT + 1))
		vmr_cannot("an object of %lu bytes", size);
	object = &objects[nr_objects++];
	object->base = next_free + pages * VMR_PAGE - room;
	object->size = size;
	object->pages = pages;
	object->what = what;
	object->owner = owner;
	object->live = true;
	object->zeroed = zeroed;
	object->made = vmr_here();
	shadow = next_free - HEAP_START + SHADOW_START;
	if (!map_pages(next_free, pages * VMR_PAGE) || !map_pages(shadow, pages * VMR_PAGE))
		vmr_cannot("an object of %lu bytes: there is no memory for it", size);
	/* What was never written looks like what SLUB's poison makes of it. */
	if (!zeroed && pages <= 1024)
		memset((void *)object->base, 0x5a, size);
	next_free += (pages + 2) * VMR_PAGE;
	if (owner == vmr_owner_strategy) {
		live_bytes += size;
		if (live_bytes > peak_bytes)
			peak_bytes = live_bytes;
	}
	return (void *)object->base;
}

static struct vmr_object *live_object(const void *address, const char *verb)
{
	struct vmr_object *object = (struct vmr_object *)vmr_object_near((uint64_t)address);
	char text[160];

	if (!object)
		snprintf(text, sizeof(text), "%s what was never allocated", verb);
	else if (!object->live)
		snprintf(text, sizeof(text), "%s %s, which was freed before", verb, object->what);
	else if (object->base != (uint64_t)address)
		snprintf(text, sizeof(text), "%s the middle of %s", verb, object->what);
	else
		return object;
	vmr_model_says(IN_BOUNDS, text, vmr_here());
	vmr_machine_says(IN_BOUNDS, BY_COUNT, true, vmr_here(), "%s", text);
	vmr_end();
}

void vmc_free(const void *address)
{
	struct vmr_object *object;

	vmr_settle();
	object = live_object(address, "frees");
	object->live = false;
	object->freed = vmr_here();
	if (object->owner == vmr_owner_strategy)
		live_bytes -= object->size;
	mmap((void *)first_page(object), object->pages * VMR_PAGE, PROT_NONE,
	     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
}

vmc_u64 vmc_object_size(const void *address)
{
	return live_object(address, "the size of")->size;
}

vmc_u64 vmc_live_objects(vmc_u32 owner)
{
	uint64_t live = 0;
	size_t i;

	for (i = 0; i < nr_objects; i++)
		live += objects[i].live && objects[i].owner == owner;
	return live;
}

void vmr_heap_tell_live(void)
{
	size_t i;

	for (i = 0; i < nr_objects; i++) {
		if (objects[i].live && (objects[i].owner == vmr_owner_strategy ||
					objects[i].owner == vmr_owner_kernel))
			vmr_tell("live\t%s\t%lu\t%lx", objects[i].what, objects[i].size,
				 objects[i].base);
	}
}

void vmr_wild_access(uint64_t address, bool writes)
{
	char text[80];

	snprintf(text, sizeof(text), "%s 0x%lx, where nothing is", writes ? "writes" : "reads",
		 address);
	vmr_model_says(IN_BOUNDS, text, vmr_here());
	vmr_is_ending = true;
	/* The stack's pages and those of libraries are there, whoever's they are. */
	if (address < VMEMMAP_RAM_END || address >= 1UL << 47)
		return;
	vmr_machine_says(IN_BOUNDS, BY_ASSERTION, true, vmr_here(), "%s", text);
	if (writes)
		vmr_end();
}

_Noreturn void vmr_wild_store(uint64_t address)
{
	char text[80];

	snprintf(text, sizeof(text), "writes 0x%lx, where nothing of the strategy's is", address);
	vmr_model_says(IN_BOUNDS, text, vmr_here());
	vmr_machine_says(IN_BOUNDS, BY_ASSERTION, true, vmr_here(), "%s", text);
	vmr_end();
}

/*
 * The model's rule: inside, alive, and written before. The hardware is asked next: it
 * does the access itself.
 */
void vmr_heap_access(uint64_t address, uint32_t size, bool writes)
{
	const struct vmr_object *object = vmr_object_near(address);
	const char *verb = writes ? "writes" : "reads";
	const uint8_t *shadow = (const uint8_t *)(address - HEAP_START + SHADOW_START);
	char text[160];
	uint32_t i;

	if (!object)
		snprintf(text, sizeof(text), "wild %s 0x%lx", verb, address);
	else if (!object->live)
		snprintf(text, sizeof(text), "%s %s after it was freed", verb, object->what);
	else if (address < object->base || address + size > object->base + object->size)
		snprintf(text, sizeof(text), "%s %s out of bounds: %u bytes at %ld of %lu", verb,
			 object->what, size, (long)(address - object->base), object->size);
	else
		goto inside;
	vmr_model_says(IN_BOUNDS, text, vmr_here());
	vmr_is_ending = true;
	/* No page ends there: of that the hardware sees nothing. */
	if (object && object->live && address >= first_page(object) &&
	    address + size <= first_page(object) + object->pages * VMR_PAGE)
		vmr_machine_says(IN_BOUNDS, BY_ASSERTION, true, vmr_here(), "%s", text);
	return;
inside:
	if (writes) {
		memset((void *)shadow, 1, size);
		return;
	}
	if (object->zeroed)
		return;
	for (i = 0; i < size; i++) {
		if (shadow[i])
			continue;
		snprintf(text, sizeof(text), "%s %s before it was written", verb, object->what);
		vmr_model_says(IN_BOUNDS, text, vmr_here());
		vmr_machine_says(IN_BOUNDS, BY_COUNT, true, vmr_here(), "%s", text);
		vmr_end();
	}
}
