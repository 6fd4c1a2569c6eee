"""Gap: moto detects no drift. A resource is in sync unless a test says otherwise: MODIFIED, DELETED or UNKNOWN."""

from __future__ import annotations

import json
import uuid
from typing import Any

from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import FakeStack
from moto.cloudformation.responses import CloudFormationResponse

from moto_server.deployed import deployed_in

# By the name of a stack: statuses of resources by their logical ids.
STATUSES: dict[str, dict[str, str]] = {}
DRIFTED = ("MODIFIED", "DELETED")
# What is gone, or could not be read, has no properties.
COMPARED = ("MODIFIED", "IN_SYNC")
# Stacks by the ids of their detections.
DETECTIONS: dict[str, str] = {}

STARTED = """<DetectStackDriftResponse>
  <DetectStackDriftResult><StackDriftDetectionId>{{ detection }}</StackDriftDetectionId></DetectStackDriftResult>
</DetectStackDriftResponse>"""

STATUS = """<DescribeStackDriftDetectionStatusResponse>
  <DescribeStackDriftDetectionStatusResult>
    <StackId>{{ stack.stack_id }}</StackId>
    <StackDriftDetectionId>{{ detection }}</StackDriftDetectionId>
    <StackDriftStatus>{{ "DRIFTED" if drifted else "IN_SYNC" }}</StackDriftStatus>
    <DetectionStatus>DETECTION_COMPLETE</DetectionStatus>
    <DriftedStackResourceCount>{{ drifted | length }}</DriftedStackResourceCount>
    <Timestamp>2026-01-01T00:00:00Z</Timestamp>
  </DescribeStackDriftDetectionStatusResult>
</DescribeStackDriftDetectionStatusResponse>"""

DRIFTS = """<DescribeStackResourceDriftsResponse>
  <DescribeStackResourceDriftsResult>
    <StackResourceDrifts>{% for logical_id, deployed in resources.items() %}
      {% set status = statuses.get(logical_id, "IN_SYNC") %}
      <member>
        <StackId>{{ stack.stack_id }}</StackId>
        <LogicalResourceId>{{ logical_id }}</LogicalResourceId>
        <PhysicalResourceId>{{ deployed.resource.physical_resource_id }}</PhysicalResourceId>
        <ResourceType>{{ deployed.definition.Type }}</ResourceType>
        <StackResourceDriftStatus>{{ status }}</StackResourceDriftStatus>
        {% if status in compared %}<ExpectedProperties>{{ texts[logical_id] }}</ExpectedProperties>
        <ActualProperties>{{ texts[logical_id] }}</ActualProperties>
        <PropertyDifferences>{% if status == "MODIFIED" %}<member>
          <PropertyPath>/Tags</PropertyPath>
          <ExpectedValue>as deployed</ExpectedValue>
          <ActualValue>by hand</ActualValue>
          <DifferenceType>NOT_EQUAL</DifferenceType>
        </member>{% endif %}</PropertyDifferences>{% endif %}
        <Timestamp>2026-01-01T00:00:00Z</Timestamp>
      </member>{% endfor %}
    </StackResourceDrifts>
  </DescribeStackResourceDriftsResult>
</DescribeStackResourceDriftsResponse>"""


def set_status(order: dict[str, Any]) -> None:
    STATUSES.setdefault(order["stack"], {})[order["logicalId"]] = order["status"]


def detect(self: CloudFormationResponse) -> str:
    """The id of a detection has 36 characters at most (API reference, DetectStackDrift)."""
    stack: FakeStack = self.cloudformation_backend.get_stack(self._get_param("StackName"))
    detection = str(uuid.uuid4())
    DETECTIONS[detection] = stack.stack_id
    return self.response_template(STARTED).render(detection=detection)


def status_of(self: CloudFormationResponse) -> str:
    detection = self._get_param("StackDriftDetectionId")
    if detection not in DETECTIONS:
        raise ValidationError(message=f"Drift detection {detection} does not exist")
    stack = self.cloudformation_backend.get_stack(DETECTIONS[detection])
    drifted = [one for one in STATUSES.get(stack.name, {}).values() if one in DRIFTED]
    return self.response_template(STATUS).render(stack=stack, detection=detection, drifted=drifted)


def drifts(self: CloudFormationResponse) -> str:
    stack: FakeStack = self.cloudformation_backend.get_stack(self._get_param("StackName"))
    resources = deployed_in(stack.resource_map)
    texts = {logical_id: json.dumps(deployed.properties) for logical_id, deployed in resources.items()}
    statuses = STATUSES.get(stack.name, {})
    template = self.response_template(DRIFTS)
    return template.render(stack=stack, resources=resources, texts=texts, statuses=statuses, compared=COMPARED)


def close_gaps() -> None:
    CloudFormationResponse.detect_stack_drift = detect
    CloudFormationResponse.describe_stack_drift_detection_status = status_of
    CloudFormationResponse.describe_stack_resource_drifts = drifts
