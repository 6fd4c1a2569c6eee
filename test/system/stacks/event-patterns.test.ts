import { emergencyEvents } from '../../../src/estate/sections/emergency/emergency-events';
import { EVENT_PATTERN_CHARACTERS } from '../../../src/estate/sections/limits';
import { allTemplates, asDeployed } from '../../support/all-templates';
import { EMERGENCY_ACCOUNT, emergencyEstatePlan, emergencyPlanOf } from '../../support/emergency';
import { eventRuler, matchesOf } from '../../support/event-ruler';
import { expressMode, hostedPlan } from '../../support/hosting';
import { accountId } from '../../support/ids';
import { MANAGEMENT_ACCOUNT, pipelinePlan } from '../../support/pipeline';
import {
  apiCall,
  appRunnerOperation,
  consoleSignIn,
  ecsDeployment,
  healthEvent,
  parameterChange,
  serviceEvent,
} from '../../support/recorded-events';
import { resourcesOf } from '../../support/templates';
import { describeWithTool } from '../../support/tools';

const emergency = emergencyEstatePlan();
const PLANS = {
  emergency,
  hosting: hostedPlan(),
  express: hostedPlan(expressMode),
  events: pipelinePlan((estate) => {
    const tokenSecret = `arn:aws:secretsmanager:us-east-1:${MANAGEMENT_ACCOUNT}:secret:sandbox/accounts-token-a1B2c3`;
    estate.pipeline = { accountEvents: { tokenSecret, emails: ['platform@insurance.example.com'] } };
    delete estate.hosting;
    delete estate.workforce;
    delete estate.customers;
  }),
};

/** Patterns of all rules, by the estate, the stack without the estate's name, and the rule without its hash. */
const patterns = Object.fromEntries(
  Object.entries(PLANS).flatMap(([name, plan]) =>
    [...allTemplates(plan, ({ kind }) => !kind.startsWith('access'))].flatMap(([stack, template]) =>
      [...resourcesOf(template, 'AWS::Events::Rule')].map(([id, { Properties }]) => [
        `${name} ${stack.replace('sandbox-', '')} ${id.slice(0, -8)}`,
        asDeployed(Properties['EventPattern']),
      ]),
    ),
  ),
);

const CLAIMS = '210000000006';
const SIGN_IN_ROLE = `arn:aws:iam::${EMERGENCY_ACCOUNT}:role/sandbox-emergency`;
const PROVIDER = `arn:aws:iam::${EMERGENCY_ACCOUNT}:saml-provider/sandbox-emergency`;
const BOUNDARY = `arn:aws:iam::${CLAIMS}:policy/identity/WorkforceBoundary`;
const KEYS = 'sandbox/hosting/session-keys';
const KEYS_ARN = `arn:aws:secretsmanager:eu-west-1:210000000011:secret:${KEYS}`;
const roleOf = (name: string, account = CLAIMS) => `arn:aws:iam::${account}:role/${name}`;
const sessionOf = (role: string, account = CLAIMS) => `arn:aws:sts::${account}:assumed-role/${role}/ada@example.com`;
const organizations = (eventName: string, parameters: object, more?: object) =>
  apiCall(`organizations:${eventName}`, parameters, more);
const DENIED = { errorCode: 'AccessDenied', errorMessage: 'not authorized' };

/** Stacks of the emergency access whose rule of a kind must match, and the event bus's rule where the event comes from a target. */
const everywhere = (kind: string) =>
  [
    'emergency',
    'emergency-alarms-eu-central-1',
    `emergency-${MANAGEMENT_ACCOUNT}`,
    `emergency-${CLAIMS}`,
    'emergency-210000000008',
  ].map((stack) => `emergency ${stack} AlarmsRules${kind}`);
const FORWARDED = 'emergency emergency AlarmsForwarded';
const EVENTS = 'events account-events EventsRule';
const at = (account: string, kind: string) => `emergency emergency-${account} AlarmsRules${kind}`;
const home = (kind: string) =>
  ['emergency', 'emergency-alarms-eu-central-1'].map((stack) => `emergency ${stack} AlarmsRules${kind}`);
const restarted = (rule: string) => [
  `express hosting MonitoringRedeployment${rule}`,
  `hosting hosting MonitoringRedeployment${rule}`,
];

/** Each event, and the rules that it is for. */
const CASES: readonly (readonly [string, { readonly source: string }, readonly string[]])[] = [
  [
    'a sign-in by SAML',
    apiCall('sts:AssumeRoleWithSAML', { roleArn: SIGN_IN_ROLE, principalArn: PROVIDER }),
    [FORWARDED, ...everywhere('Use')],
  ],
  [
    'a switch',
    apiCall('sts:AssumeRole', { roleArn: roleOf('EmergencyOperations') }),
    [FORWARDED, ...everywhere('Use')],
  ],
  [
    'a switch in small letters',
    apiCall('sts:AssumeRole', { roleArn: roleOf('emergencyoperations') }),
    [FORWARDED, ...everywhere('Use')],
  ],
  [
    'a refused switch',
    apiCall('sts:AssumeRole', { roleArn: roleOf('EmergencyReadOnly') }, DENIED),
    [FORWARDED, ...everywhere('Use')],
  ],
  ['a role of somebody else', apiCall('sts:AssumeRole', { roleArn: roleOf('Developer') }), [FORWARDED]],
  ['a role of a longer name', apiCall('sts:AssumeRole', { roleArn: roleOf('NoEmergencyOperations') }), [FORWARDED]],
  [
    'a session of the console',
    consoleSignIn('ConsoleLogin', sessionOf('sandbox-emergency', EMERGENCY_ACCOUNT)),
    [FORWARDED, ...home('SignIn')],
  ],
  [
    'one in capitals',
    consoleSignIn('ConsoleLogin', sessionOf('Sandbox-Emergency', EMERGENCY_ACCOUNT)),
    [FORWARDED, ...home('SignIn')],
  ],
  [
    'a switch in the console',
    consoleSignIn('SwitchRole', sessionOf('EmergencyOperations')),
    [FORWARDED, at(CLAIMS, 'SignIn')],
  ],
  ...(['210000000008', MANAGEMENT_ACCOUNT] as const).map(
    (account, index) =>
      [
        `a switch in ${account}`,
        consoleSignIn('SwitchRole', sessionOf(index === 0 ? 'EmergencyReadOnly' : 'EmergencyOperations', account)),
        [FORWARDED, at(account, 'SignIn')],
      ] as const,
  ),
  ['a sign-in of somebody else', consoleSignIn('ConsoleLogin', sessionOf('Admin', EMERGENCY_ACCOUNT)), [FORWARDED]],
  [
    'other metadata',
    apiCall('iam:UpdateSAMLProvider', { sAMLProviderArn: PROVIDER }),
    [FORWARDED, ...everywhere('Change')],
  ],
  [
    'a new provider',
    apiCall('iam:CreateSAMLProvider', { name: 'SANDBOX-emergency', sAMLMetadataDocument: '<' }),
    [FORWARDED, ...everywhere('Change')],
  ],
  [
    'another trust',
    apiCall('iam:UpdateAssumeRolePolicy', { roleName: 'sandbox-Emergency' }),
    [FORWARDED, ...home('Change')],
  ],
  [
    'another policy',
    apiCall('iam:AttachRolePolicy', { roleName: 'EMERGENCYREADONLY', policyArn: 'x' }),
    [FORWARDED, at(CLAIMS, 'Change'), at('210000000008', 'Change')],
  ],
  [
    'another version of a boundary',
    apiCall('iam:CreatePolicyVersion', { policyArn: BOUNDARY.replace('Boundary', 'boundary') }),
    [FORWARDED, at(CLAIMS, 'Change')],
  ],
  [
    'an older version of it',
    apiCall('iam:SetDefaultPolicyVersion', { policyArn: BOUNDARY }),
    [FORWARDED, at(CLAIMS, 'Change')],
  ],
  ['another role', apiCall('iam:AttachRolePolicy', { roleName: 'Developer', policyArn: BOUNDARY }), [FORWARDED]],
  [
    'a policy of somebody else',
    apiCall('iam:CreatePolicyVersion', { policyArn: BOUNDARY.replace('Workforce', 'Own') }),
    [FORWARDED],
  ],
  ['a look', apiCall('iam:GetRole', { roleName: 'sandbox-emergency' }), [FORWARDED]],
  ['a forged event', { ...apiCall('sts:AssumeRole', { roleArn: SIGN_IN_ROLE }), source: 'forged' }, []],

  [
    'an account that joined',
    serviceEvent('organizations', 'AccountJoinedOrganization', { joinedMethod: 'Created' }),
    [EVENTS],
  ],
  [
    'an account that left',
    serviceEvent('organizations', 'AccountDepartedOrganization', { departedMethod: 'Left' }),
    [EVENTS],
  ],
  [
    'an account that was made',
    serviceEvent('organizations', 'CreateAccountResult', { createAccountStatus: { state: 'SUCCEEDED' } }),
    [EVENTS],
  ],
  [
    'an account that could not be made',
    serviceEvent('organizations', 'CreateAccountResult', { createAccountStatus: { state: 'FAILED' } }),
    [],
  ],
  ['a removed account', organizations('RemoveAccountFromOrganization', { accountId: CLAIMS }), [EVENTS]],
  ['a refused removal', organizations('RemoveAccountFromOrganization', { accountId: CLAIMS }, DENIED), []],
  ['an account about to close', organizations('CloseAccount', { accountId: CLAIMS }), [EVENTS]],
  [
    'a closed account',
    serviceEvent('organizations', 'CloseAccountResult', { closeAccountStatus: { state: 'SUCCEEDED' } }),
    [EVENTS],
  ],
  [
    'an account that stays open',
    serviceEvent('organizations', 'CloseAccountResult', { closeAccountStatus: { state: 'FAILED' } }),
    [],
  ],
  ['a move', organizations('MoveAccount', { accountId: CLAIMS, destinationParentId: 'ou-ab12-12345678' }), [EVENTS]],
  ['a new unit', organizations('CreateOrganizationalUnit', { parentId: 'r-ab12', name: 'Labs' }), [EVENTS]],
  ['a renamed unit', organizations('UpdateOrganizationalUnit', { organizationalUnitId: 'ou-ab12-12345678' }), [EVENTS]],
  ['a deleted unit', organizations('DeleteOrganizationalUnit', { organizationalUnitId: 'ou-ab12-12345678' }), [EVENTS]],
  ['another name', apiCall('account:PutAccountName', { accountId: CLAIMS, accountName: 'claims' }), [EVENTS]],
  ['another address', apiCall('account:AcceptPrimaryEmailUpdate', { accountId: CLAIMS }), [EVENTS]],
  ['another contact', apiCall('account:PutAlternateContact', { accountId: CLAIMS }), []],
  ['a tag of an account', organizations('TagResource', { resourceId: CLAIMS, tags: [] }), [EVENTS]],
  ['a tag less', organizations('UntagResource', { resourceId: CLAIMS, tagKeys: [] }), [EVENTS]],
  ['a tag of a policy', organizations('TagResource', { resourceId: 'p-0123abcd', tags: [] }), []],
  ['a tag of a unit', organizations('TagResource', { resourceId: 'ou-ab12-12345678', tags: [] }), []],
  ['a tag of Control Tower', apiCall('controltower:TagResource', { resourceId: CLAIMS }), []],
  ['an attached policy', organizations('AttachPolicy', { policyId: 'p-0123abcd', targetId: CLAIMS }), []],
  [
    'an account of the factory',
    serviceEvent('controltower', 'CreateManagedAccount', { createManagedAccountStatus: { state: 'SUCCEEDED' } }),
    [EVENTS],
  ],
  [
    'one that it could not make',
    serviceEvent('controltower', 'CreateManagedAccount', { createManagedAccountStatus: { state: 'FAILED' } }),
    [],
  ],
  [
    'one that it updated',
    serviceEvent('controltower', 'UpdateManagedAccount', { updateManagedAccountStatus: { state: 'SUCCEEDED' } }),
    [EVENTS],
  ],

  ['a handoff', parameterChange('/sandbox/customers/version', 'Update'), restarted('Rule')],
  ['another parameter', parameterChange('/sandbox/customers/audience', 'Update'), []],
  ['a deleted version', parameterChange('/sandbox/customers/version', 'Delete'), []],
  ['keys by name', apiCall('secretsmanager:PutSecretValue', { secretId: KEYS }), restarted('Keys')],
  ['keys by ARN', apiCall('secretsmanager:PutSecretValue', { secretId: `${KEYS_ARN}-a1B2c3` }), restarted('Keys')],
  ['keys by ARN without its end', apiCall('secretsmanager:PutSecretValue', { secretId: KEYS_ARN }), restarted('Keys')],
  ['refused keys', apiCall('secretsmanager:PutSecretValue', { secretId: KEYS }, DENIED), []],
  ['another secret', apiCall('secretsmanager:PutSecretValue', { secretId: 'sandbox/hosting/client-secret' }), []],
  [
    'a failed operation',
    appRunnerOperation('Servicesweb ServiceArn', 'UPDATE_FAILED'),
    ['hosting hosting MonitoringFailuresRule'],
  ],
  ['a done operation', appRunnerOperation('Servicesweb ServiceArn', 'UPDATE_SUCCEEDED'), []],
  ['a failed operation of another service', appRunnerOperation('other', 'UPDATE_FAILED'), []],
  [
    'a deployment that was taken back',
    ecsDeployment('Servicesapiexpress ServiceArn', 'SERVICE_DEPLOYMENT_FAILED'),
    ['express hosting MonitoringFailuresRule'],
  ],
  ['a deployment that is done', ecsDeployment('Servicesapiexpress ServiceArn', 'SERVICE_DEPLOYMENT_COMPLETED'), []],
  [
    'a token that ends',
    healthEvent('IAMIDENTITYCENTER', 'AWS_IAMIDENTITYCENTER_SCIM_BEARER_TOKEN_EXPIRY_NOTIFICATION'),
    ['express workforce-watch ScimTokenHealth', 'hosting workforce-watch ScimTokenHealth'],
  ],
  ['another notice', healthEvent('IAMIDENTITYCENTER', 'AWS_IAMIDENTITYCENTER_OPERATIONAL_ISSUE'), []],
];

describeWithTool({ ...eventRuler(), title: "EventBridge's engine" }, () => {
  const matched = matchesOf(
    patterns,
    CASES.map(([, event]) => event),
  );

  test.each(CASES.map(([what, , rules], index) => [what, index, rules] as const))('%s', (_what, index, rules) => {
    expect(matched[index]).toEqual(rules.toSorted());
  });

  test('every rule has an event that it is for', () => {
    expect(Object.keys(patterns).filter((name) => !CASES.some(([, , rules]) => rules.includes(name)))).toEqual([]);
  });

  const [first] = emergencyPlanOf(emergency).targets;
  const [role] = first?.roles ?? [];
  const named = (index: number) => ({ ...role, name: `Role${index}`.padEnd(64, 'x') }) as NonNullable<typeof role>;
  const accounts = Array.from({ length: 50 }, (_, index) => accountId(String(310_000_000_000 + index)));

  test.each([
    ['a hundred roles in an account', [accounts[0]], Array.from({ length: 100 }, (_, index) => named(index))],
    ['two roles in fifty accounts', accounts, [named(0), named(1)]],
  ])('%s are watched by patterns that EventBridge takes', (_what, some, roles) => {
    const targets = some.flatMap((id) =>
      first === undefined || id === undefined ? [] : [{ account: { ...first.account, id }, roles }],
    );
    const plan = { ...emergencyPlanOf(emergency), targets };
    const [account = ''] = some;
    const all = Object.values(emergencyEvents(plan, { account, roles: roles.map(({ name }) => name) })).flat();
    expect(all.filter((pattern) => JSON.stringify(pattern).length > EVENT_PATTERN_CHARACTERS)).toEqual([]);
    const events = roles.flatMap(({ name }) => [
      apiCall('sts:AssumeRole', { roleArn: roleOf(name, account) }),
      consoleSignIn('SwitchRole', sessionOf(name, account)),
      apiCall('iam:DeleteRole', { roleName: name }),
    ]);
    const found = matchesOf(Object.fromEntries(all.entries()), [
      ...events,
      apiCall('iam:DeleteRole', { roleName: 'Developer' }),
    ]);
    expect(found.map(({ length }) => length)).toEqual([...events.map(() => 1), 0]);
  });
});
