"""Runs the command that follows and prints on the last line of standard output what it took, as JSON.

`ru_maxrss` is the most that any one process of it held; CPU counts its children that it waited for.
"""

import json
import os
import sys
import time

started = time.monotonic()
# Not fork: a copy of this process would count as the command's memory.
pid = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, 2, 1)])
_, status, usage = os.wait4(pid, 0)
wall = time.monotonic() - started
# macOS counts bytes where Linux counts kilobytes.
unit = 2**20 if sys.platform == "darwin" else 2**10
print(
    json.dumps(
        {
            "code": os.waitstatus_to_exitcode(status),
            "wallSeconds": wall,
            "cpuSeconds": usage.ru_utime + usage.ru_stime,
            "peakMb": usage.ru_maxrss / unit,
        }
    )
)
