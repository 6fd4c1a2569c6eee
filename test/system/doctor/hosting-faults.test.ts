import { servicesOf } from '../../../src/estate/sections/hosting/services';
import { type Examination, examineEstate } from '../../../src/doctor/examination';
import { gatherHosting } from '../../../src/clouds/aws/gather-hosting';
import type { EstatePlan } from '../../../src/estate/plan/planner';
import type { Hosting } from '../../../src/estate/sections/hosting/hosting';
import { hostedSandboxFiles, planFiles } from '../../support/sandbox';
import {
  alarm,
  awsError,
  fakeHostingClients,
  HASHES,
  healthyAnswers,
  ReadyServer,
  runningService,
  serviceArn,
} from './fake-hosting';

const planned = planFiles(hostedSandboxFiles());
const PRODUCTION = { environment: 'production', kmsKeys: 'customer' } as const;
let server: ReadyServer;

beforeAll(async () => {
  server = await ReadyServer.start();
});

afterEach(() => {
  server.status = 200;
});

afterAll(() => server.stop());

function planOf(changes: Partial<Hosting>): EstatePlan {
  const { hosting } = planned.estate;
  if (hosting === undefined) throw new Error('the sandbox has no hosting');
  return { ...planned, estate: { ...planned.estate, hosting: { ...hosting, ...changes } } };
}

async function examine(faults: object = {}, changes: Partial<Hosting> = {}): Promise<Examination> {
  const plan = planOf(changes);
  const answers = { ...healthyAnswers({ web: server.url, api: server.url }), ...faults };
  const { hosting, name: estateName } = plan.estate;
  if (hosting === undefined) throw new Error('no hosting');
  const services = servicesOf(plan.estate);
  const options = { estateName, hosting, services, timeoutSeconds: 30, onProgress: () => undefined };
  const facts = await gatherHosting(
    fakeHostingClients(() => answers),
    options,
  );
  const now = new Date('2026-06-01T12:00:00Z');
  return examineEstate({ plan, facts: { hosting: facts, imageHashes: HASHES }, now }, ['hosting']);
}

async function problems(...args: Parameters<typeof examine>): Promise<readonly string[]> {
  return (await examine(...args)).checks.flatMap(({ id, observations }) =>
    observations
      .filter(({ outcome }) => outcome !== 'ok')
      .map(
        ({ outcome, message, permission }) =>
          `${id} ${outcome}: ${permission ?? message.replaceAll(server.url, 'URL')}`,
      ),
  );
}

test.each([{}, PRODUCTION])('nothing is found in a healthy hosting (%j)', async (changes) => {
  expect(await problems({}, changes)).toEqual([]);
  expect((await examine({}, changes)).totals).toEqual({ failure: 0, warning: 0, unknown: 0, ok: 5 });
});

test('a service that does not run, and one of another revision', async () => {
  const faults = {
    [`DescribeService ${serviceArn('web')}`]: runningService('web', { status: 'PAUSED' }),
    [`DescribeService ${serviceArn('api')}`]: runningService('api', { hash: 'c'.repeat(64) }),
  };
  expect(await problems(faults)).toEqual([
    'hosting-services failure: the web is PAUSED',
    `hosting-services warning: the api runs assets:${'c'.repeat(64)}, not the image of this revision (bbbbbbbbbbbb…)`,
  ]);
});

test('a service on ECS Express Mode', async () => {
  const arn = 'arn:aws:ecs:eu-west-1:210000000011:service/sandbox-web/1';
  const stack = { ResourceType: 'AWS::ECS::ExpressGatewayService', LogicalResourceId: 'Web', PhysicalResourceId: arn };
  const service = {
    serviceName: 'sandbox-web',
    status: { statusCode: 'DRAINING' },
    activeConfigurations: [
      { createdAt: new Date('2026-05-20T10:00:00Z'), primaryContainer: { image: `x:${HASHES.web}` } },
    ],
  };
  const faults = {
    'ListStackResources sandbox-hosting': {
      StackResourceSummaries: [stack, { ResourceType: 'AWS::CloudWatch::Alarm', PhysicalResourceId: 'errors' }],
    },
    DescribeExpressGatewayService: { service },
  };
  expect(await problems(faults)).toEqual([
    'hosting-services failure: the web is DRAINING',
    'hosting-services failure: there is no service for the api',
  ]);
});

test('a service that is not ready, or does not answer', async () => {
  server.status = 503;
  expect(await problems()).toEqual([
    'hosting-health failure: URL/readyz answers 503',
    'hosting-health failure: URL/readyz answers 503',
  ]);
  const stacks = {
    Stacks: [{ StackStatus: 'UPDATE_COMPLETE', Outputs: [{ OutputKey: 'WebUrl', OutputValue: 'http://127.0.0.1:9' }] }],
  };
  expect(await problems({ 'DescribeStacks sandbox-hosting': stacks })).toEqual([
    expect.stringMatching(/^hosting-health failure: the service does not answer: .*ECONNREFUSED/),
  ]);
});

test('secrets: one without a value, and one that the web has not read yet', async () => {
  const faults = {
    'DescribeSecret sandbox/customers/web-client-secret': { VersionIdsToStages: {} },
    'DescribeSecret sandbox/hosting/session-keys': {
      VersionIdsToStages: { v2: ['AWSCURRENT'] },
      LastChangedDate: new Date('2026-05-25T00:00:00Z'),
    },
  };
  expect(await problems(faults)).toEqual([
    'hosting-secrets failure: the secret sandbox/customers/web-client-secret has no value',
    'hosting-secrets failure: the secret sandbox/hosting/session-keys changed on 2026-05-25T00:00:00.000Z, and the web was deployed last on 2026-05-20T10:00:00.000Z: it still uses the earlier value',
  ]);
});

test('alarms: disarmed, raised, gone, and unheard', async () => {
  const faults = {
    DescribeAlarms: {
      MetricAlarms: [alarm('errors', { ActionsEnabled: false, StateValue: 'ALARM', StateReason: '7 errors' })],
    },
    ListSubscriptionsByTopic: {
      Subscriptions: [
        { Protocol: 'email', Endpoint: 'platform@insurance.example.com', SubscriptionArn: 'PendingConfirmation' },
      ],
    },
  };
  expect(await problems(faults)).toEqual([
    'hosting-alarms failure: the alarm errors tells no one: its actions are off',
    'hosting-alarms failure: the alarm errors is raised: 7 errors',
    'hosting-alarms failure: the alarm latency is gone',
    "hosting-alarms warning: alarms are not confirmed by 'platform@insurance.example.com'",
  ]);
});

test('tables without the protection of production', async () => {
  const faults = {
    DescribeTable: { Table: {} },
    DescribeContinuousBackups: {
      ContinuousBackupsDescription: { PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' } },
    },
  };
  expect(await problems(faults, PRODUCTION)).toEqual([
    "hosting-tables failure: the table of policies lacks protection from deletion and point-in-time recovery and the account's own key",
    "hosting-tables failure: the table of sessions lacks protection from deletion and the account's own key",
  ]);
  expect(await problems(faults)).toEqual([]);
});

test('credentials of another account, and a stack that is not there, are no faults of the hosting', async () => {
  const [first] = await problems({ GetCallerIdentity: { Account: '210000000001' } });
  expect(first).toBe(
    'hosting-services unknown: these AWS credentials belong to account 210000000001, the hosting of sandbox to 210000000011; run this again with credentials of that account and --only hosting',
  );
  const [failed] = await problems({
    'DescribeStacks sandbox-hosting': { Stacks: [{ StackStatus: 'ROLLBACK_COMPLETE' }] },
  });
  expect(failed).toContain('the stack sandbox-hosting is ROLLBACK_COMPLETE');
});

test.each([
  ['DescribeService', 'hosting-services unknown: apprunner:DescribeService'],
  ['DescribeSecret', 'hosting-secrets unknown: secretsmanager:DescribeSecret'],
  ['DescribeAlarms', 'hosting-alarms unknown: cloudwatch:DescribeAlarms'],
  ['ListSubscriptionsByTopic', 'hosting-alarms unknown: sns:ListSubscriptionsByTopic'],
  ['DescribeContinuousBackups', 'hosting-tables unknown: dynamodb:DescribeContinuousBackups'],
])('without permission for %s, the check says so', async (operation, found) => {
  const isOf = (key: string): boolean => key.split(' ')[0] === operation;
  const keys = Object.keys(healthyAnswers({ web: '', api: '' })).filter(isOf);
  const faults = Object.fromEntries(keys.map((key) => [key, awsError('AccessDeniedException')]));
  expect(await problems(faults)).toContain(found);
});
