"""Listings of sso-admin that moto answers from other data than the assignments, or not at all."""

from __future__ import annotations

from typing import Any

from moto.ssoadmin.models import SSOAdminBackend
from moto.ssoadmin.responses import SSOAdminResponse

from moto_server.account_checks import ORDERS
from moto_server.sso_admin import add, describe_instance as described


NOT_PROVISIONED = "LATEST_PERMISSION_SET_NOT_PROVISIONED"
CHANGES = (
    "update_permission_set",
    "put_inline_policy_to_permission_set",
    "delete_inline_policy_from_permission_set",
    "attach_managed_policy_to_permission_set",
    "detach_managed_policy_from_permission_set",
)
# By ARN of a set that was changed: the accounts that had it then, and in which it was not provisioned since.
OUTDATED: dict[str, set[str]] = {}


def accounts_of(backend: SSOAdminBackend, arn: str) -> list[str]:
    return list(dict.fromkeys(one.target_id for one in backend.account_assignments if one.permission_set_arn == arn))


def sets_in_account(request: SSOAdminResponse) -> dict[str, Any]:
    """Gap: the provisioned sets are those of ProvisionPermissionSet alone, whatever the account."""
    account_id, instance_arn = request._get_param("AccountId"), request._get_param("InstanceArn")
    assignments = request.ssoadmin_backend.account_assignments
    mine = [one for one in assignments if (one.target_id, one.instance_arn) == (account_id, instance_arn)]
    return {"PermissionSets": list(dict.fromkeys(one.permission_set_arn for one in mine))}


def accounts_with_set(request: SSOAdminResponse) -> dict[str, Any]:
    """Gap: as above, and the only account is the caller's."""
    arn = request._get_param("PermissionSetArn")
    accounts = accounts_of(request.ssoadmin_backend, arn)
    is_for_outdated = request._get_param("ProvisioningStatus") == NOT_PROVISIONED
    outdated = OUTDATED.get(arn, set())
    return {"AccountIds": [one for one in accounts if one in outdated] if is_for_outdated else accounts}


def describe_instance(request: SSOAdminResponse) -> dict[str, Any]:
    return {**described(request), **ORDERS.instance}


def note_changes() -> None:
    """Gap: a changed set counts as provisioned at once."""
    for name in CHANGES:
        noting(name)


def noting(name: str) -> None:
    original = getattr(SSOAdminResponse, name)

    def operation(self: SSOAdminResponse) -> Any:
        answer = original(self)
        arn = self._get_param("PermissionSetArn")
        OUTDATED.setdefault(arn, set()).update(accounts_of(self.ssoadmin_backend, arn))
        return answer

    setattr(SSOAdminResponse, name, operation)


def close_gaps() -> None:
    note_changes()
    add("list_permission_sets_provisioned_to_account", sets_in_account)
    add("list_accounts_for_provisioned_permission_set", accounts_with_set)
    add("describe_instance", describe_instance)
