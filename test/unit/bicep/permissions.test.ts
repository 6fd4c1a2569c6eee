import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REQUESTS } from '../../support/least-permissions/requests';
import { isAllowed, PRIVILEGE, waysOf } from '../../support/least-permissions/table';
import type { Duty } from '../../support/graph-permissions';
import { REPOSITORY } from '../../support/repository';

type Program = Exclude<keyof typeof REQUESTS, 'owners'>;

/** Lists of permissions in the Bicep files, by what they are for. */
const LISTS: readonly (readonly [Program, Duty, string, string])[] = [
  ['workforce', 'preview', 'workforce-permissions.bicep', 'previewPermissions'],
  ['workforce', 'deploy', 'workforce-permissions.bicep', 'deployPermissions'],
  ['customers', 'preview', 'customers-identities.bicep', 'previewPermissions'],
  ['customers', 'deploy', 'customers-identities.bicep', 'deployPermissions'],
  ['external-id', 'preview', 'customers-identities.bicep', 'externalPreviewPermissions'],
  ['external-id', 'deploy', 'customers-identities.bicep', 'externalDeployPermissions'],
];

/** Requests that the table gives to no permission that only reads, and the one with which a preview sends them. */
const READ_BY: Readonly<Record<string, string>> = {
  // The list of them has Application.Read.All, this one does not.
  'GET /applications/{id}/federatedIdentityCredentials/{id}': 'Application.Read.All',
  // The table has it only beside a permission that writes.
  'GET /servicePrincipals/{id}/claimsMappingPolicies': 'Policy.Read.All',
  // Newer than the table, which has Directory.Read.All in its place.
  'GET /oauth2PermissionGrants/{id}': 'DelegatedPermissionGrant.Read.All',
  // The table has IdentityUserFlow.ReadWrite.All alone: not verified (docs/bicep.md).
  'GET /identity/b2cUserFlows/{id}/userFlowIdentityProviders': 'IdentityUserFlow.Read.All',
};

/** Narrower permissions of the table that are not enough all the same. */
const TOO_NARROW: Readonly<Record<string, readonly string[]>> = {
  // They read basic properties alone: neither the description of a group nor the rule for its members.
  'Group.Read.All': ['Group.ReadBasic.All', 'GroupMember.Read.All', 'GroupMember.ReadBasic.All'],
  // Microsoft's provisioningInfo.json has it of another service than Microsoft Graph, so no application can be given it here.
  'GroupMember.Read.All': ['GroupMember.ReadBasic.All'],
};

function permissionsIn(file: string, variable: string): readonly string[] {
  const text = readFileSync(join(REPOSITORY, 'bicep', file), 'utf8');
  const list = new RegExp(`^var ${variable} = \\[\n([^\\]]*)\\]`, 'm').exec(text)?.[1];
  return [...(list ?? '').matchAll(/'([^']+)'/g)].map(([, name]) => name ?? '');
}

const isReading = (permission: string): boolean => permission.endsWith('.Read.All');

function answers(request: string, granted: readonly string[]): boolean {
  const reader = READ_BY[request];
  return isAllowed(request, granted) || (reader !== undefined && granted.includes(reader));
}

describe.each(LISTS)('%s: the identity of the %s (%s, %s)', (program, duty, file, variable) => {
  const granted = permissionsIn(file, variable);
  const requests = REQUESTS[program][duty];
  const refused = (permissions: readonly string[]): readonly string[] =>
    requests.filter((request) => !answers(request, permissions));
  const without = (permission: string): readonly string[] => granted.filter((one) => one !== permission);

  test('may send every request of the program', () => {
    expect(granted.length).toBeGreaterThan(0);
    expect(refused(granted)).toEqual([]);
  });

  test('has no permission that no request needs', () => {
    expect(granted.filter((permission) => refused(without(permission)).length === 0)).toEqual([]);
  });

  test('has no permission in place of which a narrower one is enough', () => {
    const wider = granted.flatMap((permission) => {
      const level = PRIVILEGE.get(permission);
      const lost = refused(without(permission));
      return [...PRIVILEGE]
        .filter(
          ([name, other]) => !granted.includes(name) && (duty === 'deploy' || isReading(name)) && other < (level ?? 0),
        )
        .filter(([name]) => !(TOO_NARROW[permission] ?? []).includes(name))
        .filter(([name]) => lost.every((request) => answers(request, [...without(permission), name])))
        .map(([name]) => `${name} in place of ${permission}`);
    });
    expect(wider).toEqual([]);
  });

  test('has of two permissions of one level the one that Microsoft calls the least', () => {
    const others = granted.flatMap((permission) => {
      const lost = refused(without(permission));
      const least = (name: string, request: string): boolean =>
        waysOf(request, 'Application').some(({ permissions, isLeast }) => isLeast && permissions.includes(name));
      const isSaidLeast = lost.some((request) => least(permission, request) || READ_BY[request] === permission);
      if (isSaidLeast) return [];
      return [...PRIVILEGE.keys()]
        .filter((name) => !(TOO_NARROW[permission] ?? []).includes(name) && (duty === 'deploy' || isReading(name)))
        .filter((name) => lost.every((request) => least(name, request)))
        .map((name) => `${name} in place of ${permission}`);
    });
    expect(others).toEqual([]);
  });
});

test('a request that the table does not have is a fault of the list', () => {
  expect(() => waysOf('GET /me', 'Application')).toThrow("table.json has no request 'GET /me'; see extract.ts");
});
