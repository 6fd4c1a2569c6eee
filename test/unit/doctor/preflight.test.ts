import type { PreflightAccess, PreflightFacts } from '../../../src/clouds/facts/preflight-facts';
import { failed, known, type Reading } from '../../../src/clouds/reading';
import { PREFLIGHT_CHECKS } from '../../../src/doctor/checks/all-checks';
import { examineBy } from '../../../src/doctor/examination';
import { quotaNeeds, regionNeeds, wantedDocuments, wantedPolicies } from '../../../src/estate/plan/prerequisites';
import type { EstatePlan } from '../../../src/estate/plan/planner';
import { ESTATE_FILE } from '../../../src/estate/source/estate-folder';
import { delegatedSandbox, edited, hostedSandboxFiles, planFiles } from '../../support/sandbox';

const files = hostedSandboxFiles();
const plan = planFiles(files);
const DENIED: Reading<never> = {
  state: 'denied',
  permission: 'sts:AssumeRole on arn:aws:iam::210000000011:role/Audit',
};

/** AWS before a first deployment, as it should be. */
function fresh(of: EstatePlan = plan): PreflightFacts & { readonly access: PreflightAccess } {
  return {
    accounts: known((of.access?.organization.accounts ?? []).map(({ id, state }) => ({ id, state }))),
    access: {
      instance: known({ status: 'ACTIVE', primaryRegion: 'eu-west-1', regions: [] }),
      delegates: known(['210000000003']),
      stackSetTrust: known({ isTrusted: true, delegates: [] }),
      stackSets: known([]),
      attributes: known(undefined),
      sets: known([]),
      ownResources: known([]),
    },
    accountPolicies: [...new Set(wantedPolicies(of).map(({ account }) => account))].map((account) => ({
      account,
      policies: known([]),
    })),
    missingManagedPolicies: known([]),
    documents: wantedDocuments(of.estate).map(({ subject }) => ({ subject, findings: known([]) })),
    quotas: quotaNeeds(of).map((need) => ({ ...need, value: known(1000) })),
    regions: regionNeeds(of).map((need) => ({ ...need, status: known('ENABLED') })),
    isHosted: known(false),
  };
}

const withAccess = (change: Partial<PreflightAccess>): PreflightFacts => {
  const facts = fresh();
  return { ...facts, access: { ...facts.access, ...change } };
};

/** Rows of a check, as `outcome: message [places]`. */
function rows(id: string, facts: PreflightFacts, of: EstatePlan = plan): readonly string[] {
  const checks = PREFLIGHT_CHECKS.filter((check) => check.id === `preflight-${id}`);
  const { checks: results } = examineBy(checks, { plan: of, facts: { preflight: facts }, now: new Date('2026-06-01') });
  return results.flatMap(({ observations }) =>
    observations.map(({ outcome, message, where = [] }) => `${outcome}: ${message} [${where.join('; ')}]`),
  );
}

const HOME = 'insurance-management (210000000001), eu-west-1';

test.each([
  [{ isIncluded: true }, ['ok: has main of origin [this checkout]']],
  [
    { isIncluded: false },
    [
      'failure: lacks eeeeeeeeee, which main of origin has: a deployment would take back what was merged since [this checkout]',
    ],
  ],
])('a checkout with %j of what was merged last', (is, expected) => {
  const mergedLast = known({ remote: 'origin', branch: 'main', commit: 'e'.repeat(40), ...is });
  expect(rows('checkout', { ...fresh(), mergedLast })).toEqual(expected);
});

test('a checkout that can not be compared is unknown, and one without a remote has no row', () => {
  expect(rows('checkout', { ...fresh(), mergedLast: failed('no answer') })).toEqual([
    'unknown: no answer [this checkout]',
  ]);
  expect(rows('checkout', fresh())).toEqual([]);
});

test('a fresh organization has nothing that keeps the sandbox from being deployed', () => {
  const found = examineBy(PREFLIGHT_CHECKS, { plan, facts: { preflight: fresh() }, now: new Date('2026-06-01') });
  expect(found.checks.flatMap(({ observations }) => observations).filter(({ outcome }) => outcome !== 'ok')).toEqual(
    [],
  );
  expect(found.checks.map(({ id }) => id)).toMatchSnapshot();
});

test('accounts that are not active, or gone, are named with what would fail there', () => {
  const { accounts } = fresh();
  const list = accounts.state === 'known' ? accounts.value : [];
  const changed = list
    .filter(({ id }) => id !== '210000000009')
    .map((one) => (one.id === '210000000011' ? { ...one, state: 'SUSPENDED' } : one));
  expect(rows('accounts', { ...fresh(), accounts: known(changed) })).toMatchInlineSnapshot(`
    [
      "failure: the account is not in the organization, where these would fail: assignments [claims-stage (210000000009)]",
      "failure: the account is SUSPENDED, where these would fail: assignments, the stack sandbox-hosting-data, the stack sandbox-hosting, the stack sandbox-pipeline-210000000011 [claims-dev (210000000011)]",
    ]
  `);
});

test('an account that nothing is deployed to may be in any state', () => {
  expect(rows('accounts', fresh())).toEqual(['ok: 13 accounts are active [AWS Organizations]']);
});

test('the instance must be active in the Region of the snapshot; a Region that comes is a warning', () => {
  const instance = known({
    status: 'CREATE_IN_PROGRESS',
    primaryRegion: 'eu-central-1',
    regions: [
      { name: 'eu-central-1', status: 'ACTIVE' },
      { name: 'us-east-1', status: 'ADDING' },
    ],
  });
  expect(rows('identity-center', withAccess({ instance }))).toMatchInlineSnapshot(`
    [
      "failure: the instance must be ACTIVE, got CREATE_IN_PROGRESS [insurance-management (210000000001), eu-west-1]",
      "failure: permission sets are administered in eu-central-1, organization.json says eu-west-1 [insurance-management (210000000001), eu-west-1]",
      "warning: its Region us-east-1 is ADDING [insurance-management (210000000001), eu-west-1]",
    ]
  `);
});

const KEY = { arn: 'arn:aws:kms:eu-west-1:210000000001:key/1', status: 'ENABLED' };
const keyed = (change: object, key?: Reading<string>) =>
  rows(
    'key',
    withAccess({
      instance: known({ status: 'ACTIVE', primaryRegion: 'eu-west-1', regions: [], key: { ...KEY, ...change } }),
      ...(key && { key }),
    }),
  ).map((row) => row.slice(0, 90));

test('a key of one’s own is a warning, one that is disabled a failure, and one that can’t be read neither', () => {
  expect(keyed({}, known('Enabled'))).toMatchInlineSnapshot(`
    [
      "warning: a key of your own encrypts it: arn:aws:kms:eu-west-1:210000000001:key/1 [insuranc",
    ]
  `);
  expect(keyed({}, known('PendingDeletion'))).toMatchInlineSnapshot(`
    [
      "failure: its key arn:aws:kms:eu-west-1:210000000001:key/1 must be Enabled, got PendingDele",
    ]
  `);
  expect(keyed({ status: 'UPDATE_FAILED', reason: 'no access' })).toMatchInlineSnapshot(`
    [
      "failure: encryption by arn:aws:kms:eu-west-1:210000000001:key/1 is UPDATE_FAILED: no acces",
    ]
  `);
  expect(keyed({}, DENIED)).toEqual([`unknown: could not be read [${HOME}]`]);
});

test('a delegated administrator must be registered, for stack sets too', () => {
  const delegated = planFiles(
    edited(files, ({ access, organization }) => {
      access.deployFrom = 'delegated-admin';
      organization.identityCenter.delegatedAdministrator = organization.accounts[2]?.id;
    }),
  );
  const { access } = fresh(delegated);
  const facts = { ...fresh(delegated), access: { ...access, delegates: known([]) } };
  expect(rows('delegated-administrator', fresh(delegated), delegated)).toMatchInlineSnapshot(`
    [
      "ok: security-tooling (210000000003) is the delegated administrator [AWS Organizations]",
    ]
  `);
  expect(rows('delegated-administrator', facts, delegated)).toMatchInlineSnapshot(`
    [
      "failure: security-tooling (210000000003) is not the delegated administrator of IAM Identity Center [AWS Organizations]",
    ]
  `);
  expect(rows('stack-sets', facts, delegated)).toMatchInlineSnapshot(`
    [
      "failure: security-tooling (210000000003) may not use stack sets of the organization [AWS Organizations]",
    ]
  `);
  expect(rows('delegated-administrator', fresh())).toEqual([]);
});

test('stack sets must be trusted', () => {
  const stackSetTrust = known({ isTrusted: false, delegates: [] });
  expect(rows('stack-sets', withAccess({ stackSetTrust }))).toEqual([
    'failure: Organizations does not trust CloudFormation StackSets [AWS Organizations]',
  ]);
});

test('attributes that are on are a failure, unless the access stack turned them on', () => {
  const on = { attributes: known({ Team: ['${path:userName}'] }) };
  expect(rows('attributes', withAccess(on))).toMatchInlineSnapshot(`
    [
      "failure: on already (keys: Team), and no stack of this estate did it: the access stack can't create them [insurance-management (210000000001), eu-west-1]",
    ]
  `);
  const type = 'AWS::SSO::InstanceAccessControlAttributeConfiguration';
  const own = known([{ type, physicalId: 'x', stack: 'sandbox-access' }]);
  expect(rows('attributes', withAccess({ ...on, ownResources: own }))).toEqual([
    `ok: on, by the access stack [${HOME}]`,
  ]);
  expect(rows('attributes', withAccess({ ...on, ownResources: failed('no answer') }))).toEqual([
    `unknown: no answer [${HOME}]`,
  ]);
});

test('a permission set of the same name is a failure, unless a stack of the estate made it', () => {
  const arn = 'arn:aws:sso:::permissionSet/ssoins-1/ps-1';
  const sets = known([
    { name: 'Developer', arn },
    { name: 'OfSomebodyElse', arn: `${arn}2` },
  ]);
  expect(rows('permission-sets', withAccess({ sets }))).toMatchInlineSnapshot(`
    [
      "failure: permission set Developer is there already, and no stack of this estate made it: the access stack can't create it [insurance-management (210000000001), eu-west-1]",
    ]
  `);
  const physicalId = `arn:aws:sso:::instance/ssoins-1|${arn}`;
  const own = known([{ type: 'AWS::SSO::PermissionSet', physicalId, stack: 'sandbox-access' }]);
  expect(rows('permission-sets', withAccess({ sets, ownResources: own }))).toEqual([
    `ok: 7 names are free, or the estate's own [${HOME}]`,
  ]);
  // Whose a set is matters only where a name is taken.
  const unread = { ownResources: failed('no answer') };
  expect(rows('permission-sets', withAccess(unread))).toEqual([`ok: 7 names are free [${HOME}]`]);
  expect(rows('permission-sets', withAccess({ ...unread, sets }))).toEqual([`unknown: no answer [${HOME}]`]);
});

test('a permission set that the stack for the management account still has is a failure where the first stack is to have it', () => {
  const arn = 'arn:aws:sso:::permissionSet/ssoins-1/ps-1';
  const delegated = planFiles(delegatedSandbox());
  const rowsOf = (name: string, stack: string): readonly string[] => {
    const own = { type: 'AWS::SSO::PermissionSet', physicalId: `arn:aws:sso:::instance/ssoins-1|${arn}`, stack };
    const facts = fresh(delegated);
    const access = { ...facts.access, sets: known([{ name, arn }]), ownResources: known([own]) };
    return rows('permission-sets', { ...facts, access }, delegated);
  };
  const fault = 'failure: permission set SecurityAudit moves from sandbox-access-management to sandbox-access';
  expect(rowsOf('SecurityAudit', 'sandbox-access-management')).toEqual([expect.stringContaining(fault)]);
  expect(rowsOf('SecurityAudit', 'sandbox-access')).toEqual([expect.stringContaining('ok: ')]);
  // It goes from the first stack before the second one creates it.
  expect(rowsOf('SecurityAudit-management', 'sandbox-access')).toEqual([expect.stringContaining('ok: ')]);
});

/** Policies of the sandbox in the accounts, each by path and name. */
function holding(policies: readonly { readonly path: string; readonly name: string }[], of = plan): PreflightFacts {
  const facts = fresh(of);
  return { ...facts, accountPolicies: facts.accountPolicies.map((one) => ({ ...one, policies: known(policies) })) };
}

describe('a policy that is there', () => {
  const boundary = { path: '/identity/', name: 'WorkforceBoundary' };
  const holdingIn = (account: string, access: Partial<PreflightAccess>): PreflightFacts => ({
    ...withAccess(access),
    accountPolicies: fresh().accountPolicies.map((one) =>
      one.account === account ? { ...one, policies: known([boundary]) } : one,
    ),
  });
  const toldOf = (facts: PreflightFacts): readonly string[] =>
    rows('policies', facts).filter((row) => !row.startsWith('ok: ') && row.includes('WorkforceBoundary'));
  const MANAGEMENT = '210000000001';

  test('in the management account is not taken for one of others where the stacks could not be read', () => {
    expect(toldOf(holdingIn(MANAGEMENT, { ownResources: failed('no answer') }))).toEqual([
      'unknown: /identity/WorkforceBoundary is there; whether this estate made it is unknown: no answer [insurance-management (210000000001)]',
    ]);
    const type = 'AWS::IAM::ManagedPolicy';
    const own = {
      type,
      stack: 'sandbox-policies',
      physicalId: `arn:aws:iam::${MANAGEMENT}:policy/identity/WorkforceBoundary`,
    };
    expect(toldOf(holdingIn(MANAGEMENT, { ownResources: known([own]) }))).toEqual([]);
    expect(toldOf(holdingIn(MANAGEMENT, {}))).toEqual([
      expect.stringMatching(
        /^failure: \/identity\/WorkforceBoundary is there already, and this estate did not make it/,
      ),
    ]);
  });

  test('where an operation of the estate has failed does not keep the next one from it', () => {
    const account = '210000000012';
    const instances = [{ account, status: 'OUTDATED', isSkipped: false, isDrifted: false }];
    const stackSets = known([{ name: 'sandbox-policy-WorkforceBoundary', instances }]);
    expect(toldOf(holdingIn(account, { stackSets }))).toEqual([
      "warning: /identity/WorkforceBoundary is there, and the stack of this estate's stack set is OUTDATED [claims-test (210000000012)]",
    ]);
  });
});

test('a policy of the estate is made by the deployment; one of its name that others made is a failure', () => {
  expect(rows('policies', fresh()).map((row) => row.replace(/ \[.*/, ''))).toEqual([
    'ok: /claims/ClaimsDeveloper is made by this deployment',
    'ok: /identity/WorkforceBoundary is made by this deployment',
  ]);
  const found = rows('policies', holding([{ path: '/claims/', name: 'ClaimsDeveloper' }]));
  expect(found[0]).toMatchInlineSnapshot(
    `"failure: /claims/ClaimsDeveloper is there already, and this estate did not make it: its deployment can't create it [claims-stage (210000000009); analytics-stage (210000000010); claims-dev (210000000011); claims-test (210000000012)]"`,
  );
});

test('a policy that the stack set of the estate brought is well, and its account need not be asked', () => {
  const facts = fresh();
  const instance = (account: string) => ({ account, status: 'CURRENT', isSkipped: false, isDrifted: false });
  const stackSets = known([
    {
      name: 'sandbox-policy-ClaimsDeveloper',
      instances: ['210000000009', '210000000010', '210000000011'].map(instance),
    },
  ]);
  const denied = facts.accountPolicies.map((one) => ({ ...one, policies: DENIED }));
  const found = rows('policies', { ...facts, access: { ...facts.access, stackSets }, accountPolicies: denied });
  expect(found.slice(0, 2)).toMatchInlineSnapshot(`
    [
      "ok: /claims/ClaimsDeveloper is there, by the stack set of this estate [claims-stage (210000000009); analytics-stage (210000000010); claims-dev (210000000011)]",
      "unknown: /claims/ClaimsDeveloper is made by this deployment; whether its name is free could not be read [claims-test (210000000012)]",
    ]
  `);
});

const elsewhere = planFiles(
  edited(files, ({ access }) => {
    access.policies = (access.policies ?? []).map(({ name, path }) => ({
      name,
      ...(path !== undefined && { path }),
      managedElsewhere: 'The landing zone.',
    }));
  }),
);

test('a policy that others keep must be there, with its path', () => {
  const there = [
    { path: '/', name: 'ClaimsDeveloper' },
    { path: '/identity/', name: 'WorkforceBoundary' },
  ];
  expect(rows('policies', holding(there, elsewhere), elsewhere)).toMatchInlineSnapshot(`
    [
      "failure: /claims/ClaimsDeveloper is asked for, and /ClaimsDeveloper is there: IAM has a name once, whatever the path [claims-stage (210000000009); analytics-stage (210000000010); claims-dev (210000000011); claims-test (210000000012)]",
      "ok: /identity/WorkforceBoundary is there [log-archive (210000000002); security-tooling (210000000003); shared-network (210000000004); shared-services (210000000005); claims-prod (210000000006); claims-archive (210000000007); portal-prod (210000000008); claims-stage (210000000009); analytics-stage (210000000010); claims-dev (210000000011); claims-test (210000000012)]",
    ]
  `);
  expect(rows('policies', fresh(elsewhere), elsewhere).map((row) => row.split(':')[0])).toEqual(['failure', 'failure']);
});

test('accounts that could not be asked for one reason are one row, and never well', () => {
  const facts = fresh(elsewhere);
  const denied = facts.accountPolicies.map(({ account }): (typeof facts.accountPolicies)[number] => ({
    account,
    policies: { state: 'denied', permission: `sts:AssumeRole on arn:aws:iam::${account}:role/Audit` },
  }));
  expect(rows('policies', { ...facts, accountPolicies: denied }, elsewhere)).toMatchInlineSnapshot(`
    [
      "unknown: /claims/ClaimsDeveloper could not be read [claims-stage (210000000009); analytics-stage (210000000010); claims-dev (210000000011); claims-test (210000000012)]",
      "unknown: /identity/WorkforceBoundary could not be read [log-archive (210000000002); security-tooling (210000000003); shared-network (210000000004); shared-services (210000000005); claims-prod (210000000006); claims-archive (210000000007); portal-prod (210000000008); claims-stage (210000000009); analytics-stage (210000000010); claims-dev (210000000011); claims-test (210000000012)]",
    ]
  `);
});

test('an AWS managed policy that does not exist is a failure', () => {
  const missingManagedPolicies = known(['arn:aws:iam::aws:policy/ReadOnlyAcces']);
  expect(rows('managed-policies', { ...fresh(), missingManagedPolicies })[0]).toBe(
    'failure: arn:aws:iam::aws:policy/ReadOnlyAcces does not exist [IAM]',
  );
});

test('errors of a document are failures, warnings are warnings, and suggestions are left to its author', () => {
  const finding = (type: 'ERROR' | 'SECURITY_WARNING' | 'SUGGESTION', code: string) => ({ type, code, details: 'x.' });
  const documents = [
    { subject: 'one', findings: known([finding('ERROR', 'INVALID_ACTION'), finding('SUGGESTION', 'EMPTY_ARRAY')]) },
    { subject: 'two', findings: known([finding('SECURITY_WARNING', 'PASS_ROLE')]) },
    { subject: 'three', findings: known([finding('SUGGESTION', 'REDUNDANT_ACTION')]) },
    { subject: 'four', findings: DENIED },
    { subject: 'five', findings: DENIED },
  ];
  expect(rows('documents', { ...fresh(), documents })).toMatchInlineSnapshot(`
    [
      "failure: one: INVALID_ACTION: x. [IAM Access Analyzer, eu-west-1]",
      "warning: two: PASS_ROLE: x. [IAM Access Analyzer, eu-west-1]",
      "unknown: four and 1 more: could not be read [IAM Access Analyzer, eu-west-1]",
      "ok: 1 document is valid [IAM Access Analyzer, eu-west-1]",
    ]
  `);
});

test('quotas count what is in use, and permission sets that others made', () => {
  const facts = withAccess({ sets: known([{ name: 'OfSomebodyElse', arn: 'x' }]) });
  const small = facts.quotas.map((one) => ({
    ...one,
    value: known(one.quota === 'sets-of-instance' ? 7 : 3),
    ...(one.quota === 'web-acls' && { used: known(2) }),
  }));
  const found = rows('quotas', { ...facts, quotas: small });
  expect(found.filter((row) => row.startsWith('failure'))).toMatchInlineSnapshot(`
    [
      "failure: permission sets in the instance: 8 of 7 with 1 in use [insurance-management (210000000001), eu-west-1]",
      "failure: permission sets in one account: 6 of 3 [insurance-management (210000000001), eu-west-1]",
      "failure: web ACLs of WAF in the Region: 4 of 3 with 2 in use [claims-dev (210000000011), eu-west-1]",
    ]
  `);
});

test('a hosting that is deployed takes nothing more of the quotas of its account', () => {
  const facts = fresh();
  const full = facts.quotas.map((one) =>
    one.quota === 'web-acls' ? { ...one, value: known(2), used: known(2) } : one,
  );
  expect(rows('quotas', { ...facts, quotas: full }).some((row) => row.startsWith('failure'))).toBe(true);
  const deployed = rows('quotas', { ...facts, quotas: full, isHosted: known(true) });
  expect(deployed.filter((row) => row.startsWith('failure'))).toEqual([]);
});

test('a quota that could not be read is named by its code', () => {
  const facts = fresh();
  const unread = facts.quotas.map((one) => ({ ...one, value: DENIED }));
  expect(rows('quotas', { ...facts, quotas: unread })[0]).toBe(
    `unknown: the quota of permission sets in the instance (sso L-B44C7A29) could not be read [${HOME}]`,
  );
});

test('a role with more policies than IAM allows by default is asked about in each of its accounts', () => {
  const policies = Array.from({ length: 11 }, (_, index) => `- AmazonPolicy${index}`).join('\n        ');
  const text = (files[ESTATE_FILE] ?? '').replace('- job-function/NetworkAdministrator', policies);
  const crowded = planFiles({ ...files, [ESTATE_FILE]: text });
  const needs = quotaNeeds(crowded).filter(({ quota }) => quota === 'policies-of-role');
  expect(needs).toHaveLength(11);
  expect(needs[0]).toEqual({ quota: 'policies-of-role', account: '210000000002', region: 'us-east-1', needed: 11 });
  const facts = { ...fresh(crowded), quotas: needs.map((need) => ({ ...need, value: known(10) })) };
  expect(rows('quotas', facts, crowded).map((row) => row.slice(0, 50))).toEqual([
    'failure: managed policies of a role: 11 of 10 [log',
  ]);
});

describe('a Region that accounts have to enable', () => {
  const inMilan = planFiles(
    edited(files, ({ organization }) => {
      organization.identityCenter.region = 'eu-south-1';
    }),
  );
  const statusOf = (status: Reading<string>, of: (account: string) => boolean): PreflightFacts => {
    const facts = fresh(inMilan);
    return { ...facts, regions: facts.regions.map((one) => (of(one.account) ? { ...one, status } : one)) };
  };

  test('is asked of every account that gets policies or a stack, a suspended one apart', () => {
    const asked = new Set(regionNeeds(inMilan).map(({ account, region }) => `${account} ${region}`));
    const active = (inMilan.access?.organization.accounts ?? []).filter(({ state }) => state === 'ACTIVE');
    expect(asked).toEqual(new Set(active.map(({ id }) => `${id} eu-south-1`)));
    expect(regionNeeds(plan)).toEqual([]);
    expect(rows('regions', fresh())).toEqual([]);
  });

  test('is a failure where an account has not enabled it, with what would fail there', () => {
    const off = statusOf(known('DISABLED'), (account) => account === '210000000011' || account === '210000000010');
    const [failed, ...others] = rows('regions', off, inMilan).filter((row) => row.startsWith('failure'));
    expect(others).toEqual([]);
    expect(failed).toMatch(/^failure: eu-south-1 must be ENABLED, got DISABLED.*customer-managed policies \[.*\]$/);
    for (const account of ['210000000010', '210000000011']) expect(failed).toContain(`(${account}), eu-south-1`);
  });

  test('where it can not be read, the row is neither, and names what is missing', () => {
    const denied = statusOf({ state: 'denied', permission: 'account:GetRegionOptStatus' }, () => true);
    expect(rows('regions', denied, inMilan).map((row) => row.split(' ', 1)[0])).not.toContain('ok:');
    expect(rows('regions', denied, inMilan).map((row) => row.split(' ', 1)[0])).not.toContain('failure:');
  });
});
