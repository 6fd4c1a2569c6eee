"""Gap: moto looks for no drift in stack sets. A policy drifts here where its default version has another document."""

from __future__ import annotations

import uuid
from typing import Any

from moto.cloudformation import responses
from moto.cloudformation.models import FakeStackSet
from moto.cloudformation.responses import CloudFormationResponse

from moto_server.stack_sets import StackSetResource, is_suspended, policies_of

BEGUN = """<DetectStackSetDriftResponse>
  <DetectStackSetDriftResult><OperationId>{{ id }}</OperationId></DetectStackSetDriftResult>
</DetectStackSetDriftResponse>"""

INSTANCE_STATUS = '<Status>{{ instance["Status"] }}</Status>'
INSTANCE_DRIFT = '<DriftStatus>{{ instance["DriftStatus"] }}</DriftStatus>'
SET_STATUS = "<Status>{{ stackset.status }}</Status>"
SET_DRIFT = '<DriftStatus>{{ stackset.drift or "NOT_CHECKED" }}</DriftStatus>'


def look(stack_set: FakeStackSet) -> None:
    """A suspended account is skipped, as by every operation of a stack set."""
    properties = {"TemplateBody": stack_set.template}
    instances: list[Any] = [one for one in stack_set.stack_instances if not is_suspended(one.account_id)]
    for one in instances:
        policies = policies_of(properties, one.account_id, one.region_name)
        one.drift = "DRIFTED" if any(policy.is_drifted() for policy in policies) else "IN_SYNC"
    stack_set.drift = "DRIFTED" if any(one.drift == "DRIFTED" for one in instances) else "IN_SYNC"


def detect_drift(self: CloudFormationResponse) -> str:
    """The operation is through at once, and DescribeStackSetOperation finds it."""
    call_as = self._get_param("CallAs")
    StackSetResource.check_caller({"CallAs": call_as} if call_as else {}, self.current_account)
    stack_set = self.cloudformation_backend.describe_stack_set(self._get_param("StackSetName"))
    look(stack_set)
    operation = stack_set._create_operation(str(uuid.uuid4()), "DETECT_DRIFT", "SUCCEEDED")
    # Gap: moto's times lack a zone, and the SDK refuses them.
    for time in ("CreationTimestamp", "EndTimestamp"):
        operation[time] += "Z"
    return self.response_template(BEGUN).render(id=operation["OperationId"])


def with_drift(template: str, status: str, drift: str) -> str:
    if status not in template:
        raise AssertionError(f"moto's template has no {status} any more")
    return template.replace(status, status + drift)


def close_gaps() -> None:
    for name in ("LIST_STACK_INSTANCES_TEMPLATE", "DESCRIBE_STACK_INSTANCE_TEMPLATE"):
        setattr(responses, name, with_drift(getattr(responses, name), INSTANCE_STATUS, INSTANCE_DRIFT))
    for name in ("LIST_STACK_SETS_TEMPLATE", "DESCRIBE_STACK_SET_RESPONSE_TEMPLATE"):
        setattr(responses, name, with_drift(getattr(responses, name), SET_STATUS, SET_DRIFT))
    CloudFormationResponse.detect_stack_set_drift = detect_drift
