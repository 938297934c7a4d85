// SPDX-License-Identifier: GPL-2.0 OR MIT
/* report.c - what is told of a run: lines of fields between tabs. */
#include "machine.h"

#include <stdarg.h>
#include <string.h>

uint32_t vmr_model_violates, vmr_machine_violates, vmr_machine_watched;
uint32_t vmr_reached, vmr_not_applicable;
bool vmr_differs;

static const char *const evidence_names[] = {
	[BY_FAULT] = "page fault",
	[BY_NO_FAULT] = "no page fault",
	[BY_CONTENT] = "content",
	[BY_TABLES] = "page tables",
	[BY_COUNT] = "count",
	[BY_TRAP] = "arithmetic trap",
	[BY_ASSERTION] = "assertion",
};

extern char __executable_start, etext;

static bool is_code(uintptr_t pc)
{
	return pc >= (uintptr_t)&__executable_start && pc < (uintptr_t)&etext;
}

/* Return addresses, the innermost first; frame pointers are always kept. */
static void tell_stack(struct vmr_site site)
{
	uintptr_t fp = site.fp;
	int depth = 0;

	if (site.pc)
		vmr_say("\t%lx", site.pc);
	while (fp && (fp & 7) == 0 && depth++ < 40) {
		const uintptr_t *frame = (const uintptr_t *)fp;

		if (!is_code(frame[1]))
			break;
		/* The call, not what follows it. */
		vmr_say("\t%lx", frame[1] - 1);
		if (frame[0] <= fp)
			break;
		fp = frame[0];
	}
}

void vmr_tell_place(const char *what, struct vmr_site site)
{
	if (!vmr_options.verbose)
		return;
	vmr_say("%s", what);
	tell_stack(site);
	vmr_end_line();
}

void vmr_model_says(unsigned int property, const char *message, struct vmr_site site)
{
	vmr_model_violates |= 1U << property;
	if (!vmr_options.verbose)
		return;
	vmr_say("model\t%u\t%s", property, message);
	tell_stack(site);
	vmr_end_line();
}

void vmr_machine_says(unsigned int property, enum vmr_evidence evidence, bool watched,
		      struct vmr_site site, const char *format, ...)
{
	va_list arguments;

	vmr_machine_violates |= 1U << property;
	if (watched)
		vmr_machine_watched |= 1U << property;
	if (!vmr_options.verbose)
		return;
	vmr_say("machine\t%u\t%s\t", property, evidence_names[evidence]);
	va_start(arguments, format);
	vmr_vsay(format, arguments);
	va_end(arguments);
	tell_stack(site);
	vmr_end_line();
}

void vmr_differ(const char *format, ...)
{
	va_list arguments;

	vmr_differs = true;
	if (!vmr_options.verbose)
		return;
	vmr_say("differ\t");
	va_start(arguments, format);
	vmr_vsay(format, arguments);
	va_end(arguments);
	vmr_end_line();
}

void vmr_tell(const char *format, ...)
{
	va_list arguments;

	if (!vmr_options.verbose)
		return;
	va_start(arguments, format);
	vmr_vsay(format, arguments);
	va_end(arguments);
	vmr_end_line();
}

/* A note's format knows %llu, %llx and %s only. */
void vmr_note_line(const char *format, uint64_t a, uint64_t b, uint64_t c)
{
	uint64_t values[] = { a, b, c };
	unsigned int next = 0;

	if (!vmr_options.verbose)
		return;
	vmr_say("note\t");
	while (*format) {
		uint64_t value = next < vmr_array_size(values) ? values[next] : 0;

		if (!strncmp(format, "%llu", 4)) {
			vmr_say("%lu", value);
			format += 4;
			next++;
		} else if (!strncmp(format, "%llx", 4)) {
			vmr_say("%lx", value);
			format += 4;
			next++;
		} else if (!strncmp(format, "%s", 2)) {
			vmr_say("%s", (const char *)value);
			format += 2;
			next++;
		} else {
			vmr_say("%c", *format++);
		}
	}
	vmr_end_line();
}
