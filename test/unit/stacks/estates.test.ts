import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { diskFolder } from '../../../src/estate/load/estate-folder';
import { allFindings, planEstate } from '../../../src/estate/plan/estate-plan';
import { placeholdersIn } from '../../../src/estate/plan/placeholders';
import type { EstatePlan } from '../../../src/estate/plan/planner';
import { programsOf } from '../../../src/estate/plan/stacks/stacks';
import { runCustomers } from '../../../src/local/registrations';
import { runProgram } from '../../../src/preview/engine/run-program';
import { sectionOf } from '../../../stacks/entra/program';
import { workforce } from '../../../stacks/entra/workforce';
import { fixDay } from '../../support/fixed-day';
import { EXAMPLE_ESTATES, REPOSITORY } from '../../support/repository';

const NOW = new Date('2026-11-26T00:00:00Z');

fixDay(NOW.toISOString());

const ESTATES = join(REPOSITORY, 'estates');
const planOf = (name: string, estates = ESTATES): EstatePlan => planEstate(diskFolder(estates, name));
const read = (...path: readonly string[]): string => readFileSync(join(REPOSITORY, ...path), 'utf8');

test.each([
  ['sandbox', EXAMPLE_ESTATES],
  ['blog', ESTATES],
])('the estate %s has no error, and its assignments have their places', (name, estates) => {
  const plan = planOf(name, estates);
  expect(allFindings(plan).filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(plan.access?.placement.state).toBe('fresh');
});

describe('the estate of the four posts', () => {
  const { estate, ...plan } = planOf('blog');

  test('has a stack of Pulumi for each of its programs', () => {
    for (const program of programsOf(estate)) {
      expect(parse(read(`Pulumi.blog-${program}.yaml`))).toEqual({
        config: {
          'entra-aws-identity:estate': 'blog',
          'entra-aws-identity:program': program,
          'azuread:tenantId': sectionOf(estate, program).tenantId,
        },
      });
    }
  });

  test('has no warning either', () => {
    expect(allFindings({ estate, ...plan })).toEqual([]);
  });

  test('has no id or name of its own that an estate could be deployed with', () => {
    const found = placeholdersIn(diskFolder(ESTATES, 'blog'));
    const ids = read('estates/blog/estate.yaml').match(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g) ?? [];
    expect(ids.filter((id) => !found.some(({ value }) => value.includes(id)))).toEqual([]);
    expect(found.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        'customers.directory',
        'azure.repository',
        'azure.pulumiState.keyVault',
        'organization.id',
      ]),
    );
  });

  test('registers what the post about Azure AD B2C does', async () => {
    const { customers } = estate;
    if (customers === undefined) throw new Error('the posts have customers');
    const registered = await runCustomers({ estate, customers, clientSecret: 'a-secret', now: NOW });
    expect(registered).toMatchObject({
      directory: 'giwb2c',
      clients: [
        { displayName: 'python-b2c-api', redirectUris: [], secrets: [] },
        {
          displayName: 'python-b2c-web',
          redirectUris: ['http://localhost:5000/getAToken', 'http://localhost:5000/getATokenMFA'],
          secrets: [expect.anything()],
          signInScopes: ['offline_access', 'openid'],
          grantedScopes: ['Accounts.Read', 'Accounts.Write'].map(
            (scope) => `https://giwb2c.onmicrosoft.com/api/${scope}`,
          ),
        },
      ],
      apis: [{ identifierUri: 'https://giwb2c.onmicrosoft.com/api', scopes: ['Accounts.Read', 'Accounts.Write'] }],
    });
    const claims = ['displayName', 'emails', 'givenName', 'objectId', 'surname'];
    expect(registered.flows.map(({ id, type, multifactor, claims }) => ({ id, type, multifactor, claims }))).toEqual([
      { id: 'B2C_1_passwordreset1', type: 'passwordReset', multifactor: 'off', claims },
      { id: 'B2C_1_profileediting1', type: 'profileUpdate', multifactor: 'off', claims },
      { id: 'B2C_1_signupsignin1', type: 'signUpOrSignIn', multifactor: 'off', claims },
      { id: 'B2C_1_signupsignin1_mfa', type: 'signUpOrSignIn', multifactor: 'on', claims },
    ]);
  });

  test('registers the non-gallery application of the series, and only looks its groups up', async () => {
    const { failure, resources } = await runProgram({ name: 'workforce', program: workforce }, estate, { now: NOW });
    expect(failure).toBeUndefined();
    const inputsOf = (type: string) =>
      resources.filter((one) => one.type.endsWith(`:${type}`)).map(({ inputs }) => inputs);
    expect(inputsOf('ApplicationFromTemplate')).toEqual([
      { displayName: 'AWS SSO', templateId: '8adf8e6e-67b2-4cf2-a259-e3dc5476c621' },
    ]);
    expect(inputsOf('Group')).toEqual([]);
    expect(inputsOf('AppRoleAssignment')).toHaveLength(4);
    expect(inputsOf('SynchronizationJob')).toMatchObject([{ templateId: 'scim' }]);
    expect(inputsOf('SynchronizationSchema')).toMatchObject([
      { attributeMappings: [{ sourceAttribute: 'objectId', targetAttribute: 'externalId' }] },
    ]);
  });
});
