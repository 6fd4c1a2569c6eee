"""Roll-backs that fail, and go on: ContinueUpdateRollback.

Gap: moto has no such operation. It is asked of the root stack alone, and skips resources of nested stacks by
`NestedStackName.LogicalId`, the name of the nested stack rather than its logical id (API reference).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import FakeStack
from moto.cloudformation.parsing import ResourceMap
from moto.cloudformation.responses import CloudFormationResponse

from moto_server.deployed import Deployed, deployed_in, failed_in, forget, record_event, resolve
from moto_server.resource_faults import phase_now

STUCK = "UPDATE_ROLLBACK_FAILED"
# States in which CloudFormation refuses an update.
CLOSED = frozenset({STUCK, "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED"})
GOING_ON = threading.local()

CONTINUED = """<ContinueUpdateRollbackResponse>
  <ContinueUpdateRollbackResult></ContinueUpdateRollbackResult>
</ContinueUpdateRollbackResponse>"""


def check_open(stack: FakeStack) -> None:
    """@raises ValidationError if the stack can't be updated"""
    if stack.status in CLOSED:
        raise ValidationError(message=f"Stack:{stack.stack_id} is in {stack.status} state and can not be updated.")


def is_stuck(resource: Any) -> bool:
    return phase_now() == "rollback" and isinstance(resource, FakeStack) and resource.status == STUCK


def go_on(nested: FakeStack) -> None:
    """@raises ValidationError in the roll-back of an update itself, which tries a nested stack only once"""
    if getattr(GOING_ON, "skipped", None) is None:
        raise ValidationError(message=f"Embedded stack {nested.stack_id} is in {STUCK}")
    nested.roll_back_again()


def is_skipped(resources: ResourceMap, logical_id: str) -> bool:
    return (resources.__dict__["stack"].name, logical_id) in (getattr(GOING_ON, "skipped", None) or ())


def skip(resources: ResourceMap, logical_id: str, definition: dict[str, Any]) -> None:
    """What is skipped counts as rolled back, whatever it is."""
    known = deployed_in(resources).get(logical_id)
    if known:
        deployed_in(resources)[logical_id] = Deployed(known.resource, definition, resolve(resources, definition))
    record_event(resources, logical_id, "UPDATE_COMPLETE")


def skip_leaving(resources: ResourceMap, logical_id: str) -> None:
    record_event(resources, logical_id, "UPDATE_COMPLETE")
    forget(resources, logical_id)


def parse_skipped(root: FakeStack, listed: list[str]) -> set[tuple[str, str]]:
    """@raises ValidationError for what is not a resource whose roll-back failed"""
    failed = {(stack.name, one) for stack in tree(root) for one in failed_in(stack.resource_map)}
    skipped = {tuple(one.split(".")) if "." in one else (root.name, one) for one in listed}
    unknown = sorted(".".join(one) for one in skipped - failed)
    if unknown:
        raise ValidationError(message=f"Resources [{', '.join(unknown)}] are not in UPDATE_FAILED because of a roll-back")
    return skipped


def tree(stack: FakeStack) -> list[FakeStack]:
    nested = [one.resource for one in deployed_in(stack.resource_map).values() if isinstance(one.resource, FakeStack)]
    return [stack, *(below for one in nested for below in tree(one))]


def continue_update_rollback(self: CloudFormationResponse) -> str:
    stack = self.cloudformation_backend.get_stack(self._get_param("StackName"))
    if getattr(stack, "is_nested", False):
        raise ValidationError(message=f"{stack.name} is a nested stack: continue the roll-back of its root stack")
    if stack.status != STUCK:
        raise ValidationError(message=f"Stack:{stack.stack_id} is in {stack.status} state and can not be rolled back.")
    GOING_ON.skipped = parse_skipped(stack, self._get_multi_param("ResourcesToSkip.member"))
    try:
        stack.roll_back_again()
    except Exception:
        # The service answers before it rolls back: what fails shows in status and events.
        pass
    finally:
        GOING_ON.skipped = None
    return self.response_template(CONTINUED).render()


def close_gaps() -> None:
    CloudFormationResponse.continue_update_rollback = continue_update_rollback
