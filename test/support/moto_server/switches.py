"""What the stand-in does as documented of AWS, and moto doesn't: off until a test, or TEST_SWITCHES, turns it on.

`docs/stand-in.md` has the source of each. Time is the count of calls, never the clock, so that no test depends on speed.
"""

from __future__ import annotations

import json
import os
import threading
from dataclasses import dataclass, fields
from typing import Any, Optional


@dataclass
class FailingRequest:
    """Requests that Identity Center takes, and then can't carry out."""

    reason: str
    operation: Optional[str] = None
    account: Optional[str] = None
    # How many; all of them if absent.
    times: Optional[int] = None

    def takes(self, operation: str, account: str) -> bool:
        is_meant = self.operation in (None, operation) and self.account in (None, account)
        if not is_meant or self.times == 0:
            return False
        self.times = self.times and self.times - 1
        return True


@dataclass
class Switches:
    # Calls of sso-admin during which a request is IN_PROGRESS; at the next one it is carried out.
    provisioning_calls: int = 0
    # An account that a request of is IN_PROGRESS takes no other: ConflictException.
    conflicts: bool = False
    # Calls of sso-admin between two that are refused: ThrottlingException.
    throttle_after: int = 0
    failing_requests: tuple[FailingRequest, ...] = ()
    # Requests for accounts that Organizations has suspended fail.
    refuse_suspended: bool = False
    # CloudFormation: changes of one account at once that get through at a time; the others conflict.
    at_once_per_account: int = 0
    # CloudFormation: permission sets made or changed at once that get through; the others are throttled.
    sets_at_once: int = 0
    # CloudFormation: clean-ups of nested stacks wait for the root's, and permission sets are tried first.
    clean_up_together: bool = False
    # CloudFormation: resources that one operation on a stack and those nested in it may change; 0 for any number.
    resources_of_operation: int = 0


def camel_case(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


NAMES = {camel_case(field.name): field.name for field in fields(Switches)}


class SwitchBoard:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.reset()

    def turn(self, order: dict[str, Any]) -> None:
        """Turns the named ones; the others stay."""
        unknown = set(order) - set(NAMES)
        if unknown:
            raise ValueError(f"unknown switches {sorted(unknown)}; known: {sorted(NAMES)}")
        values = {NAMES[name]: value for name, value in order.items()}
        for name, value in values.items():
            wanted = type(getattr(Switches(), name))
            if type(value) is not (list if wanted is tuple else wanted):
                raise ValueError(f"{camel_case(name)} must be {wanted.__name__}, got {value!r}")
        if "failing_requests" in values:
            values["failing_requests"] = tuple(failing(one) for one in values["failing_requests"])
        after = Switches(**{**vars(self.on), **values})
        if after.conflicts and not after.provisioning_calls:
            raise ValueError("conflicts needs provisioningCalls: without it nothing is ever in progress")
        self.on = after

    def reset(self) -> None:
        self.on = Switches()
        self.since_refusal = 0

    def refuses_call(self) -> bool:
        """Whether this call of sso-admin is one too many."""
        if not self.on.throttle_after:
            return False
        with self.lock:
            is_refused = self.since_refusal >= self.on.throttle_after
            self.since_refusal = 0 if is_refused else self.since_refusal + 1
            return is_refused


def failing(one: dict[str, Any]) -> FailingRequest:
    try:
        return FailingRequest(**one)
    except TypeError as fault:
        raise ValueError(f"failingRequests: {fault}") from None


BOARD = SwitchBoard()


def close_gaps() -> None:
    """Those of the launcher's options."""
    BOARD.turn(json.loads(os.environ.get("TEST_SWITCHES") or "{}"))
