"""Gaps of moto's Organizations."""

from __future__ import annotations

from typing import Any

from moto.organizations.exceptions import DuplicateOrganizationalUnitException
from moto.organizations.models import FakeAccount, FakeDelegatedAdministrator, OrganizationsBackend


def allow_identity_center_delegation() -> None:
    """Gap: sso.amazonaws.com is not among the services that may have a delegated administrator."""
    FakeDelegatedAdministrator.SUPPORTED_SERVICES.append("sso.amazonaws.com")


def describe_account_state() -> None:
    """Gap: an account has only `Status`, which the service has replaced by `State`. Both are answered here."""
    original = FakeAccount.describe

    def describe(self: FakeAccount) -> dict[str, Any]:
        return {**original(self), "State": "CLOSED" if self.status == "SUSPENDED" else self.status}

    FakeAccount.describe = describe


def refuse_duplicate_units() -> None:
    """Gap: two organizational units below one parent may have the same name."""
    original = OrganizationsBackend.create_organizational_unit

    def create_organizational_unit(self: OrganizationsBackend, **kwargs: Any) -> dict[str, Any]:
        if any((ou.parent_id, ou.name) == (kwargs["ParentId"], kwargs["Name"]) for ou in self.ou):
            raise DuplicateOrganizationalUnitException()
        return original(self, **kwargs)

    OrganizationsBackend.create_organizational_unit = create_organizational_unit


def close_gaps() -> None:
    allow_identity_center_delegation()
    describe_account_state()
    refuse_duplicate_units()
