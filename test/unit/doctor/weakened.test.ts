import { examineEstate } from '../../../src/doctor/examination';
import type { AccessFacts, StoreGroup } from '../../../src/clouds/facts/access-facts';
import type { Facts } from '../../../src/clouds/facts/facts';
import { policyOf } from '../../../src/clouds/graph/read-sign-in-policies';
import type {
  DirectoryUser,
  DirectoryGroup,
  SignInPolicy,
  WorkforceFacts,
} from '../../../src/clouds/facts/workforce-facts';
import { known, type Reading } from '../../../src/clouds/reading';
import type { ConditionalAccess } from '../../../src/estate/sections/workforce/workforce';
import { ESTATE_FILE, ORGANIZATION_FILE } from '../../../src/estate/source/estate-folder';
import type { EstatePlan } from '../../../src/estate/plan/planner';
import { OrganizationFile } from '../../../src/estate/source/organization';
import type { Properties } from '../../../provider/values';
import { planFiles, sandboxFiles, withRecords } from '../../support/sandbox';
import { healthyFacts, identitiesOf } from './healthy-facts';
import { policyBodies, policyBody } from '../../support/doctor/sign-in-policy';
import { clientId, objectId, principalId } from '../../support/ids';

const NOW = new Date('2026-06-01T12:00:00Z');
const AT = { members: [[0, 1]], disabled: [], isReversed: false, leavers: 0, hoursSinceCycle: 1, isUpperCase: false };
const APP = 'aaaaaaaa-0000-4000-8000-00000000aaaa';
const EXCLUDED = 'excluded';

const files = sandboxFiles({ tokenExpires: '2027-05-01' });
const asked = (files[ESTATE_FILE] ?? '').replace('state: reportOnly', 'state: enabled');
const plan = planFiles(withRecords({ ...files, [ESTATE_FILE]: asked }));

interface Healthy extends Facts {
  readonly workforce: WorkforceFacts;
  readonly access: AccessFacts;
}

function healthy(): Healthy {
  const { workforce, access, ...facts } = healthyFacts(plan, organizationOnDisk(), { ...AT, now: NOW });
  if (workforce === undefined || access === undefined) throw new Error('no facts');
  const named = valueOf(workforce.named);
  const groups = new Map([...named.groups, ['Emergency Access', [objectId(EXCLUDED)]]]);
  const own = policyOf({ id: 'own', ...policyBody(declaredPolicy(), APP, [EXCLUDED]) });
  return {
    ...facts,
    access,
    workforce: { ...workforce, named: known({ ...named, groups }), signInPolicies: known([own]) },
  };
}

function organizationOnDisk(): OrganizationFile {
  return OrganizationFile.parse(JSON.parse(files[ORGANIZATION_FILE] ?? ''));
}

function declaredPolicy(): ConditionalAccess {
  const declared = plan.estate.workforce?.awsApplication?.conditionalAccess;
  if (declared === undefined) throw new Error('the sandbox has no policy');
  return declared;
}

function valueOf<T>(reading: Reading<T>): T {
  if (reading.state !== 'known') throw new Error('not known');
  return reading.value;
}

function problems(facts: Facts, of: EstatePlan = plan): readonly string[] {
  return examineEstate({ plan: of, facts, now: NOW }, ['saml', 'scim', 'console']).checks.flatMap(
    ({ id, observations }) =>
      observations
        .filter(({ outcome }) => outcome !== 'ok')
        .map(({ outcome, message }) => `${id} ${outcome}: ${message}`),
  );
}

function withPolicies(signInPolicies: readonly SignInPolicy[]): Facts {
  const facts = healthy();
  return { ...facts, workforce: { ...facts.workforce, signInPolicies: known(signInPolicies) } };
}

test('an application whose name stands twice is a failure that says how to tell which one is ours', () => {
  const facts = healthy();
  const application = valueOf(facts.workforce.application);
  if (application === undefined) throw new Error('there is no application');
  const twice = known({ ...application, namesakes: [clientId('twin')] });
  expect(problems({ ...facts, workforce: { ...facts.workforce, application: twice } })).toEqual([
    `saml-application failure: 2 applications have the name "AWS IAM Identity Center": '${application.appId}', '${clientId('twin')}'`,
  ]);
});

test('nothing is found in the healthy estate', () => {
  expect(problems(healthy())).toEqual([]);
});

describe('the declared Conditional Access policy', () => {
  const body = policyBody(declaredPolicy(), APP, [EXCLUDED]) as Properties;
  const conditions = body['conditions'] as Properties;
  const users = conditions['users'] as Properties;
  const says = (what: string): string => `console-mfa failure: the policy 'Second factor at AWS': ${what}`;
  const narrowed = (more: Properties): Properties => ({ conditions: { ...conditions, ...more } });

  test.each<[string, Properties, string]>([
    ['is off', { state: 'disabled' }, "the state is 'disabled', declared is 'enabled'"],
    [
      'leaves out a group more',
      narrowed({ users: { ...users, excludeGroups: [EXCLUDED, 'group-0'] } }),
      "the list of excluded groups is 'Emergency Access' (excluded), 'NAME' (group-0), declared is 'Emergency Access' (excluded)",
    ],
    [
      'leaves out a person',
      narrowed({ users: { ...users, excludeUsers: ['user-0'] } }),
      "the list of excluded people is 'user-0', declared is not set",
    ],
    [
      'leaves out a directory role',
      narrowed({ users: { ...users, excludeRoles: ['role'] } }),
      "the list of excluded roles is 'role', declared is not set",
    ],
    [
      'leaves out guests',
      narrowed({
        users: { ...users, excludeGuestsOrExternalUsers: { guestOrExternalUserTypes: 'b2bCollaborationGuest' } },
      }),
      "conditions.users.excludeGuestsOrExternalUsers.guestOrExternalUserTypes is 'b2bCollaborationGuest', declared is not set",
    ],
    [
      'trusts locations',
      narrowed({ locations: { includeLocations: ['All'], excludeLocations: ['AllTrusted'] } }),
      "the list of excluded locations is 'AllTrusted', declared is not set",
    ],
    [
      'is for one client type',
      narrowed({ clientAppTypes: ['browser'] }),
      "the list of client apps is 'browser', declared is 'all'",
    ],
    [
      'is for some platforms',
      narrowed({ platforms: { includePlatforms: ['android'], excludePlatforms: [] } }),
      "the list of platforms is 'android', declared is not set",
    ],
    [
      'leaves out devices by a filter',
      narrowed({ devices: { deviceFilter: { mode: 'exclude', rule: 'device.isCompliant -eq True' } } }),
      "conditions.devices.deviceFilter.mode is 'exclude', declared is not set",
    ],
    [
      'takes a compliant device instead',
      { grantControls: { operator: 'OR', builtInControls: ['mfa', 'compliantDevice'] } },
      "what grants access is 'compliantDevice or mfa', declared is 'mfa'",
    ],
    [
      'asks for a weaker strength',
      { grantControls: { operator: 'OR', builtInControls: [], authenticationStrength: { id: 'own-strength' } } },
      "what grants access is 'authentication strength own-strength', declared is 'mfa'",
    ],
    [
      'asks less often',
      {
        sessionControls: {
          signInFrequency: { isEnabled: true, value: 90, type: 'days', frequencyInterval: 'timeBased' },
        },
      },
      "the sign-in frequency is '90 days', declared is '8 hours'",
    ],
    [
      'keeps browsers signed in',
      {
        sessionControls: {
          ...(body['sessionControls'] as Properties),
          persistentBrowser: { isEnabled: true, mode: 'always' },
        },
      },
      "sessionControls.persistentBrowser.mode is 'always', declared is not set",
    ],
  ])('%s', (_what, change, difference) => {
    const name = plan.estate.workforce?.awsApplication?.assignedGroups[0]?.name ?? '';
    expect(problems(withPolicies([policyOf({ id: 'own', ...body, ...change })]))).toContain(
      says(difference.replace('NAME', name)),
    );
  });

  test('what Graph answers of settings that are empty, off or its own is no difference', () => {
    const answered = policyOf({
      id: 'own',
      ...body,
      createdDateTime: '2026-01-01T00:00:00Z',
      templateId: null,
      conditions: {
        ...conditions,
        platforms: null,
        userRiskLevels: [],
        applications: { ...(conditions['applications'] as Properties), applicationFilter: null },
      },
      grantControls: {
        ...(body['grantControls'] as Properties),
        termsOfUse: [],
        'authenticationStrength@odata.context': 'x',
        authenticationStrength: null,
      },
      sessionControls: {
        ...(body['sessionControls'] as Properties),
        disableResilienceDefaults: false,
        cloudAppSecurity: { isEnabled: false, cloudAppSecurityType: 'mcasConfigured' },
      },
    });
    expect(problems(withPolicies([answered]))).toEqual([]);
  });

  test('blocks less than the estate says, or not at all', () => {
    const declared: ConditionalAccess = { ...declaredPolicy(), block: { signInRisk: 'medium', outside: ['trusted'] } };
    const [first, risk, outside] = policyBodies(declared, APP, [EXCLUDED]).map((one, index) =>
      policyOf({ ...(one as Properties), id: String(index) }),
    );
    const stricter = asked.replace(
      /^( +)(state: enabled)$/m,
      '$1$2\n$1block: { signInRisk: medium, outside: [trusted] }',
    );
    const blocking = planFiles(withRecords({ ...files, [ESTATE_FILE]: stricter }));
    const told = (...policies: readonly (SignInPolicy | undefined)[]): readonly string[] =>
      problems(withPolicies(policies.filter((one) => one !== undefined)), blocking);
    const name = declared.displayName;
    expect(told(first, risk, outside)).toEqual([]);
    expect(told(first, outside)).toEqual([
      `console-mfa failure: there is no Conditional Access policy '${name}: block risky sign-ins', which the estate declares`,
    ]);
    const weaker = policyOf({
      ...(policyBodies({ ...declared, block: { signInRisk: 'high' } }, APP, [EXCLUDED])[1] as Properties),
      id: 'weaker',
    });
    expect(told(first, weaker, outside)).toEqual([
      `console-mfa failure: the policy '${name}: block risky sign-ins': the risk of a sign-in is 'high', declared is 'high', 'medium'`,
    ]);
  });

  test('is replaced by another one, or has a namesake', () => {
    const own = policyOf({ id: 'own', ...body });
    expect(problems(withPolicies([{ ...own, name: 'MFA for everybody' }]))).toEqual([
      "console-mfa failure: there is no Conditional Access policy 'Second factor at AWS', which the estate declares",
    ]);
    expect(problems(withPolicies([own, { ...own, id: 'other' }]))).toEqual([
      "console-mfa failure: 2 Conditional Access policies have the name 'Second factor at AWS': 'own', 'other'",
    ]);
  });
});

describe('a policy outside of the estate', () => {
  const elsewhere = withoutPolicy(plan);
  const policy = (users: Properties, more: Properties = {}): SignInPolicy =>
    policyOf({
      id: 'other',
      displayName: 'MFA for everybody',
      state: 'enabled',
      conditions: {
        clientAppTypes: ['all'],
        applications: { includeApplications: ['All'] },
        users: { includeUsers: ['All'], ...users },
        ...more,
      },
      grantControls: { operator: 'OR', builtInControls: ['mfa'] },
    });
  const seen = (one: SignInPolicy, members: readonly string[] = []): readonly string[] => {
    const facts = healthy();
    const named = { ...valueOf(facts.workforce.named), members: new Map([['break-glass', members]]) };
    const workforce = { ...facts.workforce, signInPolicies: known([one]), named: known(named) };
    const identities = { ...facts.identities, workforce: known(identitiesOf(elsewhere.estate, 'workforce')) };
    return problems({ ...facts, workforce, identities }, elsewhere);
  };
  const says = (what: string): readonly string[] => [
    `console-mfa warning: the policy 'MFA for everybody' asks for a second factor, but ${what}`,
  ];

  test('may leave out accounts that are assigned nothing', () => {
    expect(seen(policy({ excludeGroups: ['break-glass'] }), ['user-of-no-group'])).toEqual([]);
  });

  test('must not leave out people who are assigned, by themselves or by their group', () => {
    expect(seen(policy({ excludeUsers: ['user-0'] }))).toEqual(
      says("leaves out people who are assigned: 'person0@example.com'"),
    );
    expect(seen(policy({ excludeGroups: ['break-glass'] }), ['user-1'])).toEqual(
      says("leaves out people who are assigned: 'person1@example.com'"),
    );
  });

  test('must not be for some sign-ins alone', () => {
    expect(seen(policy({}, { locations: { includeLocations: ['All'], excludeLocations: ['AllTrusted'] } }))).toEqual(
      says('is for some sign-ins alone'),
    );
  });
});

function withoutPolicy({ estate, ...rest }: EstatePlan): EstatePlan {
  const { workforce } = estate;
  const awsApplication = { ...workforce?.awsApplication };
  delete awsApplication.conditionalAccess;
  return { ...rest, estate: { ...estate, workforce: { ...workforce, awsApplication } } } as EstatePlan;
}

describe('groups and people that go by the name of another', () => {
  const [first] = plan.estate.workforce?.awsApplication?.assignedGroups ?? [];
  const NAME = first?.name ?? '';

  test("a group at AWS that another group's provisioning wrote", () => {
    const facts = healthy();
    const strange = (group: StoreGroup): StoreGroup =>
      group.name === NAME ? { ...group, externalId: objectId('another') } : group;
    const groups = known(valueOf(facts.access.groups).map(strange));
    expect(problems({ ...facts, access: { ...facts.access, groups } })).toEqual([
      `scim-groups failure: group "${NAME}" at AWS is another group of Entra ID (another) than the assigned one (group-0)`,
    ]);
  });

  test('two groups of one name are told by their ids, and never to be provisioned on demand', () => {
    const facts = healthy();
    const assigned = valueOf(facts.workforce.assigned);
    const twin = { id: objectId('twin'), name: NAME, users: [], nested: [] };
    const twice = known({ ...assigned, groups: [...assigned.groups, twin] });
    const twins = { ...facts, workforce: { ...facts.workforce, assigned: twice } };
    const { checks } = examineEstate({ plan, facts: twins, now: NOW }, ['saml', 'scim']);
    const found = checks.flatMap(({ observations }) => observations.filter(({ outcome }) => outcome !== 'ok'));
    expect(found.map(({ message }) => message)).toEqual([
      `the group "${NAME}" that is assigned is twin, but that of the estate is group-0`,
      `2 groups of Entra ID have the name "${NAME}": 'group-0', 'twin'; assigned is 'group-0', 'twin'`,
      `group "${NAME}" at AWS is another group of Entra ID (group-0) than the assigned one (twin)`,
    ]);
    expect(found.filter(({ advice = '' }) => advice.includes('provision the one on demand'))).toEqual([]);
  });

  test('two records at AWS with one external id', () => {
    const facts = healthy();
    const [user, ...others] = valueOf(facts.access.users);
    if (user === undefined) throw new Error('there are no users');
    const users = known([user, { ...user, id: principalId('double'), name: 'double@example.com' }, ...others]);
    expect(problems({ ...facts, access: { ...facts.access, users } })).toContain(
      `scim-people failure: 2 records at AWS have the external id ${user.externalId ?? ''}: '${user.name}', 'double@example.com'`,
    );
  });
});

test.each<[string, readonly string[], boolean]>([
  ['the first token was made', ['made'], false],
  ['a token was rotated', ['made', 'deleted'], false],
  ['a token was made after a rotation', ['made', 'deleted', 'made'], true],
  ['two were made', ['made', 'made'], true],
  ['two were made, and one deleted', ['made', 'made', 'deleted'], false],
  ['it was rotated twice', ['made', 'deleted', 'made', 'deleted'], false],
])('SCIM tokens: %s', (_what, kinds, isLeft) => {
  const facts = healthy();
  const events = kinds.map((kind, index) => ({
    kind: kind as 'made' | 'deleted',
    at: new Date(`2026-05-0${index + 1}T00:00:00Z`),
    by: 'arn:aws:iam::1:user/a',
  }));
  const tokenEvents = known(events.toReversed());
  const found = problems({ ...facts, access: { ...facts.access, tokenEvents } });
  expect(found.some((line) => line.startsWith('scim-tokens failure: two SCIM tokens are there'))).toBe(isLeft);
});

describe('an assigned group that is not what the estate says', () => {
  const withSettings = (settings: Partial<DirectoryGroup>): readonly string[] => {
    const facts = healthy();
    const [group] = valueOf(facts.workforce.groups).values();
    if (group === undefined) throw new Error('no group is assigned');
    const groups = known(new Map([[group.id, { ...group, ...settings }]]));
    return problems({ ...facts, workforce: { ...facts.workforce, groups } });
  };

  test.each<[string, Partial<DirectoryGroup>, string]>([
    [
      'synchronized',
      { isSynchronized: true },
      'is synchronized from on-premises, and Entra ID refuses every change of it',
    ],
    [
      'with a rule',
      { membershipRule: 'user.a -eq 1' },
      'has the rule "user.a -eq 1" for its members; the estate has no rule',
    ],
    ['for roles', { isAssignableToRoles: true }, 'unlike in the estate'],
    ['with a paused rule', { membershipRule: 'user.a -eq 1', isPaused: true }, 'is not applied: whoever it newly fits'],
  ])('is a failure: %s', (_what, settings, message) => {
    const found = withSettings(settings);
    expect(found.length).toBeGreaterThan(0);
    expect(found[0]).toMatch(/^scim-group-settings failure: /);
    expect(found[0]).toContain(message);
  });

  test('a person who owns it is told of where the estate names no owners: a deployment takes none out', () => {
    expect(withSettings({ owners: ['somebody@example.com'] })).toEqual([
      expect.stringMatching(/^scim-group-settings warning: .* belongs to 'somebody@example\.com', who can give access/),
    ]);
    expect(withSettings({ owningApplications: ['deployments'] })).toEqual([]);
  });
});

test('an assigned group with groups alone in it is a failure, and one with people too a warning', () => {
  const nesting = (users: readonly DirectoryUser[]): readonly string[] => {
    const facts = healthy();
    const assigned = valueOf(facts.workforce.assigned);
    const [first, ...others] = assigned.groups;
    if (first === undefined) throw new Error('no group is assigned');
    const nested = { ...first, users, nested: ['Inner'] };
    const changed = known({ ...assigned, groups: [nested, ...others] });
    const all = problems({ ...facts, workforce: { ...facts.workforce, assigned: changed } });
    return all.filter((one) => one.startsWith('access-nested-groups'));
  };
  const [person] = valueOf(healthy().workforce.assigned).groups.flatMap(({ users }) => users);
  if (person === undefined) throw new Error('no group has people');
  expect(nesting([])).toEqual([
    expect.stringMatching(
      /^access-nested-groups failure: group ".*" has groups alone in it, so that it gives no one access: 'Inner'$/,
    ),
  ]);
  expect(nesting([person])).toEqual([
    expect.stringMatching(
      /^access-nested-groups warning: group ".*" has groups in it, whose people get no access: 'Inner'$/,
    ),
  ]);
});
