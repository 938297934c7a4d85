// SPDX-License-Identifier: GPL-2.0
/* register.c - a spec's module: gives its specs, which specs.h lists, to the machine. */
#include "../core/machine.h"

#define VMK_DECLARE(name) extern const struct vmap_spec name;
#define VMK_LIST(name) { #name, &name },

#include "specs.h"

VMK_SPECS(VMK_DECLARE)
static const struct vmk_spec specs[] = { VMK_SPECS(VMK_LIST) };

static int __init vmk_spec_init(void)
{
	return vmk_specs_add(specs, ARRAY_SIZE(specs));
}

static void __exit vmk_spec_exit(void)
{
	vmk_specs_remove(ARRAY_SIZE(specs));
}

module_init(vmk_spec_init);
module_exit(vmk_spec_exit);
MODULE_DESCRIPTION("vmapcheck: a spec");
MODULE_LICENSE("GPL");
