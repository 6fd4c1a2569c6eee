"""Requests of IAM Identity Center, which are carried out some calls after they were taken.

Gaps of moto: each is done at once, nothing describes or lists the status of one, and ProvisionPermissionSet provisions in
the caller's account. With no switch on, a request is done at once here too, but has a status.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any, Callable, Optional

from moto.cloudformation.exceptions import ValidationError
from moto.core.utils import unix_time
from moto.moto_api._internal import mock_random
from moto.organizations.models import organizations_backends
from moto.ssoadmin.exceptions import ConflictException, ResourceNotFoundException
from moto.ssoadmin.models import SSOAdminBackend
from moto.ssoadmin.responses import SSOAdminResponse

from moto_server.organization_instance import MANAGEMENT_ACCOUNT
from moto_server.sso_admin import add
from moto_server.sso_listings import OUTDATED, accounts_of
from moto_server.switches import BOARD

CREATE, DELETE, PROVISION = "CreateAccountAssignment", "DeleteAccountAssignment", "ProvisionPermissionSet"
IDENTITY = ("InstanceArn", "TargetId", "TargetType", "PermissionSetArn", "PrincipalType", "PrincipalId")


@dataclass
class SsoRequest:
    operation: str
    subject: dict[str, Any]
    # The accounts that it changes.
    accounts: frozenset[str]
    carry_out: Callable[[], Any]
    request_id: str = field(default_factory=lambda: str(mock_random.uuid4()))
    created: float = field(default_factory=unix_time)
    # The call of sso-admin up to which it is in progress.
    due: int = 0
    status: str = "IN_PROGRESS"
    reason: Optional[str] = None

    def describe(self) -> dict[str, Any]:
        shown = {name: value for name, value in self.subject.items() if name != "InstanceArn" and value}
        return {**self.summary(), **shown, **({"FailureReason": self.reason} if self.reason else {})}

    def summary(self) -> dict[str, Any]:
        return {"Status": self.status, "RequestId": self.request_id, "CreatedDate": self.created}


class SsoRequests:
    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.reset()

    def reset(self) -> None:
        with self.lock:
            self.now = 0
            self.known: dict[str, SsoRequest] = {}
            self.open: list[SsoRequest] = []

    def tick(self) -> None:
        """One more call of sso-admin."""
        with self.lock:
            self.now += 1
            for one in [one for one in self.open if one.due < self.now]:
                self.end(one)

    def take(self, request: SsoRequest) -> SsoRequest:
        """@raises ConflictException while another change of the account is in progress"""
        with self.lock:
            if BOARD.on.conflicts and any(one.accounts & request.accounts for one in self.open):
                raise conflict()
            request.due = self.now + BOARD.on.provisioning_calls
            self.known[request.request_id] = request
            self.open.append(request)
            if not BOARD.on.provisioning_calls:
                self.end(request)
            return request

    def end(self, request: SsoRequest) -> None:
        self.open.remove(request)
        request.reason = next(
            (reason for one in sorted(request.accounts) if (reason := refusal(request.operation, one))), None
        )
        try:
            if request.reason is None:
                request.carry_out()
        except Exception as fault:
            request.reason = str(getattr(fault, "message", "") or fault)
        request.status = "FAILED" if request.reason else "SUCCEEDED"

    def settle(self, request: SsoRequest) -> None:
        """As CloudFormation's handlers do it: tries again after a conflict, and asks until the request is done.

        @raises RequestFailed with the reason of a request that failed"""
        with self.lock:
            while request.request_id not in self.known:
                try:
                    self.take(request)
                except ConflictException:
                    self.tick()
            while request.status == "IN_PROGRESS":
                self.tick()
        if request.reason:
            raise RequestFailed(request)

    def find(self, operation: str, request_id: str) -> SsoRequest:
        request = self.known.get(request_id)
        if request is None or request.operation != operation:
            raise ResourceNotFoundException(f"Could not find request {request_id}")
        return request

    def listed(self, operation: str, status: Optional[str]) -> list[dict[str, Any]]:
        found = [one for one in self.known.values() if one.operation == operation and status in (None, one.status)]
        return [one.summary() for one in reversed(found)]


class RequestFailed(ValidationError):
    """A request that CloudFormation waited for in vain."""

    def __init__(self, request: SsoRequest) -> None:
        super().__init__(message=f"Request {request.request_id} failed due to: {request.reason}")


REQUESTS = SsoRequests()


def conflict() -> ConflictException:
    return ConflictException("There is a conflicting operation in process for this AWS account")


def refusal(operation: str, account: str) -> Optional[str]:
    """Why a request that was taken can't be carried out in an account."""
    if BOARD.on.refuse_suspended and account in suspended():
        return (
            "AWS SSO is unable to complete your request at this time. Obtaining permissions to manage your AWS account "
            f"'{account}' takes longer than usual. Please try again in a few minutes."
        )
    return next((one.reason for one in BOARD.on.failing_requests if one.takes(operation, account)), None)


def suspended() -> list[str]:
    accounts = organizations_backends[MANAGEMENT_ACCOUNT]["aws"].accounts
    return [one.id for one in accounts if one.status == "SUSPENDED"]


def creation(backend: SSOAdminBackend, subject: dict[str, Any]) -> SsoRequest:
    account = frozenset([subject["TargetId"]])
    return SsoRequest(CREATE, subject, account, lambda: backend.create_account_assignment(*subject.values()))


def deletion(backend: SSOAdminBackend, subject: dict[str, Any]) -> SsoRequest:
    """@raises ResourceNotFoundException if there is no such assignment"""
    backend._find_account(*subject.values())
    account = frozenset([subject["TargetId"]])
    return SsoRequest(DELETE, subject, account, lambda: backend.delete_account_assignment(*subject.values()))


def provisioning(backend: SSOAdminBackend, arn: str, account: Optional[str] = None) -> SsoRequest:
    """In one account, or in all that have the set."""
    accounts = frozenset([account] if account else accounts_of(backend, arn))
    subject = {"PermissionSetArn": arn, "AccountId": account}
    return SsoRequest(PROVISION, subject, accounts, lambda: OUTDATED.get(arn, set()).difference_update(accounts))


def assignment_of(request: SSOAdminResponse) -> dict[str, Any]:
    return {name: request._get_param(name) for name in IDENTITY}


def create_assignment(request: SSOAdminResponse) -> dict[str, Any]:
    taken = REQUESTS.take(creation(request.ssoadmin_backend, assignment_of(request)))
    return {"AccountAssignmentCreationStatus": taken.describe()}


def delete_assignment(request: SSOAdminResponse) -> dict[str, Any]:
    taken = REQUESTS.take(deletion(request.ssoadmin_backend, assignment_of(request)))
    return {"AccountAssignmentDeletionStatus": taken.describe()}


def provision(request: SSOAdminResponse) -> dict[str, Any]:
    instance, arn = request._get_param("InstanceArn"), request._get_param("PermissionSetArn")
    request.ssoadmin_backend._find_permission_set(instance, arn)
    taken = REQUESTS.take(provisioning(request.ssoadmin_backend, arn, request._get_param("TargetId")))
    return {"PermissionSetProvisioningStatus": taken.describe()}


def describer(operation: str, parameter: str, result: str) -> Callable[[SSOAdminResponse], dict[str, Any]]:
    return lambda request: {result: REQUESTS.find(operation, request._get_param(parameter)).describe()}


def lister(operation: str, result: str) -> Callable[[SSOAdminResponse], dict[str, Any]]:
    def status_of(request: SSOAdminResponse) -> Optional[str]:
        return (request._get_param("Filter") or {}).get("Status")

    return lambda request: {result: REQUESTS.listed(operation, status_of(request))}


def close_gaps() -> None:
    add("create_account_assignment", create_assignment)
    add("delete_account_assignment", delete_assignment)
    add("provision_permission_set", provision)
    for operation, noun, parameter, one, many in (
        (
            CREATE,
            "account_assignment_creation",
            "AccountAssignmentCreationRequestId",
            "AccountAssignmentCreationStatus",
            "AccountAssignmentsCreationStatus",
        ),
        (
            DELETE,
            "account_assignment_deletion",
            "AccountAssignmentDeletionRequestId",
            "AccountAssignmentDeletionStatus",
            "AccountAssignmentsDeletionStatus",
        ),
        (
            PROVISION,
            "permission_set_provisioning",
            "ProvisionPermissionSetRequestId",
            "PermissionSetProvisioningStatus",
            "PermissionSetsProvisioningStatus",
        ),
    ):
        add(f"describe_{noun}_status", describer(operation, parameter, one))
        add(f"list_{noun}_status", lister(operation, many))
