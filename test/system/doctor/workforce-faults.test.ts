import {
  CreateGroupCommand,
  CreateGroupMembershipCommand,
  CreateUserCommand,
  DeleteGroupCommand,
  DeleteGroupMembershipCommand,
  DeleteUserCommand,
  IdentitystoreClient,
  ListGroupMembershipsCommand,
} from '@aws-sdk/client-identitystore';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateAccountAssignmentCommand,
  DeleteAccountAssignmentCommand,
  SSOAdminClient,
} from '@aws-sdk/client-sso-admin';
import { type Examination, examineEstate } from '../../../src/doctor/examination';
import { gatherFacts } from '../../../src/clouds/gather-facts';
import type { GraphEmulator } from '../../../apps/emulator/graph';
import type { JsonObject } from '../../../apps/emulator/graph/json';
import { objectsOf, textOf } from '../../../apps/emulator/graph/json';
import type { EstatePlan } from '../../../src/estate/plan/planner';
import type { Leavers } from '../../../src/estate/sections/workforce/watch';
import { trustCertificateFile } from '../../../provider/trust';
import { startSandboxOrganization } from '../stacks/sandbox-organization';
import { type Call, clientOf, idOf } from '../../support/apps/emulator/support/client';
import { create, group, type Registered, user } from '../apps/emulator/support/use-emulator';
import type { Moto } from '../../support/moto';
import { adviceOf, carryOutAtAws, carryOutAtGraph } from '../../support/doctor/carry-out';
import { describeWithPython } from '../../support/python';
import { hostedSandboxFiles, planFiles, recorded } from '../../support/sandbox';
import { reviewerOf } from '../../support/engine-graph';
import { neededPermissions } from '../../../src/clouds/graph/permissions/needed-permissions';
import { deployAccess } from './deploy-access';
import { deployLeaversReader } from './deploy-leavers-reader';
import { type Finished, runDoctor, writeEstate } from './run-doctor';
import { FakeCloudTrail, type TrailEvent } from './cloud-trail';
import {
  addMember,
  type DeployedWorkforce,
  deployWorkforce,
  DOMAIN,
  finishCycle,
  NAME_ID,
  provision,
  type StoreIds,
} from './deploy-workforce';
import { type HealthyEstate, healthyEstate } from './healthy-estate';
import { withEnvironment } from './with-environment';
import { watchRequests } from '../../support/graph-descriptions/watch-requests';
import { startEmulator } from '../../support/start-emulator';

const NOW = new Date('2026-06-01T12:00:00Z');
const AREAS = ['saml', 'scim', 'console'] as const;
const TOKEN_EXPIRES = '2027-01-31';
const ADMIN = 'arn:aws:sts::210000000001:assumed-role/Admin/grace';
const signIn = (at: string, CredentialType: string): TrailEvent => ({
  name: 'UserAuthentication',
  by: 'arn:aws:sts::210000000001:user',
  at,
  additional: { CredentialType },
});
/** The identity that reads for the pipeline, with the permissions that it needs for the sandbox. */
const READER = reviewerOf(
  'workforce',
  neededPermissions(planFiles(hostedSandboxFiles()).estate, 'workforce', 'preview').map(({ permission }) => permission),
);
const EVENTS = [signIn('2026-05-30T08:00:00Z', 'EXTERNAL_IDP')];

describeWithPython('the doctor finds faults of the way from Entra ID to AWS', () => {
  let moto: Moto;
  let trail: FakeCloudTrail;
  let emulator: GraphEmulator;
  let call: Call;
  let healthy: HealthyEstate;
  let deployed: DeployedWorkforce;
  let reader: Registered;
  let store: IdentitystoreClient;
  let storeIds: StoreIds;
  let sets: ReadonlyMap<string, string>;
  let restore: () => void;
  let clock = NOW;
  /** SHA-1 of the certificate that a person uploaded to AWS. */
  let uploaded: string;

  const examine = async (
    now = NOW,
    tokenExpires = TOKEN_EXPIRES,
    environment: Readonly<Record<string, string>> = emulator.env,
  ): Promise<Examination> => {
    const { snapshotOnDisk } = healthy;
    const declared = withLeavers(healthy.plan, { tokenExpires, clientId: reader.appId });
    const plan = { ...declared, steps: recorded(declared, uploaded), placeOf: declared.placeOf.bind(declared) };
    const facts = await gatherFacts({
      plan,
      snapshotOnDisk,
      areas: [...AREAS],
      environment,
      concurrency: 5,
      timeoutSeconds: 60,
      onProgress: () => undefined,
    });
    return examineEstate({ plan, facts, now }, AREAS);
  };
  /** What is not well, as `check outcome: message`. */
  const problems = async (...args: Parameters<typeof examine>): Promise<readonly string[]> =>
    (await examine(...args)).checks.flatMap(({ id, observations }) =>
      observations
        .filter(({ outcome }) => outcome !== 'ok')
        .map(({ outcome, message }) => `${id} ${outcome}: ${message}`),
    );
  const patch = async (path: string, body: JsonObject): Promise<void> => {
    const { status, text } = await call(`PATCH ${path}`, body);
    if (status !== 204) throw new Error(text);
  };
  const storeKey = () => ({ IdentityStoreId: healthy.snapshotOnDisk.identityCenter.identityStoreId });
  const groupIds = (name: string) => ({
    entra: deployed.groups.get(name) ?? '',
    aws: healthy.snapshotOnDisk.groups.find(({ displayName }) => displayName === name)?.id ?? '',
  });
  const person = (name: string) => ({
    entra: deployed.people.get(name) ?? '',
    aws: storeIds.get(name) ?? '',
  });

  let checkRequests: () => void;

  beforeAll(async () => {
    [moto, trail] = await Promise.all([
      startSandboxOrganization({ delegatedAdministrator: '210000000003' }),
      FakeCloudTrail.start(),
    ]);
    restore = withEnvironment({ ...moto.env, AWS_ENDPOINT_URL_CLOUDTRAIL: trail.url });
    healthy = await healthyEstate(moto.region);
    sets = await deployAccess(moto, healthy.plan);
    const { workforce } = healthy.plan.estate;
    if (workforce === undefined) throw new Error('the sandbox has no workforce');
    const tenant = { id: workforce.tenantId ?? '', domain: DOMAIN, kind: 'AAD' as const };
    emulator = await startEmulator({ now: () => clock, tenant, clients: [READER] });
    trustCertificateFile(emulator.caFile);
    call = clientOf(emulator);
    deployed = await deployWorkforce({ emulator, call }, workforce);
    uploaded = textOf((await call(`GET ${deployed.principal}`)).body, 'preferredTokenSigningKeyThumbprint');
    reader = await deployLeaversReader(call, healthy.plan.estate.name, sandboxLeavers());
    store = new IdentitystoreClient(moto.client);
    storeIds = await provision(moto, deployed, healthy.snapshotOnDisk);
    // What deployed it is not the doctor.
    checkRequests = watchRequests(emulator, 'doctor');
  });

  beforeEach(() => {
    trail.events = EVENTS;
    clock = NOW;
  });

  afterAll(async () => {
    restore();
    store.destroy();
    await Promise.all([moto.stop(), trail.stop(), emulator.stop()]);
    checkRequests();
  });

  test('nothing is found in a healthy estate, and every check was made', async () => {
    expect(await problems()).toEqual([]);
    const { checks } = await examine();
    expect(
      checks.map(
        ({ id, observations: [one] }) =>
          `${id}: ${one?.message.replaceAll(deployed.appId, 'APP').replaceAll(emulator.tlsUrl, 'URL').replace(uploaded, 'UPLOADED') ?? ''}`,
      ),
    ).toMatchInlineSnapshot(`
      [
        "saml-token: the token of the application 22222222-2222-4222-8222-222222222222 may deploy applications, groups, SAML applications, the leavers' application, provisioning (SCIM), Conditional Access policies",
        "saml-application: "AWS IAM Identity Center" (APP) signs in by SAML",
        "saml-addresses: identifier and reply URL are as declared",
        "saml-sign-in: the sign-in page asks who signs in",
        "saml-metadata: URL/5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e11/federationmetadata/2007-06/federationmetadata.xml?appid=APP names this directory and the certificate that signs",
        "saml-upload: Ada Lovelace uploaded the certificate that signs (UPLOADED) on 2020-01-02",
        "saml-certificate: insurance-aws-2026 signs until 2028-12-31 (944 days)",
        "saml-other-certificates: 1 certificates are as declared",
        "saml-permissions: "AWS IAM Identity Center" has no credential, permission or consent beyond the declared",
        "saml-owners: each has an owner",
        "saml-name-id: the NameID is user.userprincipalname as urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
        "scim-job: the last cycle succeeded at 2026-06-01T12:00:00.000Z",
        "scim-token: the SCIM token ends on 2027-01-31, in 244 days",
        "scim-tokens: CloudTrail knows of no second token in the last 90 days",
        "scim-mapping: objectId -> externalId, extensionAttribute1 -> urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter",
        "scim-scope: 6 groups are assigned, as declared",
        "scim-group-settings: 6 assigned groups are as declared",
        "scim-people: 3 people are assigned, and the same at AWS",
        "scim-groups: 6 groups are at AWS with their members",
        "access-nested-groups: 6 assigned groups have direct members only",
        "scim-leavers-reader: "AWS leavers (sandbox)" has no credential, permission or consent beyond the declared",
        "console-steps: identity-center/enabled: Ada Lovelace did it on 2020-01-02 (a record)",
        "console-identity-source: the last sign-in, at 2026-05-30T08:00:00.000Z, came from the external identity provider",
        "console-metadata: Entra ID takes AWS's request, and AWS took its answer at 2026-05-30T08:00:00.000Z",
        "console-certificates: no certificate waits whose import is missing",
        "console-provisioning: AWS takes what is provisioned: 3 people so far",
        "console-mfa: asked for by 'Second factor at AWS', as declared",
      ]
    `);
  });

  test('the identity of the daily job may make every check', async () => {
    emulator.quirks.undocumentedReads = 'allowed';
    const { clientId, clientSecret } = READER;
    const asReader = { ...emulator.env, ARM_CLIENT_ID: clientId, ARM_CLIENT_SECRET: clientSecret };
    expect(await problems(NOW, TOKEN_EXPIRES, asReader)).toEqual([]);
    emulator.quirks.undocumentedReads = 'refused';
  });

  describe('SAML', () => {
    test('single sign-on is off, and everybody may come', async () => {
      await patch(deployed.principal, {
        preferredSingleSignOnMode: null,
        appRoleAssignmentRequired: false,
        loginUrl: 'https://d-0000000000.awsapps.com/start',
      });
      expect(await problems()).toMatchInlineSnapshot(`
        [
          "saml-application failure: "AWS IAM Identity Center": the sign-on URL is 'https://d-0000000000.awsapps.com/start', declared is 'https://d-93670a1b2c.awsapps.com/start'",
          "saml-application failure: "AWS IAM Identity Center": an assignment is not required, declared is required: everybody in the directory can sign in",
          "saml-application failure: "AWS IAM Identity Center": single sign-on is not set, declared is 'saml': no one can sign in",
        ]
      `);
      await patch(deployed.principal, {
        preferredSingleSignOnMode: 'saml',
        appRoleAssignmentRequired: true,
        loginUrl: 'https://d-93670a1b2c.awsapps.com/start',
      });
    });

    test('another identifier and reply URL', async () => {
      const path = `/v1.0/applications/${deployed.applicationId}`;
      const before = (await call(`GET ${path}`)).body;
      await patch(path, {
        identifierUris: ['https://eu-west-1.signin.aws.amazon.com/platform/saml/d-0000000000'],
        web: { redirectUris: ['https://attacker.example.com/acs'] },
      });
      expect(await problems()).toMatchInlineSnapshot(`
        [
          "saml-addresses failure: "AWS IAM Identity Center": it lacks the identifier 'https://eu-west-1.signin.aws.amazon.com/platform/saml/d-93670a1b2c'",
          "saml-addresses failure: "AWS IAM Identity Center": it has the identifier 'https://eu-west-1.signin.aws.amazon.com/platform/saml/d-0000000000', which is not declared",
          "saml-addresses failure: "AWS IAM Identity Center": it lacks the reply URL 'https://eu-west-1.signin.aws.amazon.com/platform/saml/acs/4f0b6c1e-2a7d-4c58-9e31-7b5d0a8f2c46'",
          "saml-addresses failure: "AWS IAM Identity Center": it has the reply URL 'https://attacker.example.com/acs', which is not declared",
          "saml-sign-in failure: the sign-in page answers AADSTS700016: no application has the identifier",
          "console-metadata failure: Entra ID refuses AWS's request: AADSTS700016",
        ]
      `);
      await patch(path, { identifierUris: before['identifierUris'] ?? [], web: before['web'] ?? {} });
    });

    test('no certificate signs', async () => {
      const before = (await call(`GET ${deployed.principal}`)).body['preferredTokenSigningKeyThumbprint'] ?? '';
      await patch(deployed.principal, { preferredTokenSigningKeyThumbprint: null });
      expect(await problems()).toMatchInlineSnapshot(`
        [
          "saml-metadata failure: the metadata has no certificate that signs",
          "saml-upload failure: no certificate is active, so that none can be compared",
          "saml-certificate failure: no certificate is active, so that no one can sign in to AWS",
        ]
      `);
      await patch(deployed.principal, { preferredTokenSigningKeyThumbprint: before });
    });

    test('a second certificate was forgotten, and signs', async () => {
      const before = (await call(`GET ${deployed.principal}`)).body['preferredTokenSigningKeyThumbprint'] ?? '';
      const added = await call(`POST ${deployed.principal}/addTokenSigningCertificate`, {
        displayName: 'CN=forgotten',
        endDateTime: '2028-01-01T00:00:00Z',
      });
      const thumbprint = textOf(added.body, 'thumbprint');
      expect((await problems()).map((line) => line.replace(thumbprint, 'THUMBPRINT'))).toEqual([
        'saml-other-certificates failure: the certificate forgotten (THUMBPRINT) is not in the estate',
      ]);
      await patch(deployed.principal, { preferredTokenSigningKeyThumbprint: thumbprint });
      expect(await problems()).toEqual([
        `saml-upload failure: forgotten (${thumbprint}) signs, but what Ada Lovelace uploaded to AWS on 2020-01-02 is '${uploaded}': AWS refuses every sign-in`,
        'saml-certificate failure: the certificate forgotten signs, but since 2026-01-01 it should be insurance-aws-2026',
      ]);
      await patch(deployed.principal, { preferredTokenSigningKeyThumbprint: before });
      const principal = (await call(`GET ${deployed.principal}`)).body;
      const isOld = (one: JsonObject) => one['customKeyIdentifier'] !== added.body['customKeyIdentifier'];
      await patch(deployed.principal, {
        keyCredentials: objectsOf(principal, 'keyCredentials').filter(isOld),
        passwordCredentials: objectsOf(principal, 'passwordCredentials').filter(isOld),
      });
    });

    test.each([
      [
        '2028-11-15T00:00:00Z',
        'saml-certificate warning: insurance-aws-2026 ends on 2028-12-31, in 46 days, and has no successor',
      ],
      ['2028-12-20T00:00:00Z', 'saml-certificate failure: insurance-aws-2026 ends on 2028-12-31, in 11 days'],
      [
        '2029-01-01T00:00:00Z',
        'saml-certificate failure: insurance-aws-2026 ended on 2028-12-31: no one can sign in to AWS',
      ],
    ])('the certificate ends: seen on %s', async (day, problem) => {
      expect(await problems(new Date(day), '2029-12-31')).toContain(problem);
    });

    test('another NameID', async () => {
      const claims = structuredClone(NAME_ID);
      claims.ClaimsMappingPolicy.ClaimsSchema[0] = {
        ...claims.ClaimsMappingPolicy.ClaimsSchema[0],
        ID: 'mail',
      } as (typeof claims.ClaimsMappingPolicy.ClaimsSchema)[number];
      await patch(deployed.claimsPolicy, { definition: [JSON.stringify(claims)] });
      expect(await problems()).toMatchInlineSnapshot(`
        [
          "saml-name-id failure: the NameID is user.mail as urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress, declared is user.userprincipalname as urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress; AWS finds no user by it",
        ]
      `);
      await patch(deployed.claimsPolicy, { definition: [JSON.stringify(NAME_ID)] });
    });
  });

  describe('SCIM', () => {
    test('quarantine, with its reason', async () => {
      emulator.quirks.acceptedScimToken = 'another-token';
      await call(`POST ${deployed.job}/restart`, { criteria: { resetScope: 'Full' } });
      expect(await problems()).toMatchInlineSnapshot(`
        [
          "scim-job failure: provisioning is in quarantine: EncounteredQuarantineException since 2026-06-01T12:00:00Z: InvalidCredentials: HTTP 401 Unauthorized.",
        ]
      `);
      emulator.quirks.acceptedScimToken = undefined;
      await call(`POST ${deployed.job}/restart`, { criteria: { resetScope: 'Full' } });
      await finishCycle(emulator, call, deployed.job);
    });

    test('quarantine for deletions, which the doctor does not have restarted', async () => {
      emulator.quirks.stagedDeletions = 12;
      await call(`POST ${deployed.job}/start`);
      expect(await problems()).toEqual([
        'scim-job failure: provisioning is in quarantine: TooManyDeletes since 2026-06-01T12:00:00Z: TooManyDeletes: ' +
          'The number of deletions exceeds the threshold for accidental deletions.',
      ]);
      const advice = (await examine()).checks.flatMap(({ id, observations }) =>
        id === 'scim-job' ? observations.map((one) => ('advice' in one ? one.advice : '')) : [],
      );
      expect(advice).toEqual([expect.stringMatching(/^do not restart it: Entra ID holds deletions back/)]);
      emulator.quirks.stagedDeletions = 0;
      await call(`POST ${deployed.job}/start`);
      await finishCycle(emulator, call, deployed.job);
    });

    test('provisioning was paused', async () => {
      await call(`POST ${deployed.job}/pause`);
      expect(await problems()).toEqual([
        'scim-job failure: provisioning does not run (Paused), but the estate says so',
      ]);
      await call(`POST ${deployed.job}/start`);
      await finishCycle(emulator, call, deployed.job);
    });

    test('the last success is long ago', async () => {
      expect(await problems(new Date('2026-06-01T18:00:00Z'))).toEqual([
        'scim-job failure: the last cycle that succeeded ended at 2026-06-01T12:00:00.000Z, 6 hours ago',
      ]);
    });

    test('externalId comes from somewhere else', async () => {
      const schema = await call(`GET ${deployed.job}/schema`);
      await call(`DELETE ${deployed.job}/schema`);
      expect(await problems()).toEqual([
        'scim-mapping failure: externalId is mapped from [mailNickname], declared is [objectId]',
        'scim-mapping failure: urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter is mapped from nothing, declared is [extensionAttribute1]',
      ]);
      await call(`PUT ${deployed.job}/schema`, schema.text);
    });

    test.each([
      ['2026-08-01', 'scim-token warning: the SCIM token ends on 2026-08-01, in 61 days'],
      ['2026-06-10', 'scim-token failure: the SCIM token ends on 2026-06-10, in 9 days'],
      ['2026-06-01', 'scim-token failure: the SCIM token ended on 2026-06-01: nothing is provisioned any more'],
    ])('the recorded end of the token is %s', async (expires, problem) => {
      expect(await problems(NOW, expires)).toEqual([problem]);
    });

    test('a second token is left, and the recorded end is not its own', async () => {
      trail.events = [
        ...EVENTS,
        { name: 'CreateBearerToken', by: ADMIN, at: '2026-05-20T09:00:00Z' },
        { name: 'CreateBearerToken', by: ADMIN, at: '2026-05-01T09:00:00Z' },
      ];
      expect(await problems()).toMatchInlineSnapshot(`
        [
          "scim-tokens failure: two SCIM tokens are there: the last was made by arn:aws:sts::210000000001:assumed-role/Admin/grace on 2026-05-20",
          "scim-tokens warning: the last SCIM token was made by arn:aws:sts::210000000001:assumed-role/Admin/grace on 2026-05-20, but the recorded end is 2027-01-31, which is not a year after that",
        ]
      `);
    });

    test('people: missing, extra, renamed, disabled, made by hand', async () => {
      const dora = idOf(await create(call, '/v1.0/users', user('dora', { userPrincipalName: `dora@${DOMAIN}` })));
      await addMember(call, groupIds('Data Analysts').entra, dora);
      const Name = { GivenName: 'x', FamilyName: 'x' };
      const eve = await store.send(
        new CreateUserCommand({ ...storeKey(), UserName: `eve@${DOMAIN}`, DisplayName: 'eve', Name }),
      );
      const hand = await store.send(
        new CreateUserCommand({ ...storeKey(), UserName: 'breakglass', DisplayName: 'x', Name }),
      );
      await moto.changeIdentities({
        provisioned: { [eve.UserId ?? '']: { externalId: '99999999-0000-4000-8000-000000000000' } },
      });
      await patch(`/v1.0/users/${person('ada').entra}`, { accountEnabled: false });
      await patch(`/v1.0/users/${person('berta').entra}`, { userPrincipalName: `roberta@${DOMAIN}` });
      await moto.changeIdentities({
        provisioned: { [person('carl').aws]: { externalId: person('carl').entra, status: 'DISABLED' } },
      });
      expect(await problems()).toMatchInlineSnapshot(`
        [
          "scim-people warning: "roberta@insurance.example.com" is "berta@insurance.example.com" at AWS, so that the NameID finds no one: renamed",
          "scim-people warning: "carl@insurance.example.com" is disabled at AWS, but not in Entra ID",
          "scim-people failure: "ada@insurance.example.com" is disabled in Entra ID, but not at AWS",
          "scim-people warning: "dora@insurance.example.com" is assigned, but not at AWS",
          "scim-people failure: "eve@insurance.example.com" is enabled at AWS, but not assigned in Entra ID",
          "scim-people failure: "breakglass" was made by hand at AWS",
          "scim-groups warning: group "Data Analysts" lacks members at AWS: 'dora@insurance.example.com'",
        ]
      `);
      await moto.changeIdentities({ provisioned: { [person('carl').aws]: { externalId: person('carl').entra } } });
      await patch(`/v1.0/users/${person('ada').entra}`, { accountEnabled: true });
      await patch(`/v1.0/users/${person('berta').entra}`, { userPrincipalName: `berta@${DOMAIN}` });
      await call(`DELETE /v1.0/groups/${groupIds('Data Analysts').entra}/members/${dora}/$ref`);
      for (const { UserId } of [eve, hand]) await store.send(new DeleteUserCommand({ ...storeKey(), UserId }));
    });

    test('people for emergencies are made by hand, as the estate says', async () => {
      const UserName = 'break-glass-1@insurance.example.com';
      const Name = { GivenName: 'x', FamilyName: 'x' };
      const { UserId } = await store.send(
        new CreateUserCommand({ ...storeKey(), UserName, DisplayName: 'Emergency', Name }),
      );
      expect(await problems()).toEqual([]);
      await store.send(new DeleteUserCommand({ ...storeKey(), UserId }));
    });

    test('a record whose external id is not the object id', async () => {
      await moto.changeIdentities({ provisioned: { [person('ada').aws]: { externalId: 'ada' } } });
      expect((await problems()).map((line) => line.replace(person('ada').entra, 'ID'))).toMatchInlineSnapshot(`
        [
          "scim-people failure: "ada@insurance.example.com" is at AWS, but not as the person of Entra ID: the external id is ada, not the object id ID",
        ]
      `);
      await moto.changeIdentities({ provisioned: { [person('ada').aws]: { externalId: person('ada').entra } } });
    });

    test('groups: members that lag behind, and one that was made by hand', async () => {
      const { aws: GroupId } = groupIds('Security Admins');
      const { GroupMemberships: [first] = [] } = await store.send(
        new ListGroupMembershipsCommand({ ...storeKey(), GroupId }),
      );
      const { MembershipId, MemberId } = first ?? {};
      await store.send(new DeleteGroupMembershipCommand({ ...storeKey(), MembershipId }));
      const outsider = ['ada', 'berta', 'carl'].find((name) => name === 'berta') ?? '';
      const made = await store.send(
        new CreateGroupMembershipCommand({ ...storeKey(), GroupId, MemberId: { UserId: person(outsider).aws } }),
      );
      const byHand = await store.send(new CreateGroupCommand({ ...storeKey(), DisplayName: 'By Hand' }));
      expect((await problems()).filter((line) => line.startsWith('scim-groups'))).toMatchInlineSnapshot(`
        [
          "scim-groups warning: group "Security Admins" lacks members at AWS: 'ada@insurance.example.com'",
          "scim-groups failure: group "Security Admins" has members at AWS that it does not have in Entra ID: 'berta@insurance.example.com'",
          "scim-groups warning: group "By Hand" is at AWS, but was made by hand",
        ]
      `);
      await store.send(new DeleteGroupCommand({ ...storeKey(), GroupId: byHand.GroupId }));
      await store.send(new DeleteGroupMembershipCommand({ ...storeKey(), MembershipId: made.MembershipId }));
      await store.send(new CreateGroupMembershipCommand({ ...storeKey(), GroupId, MemberId }));
    });

    test('who is assigned: a group too many, a group too few, a person by themselves', async () => {
      const other = idOf(await create(call, '/v1.0/groups', group('Strangers')));
      const assign = (principalId: string) =>
        create(call, `${deployed.principal}/appRoleAssignedTo`, {
          appRoleId: deployed.role,
          principalId,
          resourceId: deployed.principalId,
        });
      const made = [await assign(other), await assign(person('ada').entra)];
      const assignments = objectsOf((await call(`GET ${deployed.principal}/appRoleAssignedTo`)).body, 'value');
      const analysts = assignments.find((one) => one['principalDisplayName'] === 'Data Analysts');
      await call(`DELETE ${deployed.principal}/appRoleAssignedTo/${textOf(analysts ?? {}, 'id')}`);
      expect(await problems()).toMatchInlineSnapshot(`
        [
          "scim-scope failure: group "Data Analysts" is not assigned, so that its people lose access",
          "scim-scope failure: group "Strangers" is assigned, but not in the estate",
          "scim-scope failure: people are assigned by themselves, outside of any group: 'ada@insurance.example.com'",
          "scim-groups warning: group "Strangers" is assigned, but not at AWS",
          "scim-groups warning: group "Data Analysts" is at AWS, but not assigned in Entra ID",
        ]
      `);
      for (const one of made) await call(`DELETE ${deployed.principal}/appRoleAssignedTo/${idOf(one)}`);
      await assign(groupIds('Data Analysts').entra);
    });

    test('a group whose members a rule now chooses is changed back by the command that the doctor gives', async () => {
      const path = `/v1.0/groups/${groupIds('Data Analysts').entra}`;
      await patch(path, {
        groupTypes: ['DynamicMembership'],
        membershipRule: '(user.accountEnabled -eq true)',
        membershipRuleProcessingState: 'On',
      });
      const [advice = ''] = adviceOf(await examine(), 'scim-group-settings');
      expect(advice).toContain('do not deploy before');
      await carryOutAtGraph(advice, call);
      expect(adviceOf(await examine(), 'scim-group-settings')).toEqual([]);
    });

    test('an application that somebody disabled is enabled by the command that the doctor gives', async () => {
      await patch(deployed.principal, { accountEnabled: false });
      const [advice = ''] = adviceOf(await examine(), 'saml-application');
      await carryOutAtGraph(advice, call);
      expect(adviceOf(await examine(), 'saml-application')).toEqual([]);
    });

    test('a member that was made by hand at AWS is deleted by the command that the doctor gives', async () => {
      const Name = { GivenName: 'x', FamilyName: 'x' };
      const { UserId } = await store.send(
        new CreateUserCommand({ ...storeKey(), UserName: 'mallory', DisplayName: 'x', Name }),
      );
      const GroupId = groupIds('Data Analysts').aws;
      await store.send(
        new CreateGroupMembershipCommand({ ...storeKey(), GroupId, MemberId: { UserId: UserId ?? '' } }),
      );
      const [advice = ''] = adviceOf(await examine(), 'scim-groups');
      expect(advice).not.toContain('on demand');
      await carryOutAtAws(advice, { ...moto.env, AWS_REGION: moto.region });
      expect(adviceOf(await examine(), 'scim-groups')).toEqual([]);
    });

    test('a group that was deleted has its people again after what the doctor says, and none has lost access', async () => {
      const name = 'Data Analysts';
      const { entra, aws: GroupId } = groupIds(name);
      const membersAtAws = async () => {
        const { GroupMemberships = [] } = await store.send(new ListGroupMembershipsCommand({ ...storeKey(), GroupId }));
        return GroupMemberships.map(({ MemberId }) => MemberId?.UserId).toSorted();
      };
      const before = await membersAtAws();
      expect(before.length).toBeGreaterThan(0);
      await call(`DELETE /v1.0/groups/${entra}`);
      const [advice = ''] = adviceOf(await examine(), 'scim-scope');
      const steps = advice.split('; ');
      expect(steps).toEqual([
        expect.stringMatching(/^pause provisioning at once /),
        expect.stringMatching(/`pulumi up --refresh`, which makes an empty group$/),
        expect.stringMatching(/^put in who it has at AWS: /),
        'then start provisioning',
      ]);
      await call(`POST ${deployed.job}/pause`);
      // The requests of `pulumi up`.
      const made = idOf(await create(call, '/v1.0/groups', group(name)));
      const assigned = { appRoleId: deployed.role, principalId: made, resourceId: deployed.principalId };
      await create(call, `${deployed.principal}/appRoleAssignedTo`, assigned);
      const people = [...(steps[2] ?? '').matchAll(/'([^'@]+)@/g)].map(([, user = '']) => person(user));
      expect(people.map(({ aws }) => aws).toSorted()).toEqual(before);
      for (const one of people) await addMember(call, made, one.entra);
      await call(`POST ${deployed.job}/start`);
      // The cycle finds the group at AWS by its name.
      await moto.changeIdentities({ provisioned: { [GroupId]: { externalId: made } } });
      expect([adviceOf(await examine(), 'scim-scope'), adviceOf(await examine(), 'scim-groups')]).toEqual([[], []]);
      expect(await membersAtAws()).toEqual(before);
    });

    test('a group in an assigned group', async () => {
      const inner = idOf(await create(call, '/v1.0/groups', group('Inner')));
      await addMember(call, groupIds('Network Operators').entra, inner);
      expect(await problems()).toEqual([
        'access-nested-groups warning: group "Network Operators" has groups in it, whose people get no access: \'Inner\'',
      ]);
      await call(`DELETE /v1.0/groups/${groupIds('Network Operators').entra}/members/${inner}/$ref`);
    });
  });

  describe('steps in the console', () => {
    test('the identity source is another one', async () => {
      trail.events = [signIn('2026-05-31T08:00:00Z', 'PASSWORD'), ...EVENTS];
      expect(await problems()).toEqual([
        'console-identity-source failure: the last sign-in, at 2026-05-31T08:00:00.000Z, was by PASSWORD, not by the external identity provider',
      ]);
    });

    test('nobody has signed in since the certificate began to sign', async () => {
      trail.events = [signIn('2025-12-31T08:00:00Z', 'EXTERNAL_IDP')];
      expect(await problems()).toEqual([
        'console-metadata warning: there was no sign-in since insurance-aws-2026 began to sign on 2026-01-01: AWS may not have it',
      ]);
    });

    test('nobody has signed in at all, which proves nothing', async () => {
      trail.events = [];
      expect(await problems()).toEqual(
        ['console-identity-source', 'console-metadata'].map(
          (id) => `${id} unknown: there was no sign-in in the last 90 days, so that CloudTrail does not tell`,
        ),
      );
    });

    test('the declared policy is only reported, names one group, leaves people out, or is gone', async () => {
      const path = `/v1.0/identity/conditionalAccess/policies/${deployed.signInPolicy}`;
      const { conditions } = deployed.policy;
      const users = { ...(conditions as { users: JsonObject }).users };
      const withUsers = (changes: JsonObject) => ({
        conditions: { ...(conditions as JsonObject), users: { ...users, ...changes } },
      });
      const seen = async (change: JsonObject): Promise<readonly string[]> => {
        await patch(path, { ...deployed.policy, ...change });
        return (await problems()).map(withoutIds);
      };
      const admins = groupIds('Security Admins').entra;
      const reported = await seen({ state: 'enabledForReportingButNotEnforced' });
      const partly = await seen(withUsers({ includeUsers: [], includeGroups: [admins] }));
      const excluded = await seen(
        withUsers({
          excludeGroups: [...(users['excludeGroups'] as string[]), admins],
          excludeUsers: [person('ada').entra],
        }),
      );
      await call(`DELETE ${path}`);
      const none = await problems();
      expect([reported, partly, excluded, none]).toMatchInlineSnapshot(`
        [
          [
            "console-mfa failure: the policy 'Second factor at AWS': the state is 'enabledForReportingButNotEnforced', declared is 'enabled'",
          ],
          [
            "console-mfa failure: the policy 'Second factor at AWS': the list of groups is 'Security Admins' (ID), declared is not set",
            "console-mfa failure: the policy 'Second factor at AWS': the list of people is not set, declared is 'All'",
          ],
          [
            "console-mfa failure: the policy 'Second factor at AWS': the list of excluded groups is 'Emergency Access' (ID), 'Security Admins' (ID), declared is 'Emergency Access' (ID)",
            "console-mfa failure: the policy 'Second factor at AWS': the list of excluded people is 'ada' (ID), declared is not set",
          ],
          [
            "console-mfa failure: there is no Conditional Access policy 'Second factor at AWS', which the estate declares",
          ],
        ]
      `);
      deployed = {
        ...deployed,
        signInPolicy: idOf(await create(call, '/v1.0/identity/conditionalAccess/policies', deployed.policy)),
      };
    });
  });

  test('the command says so on the terminal, in JUnit and Markdown, and exits with 1 on a failure', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'doctor-'));
    writeEstate(join(folder, 'estates', 'sandbox'), healthy.files);
    const [junit, markdown] = [join(folder, 'out', 'junit.xml'), join(folder, 'out', 'doctor.md')];
    const reports = ['--junit', junit, '--markdown', markdown];
    const args = ['--estates', join(folder, 'estates'), '--against', 'local', '--only', 'access', ...reports];
    const run = (): Promise<Finished> => runDoctor(args, { ...moto.env, ...emulator.env });
    const fine = await run();
    expect(fine.stderr).toBe('');
    expect(fine.stdout).toContain('0 failures, 0 warnings, 0 could not check, 9 ok');
    expect(fine.code).toBe(0);
    const name = 'Security Auditors';
    const one = {
      InstanceArn: healthy.snapshotOnDisk.identityCenter.instanceArn,
      PermissionSetArn: sets.get('SecurityAudit'),
      PrincipalType: 'GROUP',
      PrincipalId: groupIds(name).aws,
      TargetType: 'AWS_ACCOUNT',
      TargetId: '210000000011',
    } as const;
    const sso = new SSOAdminClient(moto.client);
    await sso.send(new DeleteAccountAssignmentCommand(one));
    const ill = await run();
    await sso.send(new CreateAccountAssignmentCommand(one));
    sso.destroy();
    expect(ill.code).toBe(1);
    expect(ill.stdout).toContain('"Security Auditors" does not have SecurityAudit in claims-dev');
    expect(readFileSync(junit, 'utf8')).toContain('failures="1"');
    expect(readFileSync(markdown, 'utf8')).toContain('1 failure, 0 warnings');
    rmSync(folder, { recursive: true });
  });

  test('what Graph refuses, by the permission that is missing', async () => {
    emulator.faults.add({ kind: 'forbidden', path: `${deployed.principal}/synchronization/jobs`, times: 1 });
    const { checks } = await examine();
    const unknown = checks.filter(({ outcome, area }) => outcome === 'unknown' && area !== 'access');
    expect(unknown.map(({ id, observations: [one] }) => `${id}: ${one?.permission ?? ''}`)).toEqual([
      'scim-job: Synchronization.Read.All',
      'scim-mapping: Synchronization.Read.All',
      'console-provisioning: Synchronization.Read.All',
    ]);
  });

  test('an application that is gone', async () => {
    const { displayName } = healthy.plan.estate.workforce?.awsApplication ?? {};
    await patch(`/v1.0/applications/${deployed.applicationId}`, { displayName: 'Renamed' });
    expect(await problems()).toContain(
      `saml-application failure: there is no enterprise application "${displayName ?? ''}"`,
    );
    await patch(`/v1.0/applications/${deployed.applicationId}`, { displayName: displayName ?? '' });
  });

  test('nothing is left of the faults', async () => {
    expect(await problems()).toEqual([]);
  });
});

/** Ids are drawn. */
function withoutIds(line: string): string {
  return line.replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID');
}

function sandboxLeavers(): Leavers {
  const { leavers } = planFiles(hostedSandboxFiles()).estate.workforce ?? {};
  if (leavers === undefined) throw new Error('the sandbox says nothing of leavers');
  return leavers;
}

interface Said {
  readonly tokenExpires: string;
  /** Of the application that reads who exists. */
  readonly clientId: string;
}

function withLeavers(plan: EstatePlan, { tokenExpires, clientId }: Said): EstatePlan {
  const { workforce } = plan.estate;
  const { awsApplication } = workforce ?? {};
  if (workforce === undefined || awsApplication?.scim === undefined) throw new Error('there is no provisioning');
  const scim = { ...awsApplication.scim, tokenExpires };
  const leavers = { ...sandboxLeavers(), clientId };
  const changed = { ...workforce, leavers, awsApplication: { ...awsApplication, scim } };
  return { ...plan, estate: { ...plan.estate, workforce: changed } };
}
