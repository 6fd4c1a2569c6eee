import type { Access, Application, Estate } from '../../estate';
import { compareText } from '../../../source/finding';
import type { PrincipalId } from '../../../source/ids';
import type { Organization } from '../../../source/organization';
import { knownGroups } from './expand';

/** A group is assigned to an application. */
export interface ApplicationAssignment {
  readonly application: Application;
  readonly group: string;
  /** Identity Store id of the group; undefined while the group is not synchronized. */
  readonly principalId: PrincipalId | undefined;
}

/**
 * Assignments of groups to applications: sorted by the application's name and the group, each once. Groups that are unknown
 * are left out; `checkApplications` reports them.
 */
export function expandApplications(
  estate: Estate,
  { applications }: Access,
  organization: Organization,
): readonly ApplicationAssignment[] {
  const known = knownGroups(estate, organization);
  const byArn = new Map(applications.toReversed().map((one) => [one.arn, one]));
  return [...byArn.values()]
    .toSorted((a, b) => compareText(a.name, b.name))
    .flatMap((application) =>
      [...new Set(application.groups)]
        .filter((group) => known.has(group))
        .toSorted(compareText)
        .map((group) => ({ application, group, principalId: organization.groupByName.get(group)?.id })),
    );
}

/** `apl-0123456789abcdef/<principal id>`: what an assignment of an application is, by a text without its account and instance. */
export function applicationKey({ arn }: Application, principalId: PrincipalId): string {
  return `${arn.slice(arn.lastIndexOf('/') + 1)}/${principalId}`;
}
