"""Gap: moto has stack sets, whose service-managed ones know no single accounts, and no CloudFormation type of them.

The order of an update is the handler's (aws-cloudformation-resource-providers-cloudformation, UpdateHandler): instances
that leave, the stack set with its template, instances that come. A policy can't be deleted while a permission set that
refers to it is in the account, since its role holds it (IAM API, DeletePolicy: DeleteConflict).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Optional

from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import FakeStackSet, cloudformation_backends
from moto.cloudformation.utils import generate_stack_id
from moto.core.exceptions import RESTError
from moto.iam.models import IAMBackend, iam_backends
from moto.organizations.models import organizations_backends
from moto.ssoadmin.models import SSOAdminBackend

from moto_server.organization_instance import MANAGEMENT_ACCOUNT, organization_backend
from moto_server.sso_listings import accounts_of
from moto_server.sso_resources import SsoResource, register_also

Properties = dict[str, Any]
MANAGED_POLICY = "AWS::IAM::ManagedPolicy"
VERSIONS = 5


def refers_to(permission_set: Any, name: str, path: str) -> bool:
    boundary = (getattr(permission_set, "boundary", None) or {}).get("CustomerManagedPolicyReference")
    held = [(one.name, one.path) for one in permission_set.customer_managed_policies]
    if boundary:
        held.append((boundary["Name"], boundary.get("Path", "/")))
    return (name, path) in held


def holders(backend: SSOAdminBackend, account: str, name: str, path: str) -> list[str]:
    """Names of the permission sets in an account that refer to a policy."""
    return [
        one.name
        for one in backend.permission_sets
        if refers_to(one, name, path) and account in accounts_of(backend, one.permission_set_arn)
    ]


class AccountPolicy:
    """A managed policy of one account, by the properties of its template."""

    def __init__(self, account: str, region: str, properties: Properties) -> None:
        self.account, self.region = account, region
        self.name, self.path = properties["ManagedPolicyName"], properties.get("Path", "/")
        self.document = json.dumps(properties["PolicyDocument"])

    @property
    def backend(self) -> IAMBackend:
        return iam_backends[self.account]["aws"]

    @property
    def arn(self) -> str:
        return f"arn:aws:iam::{self.account}:policy{self.path}{self.name}"

    def create(self) -> None:
        # Gap: moto lets two policies share a name under two paths.
        own = f"arn:aws:iam::{self.account}:"
        if any(arn.startswith(own) and one.name == self.name for arn, one in self.backend.managed_policies.items()):
            raise RESTError("EntityAlreadyExists", f"A policy called {self.name} already exists.")
        self.backend.create_policy(
            description="", path=self.path, policy_document=self.document, policy_name=self.name, tags=[]
        )

    def update(self) -> None:
        policy = self.backend.get_policy(self.arn)
        if len(policy.versions) >= VERSIONS:
            oldest = next(one for one in policy.versions if not one.is_default)
            self.backend.delete_policy_version(self.arn, oldest.version_id)
        self.backend.create_policy_version(self.arn, self.document, "true")

    def is_drifted(self) -> bool:
        """True where the default version has another document, or nothing is left of it."""
        policy = self.backend.managed_policies.get(self.arn)
        if policy is None:
            return True
        document = next(one.document for one in policy.versions if one.version_id == policy.default_version_id)
        return bool(json.loads(document) != json.loads(self.document))

    def delete(self) -> None:
        held = holders(organization_backend(self.region), self.account, self.name, self.path)
        if held:
            raise RESTError("DeleteConflict", f"Cannot delete {self.arn}: attached to the roles of {', '.join(held)}")
        self.backend.delete_policy(self.arn)


class StackInstance:
    """What moto's listings ask of an instance."""

    def __init__(self, stack_set: FakeStackSet, account: str, region: str) -> None:
        self.stack_set, self.account_id, self.region_name = stack_set, account, region
        self.status, self.reason = "CURRENT", ""
        self.drift = "NOT_CHECKED"

    def to_dict(self) -> Properties:
        name = f"StackSet-{self.stack_set.name}"
        return {
            "StackId": generate_stack_id(name, self.region_name, self.account_id),
            "StackSetId": self.stack_set.id,
            "Region": self.region_name,
            "Account": self.account_id,
            "Status": self.status,
            "DriftStatus": self.drift,
            "ParameterOverrides": [],
            "StackInstanceStatus": {"DetailedStatus": "SUCCEEDED" if self.status == "CURRENT" else "FAILED"},
        }


def targets_of(properties: Properties) -> list[tuple[str, str]]:
    """Accounts and Regions: those that are both named and in the units (`INTERSECTION`), of which moto's root is any."""
    return [
        (account, region)
        for group in properties.get("StackInstancesGroup", [])
        for region in group["Regions"]
        for account in wanted(group["DeploymentTargets"])
    ]


def wanted(targets: Properties) -> list[str]:
    if targets.get("AccountFilterType") != "INTERSECTION" or "OrganizationalUnitIds" not in targets:
        raise ValidationError(message="only service-managed stack sets of single accounts are modelled")
    return [one for one in targets["Accounts"] if one != MANAGEMENT_ACCOUNT]


def is_suspended(account: str) -> bool:
    known = organizations_backends[MANAGEMENT_ACCOUNT]["aws"].accounts
    return any(one.id == account and one.status == "SUSPENDED" for one in known)


def policies_of(properties: Properties, account: str, region: str) -> list[AccountPolicy]:
    template = json.loads(properties["TemplateBody"])
    for one in template["Resources"].values():
        if one["Type"] != MANAGED_POLICY:
            raise ValidationError(message=f"{one['Type']} of a stack set is not modelled")
    return [AccountPolicy(account, region, one["Properties"]) for one in template["Resources"].values()]


class Tolerated:
    """Accounts that may fail in an operation; one more fails it."""

    def __init__(self, properties: Properties) -> None:
        self.left = int(properties.get("OperationPreferences", {}).get("FailureToleranceCount", 0))

    @contextmanager
    def counted(self) -> Iterator[None]:
        try:
            yield
        except RESTError:
            self.left -= 1
            if self.left < 0:
                raise


class StackSetResource(SsoResource):
    create_only = frozenset({"StackSetName", "PermissionModel", "CallAs"})
    attributes = frozenset({"StackSetId"})

    @staticmethod
    def cloudformation_type() -> str:
        return "AWS::CloudFormation::StackSet"

    def get_cfn_attribute(self, attribute_name: str) -> str:
        return self.physical_resource_id

    @staticmethod
    def check_caller(properties: Properties, account_id: str) -> None:
        call_as = "SELF" if account_id == MANAGEMENT_ACCOUNT else "DELEGATED_ADMIN"
        if properties.get("CallAs", "SELF") != call_as:
            raise ValidationError(message=f"You must call as {call_as} from account {account_id}")

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Properties, account_id: str, region_name: str, **_: Any
    ) -> StackSetResource:
        properties = cloudformation_json["Properties"]
        cls.check_caller(properties, account_id)
        made = cloudformation_backends[account_id][region_name].create_stack_set(
            name=properties["StackSetName"],
            template=properties["TemplateBody"],
            parameters={},
            tags={},
            permission_model=properties["PermissionModel"],
            admin_role=None,
            exec_role=None,
            description=properties.get("Description"),
        )
        created = cls(made.id, properties)
        try:
            created.converge(made, None)
        except Exception:
            created.delete(account_id, region_name)
            raise
        return created

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: StackSetResource,
        new_resource_name: str,
        cloudformation_json: Properties,
        account_id: str,
        region_name: str,
    ) -> StackSetResource:
        properties = cloudformation_json["Properties"]
        changed = cls(original_resource.physical_resource_id, properties)
        stack_set = cloudformation_backends[account_id][region_name].describe_stack_set(changed.physical_resource_id)
        changed.converge(stack_set, original_resource.properties)
        return changed

    def converge(self, stack_set: FakeStackSet, before: Optional[Properties]) -> None:
        targets = targets_of(self.properties)
        instances = stack_set.instances.stack_instances
        failures = Tolerated(self.properties)
        for one in [one for one in instances if (one.account_id, one.region_name) not in targets]:
            with failures.counted():
                self.leave(instances, one, before or self.properties)
        stack_set.template = self.properties["TemplateBody"]
        stack_set.description = self.properties.get("Description")
        known = {(one.account_id, one.region_name) for one in instances}
        for one in instances:
            if before is not None and before["TemplateBody"] != stack_set.template and not is_suspended(one.account_id):
                for policy in policies_of(self.properties, one.account_id, one.region_name):
                    with failures.counted():
                        policy.update()
        for account, region in targets:
            if (account, region) not in known:
                with failures.counted():
                    self.come(stack_set, account, region)

    def come(self, stack_set: FakeStackSet, account: str, region: str) -> None:
        if is_suspended(account):
            # CloudFormation skips it, and goes on (StackInstanceComprehensiveStatus: SKIPPED_SUSPENDED_ACCOUNT).
            return
        for policy in policies_of(self.properties, account, region):
            policy.create()
        stack_set.instances.stack_instances.append(StackInstance(stack_set, account, region))

    def leave(self, instances: list[Any], one: StackInstance, properties: Properties) -> None:
        if not is_suspended(one.account_id):
            for policy in policies_of(properties, one.account_id, one.region_name):
                policy.delete()
        instances.remove(one)

    def delete(self, account_id: str, region_name: str) -> None:
        backend = cloudformation_backends[account_id][region_name]
        stack_set = backend.describe_stack_set(self.physical_resource_id)
        instances = stack_set.instances.stack_instances
        for one in list(instances):
            self.leave(instances, one, self.properties)
        backend.delete_stack_set(self.physical_resource_id)


def close_gaps() -> None:
    register_also(StackSetResource)
