"""The end of an update: what left the template is deleted, and what can't be deleted is forgotten.

CloudFormation tries each deletion three times, then the resource leaves the stack, whose status is that of a success
(CloudFormation User Guide, 'Troubleshooting'). Of resources that leave at once nothing bounds how many are tried together.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from moto.cloudformation.exceptions import ValidationError

from moto_server.at_once import CONFLICT
from moto_server.resource_faults import OrderedFailure, phase, phase_now
from moto_server.switches import BOARD

ATTEMPTS = 3
OPERATION = threading.local()


@dataclass
class Leaving:
    """A resource that is to go, of whichever stack."""

    # The stack's ResourceMap.
    owner: Any
    type: str
    # Of an assignment: its account.
    account: str
    # Deletes it, or fails; raises too if it is told why it must fail.
    delete: Callable[[str], None]
    forget: Callable[[], None]


@contextmanager
def operation() -> Iterator[None]:
    """Around the deployment of a stack: the outermost one cleans up what its nested stacks put off."""
    if getattr(OPERATION, "put_off", None) is not None:
        yield
        return
    OPERATION.put_off = []
    OPERATION.changes = 0
    try:
        yield
        finish(OPERATION.put_off)
    finally:
        OPERATION.put_off = None


def count_changes(number: int) -> None:
    """@raises ValidationError if the operation changes more than CloudFormation takes. A roll-back takes any number"""
    most = BOARD.on.resources_of_operation
    if phase_now() == "rollback" or getattr(OPERATION, "put_off", None) is None:
        return
    OPERATION.changes += number
    if 0 < most < OPERATION.changes:
        raise ValidationError(message=f"The operation changes more than {most} resources of nested stacks")


def drop(owner: Any, everything: bool) -> None:
    """Before a roll-back: what was put off stays after all."""
    OPERATION.put_off = [one for one in OPERATION.put_off if one.owner is not owner and not everything]


def clean_up(leaving: list[Leaving]) -> None:
    if BOARD.on.clean_up_together and phase_now() == "update":
        OPERATION.put_off.extend(leaving)
    else:
        finish(leaving)


def finish(leaving: list[Leaving]) -> None:
    with phase("rollback" if phase_now() == "rollback" else "clean-up"):
        first = [one for one in leaving if BOARD.on.clean_up_together and one.type == "AWS::SSO::PermissionSet"]
        for one in first:
            in_rounds([one])
        rest = [one for one in leaving if one not in first]
        for group in [rest] if BOARD.on.at_once_per_account else [[one] for one in rest]:
            in_rounds(group)


def in_rounds(leaving: list[Leaving]) -> None:
    for _ in range(ATTEMPTS):
        begun: Counter[str] = Counter()
        leaving = [one for one in leaving if not deleted(one, begun)]
    for one in leaving:
        one.forget()


def deleted(one: Leaving, begun: Counter[str]) -> bool:
    begun[one.account] += 1
    is_too_many = 0 < BOARD.on.at_once_per_account < begun[one.account] and one.account != ""
    try:
        one.delete(CONFLICT if is_too_many else "")
    except OrderedFailure:
        if phase_now() == "rollback":
            raise
        return False
    except Exception:
        return False
    return True


def refuse(reason: str) -> None:
    """@raises ValidationError if there is a reason"""
    if reason:
        raise ValidationError(message=reason)
