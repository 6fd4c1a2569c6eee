"""Applications of IAM Identity Center and who may use them, which moto lacks altogether: operations and CloudFormation type."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any, Optional

from moto.ssoadmin.exceptions import ConflictException, ResourceNotFoundException
from moto.ssoadmin.responses import SSOAdminResponse

from moto_server.organization_instance import MANAGEMENT_ACCOUNT
from moto_server.sso_admin import add
from moto_server.sso_resources import SsoResource, check_principal, register_also

Properties = dict[str, Any]


@dataclass
class Application:
    arn: str
    instance_arn: str
    name: str
    # CreateApplication of the API reference: an application asks for assignments unless somebody turns that off.
    assignment_required: bool = True
    # Type and id of each principal, in the order in which they came.
    assigned: list[tuple[str, str]] = field(default_factory=list)

    def to_json(self) -> Properties:
        return {"ApplicationArn": self.arn, "InstanceArn": self.instance_arn, "Name": self.name, "Status": "ENABLED"}


APPLICATIONS: dict[str, Application] = {}


def application_of(arn: str) -> Application:
    if arn not in APPLICATIONS:
        raise ResourceNotFoundException(f"Could not find Application with ARN {arn}")
    return APPLICATIONS[arn]


def asked(request: SSOAdminResponse) -> Application:
    return application_of(request._get_param("ApplicationArn"))


def principal_of(request: SSOAdminResponse) -> tuple[str, str]:
    return request._get_param("PrincipalType"), request._get_param("PrincipalId")


def create_application(request: SSOAdminResponse) -> Properties:
    instance_arn = request._get_param("InstanceArn")
    instance = instance_arn.rsplit("/", 1)[1]
    arn = f"arn:aws:sso::{MANAGEMENT_ACCOUNT}:application/{instance}/apl-{secrets.token_hex(8)}"
    APPLICATIONS[arn] = Application(arn, instance_arn, request._get_param("Name"))
    return {"ApplicationArn": arn}


def list_applications(request: SSOAdminResponse) -> Properties:
    instance_arn = request._get_param("InstanceArn")
    return {"Applications": [one.to_json() for one in APPLICATIONS.values() if one.instance_arn == instance_arn]}


def assignment_configuration(request: SSOAdminResponse) -> Properties:
    return {"AssignmentRequired": asked(request).assignment_required}


def put_assignment_configuration(request: SSOAdminResponse) -> Properties:
    asked(request).assignment_required = request._get_param("AssignmentRequired")
    return {}


def list_assignments(request: SSOAdminResponse) -> Properties:
    application = asked(request)
    assigned = [{"PrincipalType": kind, "PrincipalId": one} for kind, one in application.assigned]
    return {"ApplicationAssignments": [{"ApplicationArn": application.arn, **one} for one in assigned]}


def create_assignment(request: SSOAdminResponse) -> Properties:
    assign(asked(request), principal_of(request))
    return {}


def assign(application: Application, principal: tuple[str, str]) -> None:
    if principal in application.assigned:
        raise ConflictException(f"{principal[1]} is assigned to {application.arn} already")
    application.assigned.append(principal)


def delete_assignment(request: SSOAdminResponse) -> Properties:
    application, principal = asked(request), principal_of(request)
    if principal not in application.assigned:
        raise ResourceNotFoundException(f"{principal[1]} is not assigned to {application.arn}")
    application.assigned.remove(principal)
    return {}


class ApplicationAssignmentResource(SsoResource):
    identity = ("ApplicationArn", "PrincipalType", "PrincipalId")
    create_only = frozenset(identity)

    @staticmethod
    def cloudformation_type() -> str:
        return "AWS::SSO::ApplicationAssignment"

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Properties, account_id: str, region_name: str, **_: Any
    ) -> ApplicationAssignmentResource:
        properties = cloudformation_json["Properties"]
        check_principal(properties, region_name)
        assign(application_of(properties["ApplicationArn"]), (properties["PrincipalType"], properties["PrincipalId"]))
        return cls("|".join(properties[name] for name in cls.identity), properties)

    @classmethod
    def find_existing(cls, properties: Properties, region_name: str) -> Optional[ApplicationAssignmentResource]:
        application = APPLICATIONS.get(properties["ApplicationArn"])
        principal = (properties["PrincipalType"], properties["PrincipalId"])
        if application is None or principal not in application.assigned:
            return None
        return cls("|".join(properties[name] for name in cls.identity), properties)

    def delete(self, account_id: str, region_name: str) -> None:
        application = APPLICATIONS.get(self.properties["ApplicationArn"])
        principal = (self.properties["PrincipalType"], self.properties["PrincipalId"])
        # What is gone already is deleted ('Resource type handler contract').
        if application is not None and principal in application.assigned:
            application.assigned.remove(principal)


def close_gaps() -> None:
    add("create_application", create_application)
    add("list_applications", list_applications)
    add("get_application_assignment_configuration", assignment_configuration)
    add("put_application_assignment_configuration", put_assignment_configuration)
    add("list_application_assignments", list_assignments)
    add("create_application_assignment", create_assignment)
    add("delete_application_assignment", delete_assignment)
    register_also(ApplicationAssignmentResource)
