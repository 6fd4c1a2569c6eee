"""Prints, as JSON, the syntax tree of each Bicep file, or why it has none.

Usage: python parse_bicep.py FILE... The output has the files' names as keys, each with either "tree" or "error".
pycep-parser drops quotes, `?` and `!`, so that the tree tells a string from a name only by what is expected in its place,
and it groups operators otherwise than Bicep does.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from pycep import BicepParser


def parsed(parser: BicepParser, file: str) -> dict[str, object]:
    """One file's entry."""
    try:
        return {"tree": parser.parse(file_path=Path(file))}
    except Exception as error:  # the parser and its lexer have no common class of errors
        return {"error": str(error).strip()}


def main() -> None:
    # Without the cache, which would be shared between test workers.
    parser = BicepParser(cache=False)
    json.dump({file: parsed(parser, file) for file in sys.argv[1:]}, sys.stdout)


if __name__ == "__main__":
    main()
