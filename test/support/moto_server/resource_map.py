"""Deploys a template as CloudFormation does: by dependency, what changed in place, removals last.

Gaps of moto's ResourceMap: it removes first; it compares templates as written, so a resource whose dependency was
replaced keeps the old value; it has no update for many types and says nothing; it deletes in any order.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any, Optional

from moto.cloudformation import parsing
from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import FakeEvent, FakeStack
from moto.cloudformation.parsing import ResourceMap, clean_json

from moto_server.dependencies import in_dependency_order
from moto_server.imports import taken_over


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


def record_event(resources: ResourceMap, logical_id: str, status: str, reason: Optional[str] = None) -> None:
    stack: FakeStack = resources.__dict__["stack"]
    definition = resources._resource_json_map.get(logical_id) or deployed_in(resources)[logical_id].definition
    deployed = deployed_in(resources).get(logical_id)
    stack.events.append(
        FakeEvent(
            stack_id=stack.stack_id,
            stack_name=stack.name,
            logical_resource_id=logical_id,
            physical_resource_id=deployed.resource.physical_resource_id if deployed else "",
            resource_type=definition["Type"],
            resource_status=status,
            resource_status_reason=reason,
            resource_properties=None,
        )
    )


def reason_of(fault: Exception) -> str:
    return str(getattr(fault, "message", "") or fault)


class Step:
    """Wraps one change of one resource into the events that the CLI shows."""

    def __init__(self, resources: ResourceMap, logical_id: str, verb: str) -> None:
        self.resources, self.logical_id, self.verb = resources, logical_id, verb

    def __enter__(self) -> None:
        record_event(self.resources, self.logical_id, f"{self.verb}_IN_PROGRESS")

    def __exit__(self, _type: Any, fault: Optional[Exception], _trace: Any) -> None:
        if fault is None:
            record_event(self.resources, self.logical_id, f"{self.verb}_COMPLETE")
        else:
            record_event(self.resources, self.logical_id, f"{self.verb}_FAILED", reason_of(fault))


def create(resources: ResourceMap, logical_id: str, definition: dict[str, Any]) -> None:
    created = taken_over(resources, logical_id, definition) or parsing.parse_and_create_resource(
        logical_id,
        copy.deepcopy(definition),
        resources,
        account_id=resources._account_id,
        region_name=resources._region_name,
    )
    resources._parsed_resources[logical_id] = created
    deployed_in(resources)[logical_id] = Deployed(created, definition, resolve(resources, definition))


def change(resources: ResourceMap, logical_id: str, definition: dict[str, Any]) -> None:
    resource_class = parsing.resource_class_from_type(definition["Type"])
    if hasattr(resource_class.update_from_cloudformation_json, "__isabstractmethod__"):
        raise ValidationError(message=f"moto has no update of {definition['Type']} ({logical_id})")
    changed = parsing.parse_and_update_resource(
        logical_id,
        copy.deepcopy(definition),
        resources,
        account_id=resources._account_id,
        region_name=resources._region_name,
    )
    resources._parsed_resources[logical_id] = changed
    deployed_in(resources)[logical_id] = Deployed(changed, definition, resolve(resources, definition))


def must_replace(before: Deployed, definition: dict[str, Any], properties: dict[str, Any]) -> bool:
    """Whether a create-only property changed. moto's own classes see to it themselves and name none."""
    create_only = getattr(parsing.resource_class_from_type(definition["Type"]), "create_only", frozenset())
    return definition["Type"] != before.definition["Type"] or any(
        before.properties.get(name) != properties.get(name) for name in create_only
    )


def converge_one(resources: ResourceMap, logical_id: str, definition: dict[str, Any]) -> Optional[Deployed]:
    """Creates, updates or leaves a resource, and hands back the one it took the place of."""
    before = deployed_in(resources).get(logical_id)
    if before is None:
        with Step(resources, logical_id, "CREATE"):
            create(resources, logical_id, definition)
        return None
    properties = resolve(resources, definition)
    if properties == before.properties and definition["Type"] == before.definition["Type"]:
        before.definition = definition
        return None
    replaces = must_replace(before, definition, properties)
    with Step(resources, logical_id, "UPDATE"):
        (create if replaces else change)(resources, logical_id, definition)
    return before if replaces else None


def destroy(resources: ResourceMap, deployed: Deployed) -> None:
    if isinstance(deployed.resource, FakeStack):
        FakeStack.delete_from_cloudformation_json(
            deployed.resource.stack_id, deployed.definition, resources._account_id, resources._region_name
        )
    elif hasattr(deployed.resource, "create_only"):
        # moto would take an AttributeError in there for a resource without delete().
        deployed.resource.delete(resources._account_id, resources._region_name)
    else:
        definition = {**deployed.definition, "Properties": deployed.properties}
        resources._delete_resource(deployed.resource, definition)


def remove(resources: ResourceMap, logical_id: str) -> None:
    deployed = deployed_in(resources)[logical_id]
    with Step(resources, logical_id, "DELETE"):
        if deployed.definition.get("DeletionPolicy") not in ("Retain", "RetainExceptOnCreate"):
            destroy(resources, deployed)
    del deployed_in(resources)[logical_id]
    resources._parsed_resources.pop(logical_id, None)


# CloudFormation tries a deletion of an update's clean-up this often (CloudFormation User Guide, 'Troubleshooting').
CLEAN_UP_ATTEMPTS = 3


def clean_up(resources: ResourceMap, logical_id: str) -> None:
    """Removes what left the template. What can't be deleted leaves the stack all the same, and the update is well."""
    for _ in range(CLEAN_UP_ATTEMPTS):
        try:
            return remove(resources, logical_id)
        except Exception:
            continue
    del deployed_in(resources)[logical_id]
    resources._parsed_resources.pop(logical_id, None)


def load_inputs(resources: ResourceMap) -> None:
    """Takes parameters, mappings and conditions from the template, without those of the one before."""
    for name in resources.resolved_parameters:
        resources._parsed_resources.pop(name, None)
    resources.resolved_parameters = {}
    resources.load_mapping()
    resources.load_parameters()
    resources.load_conditions()


def replaced_in(resources: ResourceMap) -> list[tuple[str, Deployed]]:
    """What is to be deleted when the update is through: as in CloudFormation, replaced resources stay until then."""
    return resources.__dict__.setdefault("replaced", [])


def put_back(resources: ResourceMap) -> None:
    """After a fault: the replaced resources are in place again, and their successors are what is to be deleted."""
    replaced = replaced_in(resources)
    for index, (logical_id, before) in enumerate(replaced):
        replaced[index] = (logical_id, deployed_in(resources)[logical_id])
        deployed_in(resources)[logical_id] = before
        resources._parsed_resources[logical_id] = before.resource


def converge(resources: ResourceMap) -> None:
    wanted = wanted_by(resources)
    for logical_id in in_dependency_order(wanted):
        before = converge_one(resources, logical_id, wanted[logical_id])
        if before:
            replaced_in(resources).append((logical_id, before))
    for logical_id in [known for known in reversed(list(deployed_in(resources))) if known not in wanted]:
        clean_up(resources, logical_id)
    while replaced_in(resources):
        destroy(resources, replaced_in(resources)[-1][1])
        replaced_in(resources).pop()


def update(self: ResourceMap, template: dict[str, Any], parameters: Optional[dict[str, Any]] = None) -> None:
    self._template = template
    self._resource_json_map = template.get("Resources", {})
    if parameters is not None:
        self.input_parameters = parameters
    load_inputs(self)
    try:
        converge(self)
    except Exception:
        put_back(self)
        raise


def delete(self: ResourceMap) -> None:
    for logical_id in reversed(list(deployed_in(self))):
        remove(self, logical_id)


def get_item(self: ResourceMap, key: str) -> Any:
    """Gap: moto creates a resource when it is asked for, so to read a deleted stack's outputs deploys it again."""
    if key in self._parsed_resources:
        return self._parsed_resources[key]
    if key in self._resource_json_map:
        return None
    raise KeyError(key)


def close_gaps() -> None:
    ResourceMap.__getitem__ = get_item
    ResourceMap.update = update
    ResourceMap.delete = delete
