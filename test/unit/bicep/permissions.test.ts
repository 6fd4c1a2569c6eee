import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { alternatives, needOf, type Permissions } from '../../../apps/emulator/graph/permissions/needs';
import type { Duty } from '../../support/graph-permissions';
import { REQUESTS } from '../../support/graph-requests';
import { REPOSITORY } from '../../support/repository';

type Program = Exclude<keyof typeof REQUESTS, 'owners'>;

/** Lists of permissions in the Bicep files, by what they are for. */
const LISTS: readonly {
  readonly program: Program;
  readonly duty: Duty;
  readonly file: string;
  readonly variable: string;
}[] = [
  { program: 'workforce', duty: 'preview', file: 'workforce-permissions.bicep', variable: 'previewPermissions' },
  { program: 'workforce', duty: 'deploy', file: 'workforce-permissions.bicep', variable: 'deployPermissions' },
  { program: 'customers', duty: 'preview', file: 'customers-identities.bicep', variable: 'previewPermissions' },
  { program: 'customers', duty: 'deploy', file: 'customers-identities.bicep', variable: 'deployPermissions' },
  {
    program: 'external-id',
    duty: 'preview',
    file: 'customers-identities.bicep',
    variable: 'externalPreviewPermissions',
  },
  {
    program: 'identityProviders',
    duty: 'preview',
    file: 'customers-identities.bicep',
    variable: 'providersPreviewPermissions',
  },
  {
    program: 'identityProviders',
    duty: 'deploy',
    file: 'customers-identities.bicep',
    variable: 'providersDeployPermissions',
  },
  { program: 'external-id', duty: 'deploy', file: 'customers-identities.bicep', variable: 'externalDeployPermissions' },
];

/** Requests that the table gives to no permission that only reads, and the one with which a preview sends them. */
const READ_BY: Readonly<Record<string, string>> = {
  // The list of them has Application.Read.All, this one does not.
  'GET /applications/{id}/federatedIdentityCredentials/{id}': 'Application.Read.All',
  // The table does not know this permission, which is Microsoft's own for exactly this.
  'GET /oauth2PermissionGrants/{id}': 'DelegatedPermissionGrant.Read.All',
  // The table has it only beside a permission that writes.
  'GET /servicePrincipals/{id}/claimsMappingPolicies': 'Policy.Read.All',
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

function permissionsFor(request: string): Permissions {
  const [method = '', path = ''] = request.split(' ');
  return needOf({ method, path }).application;
}

function answers(request: string, granted: readonly string[]): boolean {
  const reader = READ_BY[request];
  const isEnough = alternatives(permissionsFor(request)).some((needed) => needed.every((one) => granted.includes(one)));
  return isEnough || (reader !== undefined && granted.includes(reader));
}

/** Permissions that Microsoft calls the least for a request, each of those that are needed together. */
function leastFor(request: string): readonly string[] {
  return permissionsFor(request).least.flatMap((entry) => entry.split(' & '));
}

describe.each(LISTS)('$program: the identity of the $duty ($file, $variable)', ({ program, duty, file, variable }) => {
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

  test('has no permission in place of which Microsoft calls another one the least', () => {
    const others = granted.flatMap((permission) => {
      const lost = refused(without(permission));
      if (lost.some((request) => READ_BY[request] === permission || leastFor(request).includes(permission))) return [];
      const everywhere = lost
        .flatMap(leastFor)
        .filter((name) => lost.every((request) => leastFor(request).includes(name)));
      return [...new Set(everywhere)]
        .filter((name) => !(TOO_NARROW[permission] ?? []).includes(name) && (duty === 'deploy' || isReading(name)))
        .map((name) => `${name} in place of ${permission}`);
    });
    expect(others).toEqual([]);
  });
});
