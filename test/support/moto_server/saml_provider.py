"""SAML identity providers of IAM: moto has no CloudFormation type for them, and answers their XML without escaping it."""

from __future__ import annotations

from typing import Any

from moto.cloudformation import parsing
from moto.core.common_models import CloudFormationModel
from moto.iam import responses
from moto.iam.models import IAMBackend, iam_backends
from moto.utilities.utils import get_partition


def backend_of(account_id: str, region_name: str) -> IAMBackend:
    return iam_backends[account_id][get_partition(region_name)]


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
        document = cloudformation_json["Properties"]["SamlMetadataDocument"]
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
        document = cloudformation_json["Properties"]["SamlMetadataDocument"]
        backend_of(account_id, region_name).update_saml_provider(original_resource.physical_resource_id, document)
        return original_resource

    def delete(self, account_id: str, region_name: str) -> None:
        backend_of(account_id, region_name).delete_saml_provider(self.physical_resource_id)


def close_gaps() -> None:
    responses.GET_SAML_PROVIDER_TEMPLATE = responses.GET_SAML_PROVIDER_TEMPLATE.replace(
        "saml_provider.saml_metadata_document }}", "saml_provider.saml_metadata_document | e }}"
    )
    parsing.get_model_map.cache_clear()
    parsing.get_name_type_map.cache_clear()
