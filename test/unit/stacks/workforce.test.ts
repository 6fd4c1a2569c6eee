import * as pulumi from '@pulumi/pulumi';
import fc from 'fast-check';
import type { Estate } from '../../../src/estate/sections/estate';
import type { Leavers } from '../../../src/estate/sections/workforce/watch';
import type { AwsApplication, ConditionalAccess, Workforce } from '../../../src/estate/sections/workforce/workforce';
import { workforce } from '../../../stacks/entra/workforce';
import { type MockedResource, type MockedRun, type MockOptions, runProgram } from '../../support/pulumi-mocks';
import {
  APPLICATION,
  AUDITORS,
  certificate,
  estateWith,
  estateWithSaml,
  estateWithScim,
  SAML_APPLICATION,
  SCIM,
  WORKFORCE,
} from '../../support/workforce-estate';
import { runs } from '../../support/runs';

const TOKEN = 'a-scim-token-of-the-tests';
/** Nothing is due on this day. */
const QUIET = '2026-06-01';
const ESTATE = estateWith({ awsApplication: APPLICATION });

const SERVICE_PRINCIPAL = 'azuread:index/servicePrincipal:ServicePrincipal';
const CERTIFICATE = 'entragraph:index:SamlSigningCertificate';
const APP_ROLE_ASSIGNMENT = 'azuread:index/appRoleAssignment:AppRoleAssignment';
const STATE = 'entragraph:index:SynchronizationState';
const JOB = 'azuread:index/synchronizationJob:SynchronizationJob';
const SECRET = 'azuread:index/synchronizationSecret:SynchronizationSecret';
const SCHEMA = 'entragraph:index:SynchronizationSchema';

const ROLES = [
  { id: 'role-of-msiam', displayName: 'msiam_access', enabled: true, value: '' },
  { id: 'role-of-users', displayName: 'User', enabled: true, value: '' },
];

const MOCKS: MockOptions = {
  stack: 'test-workforce',
  newResource: {
    'azuread:index/applicationFromTemplate:ApplicationFromTemplate': () => ({
      applicationId: '/applications/app-object',
      applicationObjectId: 'app-object',
    }),
    [SERVICE_PRINCIPAL]: () => ({ id: '/servicePrincipals/sp-object', objectId: 'sp-object', appRoles: ROLES }),
    [CERTIFICATE]: ({ name, inputs }) => ({
      thumbprint: `thumbprint-of-${name}`,
      certificate: 'A'.repeat(70),
      isActive: inputs['active'],
    }),
    [STATE]: () => ({ status: 'Active' }),
  },
  call: {
    'azuread:index/getClientConfig:getClientConfig': () => ({ objectId: 'deployer', tenantId: 'signed-in-to' }),
    'entragraph:index:getOwners': () => ({ objectIds: ['deployer'] }),
    'azuread:index/getApplication:getApplication': ({ objectId }) => ({ clientId: `client-of-${String(objectId)}` }),
    'azuread:index/getGroup:getGroup': ({ objectId }) => ({ objectId, displayName: 'Auditors' }),
  },
};

interface Setting {
  readonly estate?: Estate;
  readonly day?: string;
  readonly config?: Readonly<Record<string, string>>;
  readonly secretKeys?: readonly string[];
  readonly mocks?: MockOptions;
}

const CONFIG = { scimToken: TOKEN };
const warnings: string[] = [];

function run({
  estate = ESTATE,
  day = QUIET,
  config = CONFIG,
  secretKeys = ['scimToken'],
  mocks = MOCKS,
}: Setting = {}) {
  warnings.length = 0;
  const inProject = (key: string): string => `entra-aws-identity:${key}`;
  return runProgram(() => {
    const values = Object.fromEntries(Object.entries(config).map(([key, value]) => [inProject(key), value]));
    pulumi.runtime.setAllConfig(values, secretKeys.map(inProject));
    return workforce(estate, { now: new Date(`${day}T09:30:00Z`), warn: (message) => warnings.push(message) });
  }, mocks);
}

const certificatesOf = ({ resources }: MockedRun): readonly MockedResource[] =>
  resources.filter(({ type }) => type === CERTIFICATE);
const activeOf = (done: MockedRun): readonly string[] =>
  certificatesOf(done).flatMap(({ name, inputs }) => (inputs['active'] === true ? [name] : []));
const urnsOf = (done: MockedRun, ...types: readonly string[]): readonly string[] =>
  done.resources.filter(({ type }) => types.includes(type)).map(({ urn }) => urn);

/** Everything that is made before a resource, whether it waits for it itself or by another one. */
function allBefore({ resources }: MockedRun, urn: string): ReadonlySet<string> {
  const before = new Set<string>();
  const visit = (one: string): void => {
    const found = resources.find((resource) => resource.urn === one);
    for (const next of found?.dependencies ?? []) {
      if (before.has(next)) continue;
      before.add(next);
      visit(next);
    }
  };
  visit(urn);
  return before;
}

describe('the application', () => {
  let done: MockedRun;
  beforeAll(async () => {
    done = await run();
  });

  test('is made from the template of the gallery, and the old one goes first where the template changes', () => {
    expect(done.one('azuread:index/applicationFromTemplate:ApplicationFromTemplate').inputs).toEqual({
      displayName: 'AWS IAM Identity Center',
      templateId: '21ed01d2-ec13-4e9e-86c1-cd546719ebc4',
    });
  });

  test("adopts the template's service principal in SAML mode, for assigned people alone, and keeps its tags", () => {
    const { inputs, ignoreChanges } = done.one(SERVICE_PRINCIPAL);
    expect(ignoreChanges).toEqual(['owners', 'useExisting']);
    expect(inputs).toEqual({
      clientId: 'client-of-app-object',
      useExisting: true,
      accountEnabled: true,
      tags: ['WindowsAzureActiveDirectoryIntegratedApp', 'WindowsAzureActiveDirectoryGalleryApplicationPrimaryV1'],
      preferredSingleSignOnMode: 'saml',
      loginUrl: 'https://d-93670a1b2c.awsapps.com/start',
      appRoleAssignmentRequired: true,
      notificationEmailAddresses: ['identity@example.com'],
      owners: ['deployer'],
    });
    expect(done.resources.filter(({ type }) => type === 'azuread:index/application:Application')).toEqual([]);
  });

  test('has its addresses after the service principal is in SAML mode', () => {
    const identifier = done.one('azuread:index/applicationIdentifierUri:ApplicationIdentifierUri');
    const redirects = done.one('azuread:index/applicationRedirectUris:ApplicationRedirectUris');
    expect(identifier.inputs).toEqual({
      applicationId: '/applications/app-object',
      identifierUri: APPLICATION.saml.identifier,
    });
    expect(redirects.inputs).toEqual({
      applicationId: '/applications/app-object',
      type: 'Web',
      redirectUris: [APPLICATION.saml.replyUrl, 'https://eu-central-1.signin.aws/platform/saml/acs/4f0b6c1e'],
    });
    const { urn } = done.one(SERVICE_PRINCIPAL);
    for (const { dependencies } of [identifier, redirects]) expect(dependencies).toContain(urn);
  });

  test('names people by their user principal name, in the format e-mail address', () => {
    const { inputs } = done.one('azuread:index/claimsMappingPolicy:ClaimsMappingPolicy');
    expect(JSON.parse(String((inputs['definitions'] as readonly string[])[0]))).toEqual({
      ClaimsMappingPolicy: {
        Version: 1,
        IncludeBasicClaimSet: 'true',
        ClaimsSchema: [
          {
            Source: 'user',
            ID: 'userprincipalname',
            SamlClaimType: 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier',
            SamlNameIdFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
          },
        ],
      },
    });
    const assignment =
      'azuread:index/servicePrincipalClaimsMappingPolicyAssignment:ServicePrincipalClaimsMappingPolicyAssignment';
    expect(done.one(assignment).inputs).toEqual({
      claimsMappingPolicyId: 'id-of-aws-name-id',
      servicePrincipalId: '/servicePrincipals/sp-object',
    });
  });

  test('assigns the groups that the estate assigns, in the role that azuread lists by display name alone', () => {
    const assignments = done.resources.filter(({ type }) => type === APP_ROLE_ASSIGNMENT);
    expect(assignments.map(({ name, inputs }) => [name, inputs])).toEqual([
      ['aws-Auditors', { appRoleId: 'role-of-users', principalObjectId: AUDITORS, resourceObjectId: 'sp-object' }],
      [
        'aws-Security Admins',
        {
          appRoleId: 'role-of-users',
          principalObjectId: 'object-of-workforce-Security Admins',
          resourceObjectId: 'sp-object',
        },
      ],
    ]);
  });

  test('has a certificate that signs, by the provider that signs in as azuread does', () => {
    const [signer] = certificatesOf(done);
    expect(signer?.inputs).toEqual({
      servicePrincipalId: 'sp-object',
      displayName: 'CN=aws-2026',
      endDateTime: '2028-12-31T00:00:00Z',
      active: true,
    });
    expect(done.resources.filter(({ type }) => type === 'pulumi:providers:entragraph').map(({ name }) => name)).toEqual(
      ['graph'],
    );
    const { urn } = done.one('pulumi:providers:entragraph');
    for (const { provider } of done.resources.filter(({ type }) => type.startsWith('entragraph:'))) {
      expect(provider).toContain(urn);
    }
  });

  test('every resource but groups, application and provider has a component for its parent', () => {
    const ofTheStack = done.resources.filter(({ parent }) => parent === '' || parent.includes('pulumi:pulumi:Stack'));
    expect(ofTheStack.map(({ type, name }) => `${type} ${name}`).filter((one) => !one.startsWith('pulumi:'))).toEqual([
      'identity:entra:AwsApplication aws',
      'identity:entra:ScimProvisioning aws-scim',
      'identity:entra:WorkforceGroups workforce',
    ]);
  });
});

describe('provisioning', () => {
  let done: MockedRun;
  beforeAll(async () => {
    done = await run();
  });

  test('saves the credentials in the one order that azuread takes for no change, the token as a secret', () => {
    const secret = done.one(SECRET);
    expect(secret.inputs).toEqual({
      servicePrincipalId: '/servicePrincipals/sp-object',
      credentials: [
        { key: 'BaseAddress', value: 'https://scim.eu-west-1.amazonaws.com/e2b1/scim/v2' },
        { key: 'SecretToken', value: TOKEN },
        { key: 'SyncAll', value: 'false' },
      ],
    });
    expect(secret.secretInputs).toEqual(['credentials']);
  });

  test('azuread saves the first credentials alone: others are saved once the endpoint takes them', () => {
    expect(done.one(SECRET).ignoreChanges).toEqual(['credentials']);
    // What it ignores, the state has: it validates and then saves.
    expect(done.one(STATE).inputs['credentials']).toEqual(done.one(SECRET).inputs['credentials']);
  });

  test('accepted deletions reach what restarts the job, by the moment of their event', async () => {
    const acceptDeletions = {
      at: ['workforce', 'awsApplication', 'scim', 'acceptDeletions'],
      quarantinedSince: '2026-05-30T10:00:00Z',
      decidedOn: '2026-06-01',
      reason: 'The office in Lyon was closed; HR agreed.',
    };
    const accepting = await run({ estate: estateWithScim({ acceptDeletions }) });
    expect([SCHEMA, STATE].map((type) => accepting.one(type).inputs['acceptDeletions'])).toEqual([
      '2026-05-30T10:00:00Z',
      '2026-05-30T10:00:00Z',
    ]);
  });

  test('has a job of the template that azuread neither starts nor minds being started', () => {
    const job = done.one(JOB, 'aws-scim-job-aWSSingleSignon');
    expect(job).toMatchObject({
      inputs: {
        servicePrincipalId: '/servicePrincipals/sp-object',
        templateId: 'aWSSingleSignon',
        enabled: false,
      },
      ignoreChanges: ['enabled'],
    });
    expect(job.dependencies).toContain(done.one(SECRET).urn);
  });

  test('maps externalId from the object id', () => {
    expect(done.one(SCHEMA).inputs).toEqual({
      servicePrincipalId: 'sp-object',
      jobId: 'id-of-aws-scim-job-aWSSingleSignon',
      attributeMappings: [{ targetAttribute: 'externalId', sourceAttribute: 'objectId' }],
    });
  });

  test('validates the credentials and starts after secrets, mappings and assignments', () => {
    const state = done.one(STATE);
    expect(state.inputs).toEqual({
      servicePrincipalId: 'sp-object',
      jobId: 'id-of-aws-scim-job-aWSSingleSignon',
      running: true,
      credentials: [
        { key: 'BaseAddress', value: 'https://scim.eu-west-1.amazonaws.com/e2b1/scim/v2' },
        { key: 'SecretToken', value: TOKEN },
        { key: 'SyncAll', value: 'false' },
      ],
    });
    expect(state.secretInputs).toEqual(['credentials']);
    expect(state.dependencies).toEqual(expect.arrayContaining([...urnsOf(done, SECRET, SCHEMA, APP_ROLE_ASSIGNMENT)]));
  });

  test('may be declared paused', async () => {
    const paused = { ...APPLICATION, scim: { ...SCIM, running: false } };
    const { inputs } = (await run({ estate: estateWith({ awsApplication: paused }) })).one(STATE);
    expect(inputs['running']).toBe(false);
  });
});

test('on destroy the certificates leave SAML mode before the service principal and the application go', async () => {
  const two = [certificate('old', '2026-01-01', '2028-12-31'), certificate('next', '2028-06-01', '2029-05-31')];
  const done = await run({ estate: estateWithSaml({ signingCertificates: two }) });
  const application = done.one('azuread:index/applicationFromTemplate:ApplicationFromTemplate');
  const principal = done.one(SERVICE_PRINCIPAL);
  // A resource is destroyed before all that it was made after.
  expect(allBefore(done, principal.urn)).toContain(application.urn);
  for (const { urn } of certificatesOf(done)) expect(allBefore(done, urn)).toContain(principal.urn);
  // The one that signs is the last one.
  const [signer] = certificatesOf(done).filter(({ inputs }) => inputs['active'] === true);
  const [other] = certificatesOf(done).filter(({ inputs }) => inputs['active'] === false);
  expect(other?.dependencies).toContain(signer?.urn);
  expect(signer?.dependencies).not.toContain(other?.urn);
});

test('without SCIM nothing is provisioned, and no token is asked for', async () => {
  const done = await run({ estate: estateWith({ awsApplication: SAML_APPLICATION }), config: {} });
  expect(urnsOf(done, SECRET, JOB, SCHEMA, STATE)).toEqual([]);
  expect(done.outputs).not.toHaveProperty('provisioningStatus');
  expect(done.outputs).toHaveProperty('federationMetadataUrl');
});

test('without an AWS application there are the groups alone', async () => {
  const done = await run({ estate: estateWith({}), config: {} });
  expect(Object.keys(done.outputs)).toEqual(['tenantId', 'groupObjectIds']);
  expect(done.resources.filter(({ type }) => !type.startsWith('pulumi:')).map(({ name }) => name)).toEqual([
    'workforce-Not Assigned',
    'workforce-Security Admins',
    'workforce',
  ]);
});

test('the non-gallery application has its own template, tags and job', async () => {
  const done = await run({ estate: estateWith({ awsApplication: { ...APPLICATION, template: 'non-gallery' } }) });
  expect(done.one('azuread:index/applicationFromTemplate:ApplicationFromTemplate').inputs['templateId']).toBe(
    '8adf8e6e-67b2-4cf2-a259-e3dc5476c621',
  );
  expect(done.one(SERVICE_PRINCIPAL).inputs['tags']).toEqual([
    'WindowsAzureActiveDirectoryCustomSingleSignOnApplication',
    'WindowsAzureActiveDirectoryIntegratedApp',
  ]);
  expect(done.one(JOB, 'aws-scim-job-scim').inputs['templateId']).toBe('scim');
});

test('the NameID may be the mail address', async () => {
  const { inputs } = (await run({ estate: estateWithSaml({ nameId: 'mail' }) })).one(
    'azuread:index/claimsMappingPolicy:ClaimsMappingPolicy',
  );
  expect(JSON.stringify(inputs['definitions'])).toContain(String.raw`\"ID\":\"mail\"`);
});

test('the outputs say what AWS needs, and hold no secret', async () => {
  const { outputs, secretOutputs } = await run();
  expect(outputs).toEqual({
    tenantId: '5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e11',
    groupObjectIds: {
      'Security Admins': 'object-of-workforce-Security Admins',
      Auditors: AUDITORS,
      'Not Assigned': 'object-of-workforce-Not Assigned',
    },
    applicationId: 'client-of-app-object',
    servicePrincipalId: 'sp-object',
    federationMetadataUrl:
      'https://login.microsoftonline.com/5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e11/federationmetadata/2007-06/' +
      'federationmetadata.xml?appid=client-of-app-object',
    signingCertificates: [
      {
        name: 'aws-2026',
        activeFrom: '2026-01-01',
        expires: '2028-12-31',
        active: true,
        thumbprint: 'thumbprint-of-aws-signing-aws-2026',
        certificate: `-----BEGIN CERTIFICATE-----\n${'A'.repeat(64)}\nAAAAAA\n-----END CERTIFICATE-----\n`,
      },
    ],
    provisioningStatus: 'Active',
  });
  expect(secretOutputs).toEqual([]);
  expect(JSON.stringify(outputs)).not.toContain(TOKEN);
});

test('the token is in no input that is not a secret', async () => {
  const { resources } = await run();
  const plain = resources.map(({ inputs, secretInputs }) =>
    Object.entries(inputs).filter(([name]) => !secretInputs.includes(name)),
  );
  expect(JSON.stringify(plain)).not.toContain(TOKEN);
});

test('names every resource by the estate, so that the order of groups and certificates never matters', async () => {
  const shuffled = fc.record({
    groups: fc.shuffledSubarray([...WORKFORCE.groups], { minLength: 3 }),
    assignedGroups: fc.shuffledSubarray([...APPLICATION.assignedGroups], { minLength: 2 }),
    signingCertificates: fc.shuffledSubarray(
      [
        certificate('a', '2026-01-01', '2026-12-31'),
        { ...certificate('b', '2026-05-01', '2028-12-31'), importedAtAws: { at: [], day: '2026-04-01', by: 'Ada' } },
        certificate('c', '2028-01-01', '2029-05-31'),
      ],
      { minLength: 3 },
    ),
  });
  const registered = async ({
    groups,
    assignedGroups,
    signingCertificates,
  }: Partial<Workforce> &
    Pick<AwsApplication, 'assignedGroups'> &
    Pick<AwsApplication['saml'], 'signingCertificates'>) => {
    const saml = { ...APPLICATION.saml, signingCertificates };
    const estate = estateWith({ groups: groups ?? [], awsApplication: { ...APPLICATION, assignedGroups, saml } });
    return (await run({ estate })).resources;
  };
  const [sorted] = fc.sample(shuffled, 1);
  if (sorted === undefined) throw new Error('no sample');
  const expected = await registered(sorted);
  await fc.assert(
    fc.asyncProperty(shuffled, async (order) => {
      expect(await registered(order)).toEqual(expected);
    }),
    runs(20),
  );
});

test('on each day of a rotation exactly one certificate is active, whichever way the days go', async () => {
  const importedAtAws = { at: [], day: '2027-01-02', by: 'Ada Lovelace' };
  const signingCertificates = [
    certificate('first', '2026-01-01', '2027-03-01'),
    { ...certificate('second', '2027-01-15', '2028-03-01'), importedAtAws },
    { ...certificate('third', '2028-01-15', '2028-12-31'), importedAtAws },
  ];
  const days = ['2026-01-01', '2027-01-14', '2027-01-15', '2027-02-28', '2028-01-14', '2028-01-15', '2028-12-30'];
  const active: string[] = [];
  for (const day of days) {
    const tokenExpires = day.replace(/^\d{4}/, (year) => String(Number(year) + 1));
    const saml = { ...APPLICATION.saml, signingCertificates };
    const estate = estateWith({ awsApplication: { ...APPLICATION, saml, scim: { ...SCIM, tokenExpires } } });
    active.push(...activeOf(await run({ estate, day })));
  }
  expect(active.map((name) => name.replace('aws-signing-', ''))).toEqual([
    'first',
    'first',
    'second',
    'second',
    'second',
    'third',
    'third',
  ]);
});

describe('before anything is registered', () => {
  const failure = async (setting: Setting): Promise<string> => {
    let registered = 0;
    const count = () => {
      registered += 1;
      return {};
    };
    const mocks = {
      ...MOCKS,
      newResource: { 'azuread:index/group:Group': count, 'pulumi:providers:entragraph': count },
    };
    const error: unknown = await run({ ...setting, mocks }).catch((fault: unknown) => fault);
    expect(registered).toBe(0);
    if (!pulumi.RunError.isInstance(error)) throw new Error(`not a RunError: ${String(error)}`);
    return error.message;
  };

  test('a certificate whose day has come is not activated by that day alone', async () => {
    const two = [certificate('first', '2026-01-01', '2028-12-31'), certificate('second', QUIET, '2028-12-31')];
    expect(await failure({ estate: estateWithSaml({ signingCertificates: two }) })).toContain(
      `'second' may sign since ${QUIET}`,
    );
  });

  test('a missing token is told with the command that sets it', async () => {
    expect(await failure({ config: {} })).toContain(
      'config scimToken: is missing; set it by `pulumi config set --secret scimToken`',
    );
  });

  test('a token in plain is refused, and not shown', async () => {
    const message = await failure({ secretKeys: [] });
    expect(message).toContain(
      "config scimToken: is in plain in the stack's file; delete that token in IAM Identity Center",
    );
    expect(message).not.toContain(TOKEN);
  });

  test.each([
    ['', 'is empty or has blanks in it'],
    ['two words', 'is empty or has blanks in it'],
    [' padded', 'is empty or has blanks in it'],
    ['Bearer-x', "starts with 'Bearer', which the service adds by itself"],
  ])('the token %j is refused', async (scimToken, problem) => {
    expect(await failure({ config: { ...CONFIG, scimToken } })).toContain(`config scimToken: ${problem}`);
  });

  test('all that is wrong is told at once', async () => {
    const saml = { ...APPLICATION.saml, signingCertificates: [certificate('aws-2023', '2023-01-01', '2026-01-01')] };
    const ended = estateWith({ awsApplication: { ...APPLICATION, saml } });
    expect((await failure({ estate: ended, config: {} })).split('\n').map((line) => line.slice(0, 60))).toEqual([
      'Nothing was deployed:',
      "workforce.awsApplication.saml.signingCertificates[0]: 'aws-2023' ended on 2026-01-01".slice(0, 60),
      'config scimToken: is missing; set it by `pulumi config set --secret'.slice(0, 60),
    ]);
  });
});

test('an assigned group that the estate does not have is refused', async () => {
  const assignedGroups = [{ at: ['workforce', 'awsApplication', 'assignedGroups', 0], name: 'Admins' }];
  const estate = estateWith({ awsApplication: { ...APPLICATION, assignedGroups } });
  await expect(run({ estate })).rejects.toThrow('workforce.awsApplication.assignedGroups[0] must be one of the groups');
});

describe('the application that reads who has left', () => {
  const leavers: Leavers = {
    at: ['workforce', 'leavers'],
    signIn: { kind: 'federated', issuer: 'https://0.tokens.sts.global.api.aws', account: '100000000000' },
    gracePeriodDays: 30,
    deletes: false,
    maxPerRun: 10,
    maxShare: 5,
    breakGlassUsers: [],
    schedule: 'daily',
  };
  const mocks: MockOptions = {
    ...MOCKS,
    newResource: { ...MOCKS.newResource, 'azuread:index/application:Application': () => ({ clientId: 'reader' }) },
    call: { ...MOCKS.call, 'azuread:index/getServicePrincipal:getServicePrincipal': () => ({ objectId: 'graph' }) },
  };
  const ofType = ({ resources }: MockedRun, type: string): readonly MockedResource[] =>
    resources.filter((resource) => resource.type === type && resource.name.startsWith('leavers-'));

  test('trusts the role of the function, may read users, and has no secret', async () => {
    const done = await run({ estate: estateWith({ awsApplication: APPLICATION, leavers }), mocks });
    const [trust] = ofType(
      done,
      'azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential',
    );
    expect(trust?.inputs).toMatchObject({
      issuer: 'https://0.tokens.sts.global.api.aws',
      subject: 'arn:aws:iam::100000000000:role/test-leavers',
      audiences: ['api://AzureADTokenExchange'],
    });
    const [assignment, ...others] = ofType(done, 'azuread:index/appRoleAssignment:AppRoleAssignment');
    expect([assignment?.inputs['appRoleId'], others]).toEqual(['df021288-bdef-4463-88db-98f22de89214', []]);
    expect(ofType(done, 'azuread:index/applicationPassword:ApplicationPassword')).toEqual([]);
  });

  test('is not made a second time by a state that was lost', async () => {
    const done = await run({ estate: estateWith({ awsApplication: APPLICATION, leavers }), mocks });
    const [application] = ofType(done, 'azuread:index/application:Application');
    expect(application?.inputs['preventDuplicateNames']).toBe(true);
  });

  test('is not made where a secret of another application serves', async () => {
    const signIn = { kind: 'secret', secretArn: 'arn' } as const;
    const done = await run({
      estate: estateWith({ awsApplication: APPLICATION, leavers: { ...leavers, signIn } }),
      mocks,
    });
    expect(ofType(done, 'azuread:index/application:Application')).toEqual([]);
  });
});

describe('the expiry of the SCIM token', () => {
  test.each([
    ['2026-08-31', false],
    ['2026-08-30', true],
    ['2026-06-02', true],
  ])('is warned of 90 days before it: %s, %s', async (tokenExpires, warns) => {
    await run({ estate: estateWithScim({ tokenExpires }) });
    expect(warnings.some((warning) => warning.includes(`the SCIM token ends on ${tokenExpires}`))).toBe(warns);
  });

  test.each([
    ['2026-05-31', 'the SCIM token ended on 2026-05-31'],
    ['2026-06-01', 'the SCIM token ended on 2026-06-01'],
    ['2027-06-03', "'2027-06-03' is more than a year away"],
  ])('after it, or where it can not be right, a warning says so: %s', async (tokenExpires, problem) => {
    await run({ estate: estateWithScim({ tokenExpires }) });
    expect(warnings).toEqual([
      expect.stringContaining(`workforce.awsApplication.scim.tokenExpires: ${problem}`) as string,
    ]);
  });

  test('a quiet day has no warning', async () => {
    await run();
    expect(warnings).toEqual([]);
  });
});

describe('the Conditional Access policy', () => {
  const POLICY = 'azuread:index/conditionalAccessPolicy:ConditionalAccessPolicy';
  const AT = ['workforce', 'awsApplication', 'conditionalAccess'];
  const policy: ConditionalAccess = {
    at: AT,
    displayName: 'Second factor at AWS',
    state: 'reportOnly',
    requirement: { kind: 'mfa' },
    excludedGroups: [{ at: [...AT, 'excludedGroups', 0], name: 'Not Assigned' }],
  };
  const runWith = (changes: Partial<ConditionalAccess>) =>
    run({ estate: estateWith({ awsApplication: { ...APPLICATION, conditionalAccess: { ...policy, ...changes } } }) });

  test('covers everybody at the application but the excluded groups, and only reports unless told otherwise', async () => {
    const done = await runWith({});
    expect(done.one(POLICY).inputs).toEqual({
      displayName: 'Second factor at AWS',
      state: 'enabledForReportingButNotEnforced',
      conditions: {
        applications: { includedApplications: ['client-of-app-object'] },
        users: { includedUsers: ['All'], excludedGroups: [expect.any(String)] },
        clientAppTypes: ['all'],
      },
      grantControls: { operator: 'OR', builtInControls: ['mfa'] },
    });
  });

  const OFFICE = '5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e12';
  const BOTH = { signInFrequencyAuthenticationType: 'primaryAndSecondaryAuthentication' };

  test.each<[string, Partial<ConditionalAccess>, object]>([
    ['enforces where the estate says so', { state: 'enabled' }, { state: 'enabled' }],
    [
      'asks for a strength instead of any second factor',
      { requirement: { kind: 'authentication-strength', policyId: '00000000-0000-0000-0000-000000000004' } },
      {
        grantControls: {
          operator: 'OR',
          authenticationStrengthPolicyId:
            '/policies/authenticationStrengthPolicies/00000000-0000-0000-0000-000000000004',
        },
      },
    ],
    [
      'asks for a device besides',
      { device: 'compliant' },
      { grantControls: { operator: 'AND', builtInControls: ['mfa', 'compliantDevice'] } },
    ],
    [
      'asks for a device besides a strength',
      { requirement: { kind: 'authentication-strength', policyId: OFFICE }, device: 'hybridJoined' },
      {
        grantControls: {
          operator: 'AND',
          builtInControls: ['domainJoinedDevice'],
          authenticationStrengthPolicyId: `/policies/authenticationStrengthPolicies/${OFFICE}`,
        },
      },
    ],
    [
      'asks again after a while',
      { signInFrequency: { kind: 'period', value: 8, unit: 'hours' } },
      {
        sessionControls: {
          signInFrequencyInterval: 'timeBased',
          signInFrequency: 8,
          signInFrequencyPeriod: 'hours',
          ...BOTH,
        },
      },
    ],
    [
      'asks every time',
      { signInFrequency: { kind: 'every-time' } },
      { sessionControls: { signInFrequencyInterval: 'everyTime', ...BOTH } },
    ],
  ])('%s', async (_, changes, inputs) => {
    expect((await runWith(changes)).one(POLICY).inputs).toMatchObject(inputs);
  });

  test('blocks by policies of their own, with the state and the excluded groups of the first', async () => {
    const block = { signInRisk: 'medium', userRisk: 'high', outside: ['trusted', OFFICE] } as const;
    const done = await runWith({ state: 'enabled', block });
    const policies = done.resources.filter(({ type }) => type === POLICY).map(({ name, inputs }) => [name, inputs]);
    const { 'aws-sign-in-policy': first, ...blocking } = Object.fromEntries(policies) as Record<
      string,
      MockedResource['inputs']
    >;
    expect(blocking).toMatchObject({
      'aws-sign-in-sign-in-risk': { conditions: { signInRiskLevels: ['medium', 'high'] } },
      'aws-sign-in-user-risk': { conditions: { userRiskLevels: ['high'] } },
      'aws-sign-in-outside': {
        conditions: { locations: { includedLocations: ['All'], excludedLocations: ['AllTrusted', OFFICE] } },
      },
    });
    for (const policy of Object.values(blocking)) {
      expect(policy).toMatchObject({
        state: 'enabled',
        conditions: first?.['conditions'],
        grantControls: { operator: 'OR', builtInControls: ['block'] },
      });
    }
  });

  test('is not there where the estate has none', async () => {
    expect((await run()).resources.filter(({ type }) => type === POLICY)).toEqual([]);
  });

  test('fails with the place of a group that is none of the program', async () => {
    const excludedGroups = [{ at: [...AT, 'excludedGroups', 0], name: 'Nobody' }];
    await expect(runWith({ excludedGroups })).rejects.toThrow(
      'workforce.awsApplication.conditionalAccess.excludedGroups[0] must be one of the groups',
    );
  });
});

describe('what the tenant has and the estate leaves', () => {
  test('kept credentials are neither registered nor asked for, and the job goes on with those that it has', async () => {
    const done = await run({ config: { credentials: 'kept' }, secretKeys: [] });
    expect(done.resources.filter(({ type }) => type === SECRET)).toEqual([]);
    expect(done.one(STATE).inputs).not.toHaveProperty('credentials');
    expect(done.one(STATE).inputs).toMatchObject({ running: true });
  });

  test('refuses another word for the credentials', async () => {
    await expect(run({ config: { ...CONFIG, credentials: 'mine' } })).rejects.toThrow(
      "config credentials must be one of 'managed', 'kept', got 'mine'",
    );
  });

  test('claims that are managed elsewhere get no policy', async () => {
    const done = await run({ estate: estateWithSaml({ nameId: 'managedElsewhere' }) });
    expect(done.resources.filter(({ type }) => /claimsMapping/i.test(type))).toEqual([]);
  });
});
