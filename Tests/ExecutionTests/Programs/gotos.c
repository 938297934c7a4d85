/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#include "program.h"

PROGRAM(gotos)
{
	u64 r = d, n = 0;

	if (a & 1)
		goto middle;
again:
	r += b;
	if (++n > 9)
		goto out;
middle:
	r ^= c << (n & 7);
	if (r & 1)
		goto again;
	if (n++ < 5)
		goto middle;
	{
		u64 local = r;
retry:
		local = local * 3 + 1;
		if (local & 4 && n < 20) {
			n += 2;
			goto retry;
		}
		r = local;
	}
out:
	return r + n;
}
