"""The order in which the resources of a template can be made."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from moto.cloudformation.exceptions import ValidationError

PARAMETERS_IN_SUB = re.compile(r"\$\{([^!}.]+)(?:\.[^}]*)?}")


def references(node: Any) -> Iterator[str]:
    """Every logical id, parameter and pseudo-parameter that a piece of a template refers to."""
    if isinstance(node, list):
        for item in node:
            yield from references(item)
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from named_by(key, value)
            yield from references(value)


def named_by(key: str, value: Any) -> Iterator[str]:
    if key == "Ref" and isinstance(value, str):
        yield value
    if key == "DependsOn":
        yield from [value] if isinstance(value, str) else value
    if key == "Fn::GetAtt":
        yield value.split(".")[0] if isinstance(value, str) else value[0]
    if key == "Fn::Sub":
        yield from PARAMETERS_IN_SUB.findall(value if isinstance(value, str) else value[0])


def in_dependency_order(definitions: dict[str, Any]) -> list[str]:
    ordered: dict[str, None] = {}

    def visit(logical_id: str, above: frozenset[str]) -> None:
        if logical_id in above:
            raise ValidationError(message=f"Circular dependency between resources: [{', '.join(sorted(above))}]")
        for other in references(definitions[logical_id]):
            if other in definitions and other not in ordered:
                visit(other, above | {logical_id})
        ordered[logical_id] = None

    for logical_id in definitions:
        if logical_id not in ordered:
            visit(logical_id, frozenset())
    return list(ordered)
