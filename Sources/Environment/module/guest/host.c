// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * host.c - on a computer's own kernel: what is taken is given back, and what is set is
 * set to what it was, as soon as nobody is at the other end of the socket any more,
 * however that came about. A signal to the terminal's processes does not end it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "agent.h"

#define MAX_MODULES 8
#define MODULE "vmapcheck"
#define WAIT_MS 10000
#define TAINT_BAD_PAGE (1L << 5)

static const char *module_file;
static char modules[MAX_MODULES][64];
static unsigned int nr_modules;

/* What was set before; -1: nothing has been changed. */
static long folios = -1, hvo = -1;

int host_open(const char *path, const char *module)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int door = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), connection;
	struct pollfd waiting = { .fd = door, .events = POLLIN };

	setsid();
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	module_file = module;
	if (strlen(path) >= sizeof(address.sun_path))
		return -1;
	strcpy(address.sun_path, path);
	if (door < 0 || bind(door, (struct sockaddr *)&address, sizeof(address)) ||
	    listen(door, 1) || poll(&waiting, 1, WAIT_MS) != 1)
		return -1;
	connection = accept4(door, NULL, NULL, SOCK_CLOEXEC);
	close(door);
	return connection;
}

/* Whether an optimised folio can be given back: some kernels lose pages then. */
static bool returns_pages(void)
{
	put(HVO, "1");
	put_number(FOLIOS, folios + 1);
	put_number(FOLIOS, folios);
	put_number(HVO, hvo);
	return !(number_in("/proc/sys/kernel/tainted") & TAINT_BAD_PAGE);
}

void host_begin(const char *line)
{
	unsigned int each, optimizes;

	if (nr_modules || sscanf(line, "%u %u", &each, &optimizes) != 2) {
		errno = EINVAL;
		fail("begin");
		return;
	}
	/* The first thing: of two of us the second goes no further. */
	if (load_file(module_file, "live=1")) {
		fail(errno == EEXIST ?
			     "the module " MODULE " is loaded already, by another run of "
			     "vmapcheck or one that was killed (rmmod " MODULE ")" :
			     "the kernel does not take the module (dmesg says more)");
		return;
	}
	host_remember(MODULE);
	device = open("/dev/vmapcheck", O_RDWR | O_CLOEXEC);
	if (device < 0) {
		fail("/dev/vmapcheck");
		return;
	}
	folios = number_in(FOLIOS);
	hvo = number_in(HVO);
	if (optimizes && !returns_pages()) {
		errno = EFAULT;
		fail("the kernel loses pages when an optimised folio is given back");
		return;
	}
	if (!make_pool(each, optimizes)) {
		fail("hugetlb folios of 2 MiB cannot be had");
		return;
	}
	/* Folios that are there already stay as they are. */
	if (hvo >= 0)
		put_number(HVO, hvo);
	log_skip();
	begin_answer();
	add("{}");
	end_answer();
}

void host_remember(const char *name)
{
	if (nr_modules < MAX_MODULES)
		snprintf(modules[nr_modules++], sizeof(modules[0]), "%s",
			 name + strspn(name, " "));
}

static bool remove_module(const char *name)
{
	unsigned int tries;

	for (tries = 0; tries < 20; tries++) {
		if (!syscall(SYS_delete_module, name, O_NONBLOCK))
			return true;
		usleep(100000);
	}
	fprintf(stderr, "vmapcheck: error: host: the module %s cannot be removed: %s\n", name,
		strerror(errno));
	return false;
}

static bool reset(const char *path, long number)
{
	if (number < 0)
		return true;
	put_number(path, number);
	if (number_in(path) == number)
		return true;
	fprintf(stderr, "vmapcheck: error: host: %s was %ld and is %ld now: please set it\n",
		path, number, number_in(path));
	return false;
}

int host_end(void)
{
	bool is_clean = true;

	free_pool();
	if (device >= 0)
		close(device);
	while (nr_modules)
		is_clean &= remove_module(modules[--nr_modules]);
	is_clean &= reset(FOLIOS, folios);
	is_clean &= reset(HVO, hvo);
	return is_clean ? 0 : 1;
}
