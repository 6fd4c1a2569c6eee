"""Gap: moto says of a change its action and its resource alone, and 'None' of what a change set has not.

Members are those of DescribeChangeSet and ResourceChange in the API reference; which of them stay empty is seen in the example of
the AWS CLI's reference ('describe-change-set').
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any, Optional

from moto.cloudformation import parsing, responses
from moto.cloudformation.models import CloudFormationBackend, FakeChangeSet
from moto.cloudformation.responses import CloudFormationResponse

from moto_server.deployed import Deployed, deployed_in

STATE = threading.local()
# Attributes of a resource whose changes are told, beside its properties.
OTHERS = ("Metadata", "CreationPolicy", "UpdatePolicy", "DeletionPolicy", "UpdateReplacePolicy")
# What becomes of the physical resource.
POLICIES = {"Retain": "Retain", "RetainExceptOnCreate": "Retain", "Snapshot": "Snapshot"}

DESCRIBED = """<DescribeChangeSetResponse>
  <DescribeChangeSetResult>
    <ChangeSetId>{{ change_set.change_set_id }}</ChangeSetId>
    <ChangeSetName>{{ change_set.change_set_name }}</ChangeSetName>
    <StackId>{{ change_set.stack_id }}</StackId>
    <StackName>{{ change_set.stack_name }}</StackName>
    {% if change_set.description %}<Description>{{ change_set.description }}</Description>{% endif %}
    {% if change_set.parameters %}<Parameters>{% for name, value in change_set.parameters.items() %}
      <member><ParameterKey>{{ name }}</ParameterKey><ParameterValue>{{ value }}</ParameterValue></member>{% endfor %}
    </Parameters>{% endif %}
    <CreationTime>{{ change_set.creation_time_iso_8601 }}</CreationTime>
    <ExecutionStatus>{{ change_set.execution_status }}</ExecutionStatus>
    <Status>{{ change_set.status }}</Status>
    {% if change_set.status_reason %}<StatusReason>{{ change_set.status_reason }}</StatusReason>{% endif %}
    <NotificationARNs>{% for arn in change_set.notification_arns or [] %}<member>{{ arn }}</member>{% endfor %}</NotificationARNs>
    <RollbackConfiguration/>
    <Capabilities>{% for one in change_set.capabilities %}<member>{{ one }}</member>{% endfor %}</Capabilities>
    {% if change_set.tags %}<Tags>{% for key, value in change_set.tags.items() %}
      <member><Key>{{ key }}</Key><Value>{{ value }}</Value></member>{% endfor %}
    </Tags>{% endif %}
    <Changes>{% for change in change_set.changes %}
      <member>
        <Type>Resource</Type>
        <ResourceChange>
          {% if change.policy %}<PolicyAction>{{ change.policy }}</PolicyAction>{% endif %}
          <Action>{{ change.action }}</Action>
          <LogicalResourceId>{{ change.logical_id }}</LogicalResourceId>
          {% if change.physical_id %}<PhysicalResourceId>{{ change.physical_id }}</PhysicalResourceId>{% endif %}
          <ResourceType>{{ change.type }}</ResourceType>
          {% if change.replacement %}<Replacement>{{ change.replacement }}</Replacement>{% endif %}
          <Scope>{% for one in change.scope %}<member>{{ one }}</member>{% endfor %}</Scope>
          <Details>{% for target in change.targets %}
            <member>
              <Target>
                <Attribute>{{ target.attribute }}</Attribute>
                {% if target.name %}<Name>{{ target.name }}</Name>{% endif %}
                <RequiresRecreation>{{ target.recreation }}</RequiresRecreation>
              </Target>
              <Evaluation>Static</Evaluation>
              <ChangeSource>DirectModification</ChangeSource>
            </member>{% endfor %}
          </Details>
        </ResourceChange>
      </member>{% endfor %}
    </Changes>
    <IncludeNestedStacks>{{ "true" if change_set.include_nested_stacks else "false" }}</IncludeNestedStacks>
  </DescribeChangeSetResult>
</DescribeChangeSetResponse>"""


@dataclass
class Target:
    """Property, or another attribute, that differs."""

    attribute: str
    recreation: str
    name: str = ""


@dataclass
class Change:
    action: str
    logical_id: str
    type: str
    physical_id: str = ""
    policy: str = ""
    replacement: str = ""
    targets: list[Target] = field(default_factory=list)

    @property
    def scope(self) -> list[str]:
        return sorted({target.attribute for target in self.targets})


def recreation_of(resource_type: str, name: str) -> str:
    """moto's own classes see to replacements themselves, and name no property."""
    create_only: Optional[frozenset[str]] = getattr(parsing.resource_class_from_type(resource_type), "create_only", None)
    if create_only is None:
        return "Conditionally"
    return "Always" if name in create_only else "Never"


def targets_of(before: dict[str, Any], after: dict[str, Any]) -> list[Target]:
    """What differs in a template, references as they are written: what they refer to may change as well."""
    old, new = before.get("Properties", {}), after.get("Properties", {})
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    return [
        *(
            # Tags are no property here.
            Target("Tags", "Never") if name == "Tags" else Target("Properties", recreation_of(after["Type"], name), name)
            for name in names
        ),
        *(Target(name, "Never") for name in OTHERS if before.get(name) != after.get(name)),
    ]


REPLACEMENTS = {"Always": "True", "Conditionally": "Conditional"}


def modified(logical_id: str, before: Deployed, after: dict[str, Any]) -> Change:
    change = Change("Modify", logical_id, after["Type"], before.resource.physical_resource_id)
    change.targets = targets_of(before.definition, after)
    recreations = {target.recreation for target in change.targets}
    change.replacement = next((word for one, word in REPLACEMENTS.items() if one in recreations), "False")
    if before.definition["Type"] != after["Type"]:
        change.replacement = "True"
    if change.replacement == "True":
        change.policy = "ReplaceAnd" + POLICIES.get(after.get("UpdateReplacePolicy", ""), "Delete")
    return change


def removed(logical_id: str, before: Deployed) -> Change:
    policy = POLICIES.get(before.definition.get("DeletionPolicy", ""), "Delete")
    return Change("Remove", logical_id, before.definition["Type"], before.resource.physical_resource_id, policy)


def diff(self: FakeChangeSet) -> list[Change]:
    """What is not modelled, and was not deployed, is told as added."""
    known = deployed_in(self.stack.resource_map)
    wanted = self.template_dict.get("Resources", {})
    return [
        *(Change("Add", one, definition["Type"]) for one, definition in wanted.items() if one not in known),
        *(
            modified(one, known[one], definition)
            for one, definition in wanted.items()
            if one in known and known[one].definition != definition
        ),
        *(removed(one, before) for one, before in known.items() if one not in wanted),
    ]


def keep_options() -> None:
    answer, create = CloudFormationResponse.create_change_set, CloudFormationBackend.create_change_set

    def answer_with_options(self: CloudFormationResponse) -> str:
        STATE.capabilities = self._get_multi_param("Capabilities.member")
        STATE.include_nested_stacks = self._get_param("IncludeNestedStacks") == "true"
        return str(answer(self))

    def create_with_options(self: CloudFormationBackend, *args: Any, **kwargs: Any) -> tuple[str, str]:
        ids: tuple[str, str] = create(self, *args, **kwargs)
        change_set = self.change_sets[ids[0]]
        change_set.capabilities = getattr(STATE, "capabilities", [])
        change_set.include_nested_stacks = getattr(STATE, "include_nested_stacks", False)
        return ids

    CloudFormationResponse.create_change_set = answer_with_options
    CloudFormationBackend.create_change_set = create_with_options


def close_gaps() -> None:
    responses.DESCRIBE_CHANGE_SET_RESPONSE_TEMPLATE = DESCRIBED
    FakeChangeSet.diff = diff
    keep_options()
