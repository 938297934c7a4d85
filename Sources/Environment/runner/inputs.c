// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * inputs.c - the values that the environment chooses: those of a counterexample, or
 * drawn ones. They are kept in the order of their first use.
 */
#include "machine.h"

#include <stdio.h>
#include <string.h>

#define MAX_INPUTS 4096
#define MAX_NAME 96

struct input {
	char name[MAX_NAME];
	uint64_t value;
	bool given;		/* before the run */
	bool used;
};

static struct input inputs[MAX_INPUTS];
static size_t nr_inputs;

/* By the name's address and the index: names are constants. */
#define CACHE_SIZE 1024
static struct {
	const char *name;
	uint64_t index, value;
} cache[CACHE_SIZE];

#define MAX_COUNTS 32
static struct {
	const char *name;
	uint64_t count;
} counts[MAX_COUNTS];

static bool allocation_failed;

static struct input *find(const char *name)
{
	size_t i;

	for (i = 0; i < nr_inputs; i++) {
		if (!strcmp(inputs[i].name, name))
			return &inputs[i];
	}
	return NULL;
}

static struct input *add(const char *name, uint64_t value)
{
	struct input *input;

	if (nr_inputs == MAX_INPUTS)
		vmr_cannot("a run with more than %d inputs and choices", MAX_INPUTS);
	input = &inputs[nr_inputs++];
	snprintf(input->name, sizeof(input->name), "%s", name);
	input->value = value;
	input->given = false;
	input->used = false;
	return input;
}

void vmr_input_set(const char *name, uint64_t value)
{
	struct input *input = find(name);

	if (!input)
		input = add(name, value);
	input->value = value;
	input->given = true;
}

bool vmr_input_has(const char *name, uint64_t *value)
{
	const struct input *input = find(name);

	if (input)
		*value = input->value;
	return input != NULL;
}

void vmr_inputs_tell(void)
{
	size_t i;

	for (i = 0; i < nr_inputs; i++) {
		if (inputs[i].used)
			vmr_tell("input\t%s\t%lu", inputs[i].name, inputs[i].value);
	}
}

bool vmr_allocation_failed(void)
{
	return allocation_failed;
}

static uint64_t value_of(const char *name, uint64_t lo, uint64_t hi, bool is_choice,
			 uint64_t number)
{
	char label[MAX_NAME];
	struct input *input;

	if (is_choice)
		snprintf(label, sizeof(label), "%s#%lu", name, number);
	else if (number == VMC_SCALAR)
		snprintf(label, sizeof(label), "%s", name);
	else
		snprintf(label, sizeof(label), "%s[%lu]", name, number);
	input = find(label);
	if (!input && vmr_options.draws) {
		uint64_t value = is_choice ? vmr_draw_choice(name, number, lo, hi) :
					     vmr_draw_input(name, lo, hi);

		input = add(label, value);
	} else if (!input) {
		input = add(label, lo);
		/* Behind a violation its counterexample has no values, nor for who looks on. */
		vmr_tell("unknown-input\t%s\t%x", label,
			 vmr_is_looking ? ~0U : vmr_model_violates);
	}
	if (!input->used && (input->value < lo || input->value > hi)) {
		vmr_tell("out-of-range\t%s\t%lu\t%lu\t%lu", label, input->value, lo, hi);
		if (vmr_options.draws)
			input->value = input->value < lo ? lo : hi;
	}
	input->used = true;
	return input->value;
}

vmc_u64 vmc_bound(enum vmc_bound bound)
{
	uint64_t value = 0;

	vmr_input_has(bound == VMC_MAX_RANGES ? "bound ranges" : "bound pages", &value);
	return value;
}

/* --- Addresses: the counterexample's are the kernel's ---------------------------------- */

/* The model's areas in the kernel's layout: where each begins, as bytes from VMALLOC_START. */
#define KERNEL_SLOT (1UL << 48)
#define KERNEL_HALF (25UL << 48)
#define MACHINE_SLOT (1UL << PGDIR_SHIFT)
#define MACHINE_HALF ((VMALLOC_END - VMALLOC_START + 1) / 2)
#define MODEL_AREAS 16

/* A page of the vmalloc space as the kernel counts them, to one as the machine does. */
static uint64_t machine_page(uint64_t page)
{
	int64_t reach = 1L << 39;
	int64_t at = (int64_t)(page << VMR_PAGE_SHIFT);
	uint64_t n;

	for (n = 0; n < MODEL_AREAS; n++) {
		int64_t kernel = n ? (int64_t)(KERNEL_HALF + n * KERNEL_SLOT) : (int64_t)KERNEL_SLOT;
		int64_t machine = n ? (int64_t)(MACHINE_HALF + n * MACHINE_SLOT) :
				      (int64_t)MACHINE_SLOT;

		if (at - kernel > -reach && at - kernel < reach)
			return (uint64_t)(machine + (at - kernel)) >> VMR_PAGE_SHIFT;
	}
	/* Of no area: one that no area can have. */
	return page & 0xffff;
}

vmc_u64 vmc_input(const char *name, vmc_u64 index, vmc_u64 lo, vmc_u64 hi)
{
	size_t slot = (((uintptr_t)name >> 2) ^ (index * 61)) % CACHE_SIZE;
	uint64_t value;

	if (cache[slot].name == name && cache[slot].index == index)
		return cache[slot].value;
	if (!strcmp(name, "watched address"))
		value = machine_page(value_of(name, lo, ~0UL, false, index));
	else
		value = value_of(name, lo, hi, false, index);
	cache[slot].name = name;
	cache[slot].index = index;
	cache[slot].value = value;
	return value;
}

vmc_u64 vmc_choice(const char *name, vmc_u64 lo, vmc_u64 hi)
{
	size_t i = 0;
	uint64_t value;

	while (i < MAX_COUNTS && counts[i].name && strcmp(counts[i].name, name))
		i++;
	if (i == MAX_COUNTS)
		vmr_cannot("a run with choices of more than %d names", MAX_COUNTS);
	counts[i].name = name;
	value = value_of(name, lo, hi, true, counts[i].count++);
	/* Either is a reason to refuse. */
	if (value && (!strcmp(name, "allocation fails") || !strcmp(name, "folio_try_get fails")))
		allocation_failed = true;
	return value;
}

vmc_u64 vmc_split(vmc_u64 value)
{
	return value;
}

vmc_u64 vmc_select(_Bool condition, vmc_u64 a, vmc_u64 b)
{
	return condition ? a : b;
}
