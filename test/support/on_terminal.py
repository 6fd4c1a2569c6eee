"""Runs a program on a terminal of its own, and types an answer once its question shows.

Arguments: answers as JSON, pairs of a text that shows and of keys; then the program and its arguments. Prints JSON: what the
terminal got, and the exit code."""

import json
import os
import pty
import sys

answers = json.loads(sys.argv[1])
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])

shown = ""
seen = 0
while True:
    try:
        data = os.read(terminal, 65536)
    except OSError:  # Linux says so once the program has gone.
        break
    if not data:
        break
    shown += data.decode("utf-8", "replace")
    while answers and answers[0][0] in shown[seen:]:
        question, keys = answers.pop(0)
        seen = shown.index(question, seen) + len(question)
        os.write(terminal, keys.encode())

_, status = os.waitpid(pid, 0)
print(json.dumps({"shown": shown, "code": os.waitstatus_to_exitcode(status), "left": answers}))
