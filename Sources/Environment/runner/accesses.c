// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * accesses.c - what clang calls before each load and store of the spec and the model
 * (-fsanitize=thread, whose runtime this is). In a window of the model the memory is
 * brought up to date before a load, and the model is told of a store once the
 * hardware has done it. Of struct pages the memory is real: there the two are
 * compared. A touch that the model does not allow ends the run, but not before the
 * hardware has had its say.
 */
#define _GNU_SOURCE
#include "machine.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

unsigned int vmr_depth;
bool vmr_is_ending;
jmp_buf *vmr_touch;

#define MAX_WINDOWS 16
static struct vmr_window windows[MAX_WINDOWS];
static size_t nr_windows;

/* The store that the model has not been told of yet. */
static struct {
	const struct vmr_window *window;
	uint64_t address;
	uint32_t size;
} pending;

void vmr_accesses_clear(void)
{
	nr_windows = 0;
	pending.window = NULL;
	vmr_depth = 0;
	vmr_is_ending = false;
	vmr_touch = NULL;
}

void vmc_window(vmc_u64 lo, vmc_u64 hi, vmc_load_fn load, vmc_store_fn store)
{
	if (nr_windows == MAX_WINDOWS)
		vmr_cannot("more than %d windows", MAX_WINDOWS);
	windows[nr_windows++] = (struct vmr_window){ lo, hi, load, store };
}

const struct vmr_window *vmr_window_of(uint64_t address)
{
	size_t i;

	for (i = 0; i < nr_windows; i++) {
		if (address >= windows[i].lo && address <= windows[i].hi)
			return &windows[i];
	}
	return NULL;
}

/* 1, 2, 4 or 8 bytes. */
static uint64_t value_at(uint64_t address, uint32_t size)
{
	uint64_t value = 0;

	memcpy(&value, (const void *)address, size);
	return value;
}

/* A window of the model's that stands for no memory: its pages come as they are needed. */
static void open_page(uint64_t address)
{
	static uint64_t last;
	void *page = (void *)(address & ~(VMR_PAGE - 1));

	if ((uint64_t)page == last)
		return;
	last = (uint64_t)page;
	/* What is in it is brought up to date before each load, so it may as well be new. */
	if (mmap(page, VMR_PAGE, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0) == MAP_FAILED)
		vmr_cannot("no memory for the model's windows");
}

void vmr_settle(void)
{
	const struct vmr_window *window = pending.window;

	if (vmr_depth)
		return;
	if (vmr_is_ending)
		vmr_end();
	if (!window)
		return;
	pending.window = NULL;
	vmr_depth++;
	window->store(pending.address, pending.size, value_at(pending.address, pending.size));
	vmr_depth--;
}

/* The store faulted: what would the model have said? */
void vmr_settle_fault(void)
{
	const struct vmr_window *window = pending.window;
	jmp_buf back;

	if (!window)
		return;
	pending.window = NULL;
	vmr_touch = &back;
	vmr_depth++;
	if (!setjmp(back))
		window->store(pending.address, pending.size, 0);
	vmr_depth--;
	vmr_touch = NULL;
}

static void window_load(const struct vmr_window *window, uint64_t address, uint32_t size)
{
	volatile uint64_t value = 0;
	volatile bool allowed = false;
	jmp_buf back;

	vmr_touch = &back;
	vmr_depth++;
	if (!setjmp(back)) {
		value = window->load(address, size);
		allowed = true;
	}
	vmr_depth--;
	vmr_touch = NULL;
	if (!allowed) {
		vmr_is_ending = true;
		return;
	}
	if (vmr_is_struct(address)) {
		uint64_t real;

		if (vmr_struct_is_trapped(address))
			return;
		vmr_depth++;
		real = value_at(address, size);
		vmr_depth--;
		if (real != value)
			vmr_differ("%u bytes of the struct page at 0x%lx are 0x%lx, the model says 0x%lx",
				   size, address, real, value);
		return;
	}
	if (window->lo == RANGES_WINDOW) {
		/* Once the strategy has it, the array is memory like any other. */
		if (vmr_array_is_given || address >= RANGES_END)
			return;
	} else {
		open_page(address);
	}
	memcpy((void *)address, (const void *)&value, size);
}

extern char __executable_start, _end;
extern char __start_vmr_bss, __stop_vmr_bss, __start_vmr_data, __stop_vmr_data;

static bool is_between(uint64_t address, const char *start, const char *end)
{
	return address >= (uint64_t)start && address < (uint64_t)end;
}

static const char *heap_start;

void vmr_accesses_init(void)
{
	heap_start = sbrk(0);
}

/* The machine's own variables, and what the C library has allocated. */
static bool is_machines(uint64_t address)
{
	return is_between(address, &__start_vmr_bss, &__stop_vmr_bss) ||
	       is_between(address, &__start_vmr_data, &__stop_vmr_data) ||
	       is_between(address, heap_start, sbrk(0));
}

/* The program's own variables, and the stack that is in use. */
static bool is_own(uint64_t address)
{
	static uint64_t stack_top;
	uint64_t here = (uint64_t)__builtin_frame_address(0);

	if (is_between(address, &__executable_start, &_end))
		return true;
	if (!stack_top)
		stack_top = (uint64_t)environ;
	return address >= here && address < stack_top;
}

static void touch(uint64_t address, uint32_t size, bool writes)
{
	const struct vmr_window *window;

	if (vmr_depth)
		return;
	vmr_settle();
	if (writes && (is_machines(address) || is_machines(address + size - 1)))
		vmr_wild_store(address);
	if (is_own(address))
		return;
	/* Behind RAM's struct pages there are libraries. */
	if (address < VMALLOC_START || address >= VMEMMAP_RAM_END) {
		vmr_wild_access(address, writes);
		return;
	}
	if (address >= HEAP_START && address < HEAP_END) {
		vmr_heap_access(address, size, writes);
		return;
	}
	window = vmr_window_of(address);
	if (!window) {
		vmr_wild_access(address, writes);
		return;
	}
	if (!writes) {
		window_load(window, address, size);
		return;
	}
	if (!vmr_is_struct(address) && window->lo != RANGES_WINDOW)
		open_page(address);
	pending.window = window;
	pending.address = address;
	pending.size = size;
}

#define VMR_HOOKS(bytes)                                                                  \
	void __tsan_read##bytes(void *address);                                           \
	void __tsan_write##bytes(void *address);                                          \
	void __tsan_unaligned_read##bytes(void *address);                                 \
	void __tsan_unaligned_write##bytes(void *address);                                \
	void __tsan_read##bytes(void *address)                                            \
	{                                                                                 \
		touch((uint64_t)address, bytes, false);                                  \
	}                                                                                 \
	void __tsan_write##bytes(void *address)                                           \
	{                                                                                 \
		touch((uint64_t)address, bytes, true);                                   \
	}                                                                                 \
	void __tsan_unaligned_read##bytes(void *address)                                  \
	{                                                                                 \
		touch((uint64_t)address, bytes, false);                                  \
	}                                                                                 \
	void __tsan_unaligned_write##bytes(void *address)                                 \
	{                                                                                 \
		touch((uint64_t)address, bytes, true);                                   \
	}

VMR_HOOKS(1)
VMR_HOOKS(2)
VMR_HOOKS(4)
VMR_HOOKS(8)
VMR_HOOKS(16)

void __tsan_init(void);
void __tsan_func_entry(void *caller);
void __tsan_func_exit(void);
void *__tsan_memcpy(void *to, const void *from, uint64_t size);
void *__tsan_memmove(void *to, const void *from, uint64_t size);
void *__tsan_memset(void *to, int byte, uint64_t size);

void __tsan_init(void)
{
}

void __tsan_func_entry(void *caller)
{
	(void)caller;
	vmr_settle();
}

void __tsan_func_exit(void)
{
	vmr_settle();
}

/* Word by word, as the verifier takes it. */
void *__tsan_memmove(void *to, const void *from, uint64_t size)
{
	uint8_t *target = to;
	const uint8_t *source = from;
	uint64_t i = 0, end = size, word;

	while (i < end) {
		bool whole = end - i >= 8 && (((uintptr_t)target | (uintptr_t)source) & 7) == 0;
		uint32_t step = whole ? 8 : 1;
		uint64_t at = source < target ? end - i - step : i;

		touch((uint64_t)source + at, step, false);
		word = value_at((uint64_t)source + at, step);
		touch((uint64_t)target + at, step, true);
		memcpy(target + at, &word, step);
		i += step;
	}
	return to;
}

void *__tsan_memcpy(void *to, const void *from, uint64_t size)
{
	return __tsan_memmove(to, from, size);
}

void *__tsan_memset(void *to, int byte, uint64_t size)
{
	uint8_t *target = to;
	uint64_t i;

	for (i = 0; i < size; i++) {
		touch((uint64_t)target + i, 1, true);
		target[i] = (uint8_t)byte;
	}
	return to;
}
