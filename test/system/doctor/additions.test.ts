import { examineEstate } from '../../../src/doctor/examination';
import { gatherFacts } from '../../../src/clouds/gather-facts';
import { type Directory, readGraph } from '../../../src/clouds/graph/directory';
import { readAssigned } from '../../../src/clouds/graph/read-groups';
import type { GraphEmulator } from '../../../apps/emulator/graph';
import { GRAPH_ROLES } from '../../../apps/emulator/graph/auth/roles';
import { type JsonObject, objectsOf, textOf } from '../../../apps/emulator/graph/json';
import { ESTATE_FILE } from '../../../src/estate/source/estate-folder';
import type { EstatePlan } from '../../../src/estate/plan/planner';
import { trustCertificateFile } from '../../../provider/trust';
import { type Call, clientOf, idOf } from '../../support/apps/emulator/support/client';
import { create, GRAPH_PRINCIPAL, group, register, type Registered } from '../apps/emulator/support/use-emulator';
import { hostedSandboxFiles, planFiles } from '../../support/sandbox';
import { deployLeaversReader } from './deploy-leavers-reader';
import { type DeployedWorkforce, deployWorkforce, DOMAIN, NAME_ID } from './deploy-workforce';
import { objectId } from '../../support/ids';
import { watchRequests } from '../../support/graph-descriptions/watch-requests';
import { startEmulator } from '../../support/start-emulator';

const NOW = new Date('2026-06-01T12:00:00Z');
const AREAS = ['saml', 'scim', 'console'] as const;
const ADMINS = 'Security Admins';

/** What a careful attacker or a hurried colleague does is an addition: the estate's own things stay as they are. */
describe('what somebody added to Entra ID beside what the estate made', () => {
  let emulator: GraphEmulator;
  let call: Call;
  let plan: EstatePlan;
  let deployed: DeployedWorkforce;
  let reader: Registered;
  let signer: string;

  /** What is not well, with everything said; ids that are drawn are written as words. */
  const problems = async (readOutputs?: (stack: string) => Promise<string>): Promise<readonly string[]> => {
    const facts = await gatherFacts({
      plan,
      areas: AREAS,
      environment: emulator.env,
      concurrency: 5,
      timeoutSeconds: 60,
      onProgress: () => undefined,
      ...(readOutputs && { readOutputs }),
    });
    // What people recorded is not what somebody added, and identities of Azure are not in this directory.
    const others = new Set(['console-steps', 'saml-identities']);
    const checks = examineEstate({ plan, facts, now: NOW }, AREAS).checks.filter(({ id }) => !others.has(id));
    return checks.flatMap(({ id, observations }) =>
      observations
        .filter(({ outcome }) => outcome !== 'ok')
        .map(
          ({ outcome, message, permission }) => `${id} ${outcome}: ${message}${permission ? ` (${permission})` : ''}`,
        ),
    );
  };
  const named = (lines: readonly string[], ids: Readonly<Record<string, string>>): readonly string[] =>
    lines.map((line) => Object.entries(ids).reduce((text, [name, id]) => text.replaceAll(id, name), line));
  const patch = async (path: string, body: JsonObject): Promise<void> => {
    const { status, text } = await call(`PATCH ${path}`, body);
    if (status !== 204) throw new Error(text);
  };

  let checkRequests: () => void;

  beforeAll(async () => {
    const files = hostedSandboxFiles();
    const estate = (files[ESTATE_FILE] ?? '').replace('state: reportOnly', 'state: enabled');
    const planned = planFiles({ ...files, [ESTATE_FILE]: estate });
    const { estate: declared, findings, ruleViolations, steps, awsPolicies, awsRoles } = planned;
    const whole: EstatePlan = {
      estate: declared,
      isWhole: true,
      findings,
      ruleViolations,
      steps,
      awsPolicies,
      awsRoles,
      placeOf: (at) => planned.placeOf(at),
    };
    const { workforce } = whole.estate;
    if (workforce?.leavers === undefined) throw new Error('the sandbox has no workforce with leavers');
    const tenant = { id: workforce.tenantId ?? '', domain: DOMAIN, kind: 'AAD' as const };
    emulator = await startEmulator({ now: () => NOW, tenant });
    trustCertificateFile(emulator.caFile);
    call = clientOf(emulator);
    deployed = await deployWorkforce({ emulator, call }, workforce);
    reader = await deployLeaversReader(call, whole.estate.name, workforce.leavers);
    const leavers = { ...workforce.leavers, clientId: reader.appId };
    plan = { ...whole, estate: { ...whole.estate, workforce: { ...workforce, leavers } } };
    signer = textOf((await call(`GET ${deployed.principal}`)).body, 'preferredTokenSigningKeyThumbprint');
    // What deployed it is not the doctor.
    checkRequests = watchRequests(emulator, 'doctor');
  });

  afterEach(async () => {
    expect(await problems()).toEqual([]);
  });

  afterAll(async () => {
    await emulator.stop();
    checkRequests();
  });

  test('somebody else acts as the AWS application: a federated credential, and a client secret', async () => {
    const path = `/v1.0/applications/${deployed.applicationId}`;
    const credential = {
      name: 'build',
      issuer: 'https://token.actions.githubusercontent.com',
      subject: 'repo:stranger/repository:ref:refs/heads/main',
      audiences: ['api://AzureADTokenExchange'],
    };
    const added = idOf(await create(call, `${path}/federatedIdentityCredentials`, credential));
    const secret = await call(`POST ${path}/addPassword`, { passwordCredential: { displayName: 'temporary' } });
    expect(await problems()).toEqual([
      "saml-permissions failure: repo:stranger/repository:ref:refs/heads/main of https://token.actions.githubusercontent.com acts as \"AWS IAM Identity Center\": the federated credential 'build' (audience 'api://AzureADTokenExchange') is not declared",
      'saml-permissions failure: "AWS IAM Identity Center" has client secrets, which are not declared: \'temporary\'',
    ]);
    await call(`DELETE ${path}/federatedIdentityCredentials/${added}`);
    await call(`POST ${path}/removePassword`, { keyId: textOf(secret.body, 'keyId') });
  });

  test('somebody else acts as an application by a secret of its service principal, which no page of the portal shows', async () => {
    const made = await Promise.all(
      [deployed.principalId, reader.principalId].map((id) =>
        call(`POST /v1.0/servicePrincipals/${id}/addPassword`, { passwordCredential: { displayName: 'temporary' } }),
      ),
    );
    const [aws, leavers] = made.map(({ body }) => textOf(body, 'keyId'));
    expect(await problems()).toEqual([
      `saml-permissions failure: the service principal of "AWS IAM Identity Center" has secrets or certificates of its own, which are not declared: '${aws}'`,
      `scim-leavers-reader failure: the service principal of "AWS leavers (sandbox)" has secrets or certificates of its own, which are not declared: '${leavers}'`,
    ]);
    await call(`POST /v1.0/servicePrincipals/${deployed.principalId}/removePassword`, { keyId: aws });
    await call(`POST /v1.0/servicePrincipals/${reader.principalId}/removePassword`, { keyId: leavers });
  });

  test('permissions and consents: of the AWS application, of the leavers reader, and of strangers', async () => {
    const write = GRAPH_ROLES['Group.ReadWrite.All'];
    const assign = (principalId: string) =>
      create(call, `/v1.0/servicePrincipals/${principalId}/appRoleAssignments`, {
        appRoleId: write,
        principalId,
        resourceId: GRAPH_PRINCIPAL,
      });
    const stranger = await register(call, { displayName: 'Stranger', signInAudience: 'AzureADMyOrg' });
    const made = [await assign(deployed.principalId), await assign(reader.principalId)];
    const consent = idOf(
      await create(call, '/v1.0/oauth2PermissionGrants', {
        clientId: deployed.principalId,
        resourceId: GRAPH_PRINCIPAL,
        consentType: 'AllPrincipals',
        scope: 'openid User.Read Directory.AccessAsUser.All',
      }),
    );
    const client = idOf(
      await create(call, '/v1.0/oauth2PermissionGrants', {
        clientId: stranger.principalId,
        resourceId: deployed.principalId,
        consentType: 'AllPrincipals',
        scope: 'user_impersonation',
      }),
    );
    expect(named(await problems(), { STRANGER: stranger.principalId })).toEqual([
      'saml-permissions failure: "AWS IAM Identity Center" has permissions that are not declared: \'Group.ReadWrite.All\' of Microsoft Graph',
      'saml-permissions failure: "AWS IAM Identity Center" has consents that are not declared: \'Directory.AccessAsUser.All\' of Microsoft Graph',
      'saml-permissions failure: "Stranger" (STRANGER) may call "AWS IAM Identity Center" with \'user_impersonation\', which is not declared',
      'scim-leavers-reader failure: "AWS leavers (sandbox)" has permissions that are not declared: \'Group.ReadWrite.All\' of Microsoft Graph',
    ]);
    for (const one of made) {
      await call(`DELETE /v1.0/servicePrincipals/${textOf(one.body, 'principalId')}/appRoleAssignments/${idOf(one)}`);
    }
    for (const id of [consent, client]) await call(`DELETE /v1.0/oauth2PermissionGrants/${id}`);
  });

  test("the leavers reader trusts another role in place of the function's", async () => {
    const path = `/v1.0/applications/${reader.applicationId}/federatedIdentityCredentials`;
    const [credential] = objectsOf((await call(`GET ${path}`)).body, 'value');
    const id = textOf(credential ?? {}, 'id');
    const subject = textOf(credential ?? {}, 'subject');
    await patch(`${path}/${id}`, { subject: 'arn:aws:iam::666666666666:role/anything' });
    expect(await problems()).toEqual([
      expect.stringMatching(
        /^scim-leavers-reader failure: arn:aws:iam::666666666666:role\/anything of https:\/\/[\w.-]+ acts as "AWS leavers \(sandbox\)": the federated credential 'aws-leavers' .* is not declared$/,
      ),
      'scim-leavers-reader failure: "AWS leavers (sandbox)" does not have the federated credential \'aws-leavers\' as declared',
    ]);
    await patch(`${path}/${id}`, { subject });
  });

  test('a second certificate of the declared name, that waits or signs', async () => {
    const added = await call(`POST ${deployed.principal}/addTokenSigningCertificate`, {
      displayName: 'CN=insurance-aws-2026',
      endDateTime: '2028-12-30T00:00:00Z',
    });
    const other = textOf(added.body, 'thumbprint');
    const waits = await problems();
    await patch(deployed.principal, { preferredTokenSigningKeyThumbprint: other });
    const signs = await problems();
    expect(signs).toEqual(waits);
    const [both = '', end] = named(waits, { OTHER: other, OWN: signer });
    expect(both).toMatch(
      /^saml-other-certificates failure: 2 certificates have the name insurance-aws-2026: '(OWN|OTHER)', '(OWN|OTHER)'$/,
    );
    expect(end).toBe(
      'saml-other-certificates failure: the certificate insurance-aws-2026 (OTHER) ends on 2028-12-30, declared is 2028-12-31: it is another one',
    );
    await patch(deployed.principal, {
      preferredTokenSigningKeyThumbprint: signer,
      ...withoutAdded((await call(`GET ${deployed.principal}`)).body, added.body),
    });
  });

  test('a second group of a declared name is assigned', async () => {
    const own = deployed.groups.get(ADMINS) ?? '';
    const other = idOf(await create(call, '/v1.0/groups', group(ADMINS)));
    const both = [own, other].toSorted().join("', '");
    const unassigned = await problems();
    const assignment = { appRoleId: deployed.role, principalId: other, resourceId: deployed.principalId };
    const id = idOf(await create(call, `${deployed.principal}/appRoleAssignedTo`, assignment));
    const assigned = await problems();
    const says = `scim-scope failure: 2 groups of Entra ID have the name "${ADMINS}": '${both}'; assigned is`;
    expect([unassigned, assigned]).toEqual([[`${says} '${own}'`], [`${says} '${both}'`]]);
    await call(`DELETE ${deployed.principal}/appRoleAssignedTo/${id}`);
    await call(`DELETE /v1.0/groups/${other}`);
  });

  test('a second application of the name of each that the program made', async () => {
    const twins = [
      await register(call, { displayName: 'AWS IAM Identity Center' }),
      await register(call, { displayName: 'AWS leavers (sandbox)' }),
    ];
    const found = (await problems()).map((line) => line.replace(/: '.*$/, ''));
    expect(found).toEqual([
      'saml-application failure: 2 applications have the name "AWS IAM Identity Center"',
      'scim-leavers-reader failure: 2 applications have the name "AWS leavers (sandbox)"',
    ]);
    for (const { applicationId } of twins) await call(`DELETE /v1.0/applications/${applicationId}`);
  });

  test('a claim that attributes for access control go by, and an application that was disabled', async () => {
    const claims = structuredClone(NAME_ID);
    const [first] = claims.ClaimsMappingPolicy.ClaimsSchema;
    if (first === undefined) throw new Error('there is no claim');
    const name = 'https://aws.amazon.com/SAML/Attributes/AccessControl:CostCenter';
    claims.ClaimsMappingPolicy.ClaimsSchema.push({ ...first, ID: 'department', SamlClaimType: name });
    await patch(deployed.claimsPolicy, { definition: [JSON.stringify(claims)] });
    await patch(deployed.principal, { accountEnabled: false });
    expect(await problems()).toEqual(
      expect.arrayContaining([
        'saml-application failure: "AWS IAM Identity Center": it is disabled, declared is enabled: no one can sign in',
        `saml-name-id failure: answers have claims that are not declared: '${name}'; attributes for access control go by them`,
      ]),
    );
    await patch(deployed.claimsPolicy, { definition: [JSON.stringify(NAME_ID)] });
    await patch(deployed.principal, { accountEnabled: true });
  });

  describe('ids that Pulumi remembers', () => {
    const outputs = (changes: JsonObject = {}): ((stack: string) => Promise<string>) => {
      const groupObjectIds = Object.fromEntries(deployed.groups);
      const signingCertificates = [{ name: 'insurance-aws-2026', thumbprint: signer, active: true }];
      const own = { applicationId: deployed.appId, groupObjectIds, signingCertificates };
      return (stack) => Promise.resolve(JSON.stringify(stack === 'sandbox-workforce' ? { ...own, ...changes } : {}));
    };

    test('nothing is found where they are those of Entra ID', async () => {
      expect(await problems(outputs())).toEqual([]);
    });

    test('an application, a certificate and a group that were replaced under their names', async () => {
      const changed = outputs({
        applicationId: 'ANOTHER',
        signingCertificates: [{ name: 'insurance-aws-2026', thumbprint: 'b'.repeat(40) }],
        groupObjectIds: { [ADMINS]: 'OWN' },
      });
      const ids = { APP: deployed.appId, SIGNER: signer, GROUP: deployed.groups.get(ADMINS) ?? '' };
      expect(named(await problems(changed), ids)).toEqual([
        'saml-pulumi-ids failure: the application "AWS IAM Identity Center" is APP, but Pulumi made ANOTHER',
        `saml-pulumi-ids failure: the certificate insurance-aws-2026 (SIGNER) signs, but Pulumi made ${'B'.repeat(40)}`,
        `saml-pulumi-ids failure: the group "${ADMINS}" that is assigned is GROUP, but that of the estate is OWN`,
      ]);
    });

    test('a stack that can not be read', async () => {
      const failing = () => Promise.reject(new Error('pulumi stack output failed (no stack)'));
      expect(await problems(failing)).toEqual(['saml-pulumi-ids unknown: pulumi stack output failed (no stack)']);
      expect(await problems(() => Promise.resolve('{"groupObjectIds": 1}'))).toEqual([
        'saml-pulumi-ids unknown: the outputs of the stack sandbox-workforce are not those of the workforce program',
      ]);
    });
  });
});

test('members that come with their ids alone are not taken for people without names', async () => {
  const member = { '@odata.type': '#microsoft.graph.user', id: 'ada', userPrincipalName: null };
  const assignment = { principalType: 'Group', principalId: 'group', principalDisplayName: ADMINS };
  const list = (path: string) => Promise.resolve(path.endsWith('/members') ? [member] : [assignment]);
  const directory = { context: { graph: { list } } } as unknown as Directory;
  const read = readGraph('GroupMember.Read.All', () =>
    readAssigned(directory, objectId('principal'), { concurrency: 1 }),
  );
  await expect(read).resolves.toEqual({ state: 'denied', permission: 'User.Read.All' });
});

/** The credentials of a service principal without those of an added certificate. */
function withoutAdded(now: JsonObject, added: JsonObject): JsonObject {
  const isOld = (one: JsonObject): boolean => one['customKeyIdentifier'] !== added['customKeyIdentifier'];
  return {
    keyCredentials: objectsOf(now, 'keyCredentials').filter(isOld),
    passwordCredentials: objectsOf(now, 'passwordCredentials').filter(isOld),
  };
}
