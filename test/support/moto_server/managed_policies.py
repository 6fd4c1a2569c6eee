"""Gaps of moto around AWS managed policies, in sso-admin and in IAM."""

from __future__ import annotations

import json
import os
from functools import lru_cache
from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID
from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.models import IAMBackend
from moto.ssoadmin.exceptions import ResourceNotFoundException
from moto.ssoadmin.models import ManagedPolicy, SSOAdminBackend


@lru_cache(maxsize=1)
def paths_by_name() -> dict[str, str]:
    return {name: policy.get("Path", "/") for name, policy in json.loads(aws_managed_policies_data).items()}


def find_policies_with_a_path() -> None:
    def _find_managed_policy(self: SSOAdminBackend, managed_policy_arn: str) -> ManagedPolicy:
        """Gap: no managed policy with a path (job-function/...) is found."""
        name = managed_policy_arn.rsplit("/", 1)[-1]
        path = paths_by_name().get(name)
        if managed_policy_arn != f"arn:{self.partition}:iam::aws:policy{path}{name}":
            raise ResourceNotFoundException(f"Policy does not exist with ARN: {managed_policy_arn}")
        return ManagedPolicy(managed_policy_arn, name)

    SSOAdminBackend._find_managed_policy = _find_managed_policy


def load_policies_where_stacks_are_deployed() -> None:
    original = IAMBackend._init_aws_policies
    deploying = {
        os.environ.get("MOTO_ACCOUNT_ID", DEFAULT_ACCOUNT_ID),
        os.environ.get("TEST_DELEGATED_ADMINISTRATOR"),
        *os.environ.get("TEST_DEPLOYED_ACCOUNTS", "").split(","),
    }

    def _init_aws_policies(self: IAMBackend) -> list[Any]:
        """Gap: each account of an organization loads 1,333 policies, so 300 accounts take minutes."""
        return original(self) if self.account_id in deploying else []

    IAMBackend._init_aws_policies = _init_aws_policies


def close_gaps() -> None:
    find_policies_with_a_path()
    load_policies_where_stacks_are_deployed()
