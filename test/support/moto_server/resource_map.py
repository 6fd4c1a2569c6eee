"""Deploys a template as CloudFormation does: by dependency, what changed in place, removals last.

Gaps of moto's ResourceMap: it removes first; it compares templates as written, so a resource whose dependency was
replaced keeps the old value; it has no update for many types and says nothing; it deletes in any order.
"""

from __future__ import annotations

import copy
from typing import Any, Optional

from moto.cloudformation import parsing
from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import FakeStack
from moto.cloudformation.parsing import ResourceMap

from moto_server import rollbacks
from moto_server.at_once import surplus
from moto_server.clean_up import Leaving, clean_up, count_changes, refuse
from moto_server.dependencies import in_dependency_order
from moto_server.deployed import Deployed, Replaced, deployed_in, forget, replaced_in, resolve, step, wanted_by
from moto_server.imports import taken_over
from moto_server.resource_faults import phase_now

ASSIGNMENT = "AWS::SSO::Assignment"


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


def converge_one(resources: ResourceMap, logical_id: str, definition: dict[str, Any], refusal: str) -> None:
    """Creates, updates, replaces or leaves a resource."""
    before = deployed_in(resources).get(logical_id)
    if rollbacks.is_skipped(resources, logical_id):
        return rollbacks.skip(resources, logical_id, definition)
    properties = resolve(resources, definition)
    wanted = Deployed(before.resource if before else None, definition, properties)
    if before is None:
        with step(resources, logical_id, "CREATE", wanted):
            count_changes(1)
            refuse(refusal)
            create(resources, logical_id, definition)
        return
    if rollbacks.is_stuck(before.resource):
        with step(resources, logical_id, "UPDATE", wanted):
            rollbacks.go_on(before.resource)
    if properties == before.properties and definition["Type"] == before.definition["Type"]:
        before.definition = definition
        return
    replaces = must_replace(before, definition, properties)
    with step(resources, logical_id, "UPDATE", wanted):
        count_changes(1)
        refuse(refusal)
        (create if replaces else change)(resources, logical_id, definition)
    if replaces:
        replaced_in(resources).append(Replaced(logical_id, before, phase_now() == "rollback"))


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


def remove(resources: ResourceMap, logical_id: str, refusal: str = "") -> None:
    deployed = deployed_in(resources)[logical_id]
    with step(resources, logical_id, "DELETE", deployed):
        refuse(refusal)
        if deployed.definition.get("DeletionPolicy") not in ("Retain", "RetainExceptOnCreate"):
            destroy(resources, deployed)
    forget(resources, logical_id)


def remove_leaving(resources: ResourceMap, logical_id: str, refusal: str) -> None:
    if rollbacks.is_skipped(resources, logical_id):
        rollbacks.skip_leaving(resources, logical_id)
    else:
        remove(resources, logical_id, refusal)


def remove_replaced(resources: ResourceMap, replaced: Replaced, refusal: str = "") -> None:
    with step(resources, replaced.logical_id, "DELETE", replaced.deployed):
        refuse(refusal)
        destroy(resources, replaced.deployed)
    replaced_in(resources).remove(replaced)


def account_of(properties: dict[str, Any]) -> str:
    return str(properties.get("TargetId", ""))


def leaving(resources: ResourceMap, wanted: dict[str, Any]) -> list[Leaving]:
    known = deployed_in(resources)
    gone = [one for one in reversed(list(known)) if one not in wanted]
    return [
        *(
            Leaving(
                resources,
                known[one].definition["Type"],
                account_of(known[one].properties),
                lambda refusal, one=one: remove_leaving(resources, one, refusal),
                lambda one=one: forget(resources, one),
            )
            for one in gone
        ),
        *(
            Leaving(
                resources,
                one.deployed.definition["Type"],
                account_of(one.deployed.properties),
                lambda refusal, one=one: remove_replaced(resources, one, refusal),
                lambda one=one: replaced_in(resources).remove(one),
            )
            for one in reversed(replaced_in(resources))
        ),
    ]


def load_inputs(resources: ResourceMap) -> None:
    """Takes parameters, mappings and conditions from the template, without those of the one before."""
    for name in resources.resolved_parameters:
        resources._parsed_resources.pop(name, None)
    resources.resolved_parameters = {}
    resources.load_mapping()
    resources.load_parameters()
    resources.load_conditions()


def put_back(resources: ResourceMap) -> None:
    """For a roll-back: the replaced resources are in place again, and their successors are what is to be deleted."""
    for one in replaced_in(resources):
        if not one.is_settled:
            before, one.deployed = one.deployed, deployed_in(resources)[one.logical_id]
            deployed_in(resources)[one.logical_id] = before
            resources._parsed_resources[one.logical_id] = before.resource
            one.is_settled = True


def too_many(resources: ResourceMap, wanted: dict[str, Any]) -> dict[str, str]:
    """Changes that would begin at once with too many others, and what happens to them. A roll-back has the patience."""
    if phase_now() == "rollback":
        return {}
    known = deployed_in(resources)
    changing = [one for one in wanted if one not in known or known[one].definition != wanted[one]]
    assignments = {one: account_of(wanted[one].get("Properties", {})) for one in changing if wanted[one]["Type"] == ASSIGNMENT}
    return surplus(wanted, changing, assignments)


def update(self: ResourceMap, template: dict[str, Any], parameters: Optional[dict[str, Any]] = None) -> None:
    self._template = template
    self._resource_json_map = template.get("Resources", {})
    if parameters is not None:
        self.input_parameters = parameters
    load_inputs(self)
    if phase_now() == "rollback":
        put_back(self)
    wanted = wanted_by(self)
    refusals = too_many(self, wanted)
    for logical_id in in_dependency_order(wanted):
        converge_one(self, logical_id, wanted[logical_id], refusals.get(logical_id, ""))
    gone = leaving(self, wanted)
    count_changes(len(gone))
    clean_up(gone)


def delete(self: ResourceMap) -> None:
    known = deployed_in(self)
    definitions = {one: deployed.definition for one, deployed in known.items()}
    assignments = {one: account_of(it.properties) for one, it in known.items() if it.definition["Type"] == ASSIGNMENT}
    refusals = {} if phase_now() == "rollback" else surplus(definitions, known, assignments)
    for logical_id in reversed(list(known)):
        remove(self, logical_id, refusals.get(logical_id, ""))


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
