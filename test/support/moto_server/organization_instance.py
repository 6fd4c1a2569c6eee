"""Gap: moto has an Identity Center instance, an identity store and an organization an account. An organization has one of
each, whichever of its accounts asks. Of what AWS Organizations has, a delegated administrator of any service may read, and change
nothing (AWS Organizations User Guide, 'Delegated administrator for AWS services').

A delegated administrator of it has no access to permission sets that are provisioned in the management account (IAM
Identity Center User Guide, 'Delegated administration'). That is checked where CloudFormation deploys, not in the API.
"""

from __future__ import annotations

import os

from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.exceptions import JsonRESTError
from moto.identitystore.models import IdentityStoreBackend, identitystore_backends
from moto.identitystore.responses import IdentityStoreResponse
from moto.organizations.models import OrganizationsBackend, organizations_backends
from moto.organizations.responses import OrganizationsResponse
from moto.ssoadmin.models import SSOAdminBackend, ssoadmin_backends
from moto.ssoadmin.responses import SSOAdminResponse

MANAGEMENT_ACCOUNT = os.environ.get("MOTO_ACCOUNT_ID", DEFAULT_ACCOUNT_ID)


class AccessDeniedException(JsonRESTError):
    code = 400

    def __init__(self, message: str) -> None:
        super().__init__("AccessDeniedException", message)


def organization_backend(region_name: str) -> SSOAdminBackend:
    return ssoadmin_backends[MANAGEMENT_ACCOUNT][region_name]


def check_may_assign(caller: str, target_id: str) -> None:
    if MANAGEMENT_ACCOUNT == target_id != caller:
        raise AccessDeniedException(f"Account {caller} may not assign permission sets in the management account")


def check_may_change(caller: str, backend: SSOAdminBackend, arn: str) -> None:
    if caller == MANAGEMENT_ACCOUNT:
        return
    if (arn, MANAGEMENT_ACCOUNT) in [(one.permission_set_arn, one.target_id) for one in backend.account_assignments]:
        raise AccessDeniedException(f"Account {caller} may not change {arn}: the management account has it")


def identity_store_backend(self: IdentityStoreResponse) -> IdentityStoreBackend:
    return identitystore_backends[MANAGEMENT_ACCOUNT][self.region]


def organizations_backend(self: OrganizationsResponse) -> OrganizationsBackend:
    of_management = organizations_backends[MANAGEMENT_ACCOUNT][self.partition]
    if not any(admin.account.id == self.current_account for admin in of_management.admins):
        return organizations_backends[self.current_account][self.partition]
    if not self._get_action().startswith(("Describe", "List")):
        raise AccessDeniedException("You don't have permissions to access this resource.")
    return of_management


def close_gaps() -> None:
    IdentityStoreResponse.identitystore_backend = property(identity_store_backend)
    OrganizationsResponse.organizations_backend = property(organizations_backend)
    SSOAdminResponse.ssoadmin_backend = property(lambda self: organization_backend(self.region))
