"""Runs a Pulumi program in Python on the real engine, which needs no host of the engine for Python: the program runs here.

Usage: python3 run_program.py PROGRAM FOLDER, with the configuration as JSON on standard input. FOLDER has the state. Prints the
outputs after `up`; fails where a preview then shows a change, or where a destroy leaves something.
"""

from __future__ import annotations

import json
import runpy
import sys
from pathlib import Path

from pulumi import automation


def main() -> None:
    program, folder = sys.argv[1], Path(sys.argv[2])
    stack = automation.create_stack(
        stack_name="test",
        project_name="alone",
        program=lambda: runpy.run_path(program) and None,
        opts=automation.LocalWorkspaceOptions(
            project_settings=automation.ProjectSettings(
                name="alone",
                runtime="python",
                backend=automation.ProjectBackend(url=folder.as_uri()),
            ),
        ),
    )
    for key, value in json.load(sys.stdin).items():
        stack.set_config(key, automation.ConfigValue(value))
    outputs = stack.up().outputs
    stack.preview(expect_no_changes=True)
    stack.destroy()
    left = stack.export_stack().deployment.get("resources", [])
    if left:
        raise SystemExit(f"destroy left {len(left)} resources")
    json.dump({key: output.value for key, output in outputs.items()}, sys.stdout)


if __name__ == "__main__":
    main()
