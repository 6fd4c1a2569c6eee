import type { Access, Estate, Grant } from '../../estate';
import type { Issue } from '../../../source/finding';
import type { AssignedGroup, AwsApplication, SamlSettings, ScimSettings, Workforce } from '../workforce';
import { checkConditionalAccess } from './conditional-access';
import { checkAssignedNesting } from './group-members';
import { unknownGroups } from './groups';
import { warning } from '../../shared/issue';
import { checkMappedAttributes } from './mappings';
import { checkNameId } from './name-id';
import { checkSaml } from './saml';
import { checkScim } from './scim';
import { checkSigningCertificates } from './signing-certificates';

/** The enterprise application for AWS, and whether it lets in those to whom the estate grants access. */
export function checkAwsApplication(
  application: AwsApplication,
  workforce: Workforce,
  estate: Estate,
): readonly Issue[] {
  const { saml, scim, assignedGroups } = application;
  const names = new Set(workforce.groups.map(({ name }) => name));
  const groups = { names, setAside: estate.setAside.groups };
  const assigned = assignedGroups.map(({ at: place, name }) => ({ at: place, text: name }));
  return [
    ...checkSaml(saml, estate.access?.identityCenter),
    ...checkSigningCertificates(saml),
    ...(scim === undefined ? [] : checkProvisioning(scim, saml, estate.access)),
    ...unknownGroups('unknown-assigned-group', assigned, groups),
    ...(assignedGroups.length === 0 && workforce.groups.length > 0 ? [noGroup(application)] : []),
    ...checkAssignedNesting(workforce.groups, assignedGroups),
    ...checkConditionalAccess(application, groups),
    ...checkGranted(estate.access, assignedGroups, names),
  ];
}

function checkProvisioning(scim: ScimSettings, saml: SamlSettings, access: Access | undefined): readonly Issue[] {
  return [...checkScim(scim, saml), ...checkNameId(saml, scim), ...checkMappedAttributes(scim, access)];
}

function noGroup({ at }: AwsApplication): Issue {
  return warning('no-assigned-group', [...at, 'assignedGroups'], {
    problem: 'no one can sign in to AWS',
    allowed: 'the groups that reach AWS; remove assignedGroups to assign all groups',
  });
}

/** Groups of the estate that are granted access and left out of the application: one finding each, at the first grant. */
function checkGranted(
  access: Access | undefined,
  assigned: readonly AssignedGroup[],
  declared: ReadonlySet<string>,
): readonly Issue[] {
  const admitted = new Set(assigned.map(({ name }) => name));
  const firsts = new Map<string, Grant>();
  for (const grant of access?.grants ?? []) {
    const { kind, name } = grant.holder;
    if (kind === 'group' && !firsts.has(name)) firsts.set(name, grant);
  }
  return [...firsts]
    .filter(([group]) => declared.has(group) && !admitted.has(group))
    .map(([group, { at }]) =>
      warning('unassigned-group', [...at, 'group'], {
        value: group,
        problem: 'is not assigned to the AWS application: it is never provisioned, and its members cannot sign in',
        allowed: 'add it to workforce.awsApplication.assignedGroups',
      }),
    );
}
