/* SPDX-License-Identifier: Apache-2.0 */
#include <z3.h>
