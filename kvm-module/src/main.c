// SPDX-License-Identifier: GPL-2.0
/* ha_colo: load and unload. */

#include <linux/module.h>
#include <linux/rcupdate.h>

#include "colo.h"

static int __init ha_colo_init(void)
{
	int err = colo_hooks_register();

	if (err)
		return err;
	err = colo_device_register();
	if (err)
		colo_hooks_unregister();
	return err;
}

/* No descriptor is open, no bitmap is mapped, no task work is queued: each holds the module. */
static void __exit ha_colo_exit(void)
{
	colo_device_unregister();
	colo_hooks_unregister();
	/* A task work gives the module back in its last statement, and then it has to return. */
	synchronize_rcu_tasks();
}

module_init(ha_colo_init);
module_exit(ha_colo_exit);

MODULE_AUTHOR("The ha-colo authors");
MODULE_DESCRIPTION("Epoch dirty pages and the vCPU gate of protected virtual machines");
MODULE_LICENSE("GPL");
MODULE_VERSION("0.1.0");
MODULE_SOFTDEP("pre: kvm");
