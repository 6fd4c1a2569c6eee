"""Makes a virtual environment once, however many test workers ask for it at the same time.

Usage: python3 build_venv.py FOLDER REQUIREMENTS. The marker FOLDER/ready is written last, so a build that was
interrupted is made anew; the lock belongs to the process and goes with it, so there are no stale locks.
"""

from __future__ import annotations

import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Lets one process in at a time; where there is no fcntl (Windows), builds are not guarded."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        try:
            import fcntl
        except ImportError:
            yield
            return
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def build(folder: Path, requirements: Path) -> None:
    """Creates the environment, installs the requirements, then marks it as ready."""
    venv.create(folder, with_pip=True, clear=True)
    python = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    options = ["--quiet", "--disable-pip-version-check", "--no-input"]
    subprocess.run([str(python), "-m", "pip", "install", *options, "-r", str(requirements)], check=True)
    (folder / "ready").touch()


def main() -> None:
    folder, requirements = Path(sys.argv[1]), Path(sys.argv[2])
    with exclusive(folder.with_suffix(".lock")):
        if not (folder / "ready").exists():
            build(folder, requirements)


if __name__ == "__main__":
    main()
