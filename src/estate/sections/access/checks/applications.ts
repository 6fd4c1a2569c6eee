import { knownGroups } from '../plan/expand';
import type { Issue } from '../../../source/finding';
import type { Organization } from '../../../source/organization';
import type { Access, Application, Estate } from '../../estate';
import { APPLICATION_ARN } from '../../limits';
import { error, placed, unknownNames, warning } from '../../shared/issue';

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
            allowed: 'run the workforce program, let provisioning finish, then npx --no entra-aws snapshot',
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
