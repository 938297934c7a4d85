/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * spec_link.h - included before a spec when it is compiled for the machine: it is
 * linked with the model, and with nothing of the C library's. A kernel has no fork()
 * and no exit().
 */
#pragma GCC visibility push(hidden)
