// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * record.c - what a run says of itself, in memory that its process shares with the one
 * that waits for it. While code of the spec or the model runs these pages are read
 * only, and they are written by that one process alone: neither an exit status nor a
 * line of output is taken for a result, and who forks says nothing twice.
 */
#define _GNU_SOURCE
#include "machine.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define TEXT_BYTES (16UL << 20)

struct vmr_record *vmr_record;

static size_t record_bytes(void)
{
	return sizeof(*vmr_record) + TEXT_BYTES;
}

static bool protect(int protection)
{
	return !mprotect(vmr_record, record_bytes(), protection);
}

bool vmr_record_init(void)
{
	void *memory = mmap(NULL, record_bytes(), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (memory == MAP_FAILED)
		return false;
	vmr_record = memory;
	return true;
}

void vmr_record_clear(void)
{
	memset(vmr_record, 0, sizeof(*vmr_record));
}

void vmr_record_begin(void)
{
	vmr_record->process = getpid();
	if (!protect(PROT_READ))
		_exit(1);
}

/* Only for the process whose run it is. */
static void open_record(void)
{
	if (vmr_record->process != getpid() || !protect(PROT_READ | PROT_WRITE))
		_exit(1);
}

/* A line has fields between tabs, and ends where the machine ends it. */
static void keep_to_the_line(char *text, size_t length)
{
	size_t i;

	for (i = 0; i < length; i++) {
		if (((unsigned char)text[i] < ' ' && text[i] != '\t') || text[i] == 0x7f)
			text[i] = '?';
	}
}

void vmr_vsay(const char *format, va_list arguments)
{
	struct vmr_record *record = vmr_record;
	size_t room = TEXT_BYTES - record->length;
	int length;

	open_record();
	length = vsnprintf(record->text + record->length, room, format, arguments);
	/* The line's end has to fit, too. */
	if (length < 0 || (size_t)length + 1 >= room) {
		record->is_full = true;
	} else {
		keep_to_the_line(record->text + record->length, (size_t)length);
		record->length += (size_t)length;
	}
	protect(PROT_READ);
}

void vmr_say(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vmr_vsay(format, arguments);
	va_end(arguments);
}

void vmr_end_line(void)
{
	open_record();
	if (vmr_record->length < TEXT_BYTES)
		vmr_record->text[vmr_record->length++] = '\n';
	protect(PROT_READ);
}

_Noreturn void vmr_record_end(enum vmr_state state, const char *obstacle)
{
	struct vmr_record *record = vmr_record;

	open_record();
	snprintf(record->obstacle, sizeof(record->obstacle), "%s", obstacle);
	keep_to_the_line(record->obstacle, strlen(record->obstacle));
	record->model = vmr_model_violates;
	record->machine = vmr_machine_violates;
	record->watched = vmr_machine_watched;
	record->reached = vmr_reached;
	record->not_applicable = vmr_not_applicable;
	record->differs = vmr_differs;
	record->state = state;
	_exit(0);
}
