import { claimsPolicy, samlApplication } from '../../support/found-application';
import fc from 'fast-check';
import { roleDefinition } from '../../../constructs/entra/saml-claims';
import { mayPublish } from '../../../src/doctor/checks/emergency/alarms';
import { examineEstate, isWell } from '../../../src/doctor/examination';
import type { DeployedRole, DeployedRule, EmergencyFacts, RuleTarget } from '../../../src/clouds/facts/emergency-facts';
import { policyOf } from '../../../src/clouds/graph/read-sign-in-policies';
import type { DirectoryUser, SignInPolicy } from '../../../src/clouds/facts/workforce-facts';
import { failed, known } from '../../../src/clouds/reading';
import { AWS_ENTITY_ID } from '../../../src/estate/sections/emergency/emergency';
import {
  ALARM_FIELDS,
  alarmBusArn,
  alarmText,
  EMERGENCY_RULE_STATE,
  emergencyEvents,
  forwardedEvents,
  SENDER_TRUST,
  senderPolicy,
} from '../../../src/estate/sections/emergency/emergency-events';
import {
  type EmergencyPlan,
  emergencyStacks,
  samlProviderArn,
  signInRoleArn,
} from '../../../src/estate/sections/emergency/emergency-plan';
import {
  boundaryArnOf,
  policyArnsOf,
  regionsPolicy,
  roleTrust,
  signInTrust,
  switchPolicy,
} from '../../../src/estate/sections/emergency/emergency-policies';
import type { EstatePlan } from '../../../src/estate/plan/planner';
import { parseSamlMetadata } from '../../../src/estate/source/saml-metadata';
import type { Properties } from '../../../provider/values';
import { NOTHING_ADDED } from './healthy-facts';
import { emergencyEstatePlan, emergencyPlanOf, metadataOf } from '../../support/emergency';
import { accountId, clientId, objectId } from '../../support/ids';

const NOW = new Date('2026-06-01T12:00:00Z');
/** Of the certificate in the metadata that the estate has. */
const [THUMBPRINT = ''] = parseSamlMetadata(metadataOf())?.thumbprints ?? [];
const WITHOUT_TLS = { Bool: { 'aws:SecureTransport': 'false' } };
const SENDER = 'arn:aws:iam::210000000006:role/Sender';
const TOPIC = 'arn:aws:sns:us-east-1:210000000015:alarms';

/** In which ways clouds may answer the same. */
interface Circumstances {
  readonly isReversed: boolean;
  /** A list of one item comes as the item alone. */
  readonly isUnwrapped: boolean;
  readonly people: number;
  readonly more: number;
}

const circumstances: fc.Arbitrary<Circumstances> = fc.record({
  isReversed: fc.boolean(),
  isUnwrapped: fc.boolean(),
  people: fc.integer({ min: 2, max: 5 }),
  more: fc.nat({ max: 3 }),
});

/** What the readers would read of an emergency access that is exactly as declared. */
function healthy(estate: EstatePlan, at: Circumstances): EmergencyFacts {
  const plan = emergencyPlanOf(estate);
  const order = <T>(items: readonly T[]): readonly T[] => (at.isReversed ? items.toReversed() : items);
  const answered = (document: unknown): unknown => answeredAs(document, at);
  const inline = (documents: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(Object.entries(documents).map(([name, document]) => [name, answered(document)]));
  const signInRole: DeployedRole = {
    name: plan.name,
    trust: answered(signInTrust(plan)),
    policies: [],
    inlinePolicies: inline({ Switch: switchPolicy(plan) }),
    boundary: undefined,
  };
  return {
    entra: entraOf(estate, plan, at),
    provider: known(plan.metadata),
    signInRole: { account: plan.account.id, roles: known([signInRole]) },
    targets: plan.targets.map(({ account, roles }) => ({
      account: account.id,
      roles: known(
        order(
          roles.map((role) => ({
            name: role.name,
            trust: answered(roleTrust(plan)),
            policies: order(policyArnsOf(plan, account.id, role)),
            inlinePolicies: inline(
              role.regions.length > 0 ? { Regions: regionsPolicy(role.regions.map(({ text }) => text)) } : {},
            ),
            boundary: boundaryArnOf(plan, account.id, role),
          })),
        ),
      ),
    })),
    rules: order(emergencyStacks(plan).map((stack) => ({ ...stack, rules: known(order(rulesOf(plan, stack, at))) }))),
    forwarded: known([
      { state: EMERGENCY_RULE_STATE, pattern: answeredAs(forwardedEvents(plan), at), targets: [topicTarget(plan)] },
    ]),
    busPolicy: known({
      Statement: {
        Effect: 'Allow',
        Principal: { AWS: answered(plan.targets.map(({ account }) => account.id)) },
        Action: 'events:PutEvents',
      },
    }),
    topic: known({ confirmed: [...plan.emails, 'more@example.com'], pending: [] }),
    hearing: known([
      {
        topic: TOPIC,
        policy: {
          Statement: order([
            { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sns:Publish' },
            { Effect: 'Deny', Principal: '*', Action: 'sns:Publish', Condition: WITHOUT_TLS },
          ]),
        },
        subscriptions: [],
      },
    ]),
    trails: known([{ arn: 'arn:aws:cloudtrail:us-east-1:1:trail/all', isLogging: true, recordsUses: true }]),
    trusting: known([plan.name]),
  };
}

function answeredAs(value: unknown, at: Circumstances): unknown {
  if (Array.isArray(value)) {
    const items = (at.isReversed ? value.toReversed() : value).map((item) => answeredAs(item, at));
    return at.isUnwrapped && items.length === 1 ? items[0] : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, answeredAs(inner, at)] as const);
  return Object.fromEntries(at.isReversed ? entries.toReversed() : entries);
}

function topicTarget(plan: EmergencyPlan, arn = TOPIC): RuleTarget {
  return { arn, message: { text: alarmText(plan), ...ALARM_FIELDS }, sender: undefined };
}

function busTarget(plan: EmergencyPlan, at: Circumstances): RuleTarget {
  const role: DeployedRole = {
    name: 'Sender',
    trust: answeredAs(SENDER_TRUST, at),
    policies: [],
    inlinePolicies: { Default: answeredAs(senderPolicy(plan), at) },
    boundary: undefined,
  };
  return { arn: alarmBusArn(plan), message: undefined, sender: { arn: SENDER, role } };
}

function rulesOf(
  plan: EmergencyPlan,
  { account, region }: { readonly account: string; readonly region: string },
  at: Circumstances,
): readonly DeployedRule[] {
  const isHome = account === plan.account.id;
  const target = plan.targets.find((one) => one.account.id === account);
  const roles = isHome ? [plan.name] : (target?.roles ?? []).map(({ name }) => name);
  const to = isHome && region === 'us-east-1' ? topicTarget(plan) : busTarget(plan, at);
  const own = Object.values(emergencyEvents(plan, { account, roles }))
    .flat()
    .map((pattern) => ({
      state: EMERGENCY_RULE_STATE,
      pattern: answeredAs(pattern, { ...at, isUnwrapped: false }),
      targets: [to],
    }));
  const others = Array.from({ length: at.more }, () => ({
    state: 'DISABLED',
    pattern: { source: ['x'] },
    targets: [],
  }));
  return [...others, ...own];
}

function entraOf(estate: EstatePlan, plan: EmergencyPlan, at: Circumstances): NonNullable<EmergencyFacts['entra']> {
  const [certificate] = estate.estate.emergency?.application?.signingCertificates ?? [];
  const users = Array.from({ length: at.people }, (_, index): DirectoryUser => ({
    id: objectId(String(index)),
    userPrincipalName: `person${index}@example.com`,
    mail: undefined,
    displayName: '',
    isEnabled: true,
  }));
  const claims = {
    roleArn: signInRoleArn(plan),
    providerArn: samlProviderArn(plan),
    sessionSeconds: plan.sessionSeconds,
  };
  return {
    application: known(
      samlApplication({
        appId: clientId('app'),
        objectId: objectId('object'),
        namesakes: [],
        servicePrincipalId: objectId('sp'),
        mode: 'saml',
        signOnUrl: '',
        assignmentRequired: true,
        isEnabled: true,
        identifierUris: [AWS_ENTITY_ID],
        replyUrls: at.isReversed ? plan.signInUrls.toReversed() : plan.signInUrls,
        certificates: [
          {
            thumbprint: THUMBPRINT,
            customKeyIdentifier: '',
            displayName: `CN=${certificate?.name ?? ''}`,
            startDateTime: '',
            endDateTime: `${certificate?.expires ?? ''}T00:00:00Z`,
            certificate: '',
          },
        ],
        activeThumbprint: THUMBPRINT,
      }),
    ),
    trust: NOTHING_ADDED,
    claims: known([claimsPolicy(roleDefinition(claims))]),
    assigned: known({
      groups: [{ id: objectId('group'), name: 'AWS Emergency Operators', users, nested: [] }],
      users: [],
    }),
    signInPolicies: known([declaredPolicy('app', at)]),
    named: known({
      groups: new Map([
        ['AWS Emergency Operators', [objectId('group')]],
        ['Emergency Access', [objectId('break-glass')]],
      ]),
      names: new Map([['break-glass', 'Emergency Access']]),
      members: new Map([['break-glass', ['somebody-else']]]),
    }),
  };
}

/** As Graph answers the policy that the estate declares. */
function declaredPolicy(appId: string, { isReversed }: Circumstances, changes: Properties = {}): SignInPolicy {
  return policyOf({
    id: 'policy',
    displayName: 'Second factor at AWS emergency access',
    state: 'enabled',
    conditions: {
      ...(isReversed && { platforms: null, locations: null, userRiskLevels: [] }),
      clientAppTypes: ['all'],
      applications: { includeApplications: [appId], excludeApplications: [] },
      users: { includeUsers: ['All'], excludeUsers: [], excludeGroups: ['break-glass'] },
    },
    grantControls: {
      operator: isReversed ? 'AND' : 'OR',
      builtInControls: [],
      'authenticationStrength@odata.context': 'https://graph.microsoft.com/v1.0/$metadata',
      authenticationStrength: { id: '00000000-0000-0000-0000-000000000004', displayName: 'Phishing-resistant MFA' },
    },
    sessionControls: null,
    ...changes,
  });
}

const PLAIN: Circumstances = { isReversed: false, isUnwrapped: false, people: 2, more: 0 };
const plan = emergencyEstatePlan();

function problems(emergency: EmergencyFacts, of = plan): readonly string[] {
  const { checks } = examineEstate({ plan: of, facts: { emergency }, now: NOW }, ['emergency']);
  return checks.flatMap(({ id, observations }) =>
    observations
      .filter(({ outcome }) => outcome !== 'ok')
      .map(({ outcome, message }) => `${id} ${outcome}: ${message}`),
  );
}

test('nothing is found in healthy emergency access, in whatever order and form the clouds answer', () => {
  fc.assert(
    fc.property(circumstances, (at) => {
      expect(problems(healthy(plan, at))).toEqual([]);
    }),
    { numRuns: 50 },
  );
});

test('an address that has not confirmed hears nothing', () => {
  const topic = known({ confirmed: [], pending: ['security@insurance.example.com'] });
  expect(problems({ ...healthy(plan, PLAIN), topic })).toEqual([
    "emergency-hearing failure: alarms are not confirmed by 'security@insurance.example.com'",
  ]);
});

describe('what other accounts and Regions send to the event bus is told only by the declared rule:', () => {
  const declared: DeployedRule = {
    state: EMERGENCY_RULE_STATE,
    pattern: forwardedEvents(emergencyPlanOf(plan)),
    targets: [topicTarget(emergencyPlanOf(plan))],
  };
  const what = 'what other accounts and Regions send to the event bus';
  const unheard = `no rule passes on ${what}, so it is lost`;

  test.each<[string, readonly DeployedRule[], string]>([
    ['none', [], unheard],
    ['for fewer accounts', [{ ...declared, pattern: { account: ['210000000015'] } }], unheard],
    [
      'for fewer events',
      [{ ...declared, pattern: { ...forwardedEvents(emergencyPlanOf(plan)), source: ['aws.iam'] } }],
      unheard,
    ],
    ['without the topic', [{ ...declared, targets: [] }], `the rule for ${what} does not send it to a topic`],
    [
      'that drops read-only events, such as each use of a role',
      [{ ...declared, state: 'ENABLED' }],
      `the rule for ${what} is ENABLED, not ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS`,
    ],
    [
      'that is off',
      [{ ...declared, state: 'DISABLED' }],
      `the rule for ${what} is DISABLED, not ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS`,
    ],
  ])('%s', (_what, rules, message) => {
    expect(problems({ ...healthy(plan, PLAIN), forwarded: known(rules) })).toEqual([
      `emergency-alarms failure: ${message}`,
    ]);
  });
});

describe('what keeps alarms from the topic, or says less of them, is a failure:', () => {
  const of = emergencyPlanOf(plan);
  const facts = healthy(plan, PLAIN);
  /** The rules of the first account beside that of the sign-in, with another target. */
  const withTarget = (change: Partial<RuleTarget>): EmergencyFacts => ({
    ...facts,
    rules: facts.rules.map((place) =>
      place.account !== '210000000006' || place.rules.state !== 'known'
        ? place
        : {
            ...place,
            rules: known(
              place.rules.value.map((rule) => ({ ...rule, targets: [{ ...busTarget(of, PLAIN), ...change }] })),
            ),
          },
    ),
  });
  const role = busTarget(of, PLAIN).sender?.role;
  if (role === undefined) throw new Error('no role');
  const denial = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] };

  test.each<[string, Partial<RuleTarget>, string]>([
    ['no role', { sender: undefined }, 'has no role to send to the event bus with'],
    ['a role that is gone', { sender: { arn: SENDER, role: undefined } }, 'there is no role '],
    ['a role that EventBridge may not take on', { sender: { arn: SENDER, role: { ...role, trust: denial } } }, 'trust'],
    ['a role without its policy', { sender: { arn: SENDER, role: { ...role, inlinePolicies: {} } } }, 'policies'],
    [
      'a role with a denial more',
      { sender: { arn: SENDER, role: { ...role, inlinePolicies: { ...role.inlinePolicies, No: denial } } } },
      "are not the declared ones: 'Default', 'No'",
    ],
    [
      'a role below a boundary',
      { sender: { arn: SENDER, role: { ...role, boundary: 'arn:x' } } },
      'is arn:x, declared is none',
    ],
    ['a constant in place of the event', { message: { Input: '{}' } }, 'another message than the declared one'],
  ])('%s', (_what, change, message) => {
    const found = problems(withTarget(change));
    expect(found).toHaveLength(3);
    for (const one of found) expect(one).toMatch(/^emergency-alarms failure: .*(role|rule) /);
    expect(found[0]).toContain(message);
  });

  test('a policy of the event bus that names fewer accounts, or denies', () => {
    const [first, ...others] = of.targets.map(({ account }) => account);
    const allow = { Effect: 'Allow', Principal: { AWS: others.map(({ id }) => id) }, Action: 'events:PutEvents' };
    const fewer = problems({ ...facts, busPolicy: known({ Statement: allow }) });
    expect(fewer).toEqual([
      `emergency-alarms failure: the policy of the event bus keeps out what these accounts send: '${first?.name ?? ''}'`,
    ]);
    const deny = { Effect: 'Deny', Principal: '*', Action: 'events:*' };
    const statements = [{ ...allow, Principal: '*' }, deny];
    expect(problems({ ...facts, busPolicy: known({ Statement: statements }) })).toHaveLength(1);
    expect(problems({ ...facts, busPolicy: known(undefined) })).toHaveLength(1);
  });
});

describe('alarms that go to another topic, which somebody else may listen to, are a failure:', () => {
  const declared: DeployedRule = {
    state: EMERGENCY_RULE_STATE,
    pattern: forwardedEvents(emergencyPlanOf(plan)),
    targets: [topicTarget(emergencyPlanOf(plan))],
  };

  test.each([
    ['one of another account', TOPIC.replace(/:\d{12}:/, ':999999999999:'), 'alarms go to a topic of another account'],
    ['a second one of the account', `${TOPIC}-other`, 'alarms go to 2 topics, but the estate has one'],
  ])('%s', (_what, topic, message) => {
    const forwarded = known([{ ...declared, targets: [topicTarget(emergencyPlanOf(plan), topic)] }]);
    expect(problems({ ...healthy(plan, PLAIN), forwarded })).toEqual([
      expect.stringContaining(`emergency-alarms failure: ${message}`),
    ]);
  });
});

describe('what somebody added to the role that people sign in to', () => {
  const facts = healthy(plan, PLAIN);
  const { name } = emergencyPlanOf(plan);
  const [role] = facts.signInRole.roles.state === 'known' ? facts.signInRole.roles.value : [];
  if (role === undefined) throw new Error('no role');
  const observed = (change: Partial<DeployedRole>) => {
    const signInRole = { ...facts.signInRole, roles: known([{ ...role, ...change }]) };
    const emergency = { ...facts, signInRole };
    const { checks } = examineEstate({ plan, facts: { emergency }, now: NOW }, ['emergency-sign-in-role']);
    return checks.flatMap(({ observations }) => observations);
  };

  test.each<[string, Partial<DeployedRole>, string]>([
    ['a managed policy', { policies: ['arn:x'] }, "'arn:x', 'Switch'"],
    [
      'an inline policy',
      { inlinePolicies: { ...role.inlinePolicies, More: { Statement: [] } } },
      "'Switch', 'More'; other statements than declared are in 'More'",
    ],
    [
      'a statement',
      { inlinePolicies: { Switch: { Statement: [] } } },
      "'Switch'; other statements than declared are in 'Switch'",
    ],
  ])('%s is named, and a deployment may leave it', (_what, change, policies) => {
    expect(observed(change)).toMatchObject([
      {
        message: `the policies of the role ${name} in emergency-access are not the declared ones: ${policies}`,
        advice: expect.stringContaining('then remove') as string,
      },
    ]);
  });

  test('a policy that is gone comes back with a deployment', () => {
    expect(observed({ inlinePolicies: {} })).toMatchObject([
      {
        message: expect.stringMatching(/: it has none$/) as string,
        advice: expect.not.stringContaining('take away') as string,
      },
    ]);
  });
});

test('a second assigned group of the same name is a failure, with both ids', () => {
  const facts = healthy(plan, PLAIN);
  const [group] = facts.entra?.assigned.state === 'known' ? facts.entra.assigned.value.groups : [];
  if (facts.entra === undefined || group === undefined) throw new Error('no group');
  const stranger = { ...group, id: objectId('other'), users: [] };
  const assigned = known({ groups: [group, stranger], users: [] });
  const names = group.users.map(({ userPrincipalName }) => `'${userPrincipalName}'`).join(', ');
  expect(problems({ ...facts, entra: { ...facts.entra, assigned } })).toEqual([
    `emergency-people failure: 2 assigned groups have the name 'AWS Emergency Operators': group with ${names}; other with none`,
  ]);
});

test('nested groups can not sign in, and no policy is a failure', () => {
  const facts = healthy(plan, PLAIN);
  const [group] = facts.entra?.assigned.state === 'known' ? facts.entra.assigned.value.groups : [];
  if (facts.entra === undefined || group === undefined) throw new Error('no group');
  const assigned = known({ groups: [{ ...group, nested: ['Operators'] }], users: [] });
  expect(problems({ ...facts, entra: { ...facts.entra, assigned, signInPolicies: known([]) } })).toEqual([
    "emergency-people warning: groups in the group can't sign in: 'Operators'",
    "emergency-mfa failure: there is no Conditional Access policy 'Second factor at AWS emergency access', which the estate declares",
  ]);
});

const DEPLOYS = { ownsBoth: true, mayDeploy: true } as const;

test.each([
  ['no one', [], 'failure'],
  ['somebody', [{ id: objectId('laptop'), name: 'laptop', clientId: clientId('laptop'), ...DEPLOYS }], 'ok'],
])('the application for emergencies that %s owns', (_who, owners, outcome) => {
  const facts = healthy(plan, PLAIN);
  if (facts.entra === undefined) throw new Error('no application');
  const entra = { ...facts.entra, trust: { ...facts.entra.trust, owners: known(owners) } };
  const { checks } = examineEstate({ plan, facts: { emergency: { ...facts, entra } }, now: NOW }, ['emergency-owners']);
  expect(checks.map((check) => `${check.id} ${check.outcome}`)).toEqual([`emergency-owners ${outcome}`]);
});

test('a claim that the answers lack is told without what AWS would do with it', () => {
  const facts = healthy(plan, PLAIN);
  if (facts.entra === undefined) throw new Error('no application');
  const [first] = problems({ ...facts, entra: { ...facts.entra, claims: known([]) } });
  expect(first).toMatch(/^emergency-claims failure: the claim Role is not in the answers, declared is '[^']+'$/);
});

test('with another identity provider, Entra ID is not looked at', () => {
  const other = emergencyEstatePlan((emergency) => {
    delete emergency.application;
  });
  const { entra, ...facts } = healthy(plan, PLAIN);
  expect(entra).toBeDefined();
  const { checks } = examineEstate({ plan: other, facts: { emergency: facts }, now: NOW }, ['emergency']);
  expect(checks.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual([
    'emergency-provider ok',
    'emergency-sign-in-role ok',
    'emergency-roles ok',
    'emergency-alarms ok',
    'emergency-hearing ok',
    'emergency-trail ok',
  ]);
});

test('where nothing could be read, no check says that something is well or wrong', () => {
  const none = failed('no answer');
  const trust = { owners: none, powers: none, grants: none };
  const { targets, rules } = healthy(plan, PLAIN);
  const unread: EmergencyFacts = {
    entra: { application: none, trust, claims: none, assigned: none, signInPolicies: none, named: none },
    provider: none,
    signInRole: { account: accountId(''), roles: none },
    targets: targets.map(({ account }) => ({ account, roles: none })),
    rules: rules.map((place) => ({ ...place, rules: none })),
    forwarded: none,
    busPolicy: none,
    topic: none,
    hearing: none,
    trails: none,
    trusting: none,
  };
  const { totals } = examineEstate({ plan, facts: { emergency: unread }, now: NOW }, ['emergency']);
  expect(totals).toEqual({ failure: 0, warning: 0, unknown: 14, ok: 0 });
});

describe('the policy of the topic', () => {
  const rules = { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sns:Publish' };
  const hears = (Statement: unknown): boolean => mayPublish({ Version: '2012-10-17', Statement });

  test.each<[string, unknown]>([
    ['alone', rules],
    [
      'beside a denial without TLS',
      [rules, { Effect: 'Deny', Principal: '*', Action: 'sns:Publish', Condition: WITHOUT_TLS }],
    ],
    [
      'beside a denial of others',
      [rules, { Effect: 'Deny', Principal: { AWS: 'arn:aws:iam::1:root' }, Action: 'sns:*' }],
    ],
    ['beside a denial of something else', [rules, { Effect: 'Deny', Principal: '*', Action: 'sns:Subscribe' }]],
  ])('lets rules publish %s', (_, statements) => {
    expect(hears(statements)).toBe(true);
  });

  test.each<[string, unknown]>([
    ['a denial', [rules, { Effect: 'Deny', Principal: '*', Action: 'sns:Publish' }]],
    ['a denial of everything', [rules, { Effect: 'Deny', Principal: { AWS: '*' }, Action: 'SNS:*' }]],
    [
      'a denial that leaves others out',
      [rules, { Effect: 'Deny', NotPrincipal: { AWS: 'arn:aws:iam::1:root' }, NotAction: 'sns:Subscribe' }],
    ],
    [
      'a denial with another condition',
      [
        rules,
        { Effect: 'Deny', Principal: '*', Action: 'sns:Pub*', Condition: { Bool: { 'aws:SecureTransport': 'true' } } },
      ],
    ],
    ['a condition', { ...rules, Condition: { StringEquals: { 'aws:SourceAccount': '1' } } }],
    ['nothing that allows it', { ...rules, Principal: { Service: 'cloudwatch.amazonaws.com' } }],
    ['no statement', []],
  ])('keeps them from it by %s', (_, statements) => {
    expect(hears(statements)).toBe(false);
  });
});

test('an examination that could not make most of its checks is not well', () => {
  const totals = { failure: 0, warning: 1, unknown: 2, ok: 1 };
  expect(isWell({ totals }, false)).toBe(true);
  expect(isWell({ totals }, true)).toBe(false);
  expect(isWell({ totals: { ...totals, unknown: 3 } }, false)).toBe(false);
  expect(isWell({ totals: { ...totals, failure: 1 } }, false)).toBe(false);
});
