"""Gaps of moto's knowledge of AWS managed policies in sso-admin."""

from __future__ import annotations

import json
from functools import lru_cache

from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.ssoadmin.exceptions import ResourceNotFoundException
from moto.ssoadmin.models import ManagedPolicy, SSOAdminBackend


@lru_cache(maxsize=1)
def paths_by_name() -> dict[str, str]:
    return {name: policy.get("Path", "/") for name, policy in json.loads(aws_managed_policies_data).items()}


def close_gaps() -> None:
    def _find_managed_policy(self: SSOAdminBackend, managed_policy_arn: str) -> ManagedPolicy:
        """Gap: no managed policy with a path (job-function/...) is found."""
        name = managed_policy_arn.rsplit("/", 1)[-1]
        path = paths_by_name().get(name)
        if managed_policy_arn != f"arn:{self.partition}:iam::aws:policy{path}{name}":
            raise ResourceNotFoundException(f"Policy does not exist with ARN: {managed_policy_arn}")
        return ManagedPolicy(managed_policy_arn, name)

    SSOAdminBackend._find_managed_policy = _find_managed_policy
