"""What a stack has, and the events of its changes."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Optional

from moto.cloudformation import parsing
from moto.cloudformation.models import FakeEvent, FakeStack
from moto.cloudformation.parsing import ResourceMap, clean_json

from moto_server.resource_faults import RESOURCE_FAULTS, Change, phase_now


@dataclass
class Deployed:
    """A resource as it was last created or updated."""

    resource: Any
    definition: dict[str, Any]
    properties: dict[str, Any]


def resolve(resources: ResourceMap, definition: dict[str, Any]) -> dict[str, Any]:
    return clean_json(copy.deepcopy(definition.get("Properties", {})), resources)


def deployed_in(resources: ResourceMap) -> dict[str, Deployed]:
    return resources.__dict__.setdefault("deployed", {})


def wanted_by(resources: ResourceMap) -> dict[str, Any]:
    """The template's resources, without those whose condition is false and those that nobody models."""
    return {
        logical_id: definition
        for logical_id, definition in resources._resource_json_map.items()
        if ("Condition" not in definition or resources.lazy_condition_map[definition["Condition"]])
        and parsing.resource_class_from_type(definition["Type"]) is not None
    }


def record_event(
    resources: ResourceMap,
    logical_id: str,
    status: str,
    reason: Optional[str] = None,
    change: Optional[Deployed] = None,
    physical_id: str = "",
) -> None:
    stack: FakeStack = resources.__dict__["stack"]
    definition = resources._resource_json_map.get(logical_id) or deployed_in(resources)[logical_id].definition
    deployed = deployed_in(resources).get(logical_id)
    stack.events.append(
        FakeEvent(
            stack_id=stack.stack_id,
            stack_name=stack.name,
            logical_resource_id=logical_id,
            physical_resource_id=deployed.resource.physical_resource_id if deployed else physical_id,
            resource_type=definition["Type"],
            resource_status=status,
            resource_status_reason=reason,
            resource_properties=json.dumps(change.properties) if change else None,
        )
    )


def reason_of(fault: Exception) -> str:
    return str(getattr(fault, "message", "") or fault)


@dataclass
class Replaced:
    """A resource whose successor is deployed; of a roll-back, the successor."""

    logical_id: str
    deployed: Deployed
    # Whether it is in its place for good, so that a roll-back leaves it.
    is_settled: bool


def replaced_in(resources: ResourceMap) -> list[Replaced]:
    """What is to be deleted when the update is through: as in CloudFormation, replaced resources stay until then."""
    return resources.__dict__.setdefault("replaced", [])


def failed_in(resources: ResourceMap) -> set[str]:
    """What could not be rolled back."""
    return resources.__dict__.setdefault("failed", set())


def forget(resources: ResourceMap, logical_id: str) -> None:
    del deployed_in(resources)[logical_id]
    resources._parsed_resources.pop(logical_id, None)


@contextmanager
def step(resources: ResourceMap, logical_id: str, verb: str, change: Deployed) -> Iterator[None]:
    """Wraps one change of one resource into the events that the CLI shows."""
    record_event(resources, logical_id, f"{verb}_IN_PROGRESS")
    stack: FakeStack = resources.__dict__["stack"]
    try:
        RESOURCE_FAULTS.check(Change(verb, stack.name, logical_id, change.definition["Type"], change.properties))
        yield
    except Exception as fault:
        if phase_now() == "rollback":
            failed_in(resources).add(logical_id)
        physical_id = getattr(fault, "physical_id", "")
        record_event(resources, logical_id, f"{verb}_FAILED", reason_of(fault), change, physical_id)
        raise
    record_event(resources, logical_id, f"{verb}_COMPLETE")
