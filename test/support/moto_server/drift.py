"""Gap: moto detects no drift. A resource is in sync unless a test says otherwise: MODIFIED, DELETED or UNKNOWN."""

from __future__ import annotations

from typing import Any

from moto.cloudformation.models import FakeStack
from moto.cloudformation.responses import CloudFormationResponse

# By the name of a stack: statuses of resources by their logical ids.
STATUSES: dict[str, dict[str, str]] = {}
DRIFTED = ("MODIFIED", "DELETED")

STARTED = """<DetectStackDriftResponse>
  <DetectStackDriftResult><StackDriftDetectionId>{{ stack.stack_id }}</StackDriftDetectionId></DetectStackDriftResult>
</DetectStackDriftResponse>"""

STATUS = """<DescribeStackDriftDetectionStatusResponse>
  <DescribeStackDriftDetectionStatusResult>
    <StackId>{{ stack.stack_id }}</StackId>
    <StackDriftDetectionId>{{ stack.stack_id }}</StackDriftDetectionId>
    <StackDriftStatus>{{ "DRIFTED" if drifted else "IN_SYNC" }}</StackDriftStatus>
    <DetectionStatus>DETECTION_COMPLETE</DetectionStatus>
    <DriftedStackResourceCount>{{ drifted | length }}</DriftedStackResourceCount>
    <Timestamp>2026-01-01T00:00:00Z</Timestamp>
  </DescribeStackDriftDetectionStatusResult>
</DescribeStackDriftDetectionStatusResponse>"""

DRIFTS = """<DescribeStackResourceDriftsResponse>
  <DescribeStackResourceDriftsResult>
    <StackResourceDrifts>{% for resource in stack.stack_resources %}
      <member>
        <StackId>{{ stack.stack_id }}</StackId>
        <LogicalResourceId>{{ resource.logical_resource_id }}</LogicalResourceId>
        <ResourceType>{{ resource.type }}</ResourceType>
        <StackResourceDriftStatus>{{ statuses.get(resource.logical_resource_id, "IN_SYNC") }}</StackResourceDriftStatus>
        {% if resource.logical_resource_id in drifted %}<PropertyDifferences><member>
          <PropertyPath>/Tags</PropertyPath>
          <ExpectedValue>as deployed</ExpectedValue>
          <ActualValue>by hand</ActualValue>
          <DifferenceType>NOT_EQUAL</DifferenceType>
        </member></PropertyDifferences>{% endif %}
        <Timestamp>2026-01-01T00:00:00Z</Timestamp>
      </member>{% endfor %}
    </StackResourceDrifts>
  </DescribeStackResourceDriftsResult>
</DescribeStackResourceDriftsResponse>"""


def set_status(order: dict[str, Any]) -> None:
    STATUSES.setdefault(order["stack"], {})[order["logicalId"]] = order["status"]


def answer(parameter: str, template: str) -> Any:
    def operation(self: CloudFormationResponse) -> str:
        stack: FakeStack = self.cloudformation_backend.get_stack(self._get_param(parameter))
        statuses = STATUSES.get(stack.name, {})
        drifted = [logical_id for logical_id, status in statuses.items() if status in DRIFTED]
        return self.response_template(template).render(stack=stack, statuses=statuses, drifted=drifted)

    return operation


def close_gaps() -> None:
    CloudFormationResponse.detect_stack_drift = answer("StackName", STARTED)
    CloudFormationResponse.describe_stack_drift_detection_status = answer("StackDriftDetectionId", STATUS)
    CloudFormationResponse.describe_stack_resource_drifts = answer("StackName", DRIFTS)
