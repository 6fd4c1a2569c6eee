"""The events of all stacks as one list, since the API has one list a stack, nested or not."""

from __future__ import annotations

from typing import Any

from moto.cloudformation.models import FakeEvent, cloudformation_backends


def all_events() -> list[dict[str, Any]]:
    backends = [backend for account in cloudformation_backends.values() for backend in account.values()]
    stacks = [stack for backend in backends for stack in (*backend.stacks.values(), *backend.deleted_stacks.values())]
    events = [event for stack in stacks for event in stack.events]
    return [summary(event) for event in sorted(events, key=lambda event: event.timestamp)]


def summary(event: FakeEvent) -> dict[str, Any]:
    return {
        "account": event.stack_id.split(":")[4],
        "stack": event.stack_name,
        "logicalId": event.logical_resource_id,
        "type": event.resource_type,
        "status": event.resource_status,
        "reason": event.resource_status_reason,
    }
