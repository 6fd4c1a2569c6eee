"""Types of services, firewalls, alarms, secrets, keys and providers that moto's CloudFormation lacks.

Secrets, aliases of keys and OIDC providers are made in moto's own backends, and answer there. Of the others only that is kept
that a template asks for: `Ref` and `Fn::GetAtt` ('Return values' of each type in the CloudFormation Template Reference).
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from moto.cloudformation import parsing
from moto.core.common_models import CloudFormationModel
from moto.kms.models import kms_backends
from moto.secretsmanager.models import secretsmanager_backends

from moto_server.iam_resources import Properties, Resource, Text, backend_of

BALANCING = "arn:aws:elasticloadbalancing:{region}:{account}"


@dataclass(frozen=True)
class Answers:
    """Texts in which {name} is the resource's name, {id} one that AWS would choose, and any other a property."""

    ref: str
    attributes: dict[str, Text] = field(default_factory=dict)
    name: str = ""
    create_only: frozenset[str] = frozenset()


APP_RUNNER = "arn:aws:apprunner:{region}:{account}"

KEPT: dict[str, Answers] = {
    "AWS::AppRunner::AutoScalingConfiguration": Answers(
        f"{APP_RUNNER}:autoscalingconfiguration/{{name}}/1/{{id}}",
        {"AutoScalingConfigurationArn": f"{APP_RUNNER}:autoscalingconfiguration/{{name}}/1/{{id}}"},
    ),
    "AWS::AppRunner::ObservabilityConfiguration": Answers(
        f"{APP_RUNNER}:observabilityconfiguration/{{name}}/1/{{id}}",
        {"ObservabilityConfigurationArn": f"{APP_RUNNER}:observabilityconfiguration/{{name}}/1/{{id}}"},
    ),
    "AWS::AppRunner::Service": Answers(
        f"{APP_RUNNER}:service/{{name}}/{{id}}",
        {
            "ServiceArn": f"{APP_RUNNER}:service/{{name}}/{{id}}",
            "ServiceId": "{id}",
            "ServiceUrl": "{id}.{region}.awsapprunner.com",
        },
        "ServiceName",
        frozenset({"ServiceName"}),
    ),
    "AWS::CloudWatch::Alarm": Answers(
        "{name}", {"Arn": "arn:aws:cloudwatch:{region}:{account}:alarm:{name}"}, "AlarmName", frozenset({"AlarmName"})
    ),
    "AWS::CloudWatch::Dashboard": Answers("{name}", {}, "DashboardName", frozenset({"DashboardName"})),
    "AWS::ECS::ExpressGatewayService": Answers(
        "arn:aws:ecs:{region}:{account}:service/{Cluster}/{name}",
        {
            "ServiceArn": "arn:aws:ecs:{region}:{account}:service/{Cluster}/{name}",
            "Endpoint": "{name}-{id}.ecs.{region}.on.aws",
            "ECSManagedResourceArns.IngressPath.LoadBalancerArn": f"{BALANCING}:loadbalancer/app/express-gateway/{{id}}",
            "ECSManagedResourceArns.IngressPath.TargetGroupArns": [
                f"{BALANCING}:targetgroup/{one}-{{name}}/{{id}}" for one in ("blue", "green")
            ],
            "ECSManagedResourceArns.MetricAlarms": ["arn:aws:cloudwatch:{region}:{account}:alarm:{name}-rollback"],
        },
        "ServiceName",
        frozenset({"Cluster", "InfrastructureRoleArn", "ServiceName"}),
    ),
    "AWS::SNS::Subscription": Answers("{TopicArn}:{id}", {}, "", frozenset({"Endpoint", "Protocol", "TopicArn"})),
    "AWS::SNS::TopicPolicy": Answers("{id}"),
    "AWS::WAFv2::LoggingConfiguration": Answers("{ResourceArn}", {}, "", frozenset({"ResourceArn"})),
    "AWS::WAFv2::WebACL": Answers(
        "{name}|{id}|{Scope}",
        {"Arn": "arn:aws:wafv2:{region}:{account}:regional/webacl/{name}/{id}"},
        "Name",
        frozenset({"Name", "Scope"}),
    ),
    "AWS::WAFv2::WebACLAssociation": Answers(
        "{WebACLArn}|{ResourceArn}", {}, "", frozenset({"ResourceArn", "WebACLArn"})
    ),
}


def filled(text: Text, words: Properties) -> Text:
    return [one.format_map(words) for one in text] if isinstance(text, list) else text.format_map(words)


def kept(type_name: str, answers: Answers) -> type[CloudFormationModel]:
    class KeptResource(Resource, CloudFormationModel):
        kind = type_name
        name_property = answers.name
        attribute_names = frozenset(answers.attributes)
        create_only = answers.create_only

        @classmethod
        def create_from_cloudformation_json(
            cls, resource_name: str, cloudformation_json: Properties, account_id: str, region_name: str, **_: Any
        ) -> KeptResource:
            own = {"name": resource_name, "id": secrets.token_hex(8), "region": region_name, "account": account_id}
            words = {**cloudformation_json["Properties"], **own}
            attributes = {name: filled(text, words) for name, text in answers.attributes.items()}
            return cls(answers.ref.format_map(words), attributes)

        @classmethod
        def update_from_cloudformation_json(
            cls, original_resource: KeptResource, *_: Any, **__: Any
        ) -> KeptResource:
            return original_resource

    return KeptResource


class AliasResource(Resource, CloudFormationModel):
    kind = "AWS::KMS::Alias"
    name_property = "AliasName"
    create_only = frozenset({"AliasName"})

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Properties, account_id: str, region_name: str, **_: Any
    ) -> AliasResource:
        kms_backends[account_id][region_name].create_alias(
            cloudformation_json["Properties"]["TargetKeyId"], resource_name
        )
        return cls(resource_name)

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: AliasResource,
        new_resource_name: str,
        cloudformation_json: Properties,
        account_id: str,
        region_name: str,
    ) -> AliasResource:
        original_resource.delete(account_id, region_name)
        return cls.create_from_cloudformation_json(new_resource_name, cloudformation_json, account_id, region_name)

    def delete(self, account_id: str, region_name: str) -> None:
        kms_backends[account_id][region_name].delete_alias(self.physical_resource_id)


def generated(asked: Properties) -> str:
    value = secrets.token_hex(asked.get("PasswordLength", 32))[: asked.get("PasswordLength", 32)]
    if "GenerateStringKey" not in asked:
        return value
    return json.dumps({**json.loads(asked["SecretStringTemplate"]), asked["GenerateStringKey"]: value})


class OidcProviderResource(Resource, CloudFormationModel):
    kind = "AWS::IAM::OIDCProvider"
    attribute_names = frozenset({"Arn"})
    create_only = frozenset({"Url"})

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Properties, account_id: str, region_name: str, **_: Any
    ) -> OidcProviderResource:
        properties = cloudformation_json["Properties"]
        made = backend_of(account_id, region_name).create_open_id_connect_provider(
            properties["Url"], properties.get("ThumbprintList", []), properties.get("ClientIdList", []), []
        )
        return cls(made.arn, {"Arn": made.arn})

    def delete(self, account_id: str, region_name: str) -> None:
        backend_of(account_id, region_name).delete_open_id_connect_provider(self.physical_resource_id)


class SecretResource(Resource, CloudFormationModel):
    kind = "AWS::SecretsManager::Secret"
    name_property = "Name"
    attribute_names = frozenset({"Id"})
    create_only = frozenset({"Name"})

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Properties, account_id: str, region_name: str, **_: Any
    ) -> SecretResource:
        properties = cloudformation_json["Properties"]
        asked = properties.get("GenerateSecretString")
        made = secretsmanager_backends[account_id][region_name].create_secret(
            name=resource_name,
            secret_string=properties.get("SecretString") if asked is None else generated(asked),
            secret_binary=None,
            description=properties.get("Description"),
            tags=properties.get("Tags"),
            kms_key_id=properties.get("KmsKeyId"),
            client_request_token=None,
            replica_regions=[],
            force_overwrite=False,
        )
        arn = json.loads(made)["ARN"]
        return cls(arn, {"Id": arn})

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: SecretResource,
        new_resource_name: str,
        cloudformation_json: Properties,
        account_id: str,
        region_name: str,
    ) -> SecretResource:
        properties = cloudformation_json["Properties"]
        secret = secretsmanager_backends[account_id][region_name].describe_secret(original_resource.physical_resource_id)
        secret.update(properties.get("Description"), properties.get("Tags"), properties.get("KmsKeyId"))
        return original_resource

    def delete(self, account_id: str, region_name: str) -> None:
        secretsmanager_backends[account_id][region_name].delete_secret(self.physical_resource_id, None, True)


# Nothing else refers to the classes, and moto's list of them is a weak one.
TYPES = [kept(kind, answers) for kind, answers in KEPT.items()]


def close_gaps() -> None:
    parsing.get_model_map.cache_clear()
    parsing.get_name_type_map.cache_clear()
