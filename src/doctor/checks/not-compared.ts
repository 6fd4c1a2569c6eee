import type { Area } from '../../clouds/facts/facts';

/**
 * Things that no check looks at, by area: a report says so below its totals, so that its 'ok' is not taken for more. Whoever writes a
 * check that looks at one of these takes it out here.
 */
const NOT_COMPARED: Readonly<Record<Area, readonly string[]>> = {
  access: ['documents of customer managed policies that access.policies does not have', 'tags beyond the declared'],
  saml: [
    'whether other tenants may use it',
    'which certificates AWS trusts, of which no API tells',
    'federated credentials and permissions of the identities that the pipeline deploys as',
  ],
  scim: [
    'mappings that the estate does not declare (userName, active and attributes for access control among them)',
    'constants and functions in mappings, mappings of groups, scoping filters',
    'applications that own groups for which the estate names no owners',
    "rules and targets of the alarms of the token's end",
    'the leavers function, its schedule and its environment; its application where it signs in with a secret',
  ],
  b2c: [
    'optional claims of tokens',
    'federated credentials and permissions of the identities that the pipeline deploys as',
    'user flows and identity providers of the directory beyond the declared',
    'whether a secret of a declared period is the one that Pulumi made',
  ],
  hosting: ['roles, networks and rules of the firewall, for which `cdk drift` is'],
  console: [
    'methods that an authentication strength of the tenant takes',
    'people in nested groups and directory roles that a policy of others leaves out',
    'named locations',
  ],
  emergency: [
    'who should be a member of the group, beyond how many there are',
    'owners of application and group',
    'documents of customer managed policies and of boundaries',
    'how long a session of a role may last',
    'patterns, topics and listeners of the alarms beyond the declared ones',
  ],
};

/** Things that `entra-aws deploy check` does not ask about. */
export const NOT_ASKED: readonly string[] = [
  'service control policies',
  'the CDK bootstrap, for which deployments have a step of their own',
  'documents of customer-managed policies that others keep',
  'names of the roles, tables, secrets and log groups that stacks make',
  'networks of the hosting',
  'quotas of other services',
];

/** Things that no check of some areas looks at, without repetition. */
export function notComparedIn(areas: readonly Area[]): readonly string[] {
  return [...new Set(areas.flatMap((area) => NOT_COMPARED[area]))];
}
