"""Listings of sso-admin that moto answers from other data than the assignments, or not at all."""

from __future__ import annotations

from typing import Any

from moto.ssoadmin.responses import SSOAdminResponse

from moto_server.sso_admin import add, find_instance


def sets_in_account(request: SSOAdminResponse) -> dict[str, Any]:
    """Gap: the provisioned sets are those of ProvisionPermissionSet alone, whatever the account."""
    account_id, instance_arn = request._get_param("AccountId"), request._get_param("InstanceArn")
    assignments = request.ssoadmin_backend.account_assignments
    mine = [one for one in assignments if (one.target_id, one.instance_arn) == (account_id, instance_arn)]
    return {"PermissionSets": list(dict.fromkeys(one.permission_set_arn for one in mine))}


def accounts_with_set(request: SSOAdminResponse) -> dict[str, Any]:
    """Gap: as above, and the only account is the caller's."""
    arn = request._get_param("PermissionSetArn")
    assignments = request.ssoadmin_backend.account_assignments
    return {"AccountIds": list(dict.fromkeys(one.target_id for one in assignments if one.permission_set_arn == arn))}


def describe_instance(request: SSOAdminResponse) -> dict[str, Any]:
    return find_instance(request.ssoadmin_backend, request._get_param("InstanceArn")).to_json()


def close_gaps() -> None:
    add("list_permission_sets_provisioned_to_account", sets_in_account)
    add("list_accounts_for_provisioned_permission_set", accounts_with_set)
    add("describe_instance", describe_instance)
