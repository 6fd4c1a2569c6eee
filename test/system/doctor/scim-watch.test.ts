import { CloudFormationClient, CreateStackCommand, DeleteStackCommand } from '@aws-sdk/client-cloudformation';
import { ListTopicsCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { watch } from '../../../src/doctor/checks/scim/provisioning';
import { gatherWatchRules } from '../../../src/clouds/aws/gather-hosting';
import type { WatchFacts } from '../../../src/clouds/facts/hosting-facts';
import { failed, known, type Reading } from '../../../src/clouds/reading';
import { synthesizeEstate } from '../../../src/preview/engine/synthesize';
import { clientIn } from '../../support/deploy-emergency';
import { type Moto, startMoto } from '../../support/moto';
import { describeWithPython } from '../../support/python';
import type { Template } from '../../support/templates';
import { watchedPlan } from '../../support/watch';
import { withEnvironment } from './with-environment';
import { accountId } from '../../support/ids';

const NOW = new Date('2026-06-01T12:00:00Z');
const plan = watchedPlan();
const declared = plan.watch;
if (declared === undefined) throw new Error('the estate has no watch');
const emails = declared.emails;
const template = synthesizeEstate(plan).templates[0]?.template as unknown as Template;

const deployed: WatchFacts = {
  resources: Object.entries(template.Resources).map(([logicalId, { Type }]) => ({
    type: Type,
    logicalId,
    physicalId: logicalId,
  })),
  topic: { confirmed: emails, pending: [] },
};

const found = (reading: Reading<WatchFacts | undefined>, at = plan): readonly string[] | undefined =>
  watch.run({ plan: at, facts: { watch: reading }, now: NOW })?.map(({ outcome, message }) => `${outcome}: ${message}`);

test('the deployed stack is well', () => {
  expect(found(known(deployed))).toEqual([`ok: ${emails.length} are told before ${declared.scimTokenExpires}`]);
});

test('nothing is asked of an estate that tells nobody, or has no token', () => {
  const untold = watchedPlan((workforce) => {
    delete workforce.alarms;
    delete workforce.leavers;
  });
  expect(found(known(undefined), untold)).toBeUndefined();
  const tokenless = watchedPlan((workforce) => {
    delete workforce.awsApplication?.scim;
    delete workforce.leavers;
  });
  expect(found(known(undefined), tokenless)).toBeUndefined();
});

const without = (part: string): WatchFacts => ({
  ...deployed,
  resources: deployed.resources.filter(({ logicalId }) => !logicalId.includes(part)),
});

test.each<readonly [string, WatchFacts | undefined, string]>([
  ['no stack', undefined, 'no one is told: there is no stack sandbox-workforce-watch'],
  ['no rule', without('ScimTokenHealth'), 'no rule hears of it from AWS Health'],
  [
    'a reminder that is gone',
    without('Reminder30'),
    `no reminder is set 30 days before ${declared.scimTokenExpires}, the recorded end`,
  ],
  [
    'an address that has not confirmed',
    { ...deployed, topic: { confirmed: [], pending: emails } },
    `alarms are not confirmed by '${emails.join("' and '")}'`,
  ],
  [
    'an address that was never asked',
    { ...deployed, topic: { confirmed: [], pending: [] } },
    `alarms do not reach '${emails.join("' and '")}'`,
  ],
])('%s is found', (_what, facts, message) => {
  expect(found(known(facts))).toEqual([`warning: ${message}`]);
});

test('reminders of another token are no reminders of this one', () => {
  const another = watchedPlan(({ awsApplication }) => {
    if (awsApplication?.scim !== undefined) awsApplication.scim.tokenExpires = '2028-03-01';
  });
  expect(found(known(deployed), another)).toEqual([
    'warning: no reminder is set 90, 30, 7, 1 days before 2028-03-01, the recorded end',
  ]);
});

test('what could not be read is neither well nor wrong', () => {
  expect(found(failed('no answer'))).toEqual(['unknown: no answer']);
  expect(found({ state: 'denied', permission: 'cloudformation:DescribeStacks' })).toEqual([
    'unknown: could not be read',
  ]);
});

describeWithPython('the watch is read from AWS', () => {
  let moto: Moto;
  let restore: () => void;
  const read = () => gatherWatchRules(declared, { estateName: 'sandbox', timeoutSeconds: 30 });

  beforeAll(async () => {
    moto = await startMoto({ accountId: declared.account });
    restore = withEnvironment({ ...moto.env, ...(await moto.keysOf(declared.account)) });
  });

  afterAll(async () => {
    restore();
    await moto.stop();
  });

  test('no stack, one that is there, and credentials of another account', async () => {
    expect(await read()).toEqual(known(undefined));
    const config = await clientIn(moto, declared.account, declared.region);
    const cloudFormation = new CloudFormationClient(config);
    // What moto's CloudFormation knows.
    const Resources = Object.fromEntries(
      Object.entries(template.Resources).filter(([, { Type }]) => /^AWS::(SNS::Topic|Events::Rule)$/.test(Type)),
    );
    const StackName = 'sandbox-workforce-watch';
    await cloudFormation.send(new CreateStackCommand({ StackName, TemplateBody: JSON.stringify({ Resources }) }));
    const sns = new SNSClient(config);
    const { Topics: [topic] = [] } = await sns.send(new ListTopicsCommand({}));
    for (const Endpoint of emails) {
      await sns.send(new SubscribeCommand({ TopicArn: topic?.TopicArn, Protocol: 'email', Endpoint }));
    }
    const reading = await read();
    expect(reading).toMatchObject({ state: 'known', value: { topic: { confirmed: emails } } });
    expect(found(reading)).toEqual([
      `warning: no reminder is set 90, 30, 7, 1 days before ${declared.scimTokenExpires}, the recorded end`,
    ]);
    await cloudFormation.send(new DeleteStackCommand({ StackName }));
    const elsewhere = await gatherWatchRules(
      { ...declared, account: accountId('210000000099') },
      { estateName: 'sandbox', timeoutSeconds: 30 },
    );
    expect(elsewhere).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('run this again with credentials of that account and --only scim') as unknown,
    });
  });
});
