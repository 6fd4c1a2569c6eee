"""Gives accounts and groups the ids of a stored snapshot, which the APIs choose at random, and what only SCIM can write."""

from __future__ import annotations

from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID
from moto.identitystore.models import identitystore_backends
from moto.organizations.models import organizations_backends

from moto_server.identity_store import PROVISIONED


def rename(order: dict[str, Any]) -> None:
    """`{accounts: {ID: {id?, name?, email?}}, groups: {ID: ID}, provisioned: {ID: {externalId?, status?}}}`, by the ids so far."""
    management = order.get("managementAccount", DEFAULT_ACCOUNT_ID)
    for account_id, changes in order.get("accounts", {}).items():
        rename_account(management, account_id, changes)
    for group_id, new_id in order.get("groups", {}).items():
        rename_group(management, group_id, new_id)
    PROVISIONED.update(order.get("provisioned", {}))


def rename_account(management: str, account_id: str, changes: dict[str, str]) -> None:
    account = organizations_backends[management]["aws"].get_account_by_id(account_id)
    for name in changes:
        if name not in ("id", "name", "email"):
            raise ValueError(f"an account has no {name} to change")
        setattr(account, name, changes[name])
    if account_id in organizations_backends.master_accounts:
        organizations_backends.master_accounts[account.id] = organizations_backends.master_accounts.pop(account_id)


def rename_group(management: str, group_id: str, new_id: str) -> None:
    for backend in identitystore_backends[management].values():
        for store in backend.identity_stores.values():
            if group_id in store.groups:
                store.groups[new_id] = store.groups.pop(group_id)._replace(GroupId=new_id)
                return
    raise ValueError(f"no group {group_id}")
