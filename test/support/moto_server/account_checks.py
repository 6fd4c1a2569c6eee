"""What is asked before a deployment, and moto lacks: IAM Access Analyzer, quotas, App Runner's list, Regions and key of the instance.

Requests are checked against botocore's model of each service; answers have its members. Access Analyzer finds only what is
below, by the names of 'Access Analyzer policy check reference' (IAM User Guide).
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

import botocore.session
from botocore.validate import ParamValidator
from moto.cloudformation.responses import CloudFormationResponse
from moto.organizations.models import FakeDelegatedAdministrator, FakeServiceAccess, organizations_backends
from werkzeug.wrappers import Response

from moto_server.organization_instance import MANAGEMENT_ACCOUNT

STACK_SETS = "member.org.stacksets.cloudformation.amazonaws.com"
DEFAULTS: dict[tuple[str, str], float] = {
    ("sso", "L-B44C7A29"): 3500,
    ("sso", "L-89954265"): 500,
    ("iam", "L-0DA4ABF3"): 10,
    ("lambda", "L-B99A9384"): 1000,
    ("apprunner", "L-69F96A0C"): 30,
    ("fargate", "L-3032A538"): 6,
    ("wafv2", "L-2EC3DE7B"): 100,
}


class Orders:
    """What a test says of quotas and of the instance."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        # By service and code. Only the default is known of the others.
        self.quotas: dict[tuple[str, str], float] = {}
        self.instance: dict[str, Any] = {}
        self.services = 0
        # Which actions exist is not known here: a test names those that do not.
        self.unknown_actions: frozenset[str] = frozenset()

    def add(self, order: dict[str, Any]) -> None:
        unknown = set(order) - {"quotas", "instance", "appRunnerServices", "unknownActions"}
        if unknown:
            raise ValueError(f"unknown fields {sorted(unknown)}")
        for one in order.get("quotas", []):
            key = (one["service"], one["code"])
            if key not in DEFAULTS:
                raise ValueError(f"unknown quota {key}; known: {sorted(DEFAULTS)}")
            self.quotas[key] = one["value"]
        self.instance = order.get("instance", self.instance)
        self.services = order.get("appRunnerServices", self.services)
        self.unknown_actions = frozenset(order.get("unknownActions", self.unknown_actions))


ORDERS = Orders()


@lru_cache(maxsize=None)
def model_of(service: str) -> Any:
    return botocore.session.get_session().get_service_model(service)


class Refusal(Exception):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def checked(service: str, operation: str, given: dict[str, Any]) -> None:
    report = ParamValidator().validate(given, model_of(service).operation_model(operation).input_shape)
    if report.has_errors():
        raise Refusal("ValidationException", report.generate_report())


def quota(operation: str, given: dict[str, Any]) -> dict[str, Any]:
    """GetServiceQuota answers an applied value, and where there is none only GetAWSDefaultServiceQuota does."""
    checked("service-quotas", operation, given)
    key = (given["ServiceCode"], given["QuotaCode"])
    known = ORDERS.quotas if operation == "GetServiceQuota" else DEFAULTS
    if key not in known:
        raise Refusal("NoSuchResourceException", "The specified resource does not exist.")
    return {"Quota": {"ServiceCode": key[0], "QuotaCode": key[1], "Value": known[key], "Unit": "None"}}


def services(operation: str, given: dict[str, Any]) -> dict[str, Any]:
    checked("apprunner", operation, given)
    return {"ServiceSummaryList": [{"ServiceName": f"service-{index}"} for index in range(ORDERS.services)]}


def validate(operation: str, given: dict[str, Any]) -> dict[str, Any]:
    checked("accessanalyzer", operation, given)
    try:
        document = json.loads(given["policyDocument"])
    except ValueError:
        return {"findings": [finding("ERROR", "JSON_SYNTAX_ERROR", "Fix the JSON syntax error.")]}
    return {"findings": [finding(*one) for one in faults(document)]}


def finding(kind: str, code: str, details: str) -> dict[str, Any]:
    link = f"https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html#{code}"
    return {"findingType": kind, "issueCode": code, "findingDetails": details, "learnMoreLink": link, "locations": []}


def faults(document: dict[str, Any]) -> list[tuple[str, str, str]]:
    found = []
    if "Version" not in document:
        found.append(("WARNING", "MISSING_VERSION", "We recommend that you specify the Version element."))
    statements = document.get("Statement")
    if statements is None:
        return [*found, ("ERROR", "MISSING_STATEMENT", "Add a Statement element to the policy.")]
    for one in statements if isinstance(statements, list) else [statements]:
        found.extend(faults_of_statement(one))
    return found


def faults_of_statement(statement: dict[str, Any]) -> list[tuple[str, str, str]]:
    found = []
    effect = statement.get("Effect")
    if effect not in ("Allow", "Deny"):
        found.append(("ERROR", "INVALID_EFFECT", f"The effect {effect} is not valid. Use Allow or Deny."))
    if "Action" not in statement and "NotAction" not in statement:
        found.append(("ERROR", "MISSING_ACTION", "Add an Action or NotAction element to the policy statement."))
    actions = statement.get("Action", [])
    actions = [actions] if isinstance(actions, str) else actions
    for action in ORDERS.unknown_actions.intersection(actions):
        found.append(("ERROR", "INVALID_ACTION", f"The action {action} does not exist."))
    if "iam:PassRole" in actions and statement.get("Resource") == "*" and "Condition" not in statement:
        details = "Using the iam:PassRole action with wildcards (*) in the resource can be overly permissive."
        found.append(("SECURITY_WARNING", "PASS_ROLE_WITH_STAR_IN_RESOURCE", details))
    return found


OPERATIONS = {
    ("service-quotas", "GetServiceQuota"): quota,
    ("service-quotas", "GetAWSDefaultServiceQuota"): quota,
    ("apprunner", "ListServices"): services,
    ("accessanalyzer", "ValidatePolicy"): validate,
}


def answer(service: str, operation: str, body: bytes) -> Response:
    """The answer of one of the operations above."""
    try:
        told = OPERATIONS[service, operation](operation, json.loads(body))
    except Refusal as refusal:
        headers = {"x-amzn-ErrorType": refusal.code}
        error = json.dumps({"__type": refusal.code, "message": str(refusal)})
        return Response(error, 400, mimetype="application/json", headers=headers)
    return Response(json.dumps(told), mimetype="application/json")


ACCESS = """<DescribeOrganizationsAccessResponse>
  <DescribeOrganizationsAccessResult><Status>{{ status }}</Status></DescribeOrganizationsAccessResult>
</DescribeOrganizationsAccessResponse>"""


def describe_organizations_access(self: CloudFormationResponse) -> str:
    """Gap: moto has no trust in stack sets. It is there once Organizations has the service enabled."""
    enabled = organizations_backends[MANAGEMENT_ACCOUNT]["aws"].services
    is_enabled = any(one["ServicePrincipal"] == STACK_SETS for one in enabled)
    return self.response_template(ACCESS).render(status="ENABLED" if is_enabled else "DISABLED")


ACTIVATED = """<ActivateOrganizationsAccessResponse>
  <ActivateOrganizationsAccessResult/>
</ActivateOrganizationsAccessResponse>"""


def activate_organizations_access(self: CloudFormationResponse) -> str:
    organizations_backends[MANAGEMENT_ACCOUNT]["aws"].enable_aws_service_access(ServicePrincipal=STACK_SETS)
    return self.response_template(ACTIVATED).render()


def close_gaps() -> None:
    CloudFormationResponse.describe_organizations_access = describe_organizations_access
    CloudFormationResponse.activate_organizations_access = activate_organizations_access
    for known in (FakeServiceAccess.TRUSTED_SERVICES, FakeDelegatedAdministrator.SUPPORTED_SERVICES):
        if STACK_SETS not in known:
            known.append(STACK_SETS)
