"""Gaps of moto's CloudFormation API around change sets, and of its XML."""

from __future__ import annotations

from typing import Any, Callable, Optional

from moto.cloudformation import responses
from moto.cloudformation.models import CloudFormationBackend, FakeChangeSet
from moto.cloudformation.responses import CloudFormationResponse
from moto.core.exceptions import RESTError

from moto_server.imports import NO_IMPORT, STATE, importing, options_of
from moto_server.nested_stacks import deploy, parse_template
from moto_server.rollbacks import check_open


class ChangeSetNotFound(RESTError):
    code = 404

    def __init__(self, name: str) -> None:
        super().__init__("ChangeSetNotFound", f"ChangeSet [{name}] does not exist", template="wrapped_single_error")


def escape_xml() -> None:
    """Gap: templates, outputs and reasons go into the XML as they are."""
    CloudFormationResponse.should_autoescape = True
    responses.DESCRIBE_STACKS_TEMPLATE = responses.DESCRIBE_STACKS_TEMPLATE.replace(
        "<![CDATA[{{ stack.description }}]]>", "{{ stack.description or '' }}"
    )


def find_change_set_id(backend: CloudFormationBackend, stack_name: Optional[str], name: str) -> Optional[str]:
    if name in backend.change_sets:
        return name
    return next(
        (
            change_set_id
            for change_set_id, change_set in backend.change_sets.items()
            if change_set.change_set_name == name
            and change_set.stack_id in backend.stacks
            and stack_name in (change_set.stack_name, change_set.stack_id)
        ),
        None,
    )


def by_stack(action: Callable[[Any], str]) -> Callable[[Any], str]:
    """Gap: change sets are looked up by name over all stacks."""

    def method(self: CloudFormationResponse) -> str:
        name = self._get_param("ChangeSetName")
        change_set_id = find_change_set_id(self.cloudformation_backend, self._get_param("StackName"), name)
        if change_set_id is None:
            raise ChangeSetNotFound(name)
        self.querystring["ChangeSetName"] = [change_set_id]
        return action(self)

    return method


def look_up_by_stack() -> None:
    for name in ("describe_change_set", "execute_change_set"):
        setattr(CloudFormationResponse, name, by_stack(getattr(CloudFormationResponse, name)))
    delete = by_stack(CloudFormationResponse.delete_change_set)

    def delete_change_set(self: CloudFormationResponse) -> str:
        """Gap: deleting a missing change set fails; in the service it succeeds."""
        try:
            return delete(self)
        except ChangeSetNotFound:
            return self.response_template(responses.DELETE_CHANGE_SET_RESPONSE_TEMPLATE).render()

    CloudFormationResponse.delete_change_set = delete_change_set


def with_previous_values(listed: list[dict[str, str]], previous: dict[str, str]) -> list[dict[str, str]]:
    """Gap: UsePreviousValue fails with a new template. A value that was the template's default is left out."""
    filled = []
    for parameter in listed:
        key = parameter["parameter_key"]
        if "parameter_value" in parameter:
            filled.append(parameter)
        elif key in previous:
            filled.append({"parameter_key": key, "parameter_value": previous[key]})
    return filled


def keep_previous_values() -> None:
    original = CloudFormationResponse._get_list_prefix

    def _get_list_prefix(self: CloudFormationResponse, param_prefix: str) -> list[dict[str, Any]]:
        listed = original(self, param_prefix)
        if param_prefix != "Parameters.member" or all("parameter_value" in one for one in listed):
            return listed
        return with_previous_values(
            listed, self.cloudformation_backend.get_stack(self._get_param("StackName")).parameters
        )

    CloudFormationResponse._get_list_prefix = _get_list_prefix


def execute_change_set(self: CloudFormationBackend, change_set_name: str, stack_name: Optional[str] = None) -> None:
    """Gap: outputs and exports aren't set, and a fault is no roll-back. The service answers before it deploys, so a
    fault shows in the stack's status and events only."""
    change_set = self.change_sets[change_set_name]
    stack = self.stacks[change_set.stack_id]
    stack.tags = change_set.tags or stack.tags
    stack.role_arn = change_set.role_arn or stack.role_arn
    try:
        with importing(getattr(change_set, "import_options", NO_IMPORT)):
            deploy(stack, change_set.template, change_set.parameters, change_set.change_set_type)
        change_set.execution_status = "EXECUTE_COMPLETE"
    except Exception:
        change_set.execution_status = "EXECUTE_FAILED"


def reuse_stack_in_review() -> None:
    original = CloudFormationBackend.create_change_set

    def create_change_set(self: CloudFormationBackend, *args: Any, **kwargs: Any) -> tuple[str, str]:
        """Gap: a second CREATE change set makes a second stack of the name."""
        waiting = [
            stack.stack_id
            for stack in self.stacks.values()
            if stack.name == kwargs["stack_name"] and stack.status == "REVIEW_IN_PROGRESS"
        ]
        for stack_id in waiting if kwargs["change_set_type"] in ("CREATE", "IMPORT") else []:
            del self.stacks[stack_id]
        for stack in [one for one in self.stacks.values() if one.name == kwargs["stack_name"]]:
            check_open(stack)
        ids: tuple[str, str] = original(self, *args, **kwargs)
        self.change_sets[ids[0]].import_options = getattr(STATE, "asked", NO_IMPORT)
        return ids

    CloudFormationBackend.create_change_set = create_change_set


def note_imports() -> None:
    original = CloudFormationResponse.create_change_set

    def create_change_set(self: CloudFormationResponse) -> str:
        STATE.asked = options_of(self.querystring)
        return str(original(self))

    CloudFormationResponse.create_change_set = create_change_set


def parse_json_first(self: FakeChangeSet) -> None:
    self.template_dict = parse_template(self.template)


def close_gaps() -> None:
    escape_xml()
    look_up_by_stack()
    keep_previous_values()
    reuse_stack_in_review()
    note_imports()
    CloudFormationBackend.execute_change_set = execute_change_set
    FakeChangeSet._parse_template = parse_json_first
