// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * main.c - runs specs: with the values of a counterexample, or with drawn ones. Each
 * run has a process of its own, which may crash, hang or take all memory without harm:
 * it has no file of this one's, it is given a time, and what it leaves running is ended.
 *
 *	list				the specs in this program
 *	describe SPEC			what it says of itself
 *	replay SPEC [OPTION]...		with the values on standard input, "name<tab>value"
 *	draw SPEC SEED FIRST COUNT [OPTION]...
 *
 * Options: trap-reads, verbose, seconds=N, fault=NAME, guest=on|off.
 */
#define _GNU_SOURCE
#include "machine.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#define CRASHED 78
#define MAX_ATTEMPTS 100
#define MEMORY_PAGES (1UL << 19)	/* 2 GiB */
#define DATA_BYTES (6UL << 30)
#define TICK_MICROSECONDS 100000
/* A run ends itself in time, and tells where it was; one that does not is ended. */
#define GRACE_SECONDS 2

struct vmr_options vmr_options;

static sigjmp_buf ending;
static bool has_ended;
static bool is_rejected;
static char why_not[200];
static unsigned int seconds = 10;

static bool is_trying_layout;

static _Noreturn void end_case(void);

/* Never back into the frames of the run: they may be spoilt. */
_Noreturn void vmr_end(void)
{
	if (is_trying_layout)
		siglongjmp(ending, 1);
	if (has_ended)
		_exit(CRASHED);
	has_ended = true;
	end_case();
}

_Noreturn void vmr_end_rejected(void)
{
	is_rejected = true;
	vmr_end();
}

_Noreturn void vmr_cannot(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(why_not, sizeof(why_not), format, arguments);
	va_end(arguments);
	vmr_end();
}

/* --- Specs: the symbols of the section that VMAP_SPEC() puts them in --------------------- */

struct image {
	const uint8_t *bytes;
	const Elf64_Shdr *sections;
	size_t nr_sections;
	const char *names;
};

static bool open_image(struct image *image)
{
	int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	const Elf64_Ehdr *header;
	struct stat status;
	void *bytes;

	if (file < 0 || fstat(file, &status))
		return false;
	bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, file, 0);
	close(file);
	if (bytes == MAP_FAILED)
		return false;
	header = bytes;
	image->bytes = bytes;
	image->sections = (const Elf64_Shdr *)(image->bytes + header->e_shoff);
	image->nr_sections = header->e_shnum;
	image->names = (const char *)image->bytes + image->sections[header->e_shstrndx].sh_offset;
	return true;
}

typedef void (*spec_fn)(const char *name, uint64_t address, uint64_t size, void *data);

static void each_spec(spec_fn tell, void *data)
{
	struct image image;
	size_t section, i, specs = 0;

	if (!open_image(&image))
		return;
	for (section = 0; section < image.nr_sections; section++) {
		if (!strcmp(image.names + image.sections[section].sh_name, "vmapcheck.specs"))
			specs = section;
	}
	for (section = 0; specs && section < image.nr_sections; section++) {
		const Elf64_Shdr *header = &image.sections[section];
		const Elf64_Sym *symbols;
		const char *names;

		if (header->sh_type != SHT_SYMTAB)
			continue;
		symbols = (const Elf64_Sym *)(image.bytes + header->sh_offset);
		names = (const char *)image.bytes + image.sections[header->sh_link].sh_offset;
		for (i = 0; i < header->sh_size / sizeof(*symbols); i++) {
			if (symbols[i].st_shndx == specs &&
			    ELF64_ST_TYPE(symbols[i].st_info) == STT_OBJECT)
				tell(names + symbols[i].st_name, symbols[i].st_value,
				     symbols[i].st_size, data);
		}
	}
}

static void print_spec(const char *name, uint64_t address, uint64_t size, void *data)
{
	(void)address;
	(void)size;
	(void)data;
	printf("spec\t%s\n", name);
}

struct wanted {
	const char *name;
	const void *spec;
};

static void match_spec(const char *name, uint64_t address, uint64_t size, void *data)
{
	struct wanted *wanted = data;

	(void)size;
	if (!strcmp(name, wanted->name))
		wanted->spec = (const void *)address;
}

/* --- The limits of a run --------------------------------------------------------------------- */

static void on_tick(int number, siginfo_t *info, void *context)
{
	static unsigned int ticks;
	const ucontext_t *user = context;
	struct vmr_site site = {
		(uintptr_t)user->uc_mcontext.gregs[REG_RIP],
		(uintptr_t)user->uc_mcontext.gregs[REG_RBP],
	};
	unsigned long total = 0, resident = 0;
	char text[64] = "";
	int file = open("/proc/self/statm", O_RDONLY);

	(void)number;
	(void)info;
	if (file >= 0) {
		if (read(file, text, sizeof(text) - 1) > 0)
			sscanf(text, "%lu %lu", &total, &resident);
		close(file);
	}
	if (resident <= MEMORY_PAGES && ++ticks * (TICK_MICROSECONDS / 1000) < seconds * 1000)
		return;
	vmr_tell_place("at", site);
	if (resident > MEMORY_PAGES)
		vmr_cannot("the run takes more than 2 GiB of memory");
	vmr_cannot("the run does not come to an end in %u s", seconds);
}

static void limit(void)
{
	struct itimerval tick = { { 0, TICK_MICROSECONDS }, { 0, TICK_MICROSECONDS } };
	struct rlimit cpu = { seconds + 5, seconds + 5 }, none = { 0, 0 };
	struct rlimit data = { DATA_BYTES, DATA_BYTES };
	struct sigaction action = { 0 };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setrlimit(RLIMIT_CPU, &cpu);
	setrlimit(RLIMIT_CORE, &none);
	setrlimit(RLIMIT_DATA, &data);
	action.sa_sigaction = on_tick;
	action.sa_flags = SA_SIGINFO | SA_ONSTACK;
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &tick, NULL);
}

/* --- Runs --------------------------------------------------------------------------------------- */

static _Noreturn void run(const void *spec)
{
	limit();
	vmr_faults_init();
	vmr_maps_clear();
	vmr_accesses_clear();
	vmr_claims_clear();
	vmr_heap_init();
	vmr_physical_init();
	vmr_leaves_init();
	vmr_structs_init();
	vmr_observe_begin(spec);
	vmr_run_spec(spec);
	vmr_settle();
	vmr_end();
}

/* The layout is tried out after the run, where nothing can spoil it. */
static void try_layout(void)
{
	is_trying_layout = true;
	if (!sigsetjmp(ending, 1)) {
		vmr_is_ending = false;
		vmr_observe_end();
	}
	is_trying_layout = false;
}

static _Noreturn void end_case(void)
{
	struct itimerval none = { 0 };

	setitimer(ITIMER_REAL, &none, NULL);
	if (is_rejected)
		vmr_record_end(STATE_REJECTED, "");
	if (!why_not[0])
		try_layout();
	vmr_inputs_tell();
	vmr_record_end(why_not[0] ? STATE_CANNOT : STATE_ENDED, why_not);
}

static void read_inputs(void)
{
	char line[256];

	while (fgets(line, sizeof(line), stdin)) {
		char *tab = strchr(line, '\t');

		if (!tab)
			continue;
		*tab = 0;
		vmr_input_set(line, strtoull(tab + 1, NULL, 10));
	}
}

/* --- Who waits for a run ------------------------------------------------------------------------ */

static pid_t running;
static sigset_t child_ends, as_before;

static void kill_run(int number)
{
	if (running > 0)
		kill(-running, SIGKILL);
	_exit(128 + number);
}

/* Zero in the process of the run, which has nothing of this one's but the record. */
static pid_t begin_run(bool has_inputs)
{
	pid_t child;
	int null;

	vmr_record_clear();
	fflush(stdout);
	child = fork();
	if (child != 0) {
		setpgid(child, child);
		running = child;
		return child;
	}
	setpgid(0, 0);
	signal(SIGTERM, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	sigprocmask(SIG_SETMASK, &as_before, NULL);
	vmr_record_begin();
	if (has_inputs)
		read_inputs();
	null = open("/dev/null", O_RDWR);
	if (null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0 || dup2(null, 2) < 0)
		vmr_cannot("/dev/null cannot be opened: %s", strerror(errno));
	return 0;
}

static int64_t milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* False if the run does not end by then; it may have blocked all signals. */
static bool ends_in_time(pid_t child, int *status)
{
	int64_t deadline = milliseconds() + (seconds + GRACE_SECONDS) * 1000;
	struct timespec slice = { 0, TICK_MICROSECONDS * 1000 };

	while (waitpid(child, status, WNOHANG) == 0) {
		if (milliseconds() > deadline)
			return false;
		sigtimedwait(&child_ends, NULL, &slice);
	}
	return true;
}

/* What the run has forked is ended with it, and comes to be a child of this process. */
static void end_strays(pid_t child)
{
	FILE *file;
	int stray;

	kill(-child, SIGKILL);
	file = fopen("/proc/thread-self/children", "re");
	while (file && fscanf(file, "%d", &stray) == 1)
		kill(stray, SIGKILL);
	if (file)
		fclose(file);
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
	running = 0;
}

static void print_case(uint64_t number, const char *outcome)
{
	const struct vmr_record *record = vmr_record;

	printf("case\t%lu\t%s\t%x\t%x\t%x\t%x\t%x\t%d\n", number, outcome, record->model,
	       record->machine, record->watched, record->reached, record->not_applicable,
	       record->differs);
}

static void print_cannot(uint64_t number, const char *why)
{
	printf("cannot\t%lu\t%s\n", number, why);
	print_case(number, "cannot");
}

static void print_crash(uint64_t number, int status)
{
	printf("crashed\t%lu\t%s\n", number,
	       WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) :
	       WEXITSTATUS(status) == CRASHED ? "a fault at its very end" : "it exits by itself");
	vmr_record_clear();
	print_case(number, "crashed");
}

/* Waits for a run, and prints what became of it. False if it is to be tried once more. */
static bool finish(pid_t child, uint64_t number, bool is_last)
{
	const struct vmr_record *record = vmr_record;
	bool in_time;
	int status = 0;

	if (child < 0) {
		print_cannot(number, "no process can be made for the run");
		return true;
	}
	in_time = ends_in_time(child, &status);
	end_strays(child);
	if (in_time && record->state == STATE_REJECTED && !is_last)
		return false;
	fwrite(record->text, 1, record->length, stdout);
	if (!in_time) {
		snprintf(why_not, sizeof(why_not), "the run does not come to an end in %u s",
			 seconds);
		print_cannot(number, why_not);
	} else if (record->state == STATE_NONE || !WIFEXITED(status) || WEXITSTATUS(status)) {
		print_crash(number, status);
	} else if (record->state == STATE_REJECTED) {
		print_case(number, "rejected");
	} else if (record->is_full) {
		print_cannot(number, "the run has more to say than there is room for");
	} else if (record->state == STATE_CANNOT) {
		print_cannot(number, record->obstacle);
	} else {
		print_case(number, "ended");
	}
	fflush(stdout);
	return true;
}

static int replay(const void *spec)
{
	pid_t child = begin_run(true);

	if (child == 0)
		run(spec);
	finish(child, 0, true);
	return 0;
}

static int draw(const void *spec, uint64_t seed, uint64_t first, uint64_t count)
{
	uint64_t number, attempt;

	vmr_options.draws = true;
	for (number = first; number < first + count; number++) {
		bool is_done = false;

		for (attempt = 0; !is_done && attempt < MAX_ATTEMPTS; attempt++) {
			pid_t child = begin_run(false);

			if (child == 0) {
				vmr_random_seed(seed, number, attempt);
				vmr_draw(spec, number);
				run(spec);
			}
			is_done = finish(child, number, attempt == MAX_ATTEMPTS - 1);
		}
	}
	return 0;
}

static enum vmr_fault fault_named(const char *name)
{
	static const char *const names[] = {
		[FAULT_NONE] = "none",
		[FAULT_TAILS_WRITABLE] = "tails-writable",
		[FAULT_WRONG_PAGE] = "wrong-page",
		[FAULT_NO_GUARD] = "no-guard",
		[FAULT_LEAK] = "leak",
	};
	size_t i;

	for (i = 0; i < vmr_array_size(names); i++) {
		if (!strcmp(names[i], name))
			return (enum vmr_fault)i;
	}
	fprintf(stderr, "there is no fault %s\n", name);
	exit(2);
}

static void take_option(const char *option)
{
	if (!strcmp(option, "trap-reads"))
		vmr_options.trap_reads = true;
	else if (!strcmp(option, "verbose"))
		vmr_options.verbose = true;
	else if (!strncmp(option, "seconds=", 8))
		seconds = (unsigned int)strtoul(option + 8, NULL, 10);
	else if (!strncmp(option, "fault=", 6))
		vmr_options.fault = fault_named(option + 6);
	else if (!strncmp(option, "guest=", 6))
		vmr_options.guest = !strcmp(option + 6, "on") ? GUEST_HVO_ON : GUEST_HVO_OFF;
}

void vmc_describe_spec(const void *spec);

int main(int argc, char **argv)
{
	struct wanted wanted = { argc > 2 ? argv[2] : "", NULL };
	bool draws = argc > 5 && !strcmp(argv[1], "draw");
	int i;

	vmr_accesses_init();
	signal(SIGTERM, kill_run);
	signal(SIGINT, kill_run);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (argc > 1 && !strcmp(argv[1], "list")) {
		each_spec(print_spec, NULL);
		return 0;
	}
	each_spec(match_spec, &wanted);
	if (!wanted.spec || argc < 3) {
		fprintf(stderr, "usage: list | describe SPEC | replay SPEC | draw SPEC SEED FIRST COUNT\n");
		return 2;
	}
	for (i = draws ? 6 : 3; i < argc; i++)
		take_option(argv[i]);
	if (!strcmp(argv[1], "describe")) {
		vmc_describe_spec(wanted.spec);
		return 0;
	}
	if (!vmr_record_init()) {
		fprintf(stderr, "there is no memory for a run's record\n");
		return 1;
	}
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	sigemptyset(&child_ends);
	sigaddset(&child_ends, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child_ends, &as_before);
	if (draws)
		return draw(wanted.spec, strtoull(argv[3], NULL, 10), strtoull(argv[4], NULL, 10),
			    strtoull(argv[5], NULL, 10));
	vmr_options.verbose = true;
	return replay(wanted.spec);
}
