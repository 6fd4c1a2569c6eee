"""Fills Identity Center at once: thousands of assignments through the API take minutes."""

from __future__ import annotations

from typing import Any

from moto.ssoadmin.models import AccountAssignment, PermissionSet, SSOAdminBackend

from moto_server.organization_instance import organization_backend
from moto_server.sso_resources import configure

AssignmentKey = tuple[str, str, str]
# Principals and accounts of which one lost the last that it had in the other, in order of time: `principal account`.
BEREFT: list[str] = []


def fill(order: dict[str, Any]) -> dict[str, str]:
    """`{region, permissionSets: [properties of AWS::SSO::PermissionSet], assignments: [[type, principal, set, account]],
    attributes}`. Answers the ARNs of the sets by their names."""
    backend = organization_backend(order["region"])
    instance = backend.instances[0]
    for properties in order.get("permissionSets", []):
        add_set(backend, instance.instance_arn, properties)
    arns = {one.name: str(one.permission_set_arn) for one in backend.permission_sets}
    for principal_type, principal_id, name, account_id in order.get("assignments", []):
        backend.account_assignments.append(
            AccountAssignment(
                instance.instance_arn, account_id, "AWS_ACCOUNT", arns[name], principal_type, principal_id
            )
        )
    if "attributes" in order:
        instance.access_control_attributes = order["attributes"]
    return arns


def add_set(backend: SSOAdminBackend, instance_arn: str, properties: dict[str, Any]) -> None:
    permission_set = PermissionSet(properties["Name"], "", instance_arn, "PT1H", "", [])
    backend.permission_sets.append(permission_set)
    configure(backend, permission_set.permission_set_arn, {**properties, "InstanceArn": instance_arn})


def index_assignments() -> None:
    """moto looks through all assignments for each set and account: ten thousand times ten thousand."""
    found: dict[int, tuple[tuple[int, str], dict[AssignmentKey, list[dict[str, str]]]]] = {}

    def list_account_assignments(
        self: SSOAdminBackend, instance_arn: str, account_id: str, permission_set_arn: str, **_: Any
    ) -> tuple[list[dict[str, str]], None]:
        everything = list(self.account_assignments)
        version = (len(everything), everything[-1].request_id if everything else "")
        if id(self) not in found or found[id(self)][0] != version:
            found[id(self)] = (version, by_set_and_account(everything))
        return found[id(self)][1].get((instance_arn, account_id, permission_set_arn), []), None

    SSOAdminBackend.list_account_assignments = list_account_assignments


def by_set_and_account(assignments: list[AccountAssignment]) -> dict[AssignmentKey, list[dict[str, str]]]:
    index: dict[AssignmentKey, list[dict[str, str]]] = {}
    for one in assignments:
        key = (one.instance_arn, one.target_id, one.permission_set_arn)
        index.setdefault(key, []).append(
            {
                "AccountId": one.target_id,
                "PermissionSetArn": one.permission_set_arn,
                "PrincipalType": one.principal_type,
                "PrincipalId": one.principal_id,
            }
        )
    return index


def note_bereft() -> None:
    """Whoever deletes an assignment, the API or CloudFormation: at no moment later does it show who was without any."""
    delete = SSOAdminBackend.delete_account_assignment

    def delete_account_assignment(self: SSOAdminBackend, *args: Any, **named: Any) -> Any:
        before = holders(self)
        answer = delete(self, *args, **named)
        BEREFT.extend(sorted(before - holders(self)))
        return answer

    SSOAdminBackend.delete_account_assignment = delete_account_assignment


def holders(backend: SSOAdminBackend) -> set[str]:
    return {f"{one.principal_id} {one.target_id}" for one in backend.account_assignments}


def close_gaps() -> None:
    index_assignments()
    note_bereft()
