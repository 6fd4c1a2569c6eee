"""Gaps of moto around IAM in CloudFormation: it has no SAML identity providers, and spoils the own policies of roles."""

from __future__ import annotations

import json
from typing import Any
from xml.sax.saxutils import escape

from moto.cloudformation import parsing
from moto.core.common_models import CloudFormationModel
from moto.iam.models import IAMBackend, Role, iam_backends
from moto.utilities.utils import get_partition


def backend_of(account_id: str, region_name: str) -> IAMBackend:
    return iam_backends[account_id][get_partition(region_name)]


def document_of(cloudformation_json: dict[str, Any]) -> str:
    """As the API keeps it: moto escapes the XML when it comes, and not when it goes."""
    document = cloudformation_json["Properties"]["SamlMetadataDocument"]
    return escape(document, entities={"'": "&apos;", '"': "&quot;"})


class SamlProviderResource(CloudFormationModel):
    """AWS::IAM::SAMLProvider. Another name is another provider."""

    create_only = frozenset({"Name"})

    def __init__(self, arn: str) -> None:
        self.physical_resource_id = arn

    @staticmethod
    def cloudformation_name_type() -> str:
        return "Name"

    @staticmethod
    def cloudformation_type() -> str:
        return "AWS::IAM::SAMLProvider"

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        return attr == "Arn"

    def get_cfn_attribute(self, attribute_name: str) -> str:
        if attribute_name != "Arn":
            raise parsing.UnformattedGetAttTemplateException()
        return self.physical_resource_id

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: dict[str, Any], account_id: str, region_name: str, **_: Any
    ) -> SamlProviderResource:
        document = document_of(cloudformation_json)
        return cls(backend_of(account_id, region_name).create_saml_provider(resource_name, document).arn)

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: SamlProviderResource,
        new_resource_name: str,
        cloudformation_json: dict[str, Any],
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
