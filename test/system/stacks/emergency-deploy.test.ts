import { EventBridgeClient, ListRulesCommand, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import { GetRoleCommand, GetSAMLProviderCommand, IAMClient } from '@aws-sdk/client-iam';
import { ListSubscriptionsCommand, SNSClient } from '@aws-sdk/client-sns';
import { clientIn, deployEmergency } from '../../support/deploy-emergency';
import { EMERGENCY_ACCOUNT, emergencyEstatePlan, metadataOf } from '../../support/emergency';
import type { Moto } from '../../support/moto';
import { startMoto } from '../../support/moto';
import { describeWithPython } from '../../support/python';

/*
 * What moto can't show: whether IAM takes the metadata, whether a SAML answer leads into the role, and whether CloudTrail's
 * events come to the rules.
 */

const CLAIMS = '210000000006';

describeWithPython('emergency access that is deployed to its accounts', () => {
  let moto: Moto;
  let states: readonly string[];

  beforeAll(async () => {
    moto = await startMoto({ accountId: '210000000001', deployedAccounts: [CLAIMS, '210000000008'] });
    states = await deployEmergency(moto, emergencyEstatePlan());
  });

  afterAll(async () => {
    await moto.stop();
  });

  test('every stack is complete, in its account and Region', () => {
    expect(states).toEqual([
      `${EMERGENCY_ACCOUNT} us-east-1 sandbox-emergency CREATE_COMPLETE`,
      `${EMERGENCY_ACCOUNT} eu-central-1 sandbox-emergency-alarms-eu-central-1 CREATE_COMPLETE`,
      '210000000001 us-east-1 sandbox-emergency-210000000001 CREATE_COMPLETE',
      '210000000006 us-east-1 sandbox-emergency-210000000006 CREATE_COMPLETE',
      '210000000008 us-east-1 sandbox-emergency-210000000008 CREATE_COMPLETE',
    ]);
  });

  test('the identity provider has the metadata, and the role of the sign-in trusts it', async () => {
    const iam = new IAMClient(await clientIn(moto, EMERGENCY_ACCOUNT, 'us-east-1'));
    const SAMLProviderArn = `arn:aws:iam::${EMERGENCY_ACCOUNT}:saml-provider/sandbox-emergency`;
    const provider = await iam.send(new GetSAMLProviderCommand({ SAMLProviderArn }));
    expect(provider.SAMLMetadataDocument).toBe(metadataOf());
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'sandbox-emergency' }));
    expect(JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''))).toMatchObject({
      Statement: [{ Principal: { Federated: SAMLProviderArn } }],
    });
  });

  test('the emergency roles are in their accounts, of which the estate says who may take them on', async () => {
    const iam = new IAMClient(await clientIn(moto, CLAIMS, 'us-east-1'));
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'EmergencyOperations' }));
    expect([Role?.Arn, Role?.MaxSessionDuration]).toEqual([`arn:aws:iam::${CLAIMS}:role/EmergencyOperations`, 3600]);
    expect(JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''))).toMatchObject({
      Statement: [
        {
          Condition: { ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${EMERGENCY_ACCOUNT}:role/sandbox-emergency` } },
        },
      ],
    });
    const none = new IAMClient(await clientIn(moto, '210000000010', 'us-east-1'));
    await expect(none.send(new GetRoleCommand({ RoleName: 'EmergencyReadOnly' }))).rejects.toThrow('not found');
  });

  test('rules send to the topic, and those elsewhere to the event bus of the account', async () => {
    const targetsIn = async (account: string, region: string): Promise<readonly string[]> => {
      const events = new EventBridgeClient(await clientIn(moto, account, region));
      const { Rules = [] } = await events.send(new ListRulesCommand({}));
      const targets = Rules.map(({ Name }) => events.send(new ListTargetsByRuleCommand({ Rule: Name })));
      return (await Promise.all(targets)).flatMap(({ Targets = [] }) => Targets.map(({ Arn = '' }) => Arn));
    };
    const bus = `arn:aws:events:us-east-1:${EMERGENCY_ACCOUNT}:event-bus/sandbox-emergency`;
    const sns = new SNSClient(await clientIn(moto, EMERGENCY_ACCOUNT, 'us-east-1'));
    const { Subscriptions = [] } = await sns.send(new ListSubscriptionsCommand({}));
    expect(Subscriptions.map(({ Endpoint }) => Endpoint)).toEqual(['security@insurance.example.com']);
    const topic = Subscriptions[0]?.TopicArn;
    expect(await targetsIn(EMERGENCY_ACCOUNT, 'us-east-1')).toEqual([topic, topic, topic]);
    expect(await targetsIn(EMERGENCY_ACCOUNT, 'eu-central-1')).toEqual([bus, bus, bus]);
    expect(await targetsIn(CLAIMS, 'us-east-1')).toEqual([bus, bus, bus]);
  });
});
