"""Resources that CloudFormation fails to create, change or delete because a test says so."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Optional

from moto.cloudformation.exceptions import ValidationError

VERBS = ("CREATE", "UPDATE", "DELETE")
PHASES = ("update", "rollback", "clean-up")
PHASE = threading.local()


def phase_now() -> str:
    return getattr(PHASE, "now", "update")


@contextmanager
def phase(name: str) -> Iterator[None]:
    before = phase_now()
    PHASE.now = name
    try:
        yield
    finally:
        PHASE.now = before


class OrderedFailure(ValidationError):
    """A failure that a test ordered."""

    def __init__(self, reason: str) -> None:
        super().__init__(message=reason)


@dataclass
class ResourceFault:
    """`stack` and `logicalId` are patterns; what is left out fits everything."""

    on: str
    stack: str = ""
    logicalId: str = ""
    type: Optional[str] = None
    # TargetId of an assignment.
    account: Optional[str] = None
    during: Optional[str] = None
    reason: str = "ordered by a test"
    # How many; all of them if absent.
    times: Optional[int] = None

    def __post_init__(self) -> None:
        if self.on not in VERBS:
            raise ValueError(f"on must be one of {VERBS}, got {self.on!r}")
        if self.during not in (None, *PHASES):
            raise ValueError(f"during must be one of {PHASES}, got {self.during!r}")

    def fits(self, change: Change) -> bool:
        return (
            self.times != 0
            and self.on == change.verb
            and self.type in (None, change.type)
            and self.account in (None, change.properties.get("TargetId"))
            and self.during in (None, phase_now())
            and re.search(self.stack, change.stack) is not None
            and re.search(self.logicalId, change.logical_id) is not None
        )


@dataclass
class Change:
    verb: str
    stack: str
    logical_id: str
    type: str
    properties: dict[str, Any]


class ResourceFaults:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        self.ordered: list[ResourceFault] = []

    def add(self, order: dict[str, Any]) -> None:
        try:
            self.ordered.append(ResourceFault(**order))
        except TypeError as fault:
            raise ValueError(str(fault)) from None

    def check(self, change: Change) -> None:
        """@raises OrderedFailure"""
        with self.lock:
            found = next((one for one in self.ordered if one.fits(change)), None)
            if found is None:
                return
            found.times = found.times and found.times - 1
        raise OrderedFailure(found.reason)


RESOURCE_FAULTS = ResourceFaults()
