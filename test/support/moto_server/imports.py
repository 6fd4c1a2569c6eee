"""Change sets that take over what exists: by identifiers (type IMPORT), or by themselves (ImportExistingResources).

Gap: moto knows neither. The conditions are those of 'Import AWS resources into a CloudFormation stack manually' and
'... automatically' of the CloudFormation User Guide, as far as the resources of IAM Identity Center meet them.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Optional

from moto.cloudformation import parsing
from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.parsing import ResourceMap

IDENTIFIER = re.compile(r"^ResourcesToImport\.member\.(\d+)\.(?:(LogicalResourceId)|ResourceIdentifier\.entry\.(\d+)\.(key|value))$")
RETAINED = ("Retain", "RetainExceptOnCreate")
STATE = threading.local()


@dataclass
class ImportOptions:
    """What a change set says of resources that exist."""

    by_logical_id: dict[str, dict[str, str]] = field(default_factory=dict)
    finds_existing: bool = False


NO_IMPORT = ImportOptions()


def options_of(query: dict[str, list[str]]) -> ImportOptions:
    names: dict[str, str] = {}
    entries: dict[tuple[str, str], dict[str, str]] = {}
    for key, values in query.items():
        match = IDENTIFIER.match(key)
        if match and match[2]:
            names[match[1]] = values[0]
        elif match:
            entries.setdefault((match[1], match[3]), {})[match[4]] = values[0]
    identifiers: dict[str, dict[str, str]] = {name: {} for name in names.values()}
    for (member, _), entry in entries.items():
        identifiers[names[member]][entry["key"]] = entry["value"]
    return ImportOptions(identifiers, query.get("ImportExistingResources", ["false"])[0] == "true")


@contextmanager
def importing(options: ImportOptions) -> Iterator[None]:
    STATE.options = options
    try:
        yield
    finally:
        STATE.options = NO_IMPORT


def taken_over(resources: ResourceMap, logical_id: str, definition: dict[str, Any]) -> Optional[Any]:
    """The resource that exists, if the change set takes it over."""
    options: ImportOptions = getattr(STATE, "options", NO_IMPORT)
    resource_class = parsing.resource_class_from_type(definition["Type"])
    if options.by_logical_id:
        return imported(resources, (logical_id, definition), options)
    finds = options.finds_existing and hasattr(resource_class, "find_existing") and is_static(definition)
    return resource_class.find_existing(definition["Properties"], resources._region_name) if finds else None


def imported(resources: ResourceMap, named: tuple[str, dict[str, Any]], options: ImportOptions) -> Any:
    """In a change set of type IMPORT, each new resource is one that exists and has a deletion policy."""
    logical_id, definition = named
    identifier = options.by_logical_id.get(logical_id)
    if identifier is None:
        raise ValidationError(message=f"{logical_id} is neither in the stack nor among the resources to import")
    if "DeletionPolicy" not in definition:
        raise ValidationError(message=f"{logical_id} needs a DeletionPolicy to be imported")
    resource_class = parsing.resource_class_from_type(definition["Type"])
    properties = parsing.clean_json(dict(definition["Properties"]), resources)
    found = resource_class.find_existing({**properties, **identifier}, resources._region_name)
    if found is None:
        raise ValidationError(message=f"{logical_id} can't be imported: there is no {identifier}")
    return found


def is_static(definition: dict[str, Any]) -> bool:
    """Found by themselves are resources that stay when they go from a template, and whose identifier refers to nothing."""
    identity = getattr(parsing.resource_class_from_type(definition["Type"]), "identity", ())
    properties = definition["Properties"]
    return definition.get("DeletionPolicy") in RETAINED and all(isinstance(properties.get(name), str) for name in identity)
