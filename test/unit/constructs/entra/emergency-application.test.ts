import { AWS_ENTITY_ID } from '../../../../src/estate/sections/emergency/emergency';
import type { Estate } from '../../../../src/estate/sections/estate';
import type { EstatePlan } from '../../../../src/estate/plan/planner';
import type { EmergencyEntry } from '../../../../src/estate/sections/emergency/schema';
import { workforce } from '../../../../stacks/entra/workforce';
import { EMERGENCY_ACCOUNT, emergencyEstatePlan } from '../../../support/emergency';
import { type MockedResource, type MockedRun, type MockOptions, runProgram } from '../../../support/pulumi-mocks';

const SERVICE_PRINCIPAL = 'azuread:index/servicePrincipal:ServicePrincipal';
const TEMPLATE = 'azuread:index/applicationFromTemplate:ApplicationFromTemplate';
const CERTIFICATE = 'entragraph:index:SamlSigningCertificate';

const MOCKS: MockOptions = {
  stack: 'sandbox-workforce',
  newResource: {
    [TEMPLATE]: ({ name }) => ({ applicationId: `/applications/${name}`, applicationObjectId: name }),
    [SERVICE_PRINCIPAL]: ({ name }) => ({
      id: `/servicePrincipals/${name}`,
      objectId: name,
      appRoles: [{ id: `role-of-${name}`, displayName: 'User', enabled: true, value: '' }],
    }),
    'azuread:index/group:Group': ({ name }) => ({ objectId: `object-of-${name}` }),
    [CERTIFICATE]: ({ name, inputs }) => ({ thumbprint: name, certificate: 'AAAA', isActive: inputs['active'] }),
  },
  call: {
    'azuread:index/getClientConfig:getClientConfig': () => ({ objectId: 'deployer', tenantId: 'signed-in-to' }),
    'entragraph:index:getOwners': () => ({ objectIds: ['deployer'] }),
    'azuread:index/getApplication:getApplication': ({ objectId }) => ({ clientId: `client-of-${String(objectId)}` }),
  },
};

/** Without provisioning and leavers, which are no matter here. */
function estateOf({ estate }: EstatePlan): Estate {
  const { workforce: section, ...others } = estate;
  if (section?.awsApplication === undefined) throw new Error('the sandbox has no AWS application');
  const { groups, tenantId, awsApplication } = section;
  const { displayName, template, saml, assignedGroups, conditionalAccess, at } = awsApplication;
  const application = {
    at,
    displayName,
    template,
    saml,
    assignedGroups,
    accepted: [],
    ...(conditionalAccess && { conditionalAccess }),
  };
  return { ...others, workforce: { groups, ...(tenantId !== undefined && { tenantId }), awsApplication: application } };
}

const warnings: string[] = [];

function run(edit?: (emergency: EmergencyEntry) => void, day = '2026-06-01'): Promise<MockedRun> {
  warnings.length = 0;
  const plan = emergencyEstatePlan(edit);
  return runProgram(
    () =>
      workforce(estateOf(plan), {
        now: new Date(`${day}T09:30:00Z`),
        warn: (message) => warnings.push(message),
        ...(plan.emergency && { emergency: plan.emergency }),
      }),
    MOCKS,
  );
}

const below = ({ resources }: MockedRun, prefix: string): readonly MockedResource[] =>
  resources.filter(({ name }) => name.startsWith(prefix));

describe('the application for emergencies', () => {
  let done: MockedRun;
  beforeAll(async () => {
    done = await run();
  });

  test('is another one than that for IAM Identity Center, from the template that is not of the gallery', () => {
    expect(done.one(TEMPLATE, 'emergency-application').inputs).toEqual({
      displayName: 'AWS emergency access',
      templateId: '8adf8e6e-67b2-4cf2-a259-e3dc5476c621',
    });
    expect(done.one(TEMPLATE, 'aws-application').inputs['displayName']).toBe('AWS IAM Identity Center');
  });

  test('is in SAML mode, for assigned people alone', () => {
    expect(done.one(SERVICE_PRINCIPAL, 'emergency-service-principal').inputs).toEqual({
      clientId: 'client-of-emergency-application',
      useExisting: true,
      accountEnabled: true,
      tags: ['WindowsAzureActiveDirectoryCustomSingleSignOnApplication', 'WindowsAzureActiveDirectoryIntegratedApp'],
      preferredSingleSignOnMode: 'saml',
      appRoleAssignmentRequired: true,
      notificationEmailAddresses: ['identity@insurance.example.com'],
      owners: ['deployer'],
    });
  });

  test('answers to AWS, at the sign-in of each Region', () => {
    expect(
      done.one('azuread:index/applicationIdentifierUri:ApplicationIdentifierUri', 'emergency-identifier').inputs,
    ).toEqual({
      applicationId: '/applications/emergency-application',
      identifierUri: AWS_ENTITY_ID,
    });
    expect(
      done.one('azuread:index/applicationRedirectUris:ApplicationRedirectUris', 'emergency-reply-url').inputs,
    ).toMatchObject({
      redirectUris: ['https://signin.aws.amazon.com/saml', 'https://eu-central-1.signin.aws.amazon.com/saml'],
    });
  });

  test('names the role and the identity provider, and who the person is, for the time of the estate', () => {
    const { inputs } = done.one('azuread:index/claimsMappingPolicy:ClaimsMappingPolicy', 'emergency-claims');
    const [definition] = inputs['definitions'] as readonly string[];
    const { ClaimsMappingPolicy } = JSON.parse(definition ?? '') as {
      ClaimsMappingPolicy: { ClaimsSchema: readonly Readonly<Record<string, string>>[] };
    };
    const claims = ClaimsMappingPolicy.ClaimsSchema.map(
      ({ SamlClaimType = '', Value, Source, ID }) =>
        [SamlClaimType.split('/').at(-1), Value ?? `${Source ?? ''}.${ID ?? ''}`] as const,
    );
    expect(Object.fromEntries(claims)).toEqual({
      nameidentifier: 'user.userprincipalname',
      Role: `arn:aws:iam::${EMERGENCY_ACCOUNT}:role/sandbox-emergency,arn:aws:iam::${EMERGENCY_ACCOUNT}:saml-provider/sandbox-emergency`,
      RoleSessionName: 'user.userprincipalname',
      SourceIdentity: 'user.userprincipalname',
      SessionDuration: '1800',
    });
  });

  test('is assigned to its group and to nobody else', () => {
    const assignments = below(done, 'emergency-').filter(({ type }) => type.endsWith(':AppRoleAssignment'));
    expect(assignments.map(({ inputs }) => inputs)).toEqual([
      {
        appRoleId: 'role-of-emergency-service-principal',
        principalObjectId: 'object-of-workforce-AWS Emergency Operators',
        resourceObjectId: 'emergency-service-principal',
      },
    ]);
  });

  test('has a certificate of its own that signs', () => {
    const certificates = below(done, 'emergency-signing').filter(({ type }) => type === CERTIFICATE);
    expect(certificates.map(({ inputs }) => inputs)).toEqual([
      {
        servicePrincipalId: 'emergency-service-principal',
        displayName: 'CN=insurance-emergency-2026',
        endDateTime: '2028-12-31T00:00:00Z',
        active: true,
      },
    ]);
  });

  test('has a policy of its own: that of the other application does not reach it', () => {
    const policy = (name: string): Record<string, unknown> => {
      const { inputs } = done.one('azuread:index/conditionalAccessPolicy:ConditionalAccessPolicy', name);
      return { state: inputs['state'], ...(inputs['conditions'] as { applications: object }).applications };
    };
    expect(policy('emergency-sign-in-policy')).toEqual({
      state: 'enabled',
      includedApplications: ['client-of-emergency-application'],
    });
    expect(policy('aws-sign-in-policy')['includedApplications']).toEqual(['client-of-aws-application']);
  });

  test('leaves where its metadata is', () => {
    expect(done.outputs['emergencyMetadataUrl']).toBe(
      'https://login.microsoftonline.com/5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e11/federationmetadata/2007-06/federationmetadata.xml?appid=client-of-emergency-application',
    );
    expect(done.outputs['emergencyApplicationId']).toBe('client-of-emergency-application');
    expect(done.secretOutputs).toEqual([]);
  });
});

test('with another identity provider there is no such application, and the other one is as it was', async () => {
  const without = await run((emergency) => {
    delete emergency.application;
  });
  expect(below(without, 'emergency')).toEqual([]);
  const own = (done: MockedRun): readonly MockedResource[] => below(done, 'aws');
  expect(own(without)).toEqual(own(await run()));
});

test('a successor is announced, with what makes AWS trust it', async () => {
  await run((emergency) => {
    emergency.application?.signingCertificates.push({ name: 'next', activeFrom: '2026-07-01', expires: '2028-06-30' });
  }, '2026-06-20');
  expect(warnings).toEqual([
    expect.stringMatching(/^emergency\.application\.signingCertificates\[1\]: 'next' begins to sign on 2026-07-01/),
  ]);
  expect(warnings[0]).toContain("add it to the estate's emergency.metadataFile, beside the one that signs");
});

test('nothing is deployed where no certificate signs', async () => {
  await expect(run(undefined, '2025-12-31')).rejects.toThrow(
    'emergency.application.signingCertificates: no certificate signs on 2025-12-31',
  );
});
