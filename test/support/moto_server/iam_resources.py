"""Gaps of moto around IAM in CloudFormation: it has no SAML identity providers, and spoils the own policies of roles."""

from __future__ import annotations

import json
from typing import Any, Union
from xml.sax.saxutils import escape

from moto.cloudformation import parsing
from moto.core.common_models import CloudFormationModel
from moto.iam.models import IAMBackend, Role, iam_backends
from moto.utilities.utils import get_partition

Properties = dict[str, Any]
Text = Union[str, list[str]]


class Resource:
    """A type that moto lacks, as far as they are alike. moto finds direct subclasses of CloudFormationModel only, so this is none."""

    kind: str
    #: Property with the name, if it has one.
    name_property = ""
    #: Names of what `Fn::GetAtt` answers.
    attribute_names: frozenset[str] = frozenset()
    create_only: frozenset[str] = frozenset()

    def __init__(self, physical_resource_id: str, attributes: dict[str, Text] | None = None) -> None:
        self.physical_resource_id = physical_resource_id
        self.attributes = attributes or {}

    @classmethod
    def cloudformation_name_type(cls) -> str:
        return cls.name_property

    @classmethod
    def cloudformation_type(cls) -> str:
        return cls.kind

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        return attr in cls.attribute_names

    def get_cfn_attribute(self, attribute_name: str) -> Text:
        if attribute_name not in self.attributes:
            raise parsing.UnformattedGetAttTemplateException()
        return self.attributes[attribute_name]

    def is_created(self) -> bool:
        return True

    def delete(self, account_id: str, region_name: str) -> None:
        return


def backend_of(account_id: str, region_name: str) -> IAMBackend:
    return iam_backends[account_id][get_partition(region_name)]


def document_of(cloudformation_json: Properties) -> str:
    """As the API keeps it: moto escapes the XML when it comes, and not when it goes."""
    document = cloudformation_json["Properties"]["SamlMetadataDocument"]
    return escape(document, entities={"'": "&apos;", '"': "&quot;"})


class SamlProviderResource(Resource, CloudFormationModel):
    """Another name is another provider."""

    kind = "AWS::IAM::SAMLProvider"
    name_property = "Name"
    attribute_names = frozenset({"Arn"})
    create_only = frozenset({"Name"})

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Properties, account_id: str, region_name: str, **_: Any
    ) -> SamlProviderResource:
        document = document_of(cloudformation_json)
        arn = backend_of(account_id, region_name).create_saml_provider(resource_name, document).arn
        return cls(arn, {"Arn": arn})

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: SamlProviderResource,
        new_resource_name: str,
        cloudformation_json: Properties,
        account_id: str,
        region_name: str,
    ) -> SamlProviderResource:
        document = document_of(cloudformation_json)
        backend_of(account_id, region_name).update_saml_provider(original_resource.physical_resource_id, document)
        return original_resource

    def delete(self, account_id: str, region_name: str) -> None:
        backend_of(account_id, region_name).delete_saml_provider(self.physical_resource_id)


def keep_documents() -> None:
    original = Role.put_policy

    def put_policy(self: Role, policy_name: str, policy_json: Any) -> None:
        """Gap: a document of a template is kept as it is in Python, and answered as something else than JSON."""
        original(self, policy_name, policy_json if isinstance(policy_json, str) else json.dumps(policy_json))

    Role.put_policy = put_policy


def close_gaps() -> None:
    keep_documents()
    parsing.get_model_map.cache_clear()
    parsing.get_name_type_map.cache_clear()
