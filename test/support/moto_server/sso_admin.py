"""Operations that moto's sso-admin lacks: permissions boundaries, tags, access control attributes; and refusals."""

from __future__ import annotations

import json
import os
from typing import Any, Callable

from moto.core.exceptions import JsonRESTError
from moto.ssoadmin.exceptions import ConflictException, ResourceNotFoundException
from moto.ssoadmin.models import Instance, PermissionSet, SSOAdminBackend
from moto.ssoadmin.responses import SSOAdminResponse

Operation = Callable[[SSOAdminResponse], dict[str, Any]]


class ValidationException(JsonRESTError):
    code = 400

    def __init__(self, message: str) -> None:
        super().__init__("ValidationException", message)


def add(name: str, operation: Operation) -> None:
    setattr(SSOAdminResponse, name, lambda self: json.dumps(operation(self)))


def permission_set_of(request: SSOAdminResponse) -> PermissionSet:
    arn = request._get_param("PermissionSetArn") or request._get_param("ResourceArn")
    return request.ssoadmin_backend._find_permission_set(request._get_param("InstanceArn"), arn)


def get_boundary(request: SSOAdminResponse) -> dict[str, Any]:
    boundary = getattr(permission_set_of(request), "boundary", None)
    if not boundary:
        raise ResourceNotFoundException("The permission set has no permissions boundary")
    return {"PermissionsBoundary": boundary}


def put_boundary(request: SSOAdminResponse) -> dict[str, Any]:
    permission_set_of(request).boundary = checked_boundary(request._get_param("PermissionsBoundary"))
    return {}


def delete_boundary(request: SSOAdminResponse) -> dict[str, Any]:
    permission_set_of(request).boundary = None
    return {}


def checked_boundary(boundary: dict[str, Any]) -> dict[str, Any]:
    if len([kind for kind in ("ManagedPolicyArn", "CustomerManagedPolicyReference") if boundary.get(kind)]) != 1:
        raise ValidationException("Only ManagedPolicyArn or CustomerManagedPolicyReference should be given.")
    return boundary


def list_tags(request: SSOAdminResponse) -> dict[str, Any]:
    return {"Tags": permission_set_of(request).tags or []}


def tag(request: SSOAdminResponse) -> dict[str, Any]:
    permission_set = permission_set_of(request)
    added = {one["Key"]: one for one in request._get_param("Tags")}
    permission_set.tags = [one for one in permission_set.tags or [] if one["Key"] not in added] + list(added.values())
    return {}


def untag(request: SSOAdminResponse) -> dict[str, Any]:
    permission_set = permission_set_of(request)
    permission_set.tags = [one for one in permission_set.tags or [] if one["Key"] not in request._get_param("TagKeys")]
    return {}


def find_instance(backend: SSOAdminBackend, instance_arn: str) -> Instance:
    for instance in backend.instances:
        if instance.instance_arn == instance_arn:
            return instance
    raise ResourceNotFoundException(f"Could not find Instance with ARN {instance_arn}")


def region_of(instance: Instance, name: str, status: str) -> dict[str, Any]:
    return {"RegionName": name, "Status": status, "IsPrimaryRegion": False, "AddedDate": instance.created_date}


def describe_instance(request: SSOAdminResponse) -> dict[str, Any]:
    instance = find_instance(request.ssoadmin_backend, request._get_param("InstanceArn"))
    primary = {**region_of(instance, request.region, "ACTIVE"), "IsPrimaryRegion": True}
    encryption = getattr(instance, "encryption", None) or {"KeyType": "AWS_OWNED_KMS_KEY"}
    return {
        **instance.to_json(),
        "PrimaryRegion": request.region,
        "Regions": [primary, *getattr(instance, "additional_regions", [])],
        "EncryptionConfigurationDetails": {**encryption, "EncryptionStatus": "ENABLED"},
    }


def update_instance(request: SSOAdminResponse) -> dict[str, Any]:
    instance = find_instance(request.ssoadmin_backend, request._get_param("InstanceArn"))
    instance.name = request._get_param("Name") or instance.name
    encryption = request._get_param("EncryptionConfiguration")
    if encryption:
        if ("KmsKeyArn" in encryption) != (encryption["KeyType"] == "CUSTOMER_MANAGED_KEY"):
            raise ValidationException("KmsKeyArn is required with CUSTOMER_MANAGED_KEY, and not allowed otherwise.")
        instance.encryption = encryption
    return {}


def add_region(request: SSOAdminResponse) -> dict[str, Any]:
    instance = find_instance(request.ssoadmin_backend, request._get_param("InstanceArn"))
    name = request._get_param("RegionName")
    regions = getattr(instance, "additional_regions", [])
    if "/mrk-" not in getattr(instance, "encryption", {}).get("KmsKeyArn", ""):
        raise ValidationException("The instance must be encrypted with a multi-Region customer managed key.")
    if name in [request.region, *[one["RegionName"] for one in regions]]:
        raise ConflictException(f"The Region {name} is enabled already.")
    instance.additional_regions = [*regions, region_of(instance, name, "ACTIVE")]
    return {"Status": "ADDING"}


def remove_region(request: SSOAdminResponse) -> dict[str, Any]:
    instance = find_instance(request.ssoadmin_backend, request._get_param("InstanceArn"))
    name = request._get_param("RegionName")
    regions = getattr(instance, "additional_regions", [])
    if name not in [one["RegionName"] for one in regions]:
        raise ResourceNotFoundException(f"The instance has no additional Region {name}")
    instance.additional_regions = [one for one in regions if one["RegionName"] != name]
    return {"Status": "REMOVING"}


def describe_attributes(request: SSOAdminResponse) -> dict[str, Any]:
    instance = find_instance(request.ssoadmin_backend, request._get_param("InstanceArn"))
    attributes = getattr(instance, "access_control_attributes", None)
    if attributes is None:
        raise ResourceNotFoundException("The instance has no access control attribute configuration")
    configuration = {"AccessControlAttributes": attributes}
    return {"Status": "ENABLED", "InstanceAccessControlAttributeConfiguration": configuration}


def create_attributes(request: SSOAdminResponse) -> dict[str, Any]:
    instance = find_instance(request.ssoadmin_backend, request._get_param("InstanceArn"))
    if getattr(instance, "access_control_attributes", None) is not None:
        raise ConflictException("The instance already has an access control attribute configuration")
    return update_attributes(request)


def update_attributes(request: SSOAdminResponse) -> dict[str, Any]:
    instance = find_instance(request.ssoadmin_backend, request._get_param("InstanceArn"))
    configuration = request._get_param("InstanceAccessControlAttributeConfiguration")
    instance.access_control_attributes = configuration["AccessControlAttributes"]
    return {}


def delete_attributes(request: SSOAdminResponse) -> dict[str, Any]:
    find_instance(request.ssoadmin_backend, request._get_param("InstanceArn")).access_control_attributes = None
    return {}


def refuse_duplicate_names() -> None:
    original = SSOAdminBackend.create_permission_set

    def create_permission_set(self: SSOAdminBackend, name: str, instance_arn: str, **rest: Any) -> dict[str, Any]:
        """Gap: two permission sets of one instance may have the same name."""
        if any((one.name, one.instance_arn) == (name, instance_arn) for one in self.permission_sets):
            raise ConflictException(f"PermissionSet with name {name} already exists.")
        return original(self, name=name, instance_arn=instance_arn, **rest)

    SSOAdminBackend.create_permission_set = create_permission_set


def refuse_to_delete_in_use() -> None:
    original = SSOAdminBackend.delete_permission_set

    def delete_permission_set(self: SSOAdminBackend, instance_arn: str, permission_set_arn: str) -> dict[str, Any]:
        """Gap: a permission set that is still assigned can be deleted."""
        if any(one.permission_set_arn == permission_set_arn for one in self.account_assignments):
            raise ConflictException(f"PermissionSet {permission_set_arn} still has account assignments")
        return original(self, instance_arn, permission_set_arn)

    SSOAdminBackend.delete_permission_set = delete_permission_set


def pin_instance() -> None:
    """Gap: the default instance has random ids; a test that deploys a stored snapshot needs those of the snapshot."""
    original = Instance.__init__

    def __init__(self: Instance, account_id: str, region: str) -> None:
        original(self, account_id, region)
        self.instance_arn = os.environ.get("TEST_INSTANCE_ARN") or self.instance_arn
        self.identity_store_id = os.environ.get("TEST_IDENTITY_STORE_ID") or self.identity_store_id

    Instance.__init__ = __init__


def name_sets_as_documented() -> None:
    """Gap: the ARN of a set begins with that of the instance, and is of no form that CloudFormation takes."""
    original = PermissionSet.generate_id

    def generate_id(instance_arn: str) -> str:
        return str(original(instance_arn)).replace(":::instance/", ":::permissionSet/")

    PermissionSet.generate_id = staticmethod(generate_id)


def close_gaps() -> None:
    add("get_permissions_boundary_for_permission_set", get_boundary)
    add("put_permissions_boundary_to_permission_set", put_boundary)
    add("delete_permissions_boundary_from_permission_set", delete_boundary)
    add("list_tags_for_resource", list_tags)
    add("tag_resource", tag)
    add("untag_resource", untag)
    add("update_instance", update_instance)
    add("add_region", add_region)
    add("remove_region", remove_region)
    add("describe_instance_access_control_attribute_configuration", describe_attributes)
    add("create_instance_access_control_attribute_configuration", create_attributes)
    add("update_instance_access_control_attribute_configuration", update_attributes)
    add("delete_instance_access_control_attribute_configuration", delete_attributes)
    refuse_duplicate_names()
    refuse_to_delete_in_use()
    pin_instance()
    name_sets_as_documented()
