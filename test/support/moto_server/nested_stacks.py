"""Stacks, nested or not: create, update and delete with roll-back, outputs and exports.

Gaps of moto: an update of a nested stack deletes it and makes a new one; `Ref` of it is its name, not its ARN; its
outputs can't be read; a failed deploy leaves the stack half-done with a status that says otherwise; a template in
JSON goes through a slow YAML parser.
"""

from __future__ import annotations

import json
from typing import Any, Optional

import yaml
from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import CloudFormationBackend, FakeStack, cloudformation_backends
from moto.cloudformation.parsing import OutputMap
from moto.cloudformation.utils import generate_stack_id, get_stack_from_s3_url, yaml_tag_constructor
from moto.utilities.utils import get_partition

from moto_server.clean_up import drop, operation
from moto_server.deployed import deployed_in, failed_in, reason_of
from moto_server.resource_faults import phase, phase_now
from moto_server.rollbacks import check_open


def parse_template(template: Any) -> dict[str, Any]:
    """CDK writes JSON; only what isn't goes through the YAML parser, which takes seconds for a large stack."""
    if not isinstance(template, str):
        return template
    try:
        return json.loads(template)
    except ValueError:
        yaml.add_multi_constructor("", yaml_tag_constructor)
        return yaml.load(template, Loader=yaml.Loader)


def backend_of(stack: FakeStack) -> CloudFormationBackend:
    return cloudformation_backends[stack.account_id][stack.region_name]


def publish_exports(stack: FakeStack) -> None:
    """Gap: exports are those of the first deploy."""
    exports = backend_of(stack).exports
    for name in [name for name, export in exports.items() if export.exporting_stack_id == stack.stack_id]:
        del exports[name]
    for export in stack.exports:
        if export.name in exports:
            raise ValidationError(message=f"Export with name {export.name} is already exported by another stack")
        exports[export.name] = export


def apply(stack: FakeStack, template: Any, parameters: dict[str, Any]) -> None:
    stack.template, stack.parameters = template, parameters
    stack._parse_template()
    stack.description = stack.template_dict.get("Description")
    stack.resource_map.cross_stack_resources = backend_of(stack).exports
    stack.resource_map.update(stack.template_dict, parameters)
    stack.output_map = stack._create_output_map()
    publish_exports(stack)


def set_status(stack: FakeStack, status: str, reason: Optional[str] = None) -> None:
    stack.status = status
    stack._add_stack_event(status, resource_status_reason=reason)


def roll_back(stack: FakeStack, before: tuple[Any, dict[str, Any]], verb: str, reason: str) -> None:
    """@raises Exception if it fails"""
    status = "ROLLBACK" if verb == "CREATE" else "UPDATE_ROLLBACK"
    stack.__dict__["before"] = before
    set_status(stack, f"{status}_IN_PROGRESS", reason)
    try:
        with phase("rollback"):
            if verb == "CREATE":
                stack.resource_map.delete()
            else:
                apply(stack, *before)
    except Exception as fault:
        set_status(stack, f"{status}_FAILED", reason_of(fault))
        raise
    failed_in(stack.resource_map).clear()
    set_status(stack, f"{status}_COMPLETE")


def roll_back_again(stack: FakeStack) -> None:
    with operation():
        roll_back(stack, stack.__dict__["before"], "UPDATE", "User Initiated")


def deploy(stack: FakeStack, template: Any, parameters: dict[str, Any], verb: str) -> None:
    """Creates or updates a stack; after a fault it is as before, and the fault goes on to the caller."""
    if phase_now() == "rollback" and verb == "UPDATE":
        return roll_back(stack, (template, parameters), verb, "User Initiated")
    check_open(stack)
    before = (stack.template, stack.parameters)
    set_status(stack, f"{verb}_IN_PROGRESS", "User Initiated")
    with operation():
        try:
            apply(stack, template, parameters)
        except Exception as fault:
            drop(stack.resource_map, everything=not getattr(stack, "is_nested", False))
            try:
                roll_back(stack, before, verb, reason_of(fault))
            except Exception:
                # Its reason is in the events; the caller is told why there was a roll-back.
                pass
            raise
    set_status(stack, f"{verb}_COMPLETE")


def new_stack(backend: CloudFormationBackend, name: str, **options: Any) -> FakeStack:
    """A stack with no resource yet."""
    stack = FakeStack(
        stack_id=generate_stack_id(name, backend.region_name, backend.account_id),
        name=name,
        template={},
        parameters={},
        account_id=backend.account_id,
        region_name=backend.region_name,
        cross_stack_resources=backend.exports,
        **options,
    )
    backend.stacks[stack.stack_id] = stack
    return stack


def create_stack(
    self: CloudFormationBackend, name: str, template: str, parameters: dict[str, Any], **options: Any
) -> FakeStack:
    stack = new_stack(self, name, **options)
    deploy(stack, template, parameters, "CREATE")
    return stack


def update_stack(
    stack: FakeStack, template: str, role_arn: Any = None, parameters: Any = None, tags: Any = None
) -> None:
    deploy(stack, template, stack.parameters if parameters is None else parameters, "UPDATE")
    stack.role_arn = role_arn
    stack.tags = stack.tags if tags is None else tags


def delete_stack(self: CloudFormationBackend, name_or_stack_id: str) -> None:
    stack = next((one for one in self.stacks.values() if name_or_stack_id in (one.name, one.stack_id)), None)
    if stack is None:
        return
    set_status(stack, "DELETE_IN_PROGRESS", "User Initiated")
    try:
        stack.resource_map.delete()
    except Exception as fault:
        set_status(stack, "DELETE_FAILED", reason_of(fault))
        raise
    set_status(stack, "DELETE_COMPLETE")
    stack.output_map = OutputMap(stack.resource_map, {}, stack.stack_id)
    self.deleted_stacks[stack.stack_id] = self.stacks.pop(stack.stack_id)
    for name in [name for name, export in self.exports.items() if export.exporting_stack_id == stack.stack_id]:
        del self.exports[name]


def template_and_parameters(
    definition: dict[str, Any], account_id: str, region_name: str
) -> tuple[str, dict[str, str]]:
    properties = definition["Properties"]
    url = properties["TemplateURL"]
    template = get_stack_from_s3_url(url, account_id=account_id, partition=get_partition(region_name))
    parameters = properties.get("Parameters", {})
    return template, {name: ",".join(v) if isinstance(v, list) else str(v) for name, v in parameters.items()}


class NestedStack:
    """The parts of FakeStack that serve AWS::CloudFormation::Stack."""

    @property
    def physical_resource_id(self) -> str:
        return self.stack_id

    @property
    def stack_resources(self) -> list[Any]:
        return [deployed.resource for deployed in deployed_in(self.resource_map).values()]

    def get_cfn_attribute(self, attribute_name: str) -> str:
        return self.output_map[attribute_name.removeprefix("Outputs.")].value

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: dict[str, Any], account_id: str, region_name: str, **_: Any
    ) -> FakeStack:
        template, parameters = template_and_parameters(cloudformation_json, account_id, region_name)
        backend = cloudformation_backends[account_id][region_name]
        stack = new_stack(backend, resource_name)
        stack.is_nested = True
        try:
            deploy(stack, template, parameters, "CREATE")
        except Exception as fault:
            backend.deleted_stacks[stack.stack_id] = backend.stacks.pop(stack.stack_id)
            failed = ValidationError(message=f"Embedded stack {stack.stack_id} failed: {reason_of(fault)}")
            failed.physical_id = stack.stack_id
            raise failed from fault
        return stack

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: FakeStack,
        new_resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
    ) -> FakeStack:
        template, parameters = template_and_parameters(cloudformation_json, account_id, region_name)
        try:
            deploy(original_resource, template, parameters, "UPDATE")
        except Exception as fault:
            state = f"{original_resource.stack_id} was not updated. It is in {original_resource.status}"
            raise ValidationError(message=f"Embedded stack {state}: {reason_of(fault)}") from fault
        return original_resource


def know_the_stack_in_its_resources() -> None:
    original = FakeStack._create_resource_map

    def _create_resource_map(self: FakeStack) -> Any:
        resources = original(self)
        resources.stack = self
        return resources

    FakeStack._create_resource_map = _create_resource_map


def close_gaps() -> None:
    know_the_stack_in_its_resources()
    for name, member in vars(NestedStack).items():
        if not name.startswith("__"):
            setattr(FakeStack, name, member)
    FakeStack.parse_template = staticmethod(parse_template)
    FakeStack.update = update_stack
    FakeStack.roll_back_again = roll_back_again
    CloudFormationBackend.create_stack = create_stack
    CloudFormationBackend.delete_stack = delete_stack
