import type { ApplicationDrift, AssignedPrincipal } from '../../../clouds/facts/application-drift';
import { applicationDrift } from '../../../clouds/facts/application-drift';
import type { AccessFacts, DeployedApplication } from '../../../clouds/facts/access-facts';
import { principalNames } from '../../../clouds/facts/managed-elsewhere';
import type { AccessPlan } from '../../../estate/sections/access/plan/access-plan';
import { showValue } from '../../../estate/source/finding';
import { type Check, examine, failure, type Observation, okUnless, warning } from '../../check';

/** Applications of the estate are there, and ask for an assignment. Who is assigned is compared with the other assignments. */
export const applications: Check = {
  id: 'access-applications',
  area: 'access',
  title: 'Applications are there, and ask for an assignment',
  run: ({ plan: { access }, facts }) => {
    if (access === undefined || facts.access?.applications === undefined) return undefined;
    return examine(facts.access.applications, (deployed) =>
      okUnless(
        presence(access, deployed),
        `${access.declaredApplications.length} applications are there and ask for an assignment`,
      ),
    );
  },
};

/** Applications that are not there, and those that ask for no assignment. */
function presence(access: AccessPlan, deployed: readonly DeployedApplication[]): readonly Observation[] {
  const found = new Map(deployed.map((one) => [one.arn, one]));
  return access.declaredApplications.flatMap(({ name, arn }): readonly Observation[] => {
    const there = found.get(arn);
    if (there === undefined) {
      return [
        failure(
          `the application ${showValue(name)} (${arn}) is not in IAM Identity Center`,
          'correct its arn in the estate (aws sso-admin list-applications), or take it out of access.applications',
        ),
      ];
    }
    if (there.needsAssignment) return [];
    return [
      warning(
        `the application ${showValue(name)} needs no assignment: every user of the identity store may use it`,
        `aws sso-admin put-application-assignment-configuration --application-arn ${arn} --assignment-required`,
      ),
    ];
  });
}

/** Assignments of applications that the estate has and AWS has not, and the other way round. */
export function applicationDifferences(access: AccessPlan, facts: AccessFacts): readonly Observation[] {
  const { applications: read } = facts;
  if (read === undefined) return [];
  return examine(read, (deployed) =>
    observationsOf(access, facts, applicationDrift(access, deployed, principalNames(facts))),
  );
}

function observationsOf(
  { organization }: AccessPlan,
  facts: AccessFacts,
  { missing, unknown }: ApplicationDrift,
): readonly Observation[] {
  const names = new Map([
    ...principalNames(facts),
    ...organization.groups.map(({ id, displayName }) => [id, displayName] as const),
  ]);
  const who = ({ principalType, principalId }: AssignedPrincipal): string => {
    const name = names.get(principalId);
    return `${principalType.toLowerCase()} ${name === undefined ? principalId : showValue(name)}`;
  };
  return [
    ...missing.map((one) =>
      failure(
        `${who(one)} may not use the application ${showValue(one.application)}, which the estate grants`,
        'npx --no entra-aws deploy repair access --yes, since CloudFormation sees no change',
      ),
    ),
    ...unknown.map((one) =>
      failure(
        `${who(one)} may use the application ${showValue(one.application)}, which is not in the estate`,
        `add the group to access.applications, or take the assignment away (npx --no entra-aws deploy repair access --yes, or ${deletion(one)})`,
      ),
    ),
  ];
}

function deletion({ arn, principalType, principalId }: AssignedPrincipal): string {
  return `aws sso-admin delete-application-assignment --application-arn ${arn} --principal-type ${principalType} --principal-id ${principalId}`;
}
