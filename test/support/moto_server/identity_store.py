"""Gaps of moto's Identity Store."""

from __future__ import annotations

import functools
import inspect
import json
import threading
from collections.abc import Callable
from typing import Any

from moto.identitystore.exceptions import ResourceNotFoundException, ValidationException
from moto.identitystore.models import IdentityStoreBackend, IdentityStoreData
from moto.identitystore.responses import IdentityStoreResponse


# What provisioning wrote and no public API can, by ids of users and groups: externalId, status.
PROVISIONED: dict[str, dict[str, str]] = {}


def as_provisioned(record: dict[str, Any]) -> dict[str, Any]:
    """Gap: moto knows no ids of the other directory, and no status of users."""
    written = PROVISIONED.get(record.get("UserId") or record.get("GroupId") or "", {})
    status = {"UserStatus": written.get("status", "ENABLED")} if "UserId" in record else {}
    external_id = written.get("externalId")
    ids = [{"Issuer": "https://scim.aws.com/", "Id": external_id}] if external_id else []
    return {**record, **status, "ExternalIds": ids}


def show_provisioned(name: str, member: str) -> None:
    original = getattr(IdentityStoreResponse, name)

    def listing(self: IdentityStoreResponse) -> str:
        answer = json.loads(original(self))
        return json.dumps({**answer, member: [as_provisioned(record) for record in answer[member]]})

    setattr(IdentityStoreResponse, name, listing)


def get_user_id(self: IdentityStoreResponse) -> str:
    """Gap: moto finds the id of a group by its name, and that of a user by nothing."""
    store_id, asked = self._get_param("IdentityStoreId"), self._get_param("AlternateIdentifier")["UniqueAttribute"]
    users, _ = self.identitystore_backend.list_users(identity_store_id=store_id, filters=[])
    for user in users:
        if asked["AttributePath"].lower() == "username" and user["UserName"] == asked["AttributeValue"]:
            return json.dumps({"UserId": user["UserId"], "IdentityStoreId": store_id})
    raise ResourceNotFoundException(message="USER not found.", resource_type="USER")


def keep_one_store() -> None:
    """Gap: where the first calls come at once, each makes a store, and what was written to all but one is lost."""
    name = "_IdentityStoreBackend__get_identity_store"
    original = getattr(IdentityStoreBackend, name)

    def get_identity_store(self: IdentityStoreBackend, store_id: str) -> IdentityStoreData:
        if store_id:
            self.identity_stores.setdefault(store_id, IdentityStoreData())
        return original(self, store_id)

    setattr(IdentityStoreBackend, name, get_identity_store)


def one_at_a_time() -> None:
    """Gap: moto walks through users and groups while another request adds to them, and answers that with a fault of its own."""
    lock = threading.RLock()
    for name, method in list(vars(IdentityStoreBackend).items()):
        if inspect.isfunction(method) and not name.startswith("_"):
            setattr(IdentityStoreBackend, name, locked(method, lock))


def end_memberships() -> None:
    """Gap: moto keeps the memberships of a user or group that is deleted, and the service has none of somebody who is not there."""
    for name in ("delete_user", "delete_group"):
        setattr(IdentityStoreBackend, name, ending_memberships(getattr(IdentityStoreBackend, name)))


def ending_memberships(delete: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(delete)
    def call(self: IdentityStoreBackend, **asked: str) -> None:
        delete(self, **asked)
        store_id, deleted = asked["identity_store_id"], asked.get("user_id") or asked.get("group_id")
        memberships = self.identity_stores[store_id].group_memberships
        for key, one in list(memberships.items()):
            if deleted in (one["GroupId"], one["MemberId"]["UserId"]):
                del memberships[key]

    return call


def locked(method: Callable[..., Any], lock: threading.RLock) -> Callable[..., Any]:
    @functools.wraps(method)
    def call(*args: Any, **kwargs: Any) -> Any:
        with lock:
            return method(*args, **kwargs)

    return call


def close_gaps() -> None:
    keep_one_store()
    end_memberships()
    one_at_a_time()
    IdentityStoreResponse.get_user_id = get_user_id
    show_provisioned("list_users", "Users")
    show_provisioned("list_groups", "Groups")
    describe = IdentityStoreResponse.describe_user

    def describe_user(self: IdentityStoreResponse) -> str:
        return json.dumps(as_provisioned(json.loads(describe(self))))

    IdentityStoreResponse.describe_user = describe_user
    original = IdentityStoreResponse.list_groups

    def list_groups(self: IdentityStoreResponse) -> str:
        """Gap: moto filters groups; the service refuses filters and points to GetGroupId."""
        if self._get_param("Filters"):
            raise ValidationException(message="Filters is not supported. Use GetGroupId instead.")
        return original(self)

    IdentityStoreResponse.list_groups = list_groups
