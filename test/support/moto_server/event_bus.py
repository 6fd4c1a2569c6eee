"""Gaps of moto around event buses in CloudFormation: they have no physical id, and their policy is left out."""

from __future__ import annotations

from typing import Any

from moto.events.models import EventBus


def close_gaps() -> None:
    original = EventBus.create_from_cloudformation_json.__func__

    def create_from_cloudformation_json(
        cls: type[EventBus], resource_name: str, cloudformation_json: dict[str, Any], *place: str, **options: Any
    ) -> EventBus:
        bus: EventBus = original(cls, resource_name, cloudformation_json, *place, **options)
        policy = cloudformation_json["Properties"].get("Policy")
        if policy:
            bus.add_policy(policy)
        return bus

    EventBus.physical_resource_id = property(lambda self: self.name)
    EventBus.create_from_cloudformation_json = classmethod(create_from_cloudformation_json)
