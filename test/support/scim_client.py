"""Works on a SCIM endpoint with the client of the scim2 project, which checks each answer against the schemas of RFC 7643.

Usage: python3 scim_client.py ADDRESS, with the token in SCIM_TOKEN. Prints what was seen as JSON.
"""

from __future__ import annotations

import json
import os
import sys

from httpx2 import Client
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_models import Group, Name, PatchOp, PatchOperation, ServiceProviderConfig, User
from scim2_models.provider import ScimProvider


def main() -> None:
    http = Client(base_url=sys.argv[1], headers={"Authorization": f"Bearer {os.environ['SCIM_TOKEN']}"})
    scim = SyncSCIMClient(http, provider=ScimProvider(models=[User, Group]))
    config = scim.query(ServiceProviderConfig)
    ada = scim.create(User(**person("ada")))
    conflict = scim.create(User(**person("ada")), raise_scim_errors=False)
    operators = scim.create(Group(display_name="Operators"))
    scim.modify(Group, operators.id, patch(Group, "add", "members", [{"value": ada.id}]))
    found = scim.query(User, query_parameters={"filter": 'userName eq "ADA@example.com"'})
    disabled = scim.modify(User, ada.id, patch(User, "replace", "active", False))
    scim.delete(Group, operators.id)
    seen = {
        "patch": config.patch.supported,
        "conflict": conflict.status,
        "found": [one.user_name for one in found.resources],
        "active": disabled.active,
        "same": disabled.id == ada.id,
    }
    print(json.dumps(seen))


def person(name: str) -> dict[str, object]:
    return {
        "user_name": f"{name}@example.com",
        "display_name": name,
        "name": Name(given_name=name, family_name="Tester"),
        "active": True,
    }


def patch(model: type, op: str, path: str, value: object) -> PatchOp:
    return PatchOp[model](operations=[PatchOperation[model](op=op, path=path, value=value)])


if __name__ == "__main__":
    main()
