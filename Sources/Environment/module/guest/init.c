// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * init.c - the only process of the guest, and its children: takes a line from the
 * second serial port, does it, and answers with a line of JSON that begins with "= ".
 * On a computer's own kernel it takes them from a socket (host.c).
 *
 *	ping NUMBER
 *	begin EACH HVO		of host.c
 *	load BYTES NAME		a module follows, byte by byte
 *	facts
 *	run SPEC RANGE...	as /dev/vmapcheck has it
 *	udmabuf RANGE...	the same of a dma-buf that /dev/udmabuf makes of them
 *	poke HVO INDEX
 *	off
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/udmabuf.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "agent.h"

#define PAGE 4096UL
#define HUGE (2UL << 20)
#ifndef MFD_HUGE_2MB
#define MFD_HUGE_2MB (21U << 26)
#endif
#define MAX_POOL 64
#define MAX_RANGES 64
#define SECONDS 20
#define LINE 65536

int device = -1;
static int serial = -1, log_file = -1;
static bool is_host;

static struct {
	int file;
	unsigned int pages;
	char *place;
} pool = { .file = -1 };

/* --- Answers --------------------------------------------------------------------- */

static void send_all(const char *text, size_t size)
{
	while (size) {
		ssize_t sent = write(serial, text, size);

		if (sent < 0 && errno != EINTR && errno != EAGAIN)
			return;
		if (sent > 0) {
			text += sent;
			size -= (size_t)sent;
		}
	}
}

static char *answer;
static size_t answer_size, answer_room;

void add(const char *format, ...)
{
	va_list arguments, again;
	size_t needed;

	va_start(arguments, format);
	va_copy(again, arguments);
	needed = (size_t)vsnprintf(NULL, 0, format, arguments) + 1;
	if (answer_size + needed > answer_room) {
		answer_room = 2 * (answer_size + needed);
		answer = realloc(answer, answer_room);
	}
	answer_size += (size_t)vsnprintf(answer + answer_size,
					 answer_room - answer_size, format, again);
	va_end(again);
	va_end(arguments);
}

static void add_string(const char *text, size_t size)
{
	size_t i;

	add("\"");
	for (i = 0; i < size; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c == '"' || c == '\\')
			add("\\%c", c);
		else if (c < 32 || c > 126)
			add(" ");
		else
			add("%c", c);
	}
	add("\"");
}

void begin_answer(void)
{
	answer_size = 0;
	add("= ");
}

void end_answer(void)
{
	add("\n");
	send_all(answer, answer_size);
}

void fail(const char *what)
{
	char text[512];

	snprintf(text, sizeof(text), "%s: %s", what, strerror(errno));
	begin_answer();
	add("{\"error\":");
	add_string(text, strlen(text));
	add("}");
	end_answer();
}

/* --- Files ------------------------------------------------------------------------- */

bool put(const char *path, const char *text)
{
	int file = open(path, O_WRONLY | O_CLOEXEC);
	bool done = file >= 0 && write(file, text, strlen(text)) == (ssize_t)strlen(text);

	if (file >= 0)
		close(file);
	return done;
}

static size_t get(const char *path, char *text, size_t room)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	size_t size = 0;
	ssize_t got;

	while (file >= 0 && size + 1 < room &&
	       (got = read(file, text + size, room - 1 - size)) > 0)
		size += (size_t)got;
	text[size] = 0;
	if (file >= 0)
		close(file);
	return size;
}

bool put_number(const char *path, long number)
{
	char text[32];

	snprintf(text, sizeof(text), "%ld", number);
	return put(path, text);
}

long number_in(const char *path)
{
	char text[64];

	return get(path, text, sizeof(text)) ? strtol(text, NULL, 10) : -1;
}

/* --- The kernel's log ---------------------------------------------------------------- */

void log_skip(void)
{
	char record[8192];

	while (read(log_file, record, sizeof(record)) > 0 || errno == EPIPE)
		;
}

/* Lines of the log since the last time, of any level up to `notice`. */
static void log_add(void)
{
	char record[8192];
	unsigned int lines = 0;
	ssize_t got;

	add(",\"log\":[");
	for (;;) {
		const char *text;
		size_t size;

		got = read(log_file, record, sizeof(record) - 1);
		if (got < 0 && errno == EPIPE)
			continue;
		if (got <= 0)
			break;
		record[got] = 0;
		text = strchr(record, ';');
		if (!text || lines >= 400)
			continue;
		text++;
		size = strcspn(text, "\n");
		add(lines++ ? "," : "");
		add_string(text, size);
	}
	add("]");
}

/* --- Children -------------------------------------------------------------------------- */

static bool tell_device(const char *line)
{
	return write(device, line, strlen(line)) >= 0;
}

static void add_device(void)
{
	static char text[1 << 20];

	if (get("/dev/vmapcheck", text, sizeof(text)) > 1) {
		text[strcspn(text, "\n")] = 0;
		add(",\"module\":%s", text);
	}
}

static void ticked(int number)
{
	(void)number;
}

/* Does work in a child, which an oops may kill, and answers. */
static void answer_by_child(int (*work)(char *argument), char *argument)
{
	struct sigaction action = { .sa_handler = ticked };
	int status = 0, reason[2];
	char why[200] = "";
	bool hangs = false;
	ssize_t got;
	pid_t child;

	put("/sys/kernel/debug/clear_warn_once", "1");
	log_skip();
	tell_device("clear");
	if (pipe2(reason, O_CLOEXEC)) {
		fail("pipe");
		return;
	}
	child = fork();
	if (child == 0) {
		dup2(reason[1], 2);
		_exit(work(argument));
	}
	close(reason[1]);
	sigaction(SIGALRM, &action, NULL);
	alarm(SECONDS);
	if (waitpid(child, &status, 0) < 0) {
		hangs = true;
		kill(child, SIGKILL);
	}
	alarm(0);
	fcntl(reason[0], F_SETFL, O_NONBLOCK);
	got = read(reason[0], why, sizeof(why) - 1);
	close(reason[0]);
	begin_answer();
	add("{\"hangs\":%s,\"signal\":%d,\"exit\":%d", hangs ? "true" : "false",
	    !hangs && WIFSIGNALED(status) ? WTERMSIG(status) : 0,
	    !hangs && WIFEXITED(status) ? WEXITSTATUS(status) : 0);
	if (is_host)
		add(",\"pid\":%d", (int)child);
	if (got > 0) {
		add(",\"why\":");
		add_string(why, (size_t)got);
	}
	add_device();
	log_add();
	add("}");
	end_answer();
}

static int give_up(const char *why)
{
	fprintf(stderr, "%s: %s", why, strerror(errno));
	return 1;
}

static int run(char *line)
{
	if (!tell_device(line))
		return give_up("run");
	return 0;
}

/* --- udmabuf ------------------------------------------------------------------------------ */

struct folio_file {
	int file;
	uint64_t offset;
};

static bool set_shmem_order(unsigned int order)
{
	char path[128];
	unsigned int n;

	/* Other processes have shmem there, too. */
	if (is_host)
		return true;
	put("/sys/kernel/mm/transparent_hugepage/shmem_enabled",
	    order == 9 ? "always" : "never");
	for (n = 1; n <= 9; n++) {
		snprintf(path, sizeof(path),
			 "/sys/kernel/mm/transparent_hugepage/hugepages-%lukB/shmem_enabled",
			 PAGE >> 10 << n);
		if (!put(path, n == order ? "always" : "never") && n == order && n != 9)
			return false;
	}
	return true;
}

/* Of the pool, by what the module says of it. */
static int pooled(bool optimized, bool *taken)
{
	static char text[1 << 16];
	const char *flags;
	unsigned int i;

	get("/dev/vmapcheck", text, sizeof(text));
	flags = strstr(text, "\"pool\":\"");
	if (!flags)
		return -1;
	flags += 8;
	for (i = 0; i < pool.pages && (flags[i] == '0' || flags[i] == '1'); i++) {
		if (!taken[i] && flags[i] - '0' == optimized) {
			taken[i] = true;
			return (int)i;
		}
	}
	return -1;
}

/* Aligned as the folio is, without which a large one is not used. */
static char *map_aligned(const struct folio_file *it, size_t size)
{
	char *room = mmap(NULL, 2 * size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (room == MAP_FAILED)
		return MAP_FAILED;
	room += -(uintptr_t)room & (size - 1);
	return mmap(room, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, it->file,
		    (off_t)it->offset);
}

static int make_folio(struct folio_file *it, unsigned int number, unsigned int kind,
		      unsigned int order, bool optimized, bool *taken)
{
	size_t size = PAGE << order;
	char line[64];
	char *place;

	if (kind == 4) {
		int index = pooled(optimized, taken);

		if (index < 0) {
			errno = ENOENT;
			return give_up("no such hugetlb folio");
		}
		it->file = pool.file;
		it->offset = (uint64_t)index * HUGE;
	} else {
		if (!set_shmem_order(order))
			return give_up("this kernel has no shmem folios of the order");
		it->file = (int)syscall(SYS_memfd_create, "folio", MFD_ALLOW_SEALING);
		it->offset = 0;
		if (it->file < 0 || ftruncate(it->file, (off_t)size) ||
		    fcntl(it->file, F_ADD_SEALS, F_SEAL_SHRINK))
			return give_up("memfd");
	}
	place = map_aligned(it, size);
	if (place == MAP_FAILED)
		return give_up("mmap");
	*(volatile char *)place = 1;
	snprintf(line, sizeof(line), "folio %u %lu", number, (unsigned long)place);
	if (!tell_device(line))
		return give_up("folio");
	return 0;
}

static int udmabuf(char *line)
{
	static struct udmabuf_create_list *list;
	struct folio_file folios[MAX_RANGES];
	bool taken[MAX_POOL] = { false };
	char *ranges = line + strlen("udmabuf "), *word, *rest, *copy = strdup(ranges);
	static char order_line[LINE];
	unsigned int made = 0;
	int maker, buffer;

	list = calloc(1, sizeof(*list) + MAX_RANGES * sizeof(list->list[0]));
	for (word = strtok_r(copy, " \n", &rest); word; word = strtok_r(NULL, " \n", &rest)) {
		unsigned int kind, order, hvo, number;
		unsigned long offset, pages;
		struct udmabuf_create_item *item = &list->list[list->count];
		int error;

		if (sscanf(word, "%u,%u,%u,%u,%lu,%lu", &kind, &order, &hvo, &number,
			   &offset, &pages) != 6 || number > made ||
		    list->count == MAX_RANGES)
			return give_up("a range that is none");
		if (number == made) {
			error = make_folio(&folios[made++], number, kind, order, hvo, taken);
			if (error)
				return error;
		}
		item->memfd = (__u32)folios[number].file;
		item->offset = folios[number].offset + offset * PAGE;
		item->size = pages * PAGE;
		list->count++;
	}
	maker = open("/dev/udmabuf", O_RDWR);
	if (maker < 0)
		return give_up("/dev/udmabuf");
	buffer = ioctl(maker, UDMABUF_CREATE_LIST, list);
	if (buffer < 0)
		return give_up("UDMABUF_CREATE_LIST");
	snprintf(order_line, sizeof(order_line), "run @%d %s", buffer, ranges);
	return run(order_line);
}

/* --- Facts ----------------------------------------------------------------------------------- */

static void add_number_file(const char *name, const char *path)
{
	char text[64];

	if (get(path, text, sizeof(text)))
		add(",\"%s\":%ld", name, strtol(text, NULL, 10));
}

static void facts(void)
{
	struct utsname name;
	static char text[1 << 16];

	uname(&name);
	log_skip();
	tell_device("controls");
	begin_answer();
	add("{\"release\":");
	add_string(name.release, strlen(name.release));
	add(",\"version\":");
	add_string(name.version, strlen(name.version));
	get("/proc/cmdline", text, sizeof(text));
	add(",\"hvo\":%s", strstr(text, "hugetlb_free_vmemmap=on") ? "true" : "false");
	add_number_file("hugepages", "/proc/sys/vm/nr_hugepages");
	add(",\"udmabuf\":%s", access("/dev/udmabuf", F_OK) ? "false" : "true");
	add_device();
	log_add();
	add("}");
	end_answer();
}

/* --- Modules --------------------------------------------------------------------------------- */

static bool read_exactly(char *to, size_t size)
{
	while (size) {
		ssize_t got = read(serial, to, size);

		if (got < 0 && errno != EINTR)
			return false;
		if (got > 0) {
			to += got;
			size -= (size_t)got;
		}
	}
	return true;
}

static void load(char *line)
{
	size_t size = strtoul(line, &line, 10);
	char *image = malloc(size ? size : 1);
	int error;

	if (!image || !read_exactly(image, size)) {
		fail("the module was not read");
		return;
	}
	log_skip();
	error = syscall(SYS_init_module, image, size, "") ? errno : 0;
	free(image);
	if (!error && is_host)
		host_remember(line);
	begin_answer();
	add("{\"loaded\":%d", error);
	log_add();
	add("}");
	end_answer();
}

int load_file(const char *path, const char *parameters)
{
	int file = open(path, O_RDONLY | O_CLOEXEC), result = -1;

	if (file >= 0) {
		result = (int)syscall(SYS_finit_module, file, parameters, 0);
		close(file);
	}
	return result;
}

/* --- Commands ---------------------------------------------------------------------------------- */

static void obey(char *line)
{
	if (!strncmp(line, "ping ", 5)) {
		begin_answer();
		add("{\"pong\":%ld}", strtol(line + 5, NULL, 10));
		end_answer();
	} else if (!strncmp(line, "load ", 5)) {
		load(line + 5);
	} else if (!strcmp(line, "facts")) {
		facts();
	} else if (!strncmp(line, "run ", 4) || !strncmp(line, "poke ", 5)) {
		answer_by_child(run, line);
	} else if (!strncmp(line, "udmabuf ", 8)) {
		answer_by_child(udmabuf, line);
	} else if (is_host && !strncmp(line, "begin ", 6)) {
		host_begin(line + 6);
	} else if (!is_host && !strcmp(line, "off")) {
		reboot(RB_POWER_OFF);
	} else {
		errno = EINVAL;
		fail("no such command");
	}
}

static void serve(void)
{
	static char line[LINE];
	size_t size = 0;
	char c;

	for (;;) {
		ssize_t got = read(serial, &c, 1);

		if (got == 0 && is_host)
			return;
		if (got <= 0)
			continue;
		if (c == '\n') {
			line[size] = 0;
			if (size)
				obey(line);
			size = 0;
		} else if (size + 1 < LINE) {
			line[size++] = c;
		}
	}
}

/* Hugetlb folios: first those that HVO optimises, then as many that it does not. */
bool make_pool(unsigned int each, bool hvo)
{
	long before = number_in(FOLIOS), made;
	size_t size;
	char text[64];

	if (hvo) {
		put(HVO, "1");
		put_number(FOLIOS, before + each);
	}
	put(HVO, "0");
	put_number(FOLIOS, before + (hvo ? 2 * each : each));
	made = number_in(FOLIOS) - before;
	pool.pages = made < 0 ? 0 : made > MAX_POOL ? MAX_POOL : (unsigned int)made;
	size = pool.pages * HUGE;
	pool.file = (int)syscall(SYS_memfd_create, "pool",
				 MFD_HUGETLB | MFD_HUGE_2MB | MFD_ALLOW_SEALING);
	errno = size ? errno : ENOMEM;
	if (!size || pool.file < 0 || ftruncate(pool.file, (off_t)size) ||
	    fcntl(pool.file, F_ADD_SEALS, F_SEAL_SHRINK))
		return false;
	pool.place = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE,
			  pool.file, 0);
	if (pool.place == MAP_FAILED) {
		pool.place = NULL;
		return false;
	}
	snprintf(text, sizeof(text), "pool %lu %u", (unsigned long)pool.place, pool.pages);
	return tell_device(text);
}

void free_pool(void)
{
	if (pool.place)
		munmap(pool.place, pool.pages * HUGE);
	if (pool.file >= 0)
		close(pool.file);
}

static void open_serial(void)
{
	struct termios mode;

	serial = open("/dev/ttyS1", O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (serial < 0 || tcgetattr(serial, &mode))
		return;
	cfmakeraw(&mode);
	mode.c_cflag |= CREAD | CLOCAL;
	mode.c_cc[VMIN] = 1;
	mode.c_cc[VTIME] = 0;
	cfsetspeed(&mode, B115200);
	tcsetattr(serial, TCSANOW, &mode);
}

static void serve_guest(void)
{
	char text[4096];

	mkdir("/dev", 0755);
	mkdir("/proc", 0755);
	mkdir("/sys", 0755);
	mkdir("/tmp", 0755);
	mount("dev", "/dev", "devtmpfs", 0, NULL);
	mount("proc", "/proc", "proc", 0, NULL);
	mount("sys", "/sys", "sysfs", 0, NULL);
	mount("debug", "/sys/kernel/debug", "debugfs", 0, NULL);
	put("/proc/sys/kernel/panic_on_oops", "0");
	put("/proc/sys/kernel/printk", "7");
	log_file = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	open_serial();
	if (load_file("/vmapcheck.ko", ""))
		fail("the module cannot be loaded");
	device = open("/dev/vmapcheck", O_RDWR | O_CLOEXEC);
	get("/proc/cmdline", text, sizeof(text));
	if (device < 0 || !make_pool(24, strstr(text, "hugetlb_free_vmemmap=on")))
		fail("there is no pool of hugetlb folios");
	log_skip();
	serve();
}

int main(int count, char **arguments)
{
	if (count != 3) {
		serve_guest();
		return 1;
	}
	is_host = true;
	serial = host_open(arguments[1], arguments[2]);
	if (serial < 0)
		return 1;
	log_file = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	log_skip();
	serve();
	return host_end();
}
