"""Runs a command to its end, and writes what it and all that it started took to descriptor 3: seconds until it ended,
seconds on processors, and the KiB of the largest process. Also what outlives it, or is killed, counts."""

import ctypes
import json
import os
import resource
import sys
import time

PR_SET_CHILD_SUBREAPER = 36
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)

begin = time.monotonic()
main = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=[(os.POSIX_SPAWN_CLOSE, 3)])
status = None
while True:
    try:
        process, ended = os.wait()
    except ChildProcessError:
        break
    if process == main:
        status = os.waitstatus_to_exitcode(ended)
        seconds = time.monotonic() - begin

used = resource.getrusage(resource.RUSAGE_CHILDREN)
kibibytes = used.ru_maxrss if sys.platform == "linux" else used.ru_maxrss / 1024
os.write(3, json.dumps([seconds, used.ru_utime + used.ru_stime, kibibytes]).encode())
sys.exit(status if status >= 0 else 128 - status)
