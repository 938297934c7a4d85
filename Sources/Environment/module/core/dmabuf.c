// SPDX-License-Identifier: GPL-2.0
/*
 * dmabuf.c - the kernel's own udmabuf, as an importer has it: the buffer is a dma-buf
 * that /dev/udmabuf has made, and dma_buf_vmap_unlocked() maps it.
 */
#include <linux/dma-buf.h>
#include <linux/iosys-map.h>

#include "machine.h"

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
MODULE_IMPORT_NS("DMA_BUF");
#else
MODULE_IMPORT_NS(DMA_BUF);
#endif

static struct dma_buf *buf;

int vmk_dmabuf_open(int fd)
{
	buf = dma_buf_get(fd);
	return PTR_ERR_OR_ZERO(buf);
}

void vmk_dmabuf_close(void)
{
	if (!IS_ERR_OR_NULL(buf))
		dma_buf_put(buf);
	buf = NULL;
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)

static struct iosys_map map;

static void *map_dmabuf(const struct folio_range *ranges,
			unsigned int nr_ranges)
{
	int error = dma_buf_vmap_unlocked(buf, &map);

	return error ? ERR_PTR(error) : map.vaddr;
}

static void unmap_dmabuf(const void *addr)
{
	dma_buf_vunmap_unlocked(buf, &map);
}

#else

static void *map_dmabuf(const struct folio_range *ranges,
			unsigned int nr_ranges)
{
	if (!vmk_missing)
		vmk_missing = "dma_buf_vmap_unlocked";
	return NULL;
}

#define unmap_dmabuf NULL

#endif

const struct vmap_spec vmk_dmabuf_spec = {
	.title = "the kernel's udmabuf",
	.map = map_dmabuf,
	.unmap = unmap_dmabuf,
};
