import { knownGroups } from '../../../plan/expand';
import type { Issue } from '../../../source/finding';
import type { Organization } from '../../../source/organization';
import type { Access, Application, Estate } from '../../estate';
import { APPLICATION_ARN } from '../../limits';
import { duplicates, error, mismatches, placed, unknownNames, valuesOf, warning } from '../../shared/issue';

/** Applications by the file alone: ARNs, each once, and names, each once. */
export function checkApplications({ applications }: Access): readonly Issue[] {
  const words = { allowed: 'each application once' };
  return [
    ...mismatches('application-arn', valuesOf(applications, 'arn'), {
      pattern: APPLICATION_ARN,
      problem: 'is not the ARN of an application of IAM Identity Center',
      allowed: 'arn:aws:sso::123456789012:application/ssoins-…/apl-…',
    }),
    ...duplicates('duplicate-application', valuesOf(applications, 'name'), words),
    ...duplicates('duplicate-application', valuesOf(applications, 'arn'), words),
    ...applications.flatMap(({ at, groups }) =>
      duplicates('duplicate-entry', placed(groups, [...at, 'groups']), { report: warning, allowed: 'each group once' }),
    ),
  ];
}

/** Applications against the organization: of this instance, and for groups that exist. */
export function checkApplicationReferences(
  estate: Estate,
  { applications }: Access,
  organization: Organization,
): readonly Issue[] {
  const known = knownGroups(estate, organization);
  return applications.flatMap((application) => {
    const groups = placed(application.groups, [...application.at, 'groups']);
    const unknown = groups.filter(({ text }) => !estate.setAside.groups.has(text));
    return [
      ...otherInstance(application, organization),
      ...unknownNames('unknown-group', unknown, {
        problem: 'is neither a group of the workforce nor known to the Identity Store',
        known,
        things: 'known groups',
      }),
      ...groups
        .filter(({ text }) => known.has(text) && !organization.groupByName.has(text))
        .map(({ at, text }) =>
          warning('pending-group', at, {
            value: text,
            problem: 'is not synchronized to the Identity Store yet: its assignments wait',
            allowed: 'run the workforce program, let provisioning finish, then npm run snapshot',
          }),
        ),
    ];
  });
}

function otherInstance({ at, arn }: Application, { instanceArn }: Organization): readonly Issue[] {
  const own = instanceArn.slice(instanceArn.lastIndexOf('/') + 1);
  if (!APPLICATION_ARN.test(arn) || arn.includes(`/${own}/`)) return [];
  const problem = 'is an application of another instance of IAM Identity Center';
  return [error('application-arn', [...at, 'arn'], { value: arn, problem, allowed: `one of ${instanceArn}` })];
}
