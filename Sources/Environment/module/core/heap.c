// SPDX-License-Identifier: GPL-2.0
/*
 * heap.c - what a spec allocates, counted. An object's size is kept beside it, as
 * mm/vmalloc.c may be given the object, and free it.
 */
#include "machine.h"

#undef kvmalloc_array
#undef kmalloc_array
#undef kvzalloc
#undef kfree
#undef kvfree

#define MAX_OBJECTS 256

struct vmk_heap vmk_heap;

static struct {
	const void *object;
	size_t size;
} objects[MAX_OBJECTS];

static void *brought[MAX_OBJECTS];

static void note(const void *object, size_t size)
{
	unsigned int i;

	for (i = 0; i < MAX_OBJECTS; i++) {
		if (objects[i].object)
			continue;
		objects[i].object = object;
		objects[i].size = size;
		vmk_heap.live++;
		vmk_heap.live_bytes += size;
		vmk_heap.peak_bytes = max(vmk_heap.peak_bytes,
					  vmk_heap.live_bytes);
		return;
	}
	vmk_reject("a spec with more than 256 objects");
}

void *vmk_alloc(size_t n, size_t size, gfp_t flags, bool contiguous)
{
	size_t bytes = size_mul(n, size);
	void *object = contiguous ? kmalloc_node(bytes, flags, NUMA_NO_NODE) :
				    kvmalloc_node(bytes, flags, NUMA_NO_NODE);

	if (object)
		note(object, bytes);
	return object;
}
EXPORT_SYMBOL_GPL(vmk_alloc);

void vmk_free(const void *object)
{
	unsigned int i;

	for (i = 0; object && i < MAX_OBJECTS; i++) {
		if (objects[i].object != object)
			continue;
		objects[i].object = NULL;
		vmk_heap.live--;
		vmk_heap.live_bytes -= objects[i].size;
		break;
	}
	kvfree(object);
}
EXPORT_SYMBOL_GPL(vmk_free);

void *vmap_caller_alloc(unsigned long size)
{
	unsigned int i;

	for (i = 0; i < MAX_OBJECTS; i++) {
		if (brought[i])
			continue;
		brought[i] = kvmalloc_node(size, GFP_KERNEL | __GFP_ZERO,
					   NUMA_NO_NODE);
		return brought[i];
	}
	vmk_reject("a caller with more than 256 objects");
	return NULL;
}
EXPORT_SYMBOL_GPL(vmap_caller_alloc);

void vmap_caller_free(const void *object)
{
	unsigned int i;

	for (i = 0; object && i < MAX_OBJECTS; i++) {
		if (brought[i] != object)
			continue;
		brought[i] = NULL;
		kvfree(object);
		return;
	}
}
EXPORT_SYMBOL_GPL(vmap_caller_free);

void vmk_heap_reset(void)
{
	unsigned int i;

	for (i = 0; i < MAX_OBJECTS; i++) {
		kvfree(brought[i]);
		brought[i] = NULL;
	}
	/* What is live now is leaked: it may be somebody else's by now. */
	memset(objects, 0, sizeof(objects));
	memset(&vmk_heap, 0, sizeof(vmk_heap));
}
