"""The AWS CLI as far as commands of this project need it, by botocore, which the real one stands on.

`aws SERVICE OPERATION --option VALUE... --query JMESPATH --output text|json`: operations, options and their types come from
AWS's own models of its services, pages are put together, and output is as the real CLI has it.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import botocore.session
import jmespath
from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError
from botocore.model import Shape

FAILED = 254


def dashed(name: str) -> str:
    return xform_name(name, "-")


def options_of(words: list[str]) -> dict[str, list[str]]:
    options: dict[str, list[str]] = {}
    for word in words:
        if word.startswith("--"):
            values = options[word[2:]] = []
        else:
            values.append(word)
    return options


def value_of(shape: Shape, given: list[str]) -> Any:
    if shape.type_name == "list" and shape.member.type_name == "structure":
        return [dict(pair.split("=", 1) for pair in one.split(",")) for one in given]
    if shape.type_name == "list":
        return given
    if shape.type_name == "structure":
        return json.loads(given[0])
    return int(given[0]) if shape.type_name in ("integer", "long") else " ".join(given)


def ask(service: str, operation: str, options: dict[str, list[str]]) -> Any:
    [region] = options.pop("region", [None])
    # The CLI has its own commands under the name of this one.
    client = botocore.session.get_session().create_client("s3" if service == "s3api" else service, region_name=region)
    names = {dashed(one): one for one in client.meta.service_model.operation_names}
    model = client.meta.service_model.operation_model(names[operation])
    members = {dashed(name): (name, shape) for name, shape in model.input_shape.members.items()} if model.input_shape else {}
    given = {members[option][0]: value_of(members[option][1], values) for option, values in options.items()}
    method = xform_name(names[operation])
    if client.can_paginate(method):
        return client.get_paginator(method).paginate(**given).build_full_result()
    answer = getattr(client, method)(**given)
    answer.pop("ResponseMetadata")
    return answer


def text(answer: Any) -> str:
    if isinstance(answer, list):
        return "\t".join(text(one) for one in answer)
    return str(answer)


def main(service: str, operation: str, *words: str) -> int:
    options = options_of(list(words))
    query, output = options.pop("query", None), options.pop("output", ["json"])
    try:
        answer = ask(service, operation, options)
    except (BotoCoreError, ClientError) as error:
        print(f"\n{error}", file=sys.stderr)
        return FAILED
    if query:
        answer = jmespath.search(query[0], answer)
    print(text(answer) if output == ["text"] else json.dumps(answer, indent=4, default=str))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
