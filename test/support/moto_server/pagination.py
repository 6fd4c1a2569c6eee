"""Pages for every list operation of the three services, small enough that a client must follow them.

Gaps of moto: half of the operations aren't paged; ListAccounts answers 100 accounts a page (the service: 20) and
finds its place again by a time stamp that two accounts may share.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from typing import Any, Callable

from moto.core.exceptions import JsonRESTError
from moto.identitystore.models import IdentityStoreBackend
from moto.identitystore.responses import IdentityStoreResponse
from moto.organizations import utils as organizations_utils
from moto.organizations.responses import OrganizationsResponse
from moto.ssoadmin import utils as sso_admin_utils
from moto.ssoadmin.responses import SSOAdminResponse

from moto_server.faults import FAULTS

# The page of the service at most, by operation; a test may ask for smaller ones.
PAGED: dict[type, dict[str, tuple[str, int]]] = {
    OrganizationsResponse: {
        "ListAccounts": ("Accounts", 20),
        "ListAccountsForParent": ("Accounts", 20),
        "ListChildren": ("Children", 20),
        "ListDelegatedAdministrators": ("DelegatedAdministrators", 20),
        "ListDelegatedServicesForAccount": ("DelegatedServices", 20),
        "ListOrganizationalUnitsForParent": ("OrganizationalUnits", 20),
        "ListParents": ("Parents", 20),
        "ListRoots": ("Roots", 20),
        "ListTagsForResource": ("Tags", 20),
    },
    IdentityStoreResponse: {
        "ListGroups": ("Groups", 100),
        "ListUsers": ("Users", 100),
        "ListGroupMemberships": ("GroupMemberships", 100),
        "ListGroupMembershipsForMember": ("GroupMemberships", 100),
    },
    SSOAdminResponse: {
        "ListAccountAssignmentCreationStatus": ("AccountAssignmentsCreationStatus", 100),
        "ListAccountAssignmentDeletionStatus": ("AccountAssignmentsDeletionStatus", 100),
        "ListAccountAssignments": ("AccountAssignments", 100),
        "ListAccountAssignmentsForPrincipal": ("AccountAssignments", 100),
        "ListAccountsForProvisionedPermissionSet": ("AccountIds", 100),
        "ListApplicationAssignments": ("ApplicationAssignments", 100),
        "ListApplications": ("Applications", 100),
        "ListCustomerManagedPolicyReferencesInPermissionSet": ("CustomerManagedPolicyReferences", 100),
        "ListInstances": ("Instances", 100),
        "ListManagedPoliciesInPermissionSet": ("AttachedManagedPolicies", 100),
        "ListPermissionSetProvisioningStatus": ("PermissionSetsProvisioningStatus", 100),
        "ListPermissionSets": ("PermissionSets", 100),
        "ListPermissionSetsProvisionedToAccount": ("PermissionSets", 100),
        "ListTagsForResource": ("Tags", 75),
    },
}
SERVICES = {
    OrganizationsResponse: "organizations",
    IdentityStoreResponse: "identitystore",
    SSOAdminResponse: "sso-admin",
}
WITHOUT_LIMIT = 1_000_000


class InvalidNextToken(JsonRESTError):
    """Organizations says InvalidInputException, the other two ValidationException."""

    code = 400

    def __init__(self, service: str) -> None:
        name = "InvalidInputException" if service == "organizations" else "ValidationException"
        super().__init__(name, "You provided an invalid next token")


def encode_token(offset: int, request: dict[str, Any]) -> str:
    return base64.b64encode(json.dumps([offset, request], sort_keys=True).encode()).decode()


def decode_token(token: str, request: dict[str, Any], service: str) -> int:
    """A token is good only for the request that it was given to."""
    try:
        offset, original = json.loads(base64.b64decode(token))
    except (ValueError, TypeError, binascii.Error):
        raise InvalidNextToken(service) from None
    if original != request:
        raise InvalidNextToken(service)
    return int(offset)


def page_size(asked: Any, most: int) -> int:
    return min(int(asked or most), most, int(os.environ.get("TEST_PAGE_SIZE") or most))


def paged(service: str, operation: str, whole: Callable[[Any], str]) -> Callable[[Any], str]:
    result_key, most = next(PAGED[kind][operation] for kind, name in SERVICES.items() if name == service)

    def method(self: Any) -> str:
        request = json.loads(self.body or "{}")
        token, size = request.pop("NextToken", None), page_size(request.pop("MaxResults", None), most)
        self.body = json.dumps(request)
        self.querystring = {}
        start = decode_token(token, request, service) if token else 0
        answer = json.loads(whole(self))
        # The service may answer an empty page although there are more.
        end = start if FAULTS.take_empty_page(service, operation) else start + size
        items = answer[result_key]
        answer[result_key] = items[start:end]
        answer.pop("NextToken", None)
        return json.dumps({**answer, "NextToken": encode_token(end, request)} if end < len(items) else answer)

    return method


def snake_case(operation: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in operation).lstrip("_")


def lift_limits_of_moto() -> None:
    for model in (
        organizations_utils.PAGINATION_MODEL,
        sso_admin_utils.PAGINATION_MODEL,
        IdentityStoreBackend.PAGINATION_MODEL,
    ):
        for options in model.values():
            options["limit_default"] = WITHOUT_LIMIT


def close_gaps() -> None:
    lift_limits_of_moto()
    for responses, operations in PAGED.items():
        for operation in operations:
            name = snake_case(operation)
            setattr(responses, name, paged(SERVICES[responses], operation, getattr(responses, name)))
