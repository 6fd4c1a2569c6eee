"""Runs a command to its end, and writes what it and all that it started took to descriptor 3: seconds until it ended,
seconds on processors, and the KiB of the largest process. Also what outlives it, or is killed, counts.

The first argument is a text or empty. With a text the command has a terminal, and the seconds end once it shows the text."""

import ctypes
import json
import os
import pty
import resource
import sys
import time

PR_SET_CHILD_SUBREAPER = 36
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)

text, command = sys.argv[1].encode(), sys.argv[2:]
actions = [(os.POSIX_SPAWN_CLOSE, 3)]
if text:
    terminal, inside = pty.openpty()
    actions += [(os.POSIX_SPAWN_DUP2, inside, output) for output in (1, 2)]


def seconds_until_shown():
    seconds, shown = None, b""
    while True:
        try:
            data = os.read(terminal, 65536)
        except OSError:  # Linux raises it once no process has the terminal.
            data = b""
        if not data:
            return seconds, shown
        shown += data
        if seconds is None and text in shown:
            seconds = time.monotonic() - begin


begin = time.monotonic()
main = os.posix_spawnp(command[0], command, os.environ, file_actions=actions)
if text:
    os.close(inside)
    seconds, shown = seconds_until_shown()
    os.write(1, shown)
    if seconds is None:
        sys.exit(f"the terminal never showed '{sys.argv[1]}'")
status = None
while True:
    try:
        process, ended = os.wait()
    except ChildProcessError:
        break
    if process == main:
        status = os.waitstatus_to_exitcode(ended)
        if not text:
            seconds = time.monotonic() - begin

used = resource.getrusage(resource.RUSAGE_CHILDREN)
kibibytes = used.ru_maxrss if sys.platform == "linux" else used.ru_maxrss / 1024
os.write(3, json.dumps([seconds, used.ru_utime + used.ru_stime, kibibytes]).encode())
sys.exit(status if status >= 0 else 128 - status)
