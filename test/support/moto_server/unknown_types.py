"""moto leaves out a resource whose type it doesn't know; here it fails, so that no deploy is green for nothing."""

from __future__ import annotations

from typing import Any

from moto.cloudformation import parsing
from moto.cloudformation.exceptions import ValidationError

# Types that moto lacks and that no test reads back. All others must be modelled to be deployed.
IGNORED_TYPES = frozenset(
    {"AWS::CDK::Metadata", "AWS::CloudFormation::WaitConditionHandle", "AWS::S3::BucketPolicy"}
)


def close_gaps() -> None:
    original = parsing.resource_class_from_type

    def resource_class_from_type(resource_type: str) -> Any:
        """Gap: unsupported types vanish silently."""
        found = None if resource_type in IGNORED_TYPES else original(resource_type)
        if found is None and resource_type not in IGNORED_TYPES.union(parsing.NULL_MODELS):
            raise ValidationError(message=f"moto has no resource type {resource_type}, and the launcher adds none")
        return found

    parsing.resource_class_from_type = resource_class_from_type
