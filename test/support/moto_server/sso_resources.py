"""The CloudFormation types of IAM Identity Center, which moto lacks."""

from __future__ import annotations

import json
import os
from typing import Any, Optional

from moto.cloudformation import parsing
from moto.core.common_models import CloudFormationModel
from moto.identitystore.models import identitystore_backends
from moto.organizations.models import organizations_backends
from moto.ssoadmin.exceptions import ConflictException, ResourceNotFoundException
from moto.ssoadmin.models import CustomerManagedPolicy, SSOAdminBackend

from moto_server.faults import FAULTS
from moto_server.organization_instance import MANAGEMENT_ACCOUNT, check_may_assign, check_may_change
from moto_server.organization_instance import organization_backend
from moto_server.sso_admin import checked_boundary, find_instance
from moto_server.sso_listings import accounts_of
from moto_server.sso_requests import REQUESTS, creation, deletion, provisioning

Properties = dict[str, Any]


class SsoResource(CloudFormationModel):
    """What the three types share; a change of a `create_only` property replaces the resource."""

    create_only: frozenset[str] = frozenset()
    # What the primary identifier consists of, where the template has all of it.
    identity: tuple[str, ...] = ()
    attributes: frozenset[str] = frozenset()

    def __init__(self, physical_resource_id: str, properties: Properties) -> None:
        self.physical_resource_id = physical_resource_id
        self.properties = properties

    @staticmethod
    def cloudformation_name_type() -> str:
        return ""

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        return attr in cls.attributes

    def is_created(self) -> bool:
        return True


class PermissionSetResource(SsoResource):
    create_only = frozenset({"InstanceArn", "Name"})
    attributes = frozenset({"PermissionSetArn"})

    @staticmethod
    def cloudformation_type() -> str:
        return "AWS::SSO::PermissionSet"

    def get_cfn_attribute(self, attribute_name: str) -> str:
        if attribute_name not in self.attributes:
            raise parsing.UnformattedGetAttTemplateException()
        return self.physical_resource_id.split("|")[1]

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Properties, account_id: str, region_name: str, **_: Any
    ) -> PermissionSetResource:
        properties, backend = cloudformation_json["Properties"], organization_backend(region_name)
        check_instance(backend, properties["InstanceArn"])
        created = backend.create_permission_set(
            name=properties["Name"],
            instance_arn=properties["InstanceArn"],
            description=None,
            session_duration="PT1H",
            relay_state=None,
            tags=[],
        )
        try:
            configure(backend, created["PermissionSetArn"], properties)
        except Exception:
            backend.delete_permission_set(properties["InstanceArn"], created["PermissionSetArn"])
            raise
        return cls(f"{properties['InstanceArn']}|{created['PermissionSetArn']}", properties)

    @classmethod
    def find_existing(cls, properties: Properties, region_name: str) -> Optional[PermissionSetResource]:
        instance_arn, arn = properties["InstanceArn"], properties.get("PermissionSetArn")
        known = organization_backend(region_name).permission_sets
        exists = any((one.permission_set_arn, one.name) == (arn, properties["Name"]) for one in known)
        return cls(f"{instance_arn}|{arn}", properties) if exists else None

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: PermissionSetResource,
        new_resource_name: str,
        cloudformation_json: Properties,
        account_id: str,
        region_name: str,
    ) -> PermissionSetResource:
        arn = original_resource.get_cfn_attribute("PermissionSetArn")
        backend = organization_backend(region_name)
        check_may_change(account_id, backend, arn)
        configure(backend, arn, cloudformation_json["Properties"])
        if accounts_of(backend, arn):
            REQUESTS.settle(provisioning(backend, arn))
        return cls(original_resource.physical_resource_id, cloudformation_json["Properties"])

    def delete(self, account_id: str, region_name: str) -> None:
        instance_arn, arn = self.physical_resource_id.split("|")
        backend = organization_backend(region_name)
        check_may_change(account_id, backend, arn)
        if any(one.permission_set_arn == arn for one in backend.account_assignments):
            raise ConflictException(f"Could not delete {arn}: it is assigned")
        backend.delete_permission_set(instance_arn, arn)


def configure(backend: SSOAdminBackend, arn: str, properties: Properties) -> None:
    """Makes a set what the template says; a property that the template lost goes back to its default."""
    permission_set = backend._find_permission_set(properties["InstanceArn"], arn)
    attach_policies(backend, permission_set, properties)
    boundary = properties.get("PermissionsBoundary")
    permission_set.boundary = checked_boundary(boundary) if boundary else None
    permission_set.description = properties.get("Description")
    permission_set.session_duration = properties.get("SessionDuration", "PT1H")
    permission_set.relay_state = properties.get("RelayStateType")
    permission_set.inline_policy = as_policy_text(properties.get("InlinePolicy"))
    permission_set.tags = properties.get("Tags", [])


def attach_policies(backend: SSOAdminBackend, permission_set: Any, properties: Properties) -> None:
    managed = [backend._find_managed_policy(arn) for arn in properties.get("ManagedPolicies", [])]
    customer = [
        CustomerManagedPolicy(reference["Name"], reference.get("Path", "/"))
        for reference in properties.get("CustomerManagedPolicyReferences", [])
    ]
    permission_set.managed_policies = managed
    permission_set.customer_managed_policies = customer
    permission_set.total_managed_policies_attached = len(managed) + len(customer)


def as_policy_text(policy: Any) -> str:
    """`InlinePolicy` may be an object or its text."""
    return policy if isinstance(policy, str) else json.dumps(policy) if policy else ""


class AssignmentResource(SsoResource):
    identity = ("InstanceArn", "TargetId", "TargetType", "PermissionSetArn", "PrincipalType", "PrincipalId")
    create_only = frozenset(identity)

    @staticmethod
    def cloudformation_type() -> str:
        return "AWS::SSO::Assignment"

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Properties, account_id: str, region_name: str, **_: Any
    ) -> AssignmentResource:
        properties, backend = cloudformation_json["Properties"], organization_backend(region_name)
        identity = [properties[name] for name in cls.identity]
        backend._find_permission_set(properties["InstanceArn"], properties["PermissionSetArn"])
        check_may_assign(account_id, properties["TargetId"])
        check_target_and_principal(properties, region_name)
        if is_assigned(backend, identity):
            raise ConflictException(f"Assignment {'|'.join(identity)} already exists")
        REQUESTS.settle(creation(backend, assignment(identity)))
        return cls("|".join(identity), properties)

    @classmethod
    def find_existing(cls, properties: Properties, region_name: str) -> Optional[AssignmentResource]:
        identity = [properties[name] for name in cls.identity]
        exists = is_assigned(organization_backend(region_name), identity)
        return cls("|".join(identity), properties) if exists else None

    def delete(self, account_id: str, region_name: str) -> None:
        check_may_assign(account_id, self.properties["TargetId"])
        fault = FAULTS.take_error("sso-admin", "DeleteAccountAssignment")
        if fault:
            raise ConflictException(fault.message)
        try:
            request = deletion(organization_backend(region_name), assignment(self.physical_resource_id.split("|")))
        except ResourceNotFoundException:
            # The handler answers NotFound, by which CloudFormation takes a resource as deleted (its public source; 'Resource
            # type handler contract').
            return
        REQUESTS.settle(request)


def assignment(identity: list[str]) -> Properties:
    return dict(zip(AssignmentResource.identity, identity))


def is_assigned(backend: SSOAdminBackend, identity: list[str]) -> bool:
    # Nearly all differ in the account or the principal, and a stack asks for each of thousands.
    _, target, _, _, _, principal = identity
    return any(
        one.target_id == target
        and one.principal_id == principal
        and [getattr(one, name) for name in SNAKE_IDENTITY] == identity
        for one in backend.account_assignments
    )


SNAKE_IDENTITY = ("instance_arn", "target_id", "target_type", "permission_set_arn", "principal_type", "principal_id")


def strict() -> bool:
    """Whether accounts, groups and the instance must exist, as in the service, rather than be any text."""
    return os.environ.get("TEST_STRICT_REFERENCES") == "true"


def check_instance(backend: SSOAdminBackend, instance_arn: str) -> None:
    if strict():
        find_instance(backend, instance_arn)


def check_target_and_principal(properties: Properties, region_name: str) -> None:
    if not strict():
        return
    target_id = properties["TargetId"]
    if target_id not in [one.id for one in organizations_backends[MANAGEMENT_ACCOUNT]["aws"].accounts]:
        raise ResourceNotFoundException(f"Could not find account {target_id}")
    check_principal(properties, region_name)


def check_principal(properties: Properties, region_name: str) -> None:
    if not strict():
        return
    principal_id = properties["PrincipalId"]
    stores = identitystore_backends[MANAGEMENT_ACCOUNT][region_name].identity_stores.values()
    kind = "groups" if properties["PrincipalType"] == "GROUP" else "users"
    if not any(principal_id in getattr(store, kind) for store in stores):
        raise ResourceNotFoundException(f"Could not find {properties['PrincipalType']} {principal_id}")


class AttributesResource(SsoResource):
    create_only = frozenset({"InstanceArn"})

    @staticmethod
    def cloudformation_type() -> str:
        return "AWS::SSO::InstanceAccessControlAttributeConfiguration"

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Properties, account_id: str, region_name: str, **_: Any
    ) -> AttributesResource:
        properties = cloudformation_json["Properties"]
        instance = find_instance(organization_backend(region_name), properties["InstanceArn"])
        if getattr(instance, "access_control_attributes", None) is not None:
            raise ConflictException("The instance already has an access control attribute configuration")
        instance.access_control_attributes = properties.get("AccessControlAttributes", [])
        return cls(properties["InstanceArn"], properties)

    @classmethod
    def find_existing(cls, properties: Properties, region_name: str) -> Optional[AttributesResource]:
        instance = find_instance(organization_backend(region_name), properties["InstanceArn"])
        exists = getattr(instance, "access_control_attributes", None) is not None
        return cls(properties["InstanceArn"], properties) if exists else None

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: AttributesResource,
        new_resource_name: str,
        cloudformation_json: Properties,
        account_id: str,
        region_name: str,
    ) -> AttributesResource:
        properties = cloudformation_json["Properties"]
        instance = find_instance(organization_backend(region_name), properties["InstanceArn"])
        instance.access_control_attributes = properties.get("AccessControlAttributes", [])
        return cls(original_resource.physical_resource_id, properties)

    def delete(self, account_id: str, region_name: str) -> None:
        find_instance(
            organization_backend(region_name), self.physical_resource_id
        ).access_control_attributes = None


def register(*classes: type[SsoResource]) -> None:
    """moto finds direct subclasses of CloudFormationModel only, and remembers the list."""
    models = [*CloudFormationModel.__subclasses__(), *classes]
    models.remove(SsoResource)
    parsing.get_model_list = lambda: models
    parsing.get_model_map.cache_clear()
    parsing.get_name_type_map.cache_clear()


OWN: list[type[SsoResource]] = [PermissionSetResource, AssignmentResource, AttributesResource]


def register_also(one: type[SsoResource]) -> None:
    OWN.append(one)
    register(*OWN)


def close_gaps() -> None:
    register(*OWN)
