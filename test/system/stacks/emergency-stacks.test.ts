import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EmergencyEntry } from '../../../src/estate/sections/emergency/schema';
import type { Synthesis } from '../../../src/preview/facts';
import { synthesizeEstate } from '../../../src/preview/engine/synthesize';
import { lint } from '../../support/cfn-lint';
import { EMERGENCY_ACCOUNT, emergencyEstatePlan, emergencyPlanFiles, METADATA_FILE } from '../../support/emergency';
import { describeWithPython } from '../../support/python';
import { planFiles } from '../../support/sandbox';
import type { Resource, Template } from '../../support/templates';
import { resourcesOf, temporaryFolder } from '../../support/templates';

const HOME = 'sandbox-emergency';
const FRANKFURT = 'sandbox-emergency-alarms-eu-central-1';
const MANAGEMENT = 'sandbox-emergency-210000000001';
const CLAIMS = 'sandbox-emergency-210000000006';
const PORTAL = 'sandbox-emergency-210000000008';

const root = temporaryFolder();
const synthesis = synthesizeEstate(emergencyEstatePlan());

const namesOf = ({ templates }: Synthesis): readonly string[] => templates.map(({ stack }) => stack);

function templateOf(stack: string, { templates }: Synthesis = synthesis): Template {
  const found = templates.find((one) => one.stack === stack);
  if (found === undefined) throw new Error(`no stack ${stack}`);
  return found.template as unknown as Template;
}

const edited = (edit: (emergency: EmergencyEntry) => void): Synthesis => synthesizeEstate(emergencyEstatePlan(edit));

function roleOf(stack: string, name: string, from = synthesis): Resource {
  const roles = [...resourcesOf(templateOf(stack, from), 'AWS::IAM::Role').values()];
  const role = roles.find(({ Properties }) => Properties['RoleName'] === name);
  if (role === undefined) throw new Error(`no role ${name} in ${stack}`);
  return role;
}

interface Statement {
  readonly Action?: string | readonly string[];
  readonly NotAction?: readonly string[];
  readonly Effect: string;
  readonly Principal?: unknown;
  readonly Resource?: unknown;
  readonly Condition?: unknown;
}

const trustOf = ({ Properties }: Resource): readonly Statement[] =>
  (Properties['AssumeRolePolicyDocument'] as { Statement: readonly Statement[] }).Statement;

test('the stacks: one where people sign in, one for each other Region of the sign-in, one for each account with roles', () => {
  expect(namesOf(synthesis)).toEqual([HOME, FRANKFURT, MANAGEMENT, CLAIMS, PORTAL]);
});

test('the schemas of CloudFormation and AwsSolutions find nothing', () => {
  expect(synthesis.issues).toEqual([]);
});

test('people sign in by SAML, at the addresses of the Regions and nowhere else', () => {
  const addresses = ['https://eu-central-1.signin.aws.amazon.com/saml', 'https://signin.aws.amazon.com/saml'];
  expect(trustOf(roleOf(HOME, 'sandbox-emergency'))).toEqual([
    {
      Effect: 'Allow',
      Action: ['sts:AssumeRoleWithSAML', 'sts:SetSourceIdentity'],
      Principal: { Federated: `arn:aws:iam::${EMERGENCY_ACCOUNT}:saml-provider/sandbox-emergency` },
      Condition: { StringEquals: { 'SAML:aud': addresses } },
    },
  ]);
});

test('the role that people sign in to switches to the roles of the estate, and can do nothing else', () => {
  const { Properties } = roleOf(HOME, 'sandbox-emergency');
  const policies = Properties['Policies'] as readonly { PolicyDocument: { Statement: readonly Statement[] } }[];
  const statements = policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
  expect(statements).toEqual([
    {
      Sid: 'Switch',
      Effect: 'Allow',
      Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
      Resource: [
        'arn:aws:iam::210000000001:role/EmergencyOperations',
        'arn:aws:iam::210000000006:role/EmergencyOperations',
        'arn:aws:iam::210000000006:role/EmergencyReadOnly',
        'arn:aws:iam::210000000008:role/EmergencyReadOnly',
      ],
    },
  ]);
  expect(Properties).not.toHaveProperty('ManagedPolicyArns');
  expect(resourcesOf(templateOf(HOME), 'AWS::IAM::Policy').size).toBe(0);
});

test('an emergency role is taken on by the role that people sign in to, and by nobody else of its account', () => {
  expect(trustOf(roleOf(CLAIMS, 'EmergencyOperations'))).toEqual([
    {
      Effect: 'Allow',
      Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
      Principal: { AWS: `arn:aws:iam::${EMERGENCY_ACCOUNT}:root` },
      Condition: { ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${EMERGENCY_ACCOUNT}:role/sandbox-emergency` } },
    },
  ]);
});

test('an emergency role has its policies, its boundary and its Regions, for an hour at most', () => {
  expect(roleOf(CLAIMS, 'EmergencyOperations').Properties).toMatchObject({
    ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'],
    PermissionsBoundary: 'arn:aws:iam::210000000006:policy/identity/WorkforceBoundary',
    MaxSessionDuration: 3600,
    Policies: [
      {
        PolicyName: 'Regions',
        PolicyDocument: {
          Statement: [
            {
              Effect: 'Deny',
              NotAction: [
                'cloudfront:*',
                'globalaccelerator:*',
                'health:*',
                'iam:*',
                'networkmanager:*',
                'organizations:*',
                'route53:*',
                'shield:*',
                'sts:*',
                'support:*',
                'waf:*',
                'wafv2:*',
              ],
              Resource: '*',
              Condition: { StringNotEquals: { 'aws:RequestedRegion': ['eu-central-1', 'eu-west-1'] } },
            },
            {
              Effect: 'Deny',
              Action: 'wafv2:*',
              Resource: '*',
              Condition: { StringNotEquals: { 'aws:RequestedRegion': ['eu-central-1', 'eu-west-1', 'us-east-1'] } },
            },
          ],
        },
      },
    ],
  });
  const reading = roleOf(PORTAL, 'EmergencyReadOnly').Properties;
  expect(reading).not.toHaveProperty('Policies');
  expect(reading).not.toHaveProperty('PermissionsBoundary');
});

describe('every rule of every stack also gets read-only events, as which CloudTrail knows the use of a role', () => {
  const rules = namesOf(synthesis).flatMap((stack) =>
    [...resourcesOf(templateOf(stack), 'AWS::Events::Rule')].map(([id, { Properties }]) => ({ stack, id, Properties })),
  );

  test('there are three in each account and Region, and the one on the event bus', () => {
    const counts = Map.groupBy(rules, ({ stack }) => stack);
    expect([...counts].map(([stack, { length }]) => [stack, length])).toEqual([
      [HOME, 4],
      [FRANKFURT, 3],
      [MANAGEMENT, 3],
      [CLAIMS, 3],
      [PORTAL, 3],
    ]);
  });

  test.each(rules)('$stack $id', ({ Properties }) => {
    expect(Properties['State']).toBe('ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS');
  });
});

test('other accounts and Regions send to the event bus of the account, which lets in those accounts alone', () => {
  const bus = `arn:aws:events:us-east-1:${EMERGENCY_ACCOUNT}:event-bus/sandbox-emergency`;
  for (const stack of [FRANKFURT, CLAIMS]) {
    const targets = [...resourcesOf(templateOf(stack), 'AWS::Events::Rule').values()].flatMap(
      ({ Properties }) => Properties['Targets'] as readonly { Arn: string }[],
    );
    expect(targets.map(({ Arn }) => Arn)).toEqual([bus, bus, bus]);
  }
  const [made] = [...resourcesOf(templateOf(HOME), 'AWS::Events::EventBus').values()];
  const accounts = ['210000000001', '210000000006', '210000000008'].map((id) => `arn:aws:iam::${id}:root`);
  expect(made?.Properties['Policy']).toMatchObject({
    Statement: [{ Effect: 'Allow', Principal: { AWS: accounts }, Action: 'events:PutEvents', Resource: bus }],
  });
});

test('everybody who is to be told is subscribed', () => {
  const subscriptions = [...resourcesOf(templateOf(HOME), 'AWS::SNS::Subscription').values()];
  expect(subscriptions.map(({ Properties }) => Properties['Endpoint'])).toEqual(['security@insurance.example.com']);
});

test('more Regions to listen in are more stacks', () => {
  const names = namesOf(
    edited((emergency) => {
      emergency.alarms.regions = ['eu-west-1', 'us-east-1'];
    }),
  );
  expect(names.filter((name) => name.includes('alarms'))).toEqual([FRANKFURT, 'sandbox-emergency-alarms-eu-west-1']);
});

test('until there is metadata, nothing is deployed', () => {
  const files = Object.entries(emergencyPlanFiles()).filter(([file]) => file !== METADATA_FILE);
  expect(namesOf(synthesizeEstate(planFiles(Object.fromEntries(files))))).toEqual([]);
});

test('the order of roles, accounts and Regions in the file is no change', () => {
  const other = edited(({ roles, signInRegions }) => {
    roles.reverse();
    signInRegions.reverse();
    for (const role of roles) role.accounts.reverse();
  });
  expect(other.templates).toEqual(synthesis.templates);
});

describeWithPython('cfn-lint', () => {
  test('finds nothing', () => {
    const folder = mkdtempSync(join(root, 'templates-'));
    const files = namesOf(synthesis).map((stack) => {
      writeFileSync(join(folder, `${stack}.template.json`), JSON.stringify(templateOf(stack)));
      return `${stack}.template.json`;
    });
    expect(lint(folder, files)).toEqual([]);
  });
});
