"""Listings of sso-admin that moto answers from other data than the assignments, or not at all."""

from __future__ import annotations

from typing import Any, Callable

from moto.ssoadmin.responses import SSOAdminResponse

from moto_server.sso_admin import add, find_instance


NOT_PROVISIONED = "LATEST_PERMISSION_SET_NOT_PROVISIONED"
CHANGES = (
    "update_permission_set",
    "put_inline_policy_to_permission_set",
    "delete_inline_policy_from_permission_set",
    "attach_managed_policy_to_permission_set",
    "detach_managed_policy_from_permission_set",
)
# ARNs of the sets that were changed while they were assigned, and not provisioned since.
OUTDATED: set[str] = set()


def sets_in_account(request: SSOAdminResponse) -> dict[str, Any]:
    """Gap: the provisioned sets are those of ProvisionPermissionSet alone, whatever the account."""
    account_id, instance_arn = request._get_param("AccountId"), request._get_param("InstanceArn")
    assignments = request.ssoadmin_backend.account_assignments
    mine = [one for one in assignments if (one.target_id, one.instance_arn) == (account_id, instance_arn)]
    return {"PermissionSets": list(dict.fromkeys(one.permission_set_arn for one in mine))}


def accounts_with_set(request: SSOAdminResponse) -> dict[str, Any]:
    """Gap: as above, and the only account is the caller's."""
    arn = request._get_param("PermissionSetArn")
    if request._get_param("ProvisioningStatus") == NOT_PROVISIONED and arn not in OUTDATED:
        return {"AccountIds": []}
    assignments = request.ssoadmin_backend.account_assignments
    return {"AccountIds": list(dict.fromkeys(one.target_id for one in assignments if one.permission_set_arn == arn))}


def describe_instance(request: SSOAdminResponse) -> dict[str, Any]:
    return find_instance(request.ssoadmin_backend, request._get_param("InstanceArn")).to_json()


def note_changes() -> None:
    """Gap: a changed set counts as provisioned at once."""
    for name in CHANGES:
        noting(name, lambda arn, assigned: OUTDATED.add(arn) if assigned else None)
    noting("provision_permission_set", lambda arn, _: OUTDATED.discard(arn))


def noting(name: str, note: Callable[[str, bool], Any]) -> None:
    original = getattr(SSOAdminResponse, name)

    def operation(self: SSOAdminResponse) -> Any:
        answer = original(self)
        arn = self._get_param("PermissionSetArn")
        note(arn, any(one.permission_set_arn == arn for one in self.ssoadmin_backend.account_assignments))
        return answer

    setattr(SSOAdminResponse, name, operation)


def close_gaps() -> None:
    note_changes()
    add("list_permission_sets_provisioned_to_account", sets_in_account)
    add("list_accounts_for_provisioned_permission_set", accounts_with_set)
    add("describe_instance", describe_instance)
