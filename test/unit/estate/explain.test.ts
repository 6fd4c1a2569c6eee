import { ORGANIZATION_FILE, ESTATE_FILE } from '../../../src/estate/source/estate-folder';
import { diskFolder } from '../../../src/estate/load/estate-folder';
import type { EstatePlan } from '../../../src/estate/plan/planner';
import { planEstate } from '../../../src/estate/plan/estate-plan';
import {
  explain,
  explanationText,
  faultsOf,
  preventingErrors,
  type Question,
} from '../../../src/estate/plan/explanation/explain';
import { planExplained } from '../../../src/estate/plan/explanation/explained-plan';
import { EXAMPLE_ESTATES } from '../../support/repository';
import { MANAGEMENT, memoryFolder, organizationText, placeIn, planOf } from '../../support/estate-files';

const ESTATE = `workforce:
  groups: [{ name: Newcomers }]
access:
  permissionSets: [{ name: Admin }, { name: Audit }]
  grants:
    - group: Developers
      permissionSets: [Admin]
      accounts:
        include: [{ ou: /Work }, { name: twin }]
        exclude: [{ tags: { secret: 'yes' } }]
    - group: Developers
      permissionSets: [Audit]
      accounts: { include: [{ name: 'app-*' }, { ou: /Work/Prod, descendants: false }] }
    - group: Auditors
      permissionSets: [Audit, Nope]
      accounts: { include: [{ all: true }, { name: '*' }] }
    - group: Newcomers
      permissionSets: [Audit]
      accounts: { include: [{ ou: /Work }] }
    - group: Testers
      permissionSets: [Nope]
      accounts: { include: [{ name: vault }] }
    - group: Testers
      permissionSets: [Audit]
      accounts: { include: [{ tags: { secret: 'no' } }] }
    - group: Testers
      permissionSets: [Audit]
      accounts: { include: [{ ou: /Play }] }
`;

const organization = {
  ous: ['/Work', '/Work/Prod', '/Work/Prod/EU', '/Play'],
  accounts: [
    MANAGEMENT,
    { id: '100000000001', name: 'app-1', ou: '/Work/Prod' },
    { id: '100000000002', name: 'vault', ou: '/Work/Prod/EU', tags: { secret: 'yes' } },
    { id: '100000000003', name: 'old', ou: '/Work', state: 'SUSPENDED' as const },
    { id: '100000000004', name: 'twin', ou: '/Play' },
    { id: '100000000005', name: 'twin', ou: '/Play' },
    { id: '100000000006', name: 'play', ou: '/Play' },
  ],
  groups: ['Developers', 'Auditors', 'Testers'],
};

const LOCK = JSON.stringify({
  version: 2,
  stacks: { access: ['100000000001/Admin/aaaaaaaa-0000-4000-8000-000000000000 4.1'] },
});

const plan = planOf(ESTATE, organization, { 'placement.lock.json': LOCK });

function answer(question: Question, of: EstatePlan = plan): string {
  return explanationText(explain(of, question)).replaceAll('estates/demo/estate.yaml', 'estate.yaml');
}

const at = (needle: string, occurrence = 1): string => `estate.yaml:${placeIn(ESTATE, needle, occurrence)}`;

test('names the grants, the selectors and the shard of what is given', () => {
  expect(answer({ group: 'Developers', account: 'app-1' }))
    .toBe(`Developers has 2 permission sets in app-1 (100000000001, /Work/Prod).

Admin, in shard 4 of the access stack
  ${at('Developers')}  grant to Developers
  ${at('{ ou: /Work }')}  include ou: /Work

Audit, in shard 1 of the access stack
  ${at('Developers', 2)}  grant to Developers
  ${at("{ name: 'app-*' }")}  include name: app-*
  ${at('{ ou: /Work/Prod,')}  include ou: /Work/Prod (without descendants)
`);
});

test('an account may be asked for by id, and one permission set alone', () => {
  expect(answer({ group: 'Developers', account: '100000000001', permissionSet: 'Admin' }))
    .toBe(`Developers has 1 permission set in app-1 (100000000001, /Work/Prod).

Admin, in shard 4 of the access stack
  ${at('Developers')}  grant to Developers
  ${at('{ ou: /Work }')}  include ou: /Work

It has there: Audit.
`);
});

test('a group that is not synchronized has access that waits', () => {
  expect(answer({ group: 'Newcomers', account: 'app-1' }))
    .toBe(`Newcomers has 1 permission set in app-1 (100000000001, /Work/Prod).

Pending: the group is not synchronized to the Identity Store yet, so nothing is deployed.

Audit
  ${at('Newcomers', 2)}  grant to Newcomers
  ${at('{ ou: /Work }', 2)}  include ou: /Work
`);
});

test.each<readonly [Question, string]>([
  [{ group: 'Develpers', account: 'app-1' }, "There is no group 'Develpers' (did you mean 'Developers'?)."],
  [
    { group: 'Nobody', account: 'app-1' },
    "There is no group 'Nobody' (known groups: 'Newcomers', 'Developers', 'Auditors', 'Testers').",
  ],
  [{ group: 'Developers', account: 'ap-1' }, "There is no account 'ap-1' (did you mean 'app-1'?)."],
  [
    { group: 'Developers', account: '100000000011' },
    "There is no account '100000000011' (did you mean '100000000001'?).",
  ],
  [{ group: 'Developers', account: 'app-*' }, "There is no account 'app-*' (did you mean 'app-1'?)."],
  [
    { group: 'Developers', account: 'twin' },
    "2 accounts have the name 'twin': ask by id, '100000000004', '100000000005'.",
  ],
  [
    { group: 'Developers', account: 'app-1', permissionSet: 'Adminn' },
    "There is no permission set 'Adminn' (did you mean 'Admin'?).",
  ],
])('%j asks for what does not exist', (question, text) => {
  const explanation = explain(plan, question);
  expect(explanation.given).toEqual([]);
  expect(explanation.reasons.map((reason) => reason.text)).toEqual([text]);
});

test('all that does not exist is said at once', () => {
  const faults = faultsOf(explain(plan, { group: 'Auditor', account: 'vaultt', permissionSet: 'Audits' }));
  expect(faults.map(({ code }) => code)).toEqual(['unknown-group', 'unknown-account', 'unknown-permission-set']);
});

test('that there is no access is no fault of the question', () => {
  expect(faultsOf(explain(plan, { group: 'Developers', account: 'vault' }))).toEqual([]);
});

test('an exclusion is named with its line, and the other grants too', () => {
  expect(answer({ group: 'Developers', account: 'vault' }))
    .toBe(`Developers has no access in vault (100000000002, /Work/Prod/EU).

The grant includes the account and excludes it again.
  ${at('Developers')}   grant to Developers
  ${at('{ ou: /Work }')}   include ou: /Work
  ${at("{ tags: { secret: 'yes' } }")}  exclude tags: secret=yes

1 other grant to the group gives nothing there either:
  ${at('Developers', 2)}  grant to Developers
`);
});

test('a suspended account is left out whatever includes it', () => {
  expect(answer({ group: 'Newcomers', account: 'old' }))
    .toBe(`Newcomers has no access in old (100000000003, /Work, SUSPENDED).

The grant includes the account, but it is SUSPENDED: only active accounts are assigned.
  ${at('Newcomers', 2)}  grant to Newcomers
  ${at('{ ou: /Work }', 2)}  include ou: /Work
`);
});

test('the management account is not reached by broad selectors', () => {
  expect(answer({ group: 'Auditors', account: 'management' }))
    .toBe(`Auditors has no access in management (100000000000, /).

It is the management account, which only its id or exact name reaches; the grant has broad selectors.
  ${at('Auditors')}  grant to Auditors
  ${at('{ all: true }')}  include all: true
  ${at("{ name: '*' }")}  include name: *
`);
});

test.each<readonly [Question, string, string]>([
  [
    { group: 'Newcomers', account: 'play' },
    'selectors-miss',
    "No selector of the grant names the account. Nearest is 'ou: /Work', but the account is in /Play, not in or below /Work.",
  ],
  [
    { group: 'Developers', account: 'vault', permissionSet: 'Audit' },
    'selectors-miss',
    "No selector of the grant names the account. Nearest is 'ou: /Work/Prod (without descendants)', but the account is in /Work/Prod/EU, below /Work/Prod, and the selector excludes descendants.",
  ],
  [
    { group: 'Testers', account: 'vault' },
    'unknown-permission-set',
    "The grant reaches the account, but its permission sets are not in this estate: 'Nope'.",
  ],
  [
    { group: 'Testers', account: 'vault', permissionSet: 'Audit' },
    'selectors-miss',
    "No selector of the grant names the account. Nearest is 'tags: secret=no', but the account has the tag secret=yes, not no.",
  ],
  [
    { group: 'Newcomers', account: 'app-1', permissionSet: 'Admin' },
    'no-grant',
    "No grant gives 'Admin' to 'Newcomers'; its grants give 'Audit'.",
  ],
])('%j: the nearest reason is %s', (question, code, text) => {
  const [nearest] = explain(plan, question).reasons;
  expect(nearest).toMatchObject({ code, text });
});

test('a group without a grant', () => {
  const estate = ESTATE.replaceAll('group: Auditors', 'group: Developers');
  const [reason] = explain(planOf(estate, organization), { group: 'Auditors', account: 'app-1' }).reasons;
  expect(reason).toEqual({ code: 'no-grant', text: "No grant is to 'Auditors'.", evidence: [] });
});

test('an estate without an access section', () => {
  const [reason] = explain(planOf('workforce: { groups: [] }\n'), { group: 'G', account: 'a' }).reasons;
  expect(reason?.code).toBe('no-access-section');
});

test('with a faulty placement file the answer leaves the shard out', () => {
  const faulty = planOf(ESTATE, organization, { 'placement.lock.json': '<<<<<<<' });
  expect(preventingErrors(faulty)).toEqual([]);
  expect(explain(faulty, { group: 'Developers', account: 'app-1' }).given.map(({ shard }) => shard)).toEqual([
    undefined,
    undefined,
  ]);
});

test('names with control characters do not reach the terminal', () => {
  expect(answer({ group: 'a\u001b[31mb', account: 'x\ny' })).not.toMatch(/[^\n\P{Cc}]/u);
});

test.each([
  ['no YAML', 'access: [', ['yaml-syntax']],
  ['a fault of the schema, whose item is left out', ESTATE.replace('{ ou: /Work }', '{}'), ['invalid-value']],
  ['no finding but of meaning', ESTATE, []],
])('what prevents an answer: %s', (_, text, codes) => {
  expect(preventingErrors(planOf(text, organization)).map((finding) => finding.code)).toEqual(codes);
});

test('a missing or faulty organization prevents an answer', () => {
  const missing = planOf(ESTATE, organization, { 'organization.json': { kind: 'missing' } });
  expect(preventingErrors(missing).map((finding) => finding.code)).toContain('organization-file');
  const lost = planOf(ESTATE, {
    ...organization,
    accounts: [...organization.accounts, { id: '100000000009', name: 'lost', ou: '/Nowhere' }],
  });
  expect(preventingErrors(lost).map((finding) => finding.code)).toEqual(['account-in-no-ou']);
});

test('in the sandbox every pair of group and account has an answer that agrees with the expansion', () => {
  const sandbox = planEstate(diskFolder(EXAMPLE_ESTATES, 'sandbox'));
  const { organization: known, expansion } = sandbox.access ?? {};
  let given = 0;
  for (const group of sandbox.estate.workforce?.groups ?? []) {
    for (const account of known?.accounts ?? []) {
      const explanation = explain(sandbox, { group: group.name, account: account.id });
      expect(explanation.given.length > 0).toBe(explanation.reasons.length === 0);
      given += explanation.given.length;
    }
  }
  expect(given).toBe(expansion?.assignments.length);
});

test.each<readonly [string, string, readonly string[]]>([
  ['no other section', 'customers: { directoryType: none }\nhosting: 1\nazure: { nosuch: 1 }\n', []],
  ['a section that no estate has', 'nosuch: {}\n', ['unknown-key']],
  ['groups, beside a fault of another section', 'hosting: 1\npipeline: 1\n', ['unknown-key']],
])('an explanation depends on %s', (what, others, codes) => {
  const text = what.startsWith('groups')
    ? ESTATE.replace('{ name: Newcomers }', '{ name: Newcomers, nosuch: 1 }')
    : ESTATE;
  const folder = memoryFolder({
    [ESTATE_FILE]: `${text}${others}`,
    [ORGANIZATION_FILE]: organizationText(organization),
  });
  const plan = planExplained(folder);
  expect(preventingErrors(plan).map(({ code }) => code)).toEqual(codes);
  expect(explain(plan, { group: 'Developers', account: 'app-1' }).given).toHaveLength(2);
});

test('an explanation is planned as the whole estate is', () => {
  const folder = diskFolder(EXAMPLE_ESTATES, 'sandbox');
  expect(JSON.stringify(planExplained(folder).access)).toBe(JSON.stringify(planEstate(folder).access));
});
