import type { AccessPlan } from '../../estate/sections/access/plan/access-plan';
import type { ApplicationPrincipal, DeployedApplication } from './access-facts';
import { elsewhereOf, type PrincipalNames } from './managed-elsewhere';

/** Somebody who is assigned to an application of the estate, or is to be. */
export interface AssignedPrincipal extends ApplicationPrincipal {
  /** Name of the application in the estate. */
  readonly application: string;
  readonly arn: string;
}

/** Differences between the applications of an estate and those of IAM Identity Center. */
export interface ApplicationDrift {
  /** Assignments that the estate has and AWS does not, of applications that are there. */
  readonly missing: readonly AssignedPrincipal[];
  /** Assignments that AWS has and the estate does not, without those of whom the estate says that others manage their access. */
  readonly unknown: readonly AssignedPrincipal[];
}

/** Compares who is assigned to the estate's applications with what it says. */
export function applicationDrift(
  access: AccessPlan,
  deployed: readonly DeployedApplication[],
  names: PrincipalNames,
): ApplicationDrift {
  const { isPrincipal } = elsewhereOf(access, names);
  const found = new Map(deployed.map((one) => [one.arn, one]));
  const differences = access.declaredApplications.flatMap(({ name: application, arn }) => {
    const there = found.get(arn);
    if (there === undefined) return [];
    const wanted = access.applications
      .filter((one) => one.application.arn === arn)
      .flatMap(({ principalId }) => (principalId === undefined ? [] : [{ principalType: 'GROUP', principalId }]));
    const of = (one: ApplicationPrincipal): AssignedPrincipal => ({ ...one, application, arn });
    return [
      {
        missing: lacking(wanted, there.assignments).map(of),
        unknown: lacking(there.assignments, wanted)
          .filter((one) => !isPrincipal(one))
          .map(of),
      },
    ];
  });
  return {
    missing: differences.flatMap(({ missing }) => missing),
    unknown: differences.flatMap(({ unknown }) => unknown),
  };
}

/** Those of some principals whom others lack. */
function lacking(
  some: readonly ApplicationPrincipal[],
  others: readonly ApplicationPrincipal[],
): readonly ApplicationPrincipal[] {
  const known = new Set(others.map(keyOf));
  return some.filter((one) => !known.has(keyOf(one)));
}

function keyOf({ principalType, principalId }: ApplicationPrincipal): string {
  return `${principalType} ${principalId}`;
}
