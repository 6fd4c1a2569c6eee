import {
  CloudTrailClient,
  CreateTrailCommand,
  PutEventSelectorsCommand,
  StartLoggingCommand,
  StopLoggingCommand,
} from '@aws-sdk/client-cloudtrail';
import {
  DescribeEventBusCommand,
  DisableRuleCommand,
  EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutPermissionCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  type Rule,
} from '@aws-sdk/client-eventbridge';
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListRolePoliciesCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateSAMLProviderCommand,
} from '@aws-sdk/client-iam';
import {
  GetTopicAttributesCommand,
  ListSubscriptionsCommand,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastStepOf } from '../../../src/doctor/drill';
import { type Examination, examineEstate } from '../../../src/doctor/examination';
import { gatherFacts } from '../../../src/clouds/gather-facts';
import type { GraphEmulator } from '../../../apps/emulator/graph';
import { GRAPH_ROLES } from '../../../apps/emulator/graph/auth/roles';
import { type JsonObject, objectsOf, textOf } from '../../../apps/emulator/graph/json';
import { SENDER_TRUST } from '../../../src/estate/sections/emergency/emergency-events';
import { samlProviderArn } from '../../../src/estate/sections/emergency/emergency-plan';
import { roleTrust, signInTrust, switchPolicy } from '../../../src/estate/sections/emergency/emergency-policies';
import type { EstatePlan } from '../../../src/estate/plan/planner';
import { trustCertificateFile } from '../../../provider/trust';
import { type Call, clientOf, idOf } from '../../support/apps/emulator/support/client';
import { create, GRAPH_PRINCIPAL, makeOwner } from '../apps/emulator/support/use-emulator';
import { clientIn, deployEmergency } from '../../support/deploy-emergency';
import {
  EMERGENCY_ACCOUNT,
  emergencyEstatePlan,
  emergencyPlanFiles,
  emergencyPlanOf,
  METADATA_FILE,
  metadataOf,
} from '../../support/emergency';
import type { Moto } from '../../support/moto';
import { startMoto } from '../../support/moto';
import { adviceOf, carryOutAtAws } from '../../support/doctor/carry-out';
import { outputFaults } from '../../support/output-faults';
import { describeWithPython } from '../../support/python';
import { planFiles } from '../../support/sandbox';
import { type DeployedEmergency, deployEmergencyApplication } from './deploy-emergency-application';
import { addMember, DOMAIN } from './deploy-workforce';
import { type Finished, runCommand, writeEstate } from './run-doctor';
import { withEnvironment } from './with-environment';
import { watchRequests } from '../../support/graph-descriptions/watch-requests';
import { startEmulator } from '../../support/start-emulator';

const NOW = new Date('2026-06-01T12:00:00Z');
const CLAIMS = '210000000006';
const PORTAL = '210000000008';
const SIGN_IN_ROLE = 'sandbox-emergency';
/** Phishing-resistant, as the estate declares it. */
const STRENGTH = 'authentication strength 00000000-0000-0000-0000-000000000004';
/** SHA-1 of the certificate that `metadataOf()` has. */
const STRANGER = 'F9E491D7183153913336EF337F2EB4EBC5E4492C';

describeWithPython('the drill finds faults of the emergency access', () => {
  let moto: Moto;
  let emulator: GraphEmulator;
  let call: Call;
  let plan: EstatePlan;
  let deployed: DeployedEmergency;
  let restore: () => void;
  let iam: Readonly<Record<'home' | 'claims', IAMClient>>;
  let sns: SNSClient;
  let trails: CloudTrailClient;

  const examine = async (now = NOW, examined = plan): Promise<Examination> => {
    const areas = ['emergency'] as const;
    const facts = await gatherFacts({
      plan: examined,
      areas,
      environment: emulator.env,
      concurrency: 5,
      timeoutSeconds: 60,
      onProgress: () => undefined,
    });
    return examineEstate({ plan: examined, facts, now }, areas);
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
  /** Plants a fault, looks, and takes it away again. */
  const withFault = async (plant: () => Promise<unknown>, heal: () => Promise<unknown>): Promise<readonly string[]> => {
    await plant();
    try {
      return await problems();
    } finally {
      await heal();
    }
  };
  const trust = (client: IAMClient, RoleName: string, document: object) =>
    client.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: JSON.stringify(document) }));

  let checkRequests: () => void;

  beforeAll(async () => {
    moto = await startMoto({ accountId: '210000000001', deployedAccounts: [CLAIMS, PORTAL, EMERGENCY_ACCOUNT] });
    restore = withEnvironment(moto.env);
    const declared = emergencyEstatePlan();
    const tenant = { id: declared.estate.workforce?.tenantId ?? '', domain: DOMAIN, kind: 'AAD' as const };
    emulator = await startEmulator({ now: () => NOW, tenant });
    trustCertificateFile(emulator.caFile);
    call = clientOf(emulator);
    deployed = await deployEmergencyApplication({ emulator, call }, declared);
    plan = planFiles({ ...emergencyPlanFiles(), [METADATA_FILE]: metadataOf([deployed.certificate]) });
    await deployEmergency(moto, plan);
    const home = await clientIn(moto, EMERGENCY_ACCOUNT, 'us-east-1');
    iam = { home: new IAMClient(home), claims: new IAMClient(await clientIn(moto, CLAIMS, 'us-east-1')) };
    sns = new SNSClient(home);
    trails = new CloudTrailClient(home);
    await makeBucket(moto, home.credentials.accessKeyId);
    await trails.send(new CreateTrailCommand({ Name: 'all', S3BucketName: BUCKET, IsMultiRegionTrail: true }));
    await trails.send(new StartLoggingCommand({ Name: 'all' }));
    // What deployed it is not the doctor.
    checkRequests = watchRequests(emulator, 'doctor');
  });

  afterAll(async () => {
    restore();
    for (const client of [iam.home, iam.claims, sns, trails]) client.destroy();
    await Promise.all([moto.stop(), emulator.stop()]);
    checkRequests();
  });

  test('nothing is found where all is well, and every link was looked at', async () => {
    const { checks, totals } = await examine();
    expect(totals).toEqual({ failure: 0, warning: 0, unknown: 0, ok: 14 });
    expect(
      checks.flatMap(({ id, observations }) =>
        observations.map(({ message }) => `${id}: ${message.replaceAll(deployed.appId, 'APP')}`),
      ),
    ).toMatchInlineSnapshot(`
      [
        "emergency-application: "AWS emergency access" (APP) answers to AWS's sign-in",
        "emergency-certificate: insurance-emergency-2026 signs until 2028-12-31 (944 days)",
        "emergency-other-certificates: 1 certificates are as declared",
        "emergency-permissions: "AWS emergency access" has no credential, permission or consent beyond the declared",
        "emergency-owners: each has an owner",
        "emergency-claims: answers lead to arn:aws:iam::210000000015:role/sandbox-emergency",
        "emergency-people: 'AWS Emergency Operators' is assigned, with 2 people",
        "emergency-mfa: asked for by 'Second factor at AWS emergency access', as declared",
        "emergency-provider: IAM trusts 1 certificates of 'https://sts.windows.net/5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e11/'",
        "emergency-sign-in-role: sandbox-emergency in emergency-access trusts the identity provider and switches to the declared roles",
        "emergency-roles: insurance-management has 'EmergencyOperations'",
        "emergency-roles: claims-prod has 'EmergencyOperations', 'EmergencyReadOnly'",
        "emergency-roles: portal-prod has 'EmergencyReadOnly'",
        "emergency-alarms: 210000000015 us-east-1: 3 rules are at work",
        "emergency-alarms: 210000000015 eu-central-1: 3 rules are at work",
        "emergency-alarms: 210000000001 us-east-1: 3 rules are at work",
        "emergency-alarms: 210000000006 us-east-1: 3 rules are at work",
        "emergency-alarms: 210000000008 us-east-1: 3 rules are at work",
        "emergency-alarms: what other accounts and Regions tell of goes on to the topic",
        "emergency-hearing: alarms are heard by 'security@insurance.example.com'",
        "emergency-trail: a trail of all Regions is at work in emergency-access",
      ]
    `);
  });

  test('an application that is gone', async () => {
    const path = `/v1.0/applications/${deployed.applicationId}`;
    const displayName = plan.estate.emergency?.application?.displayName ?? '';
    const found = await withFault(
      () => patch(path, { displayName: 'Renamed' }),
      () => patch(path, { displayName }),
    );
    expect(found).toContain('emergency-application failure: there is no enterprise application "AWS emergency access"');
  });

  test('an application that lets everybody in, or answers elsewhere', async () => {
    const path = `/v1.0/applications/${deployed.applicationId}`;
    const redirectUris = emergencyPlanOf(plan).signInUrls;
    const found = await withFault(
      async () => {
        await patch(deployed.principal, { appRoleAssignmentRequired: false });
        await patch(path, { web: { redirectUris: [redirectUris[0] ?? '', 'https://evil.example/saml'] } });
      },
      async () => {
        await patch(deployed.principal, { appRoleAssignmentRequired: true });
        await patch(path, { web: { redirectUris } });
      },
    );
    expect(found).toEqual([
      'emergency-application failure: "AWS emergency access": an assignment is not required, declared is required: everybody in the directory can sign in',
      `emergency-application failure: "AWS emergency access": it lacks the reply URL 'https://eu-central-1.signin.aws.amazon.com/saml'`,
      `emergency-application failure: "AWS emergency access": it has the reply URL 'https://evil.example/saml', which is not declared`,
    ]);
  });

  test('an application that no one owns any more', async () => {
    const { objectId } = emulator.deployer;
    const found = await withFault(
      async () => {
        await call(`DELETE /v1.0/applications/${deployed.applicationId}/owners/${objectId}/$ref`);
        await call(`DELETE ${deployed.principal}/owners/${objectId}/$ref`);
      },
      () => makeOwner(call, deployed, emulator),
    );
    expect(found).toEqual([expect.stringMatching(/^emergency-owners failure: /)]);
  });

  test('a certificate that ends soon, and one that ended', async () => {
    expect(await problems(new Date('2028-11-30T00:00:00Z'))).toEqual([
      'emergency-certificate warning: insurance-emergency-2026 ends on 2028-12-31, in 31 days, and has no successor',
    ]);
    expect(await problems(new Date('2029-01-01T00:00:00Z'))).toEqual([
      'emergency-certificate failure: insurance-emergency-2026 ended on 2028-12-31: no one can sign in to AWS',
    ]);
  });

  test('claims that lead elsewhere', async () => {
    const definitionOf = async (): Promise<JsonObject> => (await call(`GET ${deployed.claimsPolicy}`)).body;
    const { definition } = await definitionOf();
    const [text = ''] = definition as readonly string[];
    const other = text.replace(`${EMERGENCY_ACCOUNT}:role`, `${CLAIMS}:role`).replace('"1800"', '"43200"');
    const found = await withFault(
      () => patch(deployed.claimsPolicy, { definition: [other] }),
      () => patch(deployed.claimsPolicy, { definition: [text] }),
    );
    const provider = `arn:aws:iam::${EMERGENCY_ACCOUNT}:saml-provider/sandbox-emergency`;
    expect(found).toEqual([
      `emergency-claims failure: the claim Role is 'arn:aws:iam::${CLAIMS}:role/sandbox-emergency,${provider}', declared is 'arn:aws:iam::${EMERGENCY_ACCOUNT}:role/sandbox-emergency,${provider}'; AWS takes what it gets`,
      "emergency-claims failure: the claim SessionDuration is '43200', declared is '1800'; AWS takes what it gets",
    ]);
  });

  test('one person alone, and a name that AWS takes no session of', async () => {
    const path = `/v1.0/users/${deployed.people.berta}`;
    expect(
      await withFault(
        () => patch(path, { accountEnabled: false }),
        () => patch(path, { accountEnabled: true }),
      ),
    ).toEqual([
      "emergency-people failure: 'AWS Emergency Operators' has 1 who can sign in: one may be away, and no one should be alone",
    ]);
    expect(
      await withFault(
        () => patch(path, { userPrincipalName: `o'neill@${DOMAIN}` }),
        () => patch(path, { userPrincipalName: `berta@${DOMAIN}` }),
      ),
    ).toEqual([
      `emergency-people failure: AWS takes no session of 'o'neill@${DOMAIN}': the name has characters other than A-Z a-z 0-9 _+=,.@-, or more than 64`,
    ]);
  });

  test('members that should not be there until an emergency', async () => {
    const onDemand = planFiles({
      ...emergencyPlanFiles(({ application }) => {
        if (application !== undefined) application.members = 'onDemand';
      }),
      [METADATA_FILE]: metadataOf([deployed.certificate]),
    });
    expect(await problems(NOW, onDemand)).toEqual([
      `emergency-people warning: 'AWS Emergency Operators' has members, but should have none until an emergency: 'ada@${DOMAIN}', 'berta@${DOMAIN}'`,
    ]);
  });

  test('somebody who is assigned by hand', async () => {
    const { people, role, principal } = deployed;
    const assignment = { appRoleId: role, principalId: people.carl, resourceId: deployed.principalId };
    let id = '';
    const found = await withFault(
      async () => {
        id = idOf(await create(call, `${principal}/appRoleAssignedTo`, assignment));
      },
      () => call(`DELETE ${principal}/appRoleAssignedTo/${id}`),
    );
    expect(found).toEqual([`emergency-people failure: others are assigned too: 'carl@${DOMAIN}'`]);
  });

  test('a second factor that is only reported, and a policy that may keep people out', async () => {
    const path = `/v1.0/identity/conditionalAccess/policies/${deployed.signInPolicy}`;
    const found = await withFault(
      () => patch(path, { state: 'enabledForReportingButNotEnforced' }),
      () => patch(path, { state: 'enabled' }),
    );
    const policy = "the policy 'Second factor at AWS emergency access'";
    expect(found).toEqual([
      `emergency-mfa failure: ${policy}: the state is 'enabledForReportingButNotEnforced', declared is 'enabled'`,
    ]);
    const grantControls = {
      operator: 'AND',
      builtInControls: ['mfa', 'compliantDevice'],
      authenticationStrength: null,
    };
    const demanding = await withFault(
      () => patch(path, { grantControls }),
      () => patch(path, { grantControls: deployed.policy['grantControls'] ?? null }),
    );
    expect(demanding).toEqual([
      `emergency-mfa failure: ${policy}: what grants access is 'compliantDevice and mfa', declared is '${STRENGTH}'`,
      `emergency-mfa warning: ${policy} also has 'compliantDevice', which may keep people out in an emergency`,
    ]);
    const plain = await withFault(
      () => patch(path, { grantControls: { operator: 'OR', builtInControls: ['mfa'], authenticationStrength: null } }),
      () => patch(path, { grantControls: deployed.policy['grantControls'] ?? null }),
    );
    expect(plain).toEqual([`emergency-mfa failure: ${policy}: what grants access is 'mfa', declared is '${STRENGTH}'`]);
  });

  test('a certificate that IAM does not know', async () => {
    const SAMLProviderArn = samlProviderArn(emergencyPlanOf(plan));
    const update = (SAMLMetadataDocument: string) =>
      iam.home.send(new UpdateSAMLProviderCommand({ SAMLProviderArn, SAMLMetadataDocument }));
    const found = await withFault(
      () => update(metadataOf()),
      () => update(metadataOf([deployed.certificate])),
    );
    expect(found).toEqual([
      `emergency-provider failure: IAM trusts a certificate that emergency.metadataFile does not have (${STRANGER}): whoever has its key signs in to sandbox-emergency`,
      expect.stringMatching(
        /^emergency-provider failure: IAM does not know the certificate that signs \([0-9A-F]{40}\): no sign-in is taken$/,
      ),
    ]);
  });

  test('a further certificate that IAM trusts, and the entity of another tenant', async () => {
    const SAMLProviderArn = samlProviderArn(emergencyPlanOf(plan));
    const update = (SAMLMetadataDocument: string) =>
      iam.home.send(new UpdateSAMLProviderCommand({ SAMLProviderArn, SAMLMetadataDocument }));
    const heal = () => update(metadataOf([deployed.certificate]));
    const [stranger = ''] = /(?<=<X509Certificate>)[^<]+/.exec(metadataOf()) ?? [];
    expect(await withFault(() => update(metadataOf([deployed.certificate, stranger])), heal)).toEqual([
      `emergency-provider failure: IAM trusts a certificate that emergency.metadataFile does not have (${STRANGER}): whoever has its key signs in to sandbox-emergency`,
    ]);
    const other = '66666666-0d7a-4c53-9d0e-3a1b6f0c8e11';
    expect(await withFault(() => update(metadataOf([deployed.certificate], other)), heal)).toEqual([
      `emergency-provider failure: IAM trusts 'https://sts.windows.net/${other}/', declared is 'https://sts.windows.net/${plan.estate.workforce?.tenantId ?? ''}/': whoever runs the other one signs in to sandbox-emergency`,
    ]);
    const folder = mkdtempSync(join(tmpdir(), 'drill-'));
    const files = { ...emergencyPlanFiles(), [METADATA_FILE]: metadataOf([deployed.certificate]) };
    writeEstate(join(folder, 'sandbox'), files);
    await update(metadataOf([deployed.certificate, stranger]));
    const args = ['--estates', folder, '--against', 'local', '--json'];
    const drill = await runCommand('doctor drill', args, { ...moto.env, ...emulator.env });
    await heal();
    expect([drill.code, JSON.parse(drill.stdout)]).toMatchObject([1, { verdict: 'broken', totals: { failure: 1 } }]);
    rmSync(folder, { recursive: true });
  });

  test('a certificate of the declared name that waits, a second role in the answers, and a permission', async () => {
    const added = await call(`POST ${deployed.principal}/addTokenSigningCertificate`, {
      displayName: 'CN=insurance-emergency-2026',
      endDateTime: '2028-12-31T00:00:00Z',
    });
    const { body } = await call(`GET ${deployed.claimsPolicy}`);
    const [text = ''] = body['definition'] as readonly string[];
    const claim =
      '{"Value":"arn:aws:iam::666666666666:role/x,arn:aws:iam::666666666666:saml-provider/x","SamlClaimType":"https://aws.amazon.com/SAML/Attributes/Role"}';
    await patch(deployed.claimsPolicy, { definition: [text.replace(/\]\}\}$/, `,${claim}]}}`)] });
    const assignment = idOf(
      await create(call, `${deployed.principal}/appRoleAssignments`, {
        appRoleId: GRAPH_ROLES['Group.ReadWrite.All'],
        principalId: deployed.principalId,
        resourceId: GRAPH_PRINCIPAL,
      }),
    );
    const thumbprint = textOf(added.body, 'thumbprint');
    const found = await problems();
    expect(found.map((line) => line.replaceAll(thumbprint, 'ADDED').replace(/'[0-9A-F]{40}'/, "'OWN'"))).toEqual([
      expect.stringMatching(
        /^emergency-other-certificates failure: 2 certificates have the name insurance-emergency-2026: '(OWN|ADDED)', '(OWN|ADDED)'$/,
      ),
      'emergency-other-certificates failure: the certificate insurance-emergency-2026 (ADDED) is not in emergency.metadataFile',
      'emergency-permissions failure: "AWS emergency access" has permissions that are not declared: \'Group.ReadWrite.All\' of Microsoft Graph',
      expect.stringMatching(
        /^emergency-claims failure: the claim Role is '.*saml-provider\/sandbox-emergency', 'arn:aws:iam::666666666666:role\/x,.*', declared is '.*'/,
      ),
    ]);
    await call(`DELETE ${deployed.principal}/appRoleAssignments/${assignment}`);
    await patch(deployed.claimsPolicy, { definition: [text] });
    const isOld = (one: JsonObject) => one['customKeyIdentifier'] !== added.body['customKeyIdentifier'];
    const principal = (await call(`GET ${deployed.principal}`)).body;
    await patch(deployed.principal, {
      keyCredentials: objectsOf(principal, 'keyCredentials').filter(isOld),
      passwordCredentials: objectsOf(principal, 'passwordCredentials').filter(isOld),
    });
  });

  test('a role of the sign-in that others may take on, and that can do more', async () => {
    const planned = emergencyPlanOf(plan);
    const RoleName = SIGN_IN_ROLE;
    const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
    const everybody = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
    };
    const found = await withFault(
      async () => {
        await trust(iam.home, RoleName, everybody);
        await iam.home.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
        await iam.home.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'Switch' }));
      },
      async () => {
        await trust(iam.home, RoleName, signInTrust(planned));
        await iam.home.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
        const PolicyDocument = JSON.stringify(switchPolicy(planned));
        await iam.home.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'Switch', PolicyDocument }));
      },
    );
    const name = 'sandbox-emergency in emergency-access';
    expect(found).toEqual([
      `emergency-sign-in-role failure: the role ${name} trusts somebody else, or not as declared: ${JSON.stringify(everybody)}`,
      `emergency-sign-in-role failure: the policies of the role ${name} are not the declared ones: '${PolicyArn}'`,
    ]);
  });

  test('an emergency role that trusts somebody else, and has lost its policy and its boundary', async () => {
    const RoleName = 'EmergencyOperations';
    const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
    const { Role } = await iam.claims.send(new GetRoleCommand({ RoleName }));
    const PermissionsBoundary = Role?.PermissionsBoundary?.PermissionsBoundaryArn ?? '';
    const other = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${CLAIMS}:root` }, Action: 'sts:AssumeRole' }],
    };
    const found = await withFault(
      async () => {
        await trust(iam.claims, RoleName, other);
        await iam.claims.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
        await iam.claims.send(new DeleteRolePermissionsBoundaryCommand({ RoleName }));
      },
      async () => {
        await trust(iam.claims, RoleName, roleTrust(emergencyPlanOf(plan)));
        await iam.claims.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
        await iam.claims.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary }));
      },
    );
    const name = 'EmergencyOperations in claims-prod';
    expect(found).toEqual([
      `emergency-roles failure: the role ${name} trusts somebody else, or not as declared: ${JSON.stringify(other)}`,
      `emergency-roles failure: the policies of the role ${name} are not the declared ones: 'Regions'`,
      `emergency-roles failure: the boundary of the role ${name} is gone, declared is ${PermissionsBoundary}`,
    ]);
  });

  test('roles of a plan that nobody deployed', async () => {
    const more = planFiles({
      ...emergencyPlanFiles(({ roles: [first] }) => first?.accounts.push('claims-dev')),
      [METADATA_FILE]: metadataOf([deployed.certificate]),
    });
    const found = await problems(NOW, more);
    expect(found).toContain('emergency-roles failure: there is no role EmergencyReadOnly in claims-dev');
    expect(found).toContain(
      'emergency-alarms failure: no rule tells that somebody took on a role (210000000011 us-east-1)',
    );
  });

  test('an emergency role that may do everything', async () => {
    const [RoleName, PolicyName] = ['EmergencyReadOnly', 'more'];
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
    });
    const found = await withFault(
      () => iam.claims.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument })),
      () => iam.claims.send(new DeleteRolePolicyCommand({ RoleName, PolicyName })),
    );
    expect(found).toEqual([expect.stringMatching(/^emergency-roles failure: .*EmergencyReadOnly.*'more'/)]);
  });

  test('another role that trusts the identity provider', async () => {
    const RoleName = 'stranger';
    const found = await withFault(
      () =>
        iam.home.send(
          new CreateRoleCommand({
            RoleName,
            AssumeRolePolicyDocument: JSON.stringify(signInTrust(emergencyPlanOf(plan))),
          }),
        ),
      () => iam.home.send(new DeleteRoleCommand({ RoleName })),
    );
    expect(found).toEqual([
      "emergency-sign-in-role failure: other roles in emergency-access trust the identity provider: 'stranger'",
    ]);
  });

  describe('alarms', () => {
    const topicArn = async (): Promise<string> => {
      const { Subscriptions = [] } = await sns.send(new ListSubscriptionsCommand({}));
      return Subscriptions[0]?.TopicArn ?? '';
    };

    test('a trail that was stopped is started by the command that the drill gives', async () => {
      await trails.send(new StopLoggingCommand({ Name: 'all' }));
      const [advice = ''] = adviceOf(await examine(), 'emergency-trail');
      // Moto knows trails by their names alone.
      await carryOutAtAws(advice.replace(/arn:\S+:trail\//, ''), {
        ...(await moto.keysOf(EMERGENCY_ACCOUNT)),
        AWS_ENDPOINT_URL: moto.endpoint,
        AWS_REGION: 'us-east-1',
      });
      expect(await problems()).toEqual([]);
    });

    test('a policy of the topic that lets nobody publish', async () => {
      const TopicArn = await topicArn();
      const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn }));
      const before = Attributes?.['Policy'] ?? '';
      const { Statement } = JSON.parse(before) as { readonly Statement: readonly unknown[] };
      const denial = { Effect: 'Deny', Principal: '*', Action: 'sns:Publish', Resource: TopicArn };
      const set = (policy: string) =>
        sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: 'Policy', AttributeValue: policy }));
      const found = await withFault(
        () => set(JSON.stringify({ Version: '2012-10-17', Statement: [...Statement, denial] })),
        () => set(before),
      );
      expect(found).toEqual([
        `emergency-hearing failure: the policy of the topic ${TopicArn} keeps rules from telling anybody`,
      ]);
    });

    test('a filter that lets nothing pass', async () => {
      const { Subscriptions = [] } = await sns.send(new ListSubscriptionsCommand({}));
      const { SubscriptionArn, Endpoint } =
        Subscriptions.find((one) => one.Endpoint === 'security@insurance.example.com') ?? {};
      const set = (AttributeValue: string) =>
        sns.send(
          new SetSubscriptionAttributesCommand({ SubscriptionArn, AttributeName: 'FilterPolicy', AttributeValue }),
        );
      const found = await withFault(
        () => set('{"never":["matches"]}'),
        () => set('{}'),
      );
      expect(found).toEqual([`emergency-hearing failure: a filter keeps alarms from ${Endpoint ?? ''}`]);
    });

    test.each([
      ['no management events', { IncludeManagementEvents: false, ReadWriteType: 'All' as const }],
      ['those alone that write', { IncludeManagementEvents: true, ReadWriteType: 'WriteOnly' as const }],
    ])('a trail of %s', async (_, selector) => {
      const put = (one: typeof selector | { readonly IncludeManagementEvents: true; readonly ReadWriteType: 'All' }) =>
        trails.send(
          new PutEventSelectorsCommand({ TrailName: 'all', EventSelectors: [{ ...one, DataResources: [] }] }),
        );
      const found = await withFault(
        () => put(selector),
        () => put({ IncludeManagementEvents: true, ReadWriteType: 'All' }),
      );
      expect(found).toEqual([
        expect.stringMatching(/^emergency-trail failure: the trail .* does not record all management events/),
      ]);
    });

    const ruleOf = async (account: string, region: string): Promise<readonly [EventBridgeClient, Rule]> => {
      const events = new EventBridgeClient(await clientIn(moto, account, region));
      const { Rules = [] } = await events.send(new ListRulesCommand({}));
      const rule = Rules.find(({ EventPattern = '' }) => EventPattern.includes('AssumeRoleWithSAML'));
      if (rule === undefined) throw new Error(`no rule in ${account} ${region}`);
      return [events, rule];
    };

    test('a rule that is off', async () => {
      const [events, rule] = await ruleOf(EMERGENCY_ACCOUNT, 'us-east-1');
      const { Name, EventPattern, State, Description } = rule;
      const found = await withFault(
        () => events.send(new DisableRuleCommand({ Name })),
        () => events.send(new PutRuleCommand({ Name, EventPattern, State, Description })),
      );
      expect(found).toEqual([
        `emergency-alarms failure: the rule that tells that somebody took on a role (${EMERGENCY_ACCOUNT} us-east-1) is DISABLED, not ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS`,
      ]);
    });

    test('a rule on the event bus that drops read-only events', async () => {
      const events = new EventBridgeClient(await clientIn(moto, EMERGENCY_ACCOUNT, 'us-east-1'));
      const EventBusName = emergencyPlanOf(plan).name;
      const { Rules: [rule] = [] } = await events.send(new ListRulesCommand({ EventBusName }));
      const { Name, EventPattern, State, Description } = rule ?? {};
      const put = { Name, EventPattern, Description, EventBusName };
      const found = await withFault(
        () => events.send(new PutRuleCommand({ ...put, State: 'ENABLED' })),
        () => events.send(new PutRuleCommand({ ...put, State })),
      );
      expect(found).toEqual([
        'emergency-alarms failure: the rule for what other accounts and Regions send to the event bus is ENABLED, not ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS',
      ]);
    });

    test.each([
      [EMERGENCY_ACCOUNT, 'eu-central-1'],
      [CLAIMS, 'us-east-1'],
    ])('a rule that tells nobody, in %s %s', async (account, region) => {
      const [events, { Name: Rule = '' }] = await ruleOf(account, region);
      const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule }));
      const found = await withFault(
        () => events.send(new RemoveTargetsCommand({ Rule, Ids: Targets.map(({ Id = '' }) => Id) })),
        () => events.send(new PutTargetsCommand({ Rule, Targets })),
      );
      expect(found).toEqual([
        `emergency-alarms failure: a rule knows that somebody took on a role (${account} ${region}), and tells no one`,
      ]);
    });

    test('a message that says nothing of the event, as a whole rule sends it', async () => {
      const [events, { Name: Rule = '' }] = await ruleOf(EMERGENCY_ACCOUNT, 'us-east-1');
      const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule }));
      const mute = Targets.map(({ Id, Arn }) => ({ Id, Arn, Input: '"all is well"' }));
      const found = await withFault(
        () => events.send(new PutTargetsCommand({ Rule, Targets: mute })),
        () => events.send(new PutTargetsCommand({ Rule, Targets })),
      );
      expect(found).toEqual([
        expect.stringMatching(/^emergency-alarms failure: the rule that tells that .* another message .*all is well/),
      ]);
    });

    test('a transformer that leaves the event out', async () => {
      const [events, { Name: Rule = '' }] = await ruleOf(EMERGENCY_ACCOUNT, 'us-east-1');
      const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule }));
      const mute = Targets.map((target) => ({
        ...target,
        InputTransformer: {
          InputPathsMap: { detail: '$.nothing' },
          InputTemplate: '{"text":"a test","event":<detail>}',
        },
      }));
      const found = await withFault(
        () => events.send(new PutTargetsCommand({ Rule, Targets: mute })),
        () => events.send(new PutTargetsCommand({ Rule, Targets })),
      );
      expect(found).toEqual([expect.stringMatching(/^emergency-alarms failure: .* another message .*\$\.nothing/)]);
    });

    test('a role of a target that lost its policy, and one that EventBridge may not take on', async () => {
      const [events, { Name: Rule = '' }] = await ruleOf(CLAIMS, 'us-east-1');
      const { Targets: [target] = [] } = await events.send(new ListTargetsByRuleCommand({ Rule }));
      const RoleName = target?.RoleArn?.split('/').at(-1) ?? '';
      const { PolicyNames: [PolicyName = ''] = [] } = await iam.claims.send(new ListRolePoliciesCommand({ RoleName }));
      const policy = await iam.claims.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
      const PolicyDocument = decodeURIComponent(policy.PolicyDocument ?? '');
      const stripped = await withFault(
        () => iam.claims.send(new DeleteRolePolicyCommand({ RoleName, PolicyName })),
        () => iam.claims.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument })),
      );
      expect(stripped).toEqual([
        expect.stringMatching(/^emergency-alarms failure: the policies of the role .* are not the declared ones/),
      ]);
      const closed = await withFault(
        () => trust(iam.claims, RoleName, roleTrust(emergencyPlanOf(plan))),
        () => trust(iam.claims, RoleName, SENDER_TRUST),
      );
      expect(closed).toEqual([expect.stringMatching(/^emergency-alarms failure: the role .* trusts somebody else/)]);
    });

    test('an event bus that an account may not send to', async () => {
      const events = new EventBridgeClient(await clientIn(moto, EMERGENCY_ACCOUNT, 'us-east-1'));
      const EventBusName = emergencyPlanOf(plan).name;
      const { Policy = '' } = await events.send(new DescribeEventBusCommand({ Name: EventBusName }));
      const found = await withFault(
        () => events.send(new PutPermissionCommand({ EventBusName, Policy: Policy.replaceAll(CLAIMS, PORTAL) })),
        () => events.send(new PutPermissionCommand({ EventBusName, Policy })),
      );
      expect(found).toEqual([
        "emergency-alarms failure: the policy of the event bus keeps out what these accounts send: 'claims-prod'",
      ]);
    });

    test('an address that is told of nothing', async () => {
      const { Subscriptions: [one] = [] } = await sns.send(new ListSubscriptionsCommand({}));
      const { TopicArn, Endpoint, SubscriptionArn } = one ?? {};
      const found = await withFault(
        () => sns.send(new UnsubscribeCommand({ SubscriptionArn })),
        () => sns.send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint })),
      );
      expect(found).toEqual(["emergency-hearing failure: alarms do not reach 'security@insurance.example.com'"]);
    });

    test('a trail that was stopped', async () => {
      const found = await withFault(
        () => trails.send(new StopLoggingCommand({ Name: 'all' })),
        () => trails.send(new StartLoggingCommand({ Name: 'all' })),
      );
      expect(found).toEqual([
        expect.stringMatching(
          /^emergency-trail failure: no trail of all Regions is at work in emergency-access, .* is stopped$/,
        ),
      ]);
    });
  });

  test('what may not be read, by the permission that is missing', async () => {
    emulator.faults.add({ kind: 'forbidden', path: `${deployed.principal}/claimsMappingPolicies`, times: 1 });
    const denied = { code: 'AccessDenied', status: 403 };
    await moto.orderFault({ service: 'iam', operation: 'GetSAMLProvider', fail: denied });
    const { checks } = await examine();
    const unknown = checks.filter(({ outcome }) => outcome === 'unknown');
    expect(unknown.map(({ id, observations: [one] }) => `${id}: ${one?.permission ?? ''}`)).toEqual([
      'emergency-claims: Policy.Read.All',
      'emergency-provider: iam:GetSAMLProvider',
    ]);
  });

  test('accounts that can not be reached, by the role that is missing', async () => {
    const denied = { code: 'AccessDenied', status: 403, times: 3 };
    await moto.orderFault({ service: 'sts', operation: 'AssumeRole', fail: denied });
    const { checks, totals } = await examine();
    await moto.clearFaults();
    expect(totals.failure).toBe(0);
    const permissions = checks.flatMap(({ observations }) =>
      observations.flatMap(({ permission }) => permission ?? []),
    );
    expect(new Set(permissions)).toEqual(
      new Set(
        [EMERGENCY_ACCOUNT, CLAIMS, PORTAL].map(
          (id) => `sts:AssumeRole on arn:aws:iam::${id}:role/cdk-hnb659fds-lookup-role-${id}-us-east-1`,
        ),
      ),
    );
  });

  test('the command proves the path, says the last step, and keeps a record', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'drill-'));
    const estates = join(folder, 'estates');
    writeEstate(join(estates, 'sandbox'), {
      ...emergencyPlanFiles(),
      [METADATA_FILE]: metadataOf([deployed.certificate]),
    });
    const record = join(folder, 'records', 'drill.md');
    const run = (...more: readonly string[]): Promise<Finished> =>
      runCommand('doctor drill', ['--estates', estates, '--against', 'local', ...more], {
        ...moto.env,
        ...emulator.env,
      });
    const fine = await run('--out', record);
    expect(fine.stderr).toBe('');
    expect(fine.stdout).toContain('0 failures, 0 warnings, 0 could not check, 14 ok');
    expect(fine.stdout).toContain('The path holds up to its last step, which needs a person.');
    expect(fine.stdout).toContain(
      'https://signin.aws.amazon.com/switchrole?account=210000000006&roleName=EmergencyReadOnly',
    );
    expect(fine.code).toBe(0);
    expect(readFileSync(record, 'utf8')).toContain('| alarms came to security&#64;insurance.example.com |  |  |');
    await trails.send(new StopLoggingCommand({ Name: 'all' }));
    const ill = await run('--json');
    await trails.send(new StartLoggingCommand({ Name: 'all' }));
    expect(ill.code).toBe(1);
    expect(outputFaults('drill', ill.stdout)).toBeNull();
    expect(JSON.parse(ill.stdout)).toMatchObject({ estate: 'sandbox', verdict: 'broken', totals: { failure: 1 } });
    rmSync(folder, { recursive: true });
  });

  test('an estate without the section has nothing to prove', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'drill-'));
    writeEstate(join(folder, 'plain'), { 'estate.yaml': 'workforce: { groups: [{ name: Developers }] }\n' });
    const { code, stderr } = await runCommand('doctor drill', ['--estates', folder], {});
    expect([code, stderr]).toEqual([
      2,
      "the estate 'plain' has no section 'emergency'; write one (npx --no entra-aws docs emergency-access)\n",
    ]);
    rmSync(folder, { recursive: true });
  });

  test('each Region of the sign-in has a link, with a request whose answer goes there', async () => {
    const areas = ['emergency'] as const;
    const options = { areas, concurrency: 5, timeoutSeconds: 60, onProgress: () => undefined };
    const facts = await gatherFacts({ plan, environment: emulator.env, ...options });
    const { signIn } = lastStepOf(plan, facts, NOW);
    expect(signIn.map(({ what }) => what)).toEqual([
      'My Apps',
      'to https://signin.aws.amazon.com/saml',
      'to https://eu-central-1.signin.aws.amazon.com/saml',
    ]);
    expect(signIn[0]?.url).toContain(`/api/signin/${deployed.appId}?tenantId=`);
  });

  test('nothing is left of the faults', async () => {
    expect(await problems()).toEqual([]);
    await addMember(call, deployed.group, deployed.people.carl);
    expect(await problems()).toEqual([]);
  });
});

const BUCKET = 'trail-of-the-organization';

/** CloudTrail wants a bucket that is there. */
async function makeBucket(moto: Moto, key: string): Promise<void> {
  const authorization = `AWS4-HMAC-SHA256 Credential=${key}/20260101/us-east-1/s3/aws4_request`;
  const response = await fetch(`${moto.endpoint}/${BUCKET}`, { method: 'PUT', headers: { authorization } });
  if (!response.ok) throw new Error(await response.text());
}
