"""Gap: moto does not know whether Organizations trusts CloudFormation StackSets, which a person switches on once."""

from __future__ import annotations

from moto.cloudformation.responses import CloudFormationResponse

# Accounts that switched it on.
TRUSTING: set[str] = set()

DESCRIBED = """<DescribeOrganizationsAccessResponse>
  <DescribeOrganizationsAccessResult><Status>{{ status }}</Status></DescribeOrganizationsAccessResult>
</DescribeOrganizationsAccessResponse>"""

ACTIVATED = """<ActivateOrganizationsAccessResponse>
  <ActivateOrganizationsAccessResult/>
</ActivateOrganizationsAccessResponse>"""


def describe_organizations_access(self: CloudFormationResponse) -> str:
    return self.response_template(DESCRIBED).render(status="ENABLED" if TRUSTING else "DISABLED")


def activate_organizations_access(self: CloudFormationResponse) -> str:
    TRUSTING.add(self.current_account)
    return self.response_template(ACTIVATED).render()


def close_gaps() -> None:
    CloudFormationResponse.describe_organizations_access = describe_organizations_access
    CloudFormationResponse.activate_organizations_access = activate_organizations_access
