import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { RESOURCE_TYPES, resourceType } from '../../../../provider/resource-types';
import type { Properties } from '../../../../provider/values';
import type { Estate } from '../../../../src/estate/sections/estate';
import type { Leavers } from '../../../../src/estate/sections/workforce/watch';
import { customers } from '../../../../stacks/entra/customers';
import { workforce } from '../../../../stacks/entra/workforce';
import { emergencyEstatePlan } from '../../../support/emergency';
import { inputShapeOf, leftOut } from '../../../support/input-shapes';
import {
  customersEstate,
  customersSection,
  declaredConnector,
  declaredProvider,
  externalSection,
  flowAttribute,
  TENANT,
  userFlow,
} from '../../../support/customers-estate';
import { type MockedResource, type MockOptions, runProgram } from '../../../support/pulumi-mocks';
import { REPOSITORY } from '../../../support/repository';
import { LEFT_OUT } from './left-out-inputs';

const context = { now: new Date('2026-06-01T09:30:00Z'), warn: () => undefined };
const SECRETS = ['googleSecret', 'openIdSecret', 'invitationsSecret', 'scimToken'];

const MOCKS: MockOptions = {
  newResource: {
    'azuread:index/applicationFromTemplate:ApplicationFromTemplate': ({ name }) => ({
      applicationId: `/applications/${name}`,
      applicationObjectId: name,
    }),
    'azuread:index/servicePrincipal:ServicePrincipal': ({ name }) => ({
      id: `/servicePrincipals/${name}`,
      appRoles: [{ id: `role-of-${name}`, displayName: 'User', enabled: true, value: '' }],
    }),
    'entragraph:index:SamlSigningCertificate': ({ name }) => ({ thumbprint: name, certificate: 'A' }),
  },
  call: {
    'entragraph:index:getOwners': () => ({ objectIds: ['deployer'] }),
    'azuread:index/getApplication:getApplication': ({ objectId }) => ({ clientId: `client-of-${String(objectId)}` }),
  },
};

/** Registers what a program registers, with secrets in its configuration. */
async function registered(program: () => unknown): Promise<readonly MockedResource[]> {
  const { resources } = await runProgram(() => {
    const secrets = SECRETS.map((key) => [`entra-aws-identity:${key}`, 'a-secret-of-the-tests'] as const);
    const config = Object.fromEntries([...secrets, ['azuread:tenantId', TENANT] as const]);
    pulumi.runtime.setAllConfig(
      config,
      secrets.map(([key]) => key),
    );
    return program();
  }, MOCKS);
  return resources.filter(({ type }) => /^(azuread|entragraph):/.test(type));
}

const b2c = customersSection({
  identityProviders: [
    declaredProvider('google', { type: 'google', clientId: 'client' }),
    declaredProvider('openId', { type: 'openIdConnect', clientId: 'client', metadataUrl: 'https://idp.example.com' }),
  ],
  attributes: [{ at: [], name: 'LoyaltyNumber', dataType: 'string' }],
  apiConnectors: [declaredConnector('invitations')],
  userFlows: [
    userFlow('signupsignin1', {
      attributes: [flowAttribute('displayName')],
      languages: { default: 'en', shown: ['en', 'de'] },
      apiConnectors: { postAttributeCollection: 'invitations' },
    }),
    userFlow('passwordreset1', { type: 'passwordReset', use: 'passwordReset' }),
  ],
});

const external = externalSection({
  customExtensions: [
    {
      at: [],
      name: 'loyalty',
      event: 'tokenIssuanceStart',
      url: 'https://api.example.com/in',
      resourceId: 'api://api.example.com/0a1b2c3d-1111-2222-3333-444455556666',
      claims: ['level'],
    },
  ],
});

/** Leavers are read by an application of the program's own, and a group is inside another. */
function withLeavers({ workforce: section, ...estate }: Estate): Estate {
  if (section === undefined) throw new Error('the sandbox has no workforce');
  const group = {
    ...{ previousNames: [], adopt: false, owners: [], assignableToRoles: false },
    ...{ nestedGroups: [], hasDirectMembers: false },
  };
  const groups = [
    { ...group, at: [], name: 'Outer', nestedGroups: ['Inner'] },
    { ...group, at: [], name: 'Inner' },
  ];
  const leavers: Leavers = {
    at: [],
    signIn: { kind: 'federated', issuer: 'https://0.tokens.sts.global.api.aws', account: '100000000000' },
    ...{ gracePeriodDays: 30, deletes: false, maxPerRun: 10, maxShare: 5, breakGlassUsers: [], schedule: 'daily' },
  };
  return { ...estate, workforce: { ...section, groups: [...section.groups, ...groups], leavers } };
}

async function everything(): Promise<readonly MockedResource[]> {
  const { estate, emergency } = emergencyEstatePlan();
  return [
    ...(await registered(() => customers(customersEstate(b2c), context))),
    ...(await registered(() => customers(customersEstate(external), context))),
    ...(await registered(() => workforce(withLeavers(estate), { ...context, ...(emergency && { emergency }) }))),
  ];
}

/** Inputs that are compared with the service: entragraph fills in its defaults before it does. */
function compared({ type, inputs }: MockedResource): unknown {
  const [plugIn, , name = ''] = type.split(':');
  return plugIn === 'entragraph' ? resourceType(name).withDefaults(inputs as Properties) : inputs;
}

let resources: readonly MockedResource[];
beforeAll(async () => {
  resources = await everything();
});

/** Types that constructs make. */
const TYPES = [...new Set(typesMade())].toSorted();

function typesMade(): readonly string[] {
  const folder = join(REPOSITORY, 'constructs/entra');
  const code = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
  const found = code.flatMap((text) => [...text.matchAll(/new azuread\.(\w+)\(/g)].map(([, name = '']) => name));
  return [
    ...found.map((name) => `azuread:index/${name.charAt(0).toLowerCase()}${name.slice(1)}:${name}`),
    ...Object.keys(RESOURCE_TYPES).map((name) => `entragraph:index:${name}`),
  ];
}

test.each(TYPES)('an input of %s is declared, or left out for a reason', (token) => {
  const all = resources.filter(({ type }) => type === token);
  const paths = new Set(all.flatMap((one) => leftOut(inputShapeOf(token), compared(one))));
  expect(all).not.toEqual([]);
  expect([...paths].toSorted()).toEqual(Object.keys(LEFT_OUT[token] ?? {}).toSorted());
});
