"""Gaps of moto's Identity Store."""

from __future__ import annotations

from moto.identitystore.exceptions import ValidationException
from moto.identitystore.responses import IdentityStoreResponse


def close_gaps() -> None:
    original = IdentityStoreResponse.list_groups

    def list_groups(self: IdentityStoreResponse) -> str:
        """Gap: moto filters groups; the service refuses filters and points to GetGroupId."""
        if self._get_param("Filters"):
            raise ValidationException(message="Filters is not supported. Use GetGroupId instead.")
        return original(self)

    IdentityStoreResponse.list_groups = list_groups
