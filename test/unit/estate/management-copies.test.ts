import fc from 'fast-check';
import type { EstatePlan } from '../../../src/estate/plan/planner';
import { copyName } from '../../../src/estate/sections/access/plan/management-copies';
import { heldSets, unusedIn } from '../../../src/estate/plan/explanation/unused';
import { explain } from '../../../src/estate/plan/explanation/explain';
import { explainHeld } from '../../../src/estate/plan/explanation/held';
import { ESTATE_FILE } from '../../../src/estate/source/estate-folder';
import { departuresOf } from '../../../src/clouds/facts/revocations';
import { endedException, endedExceptions } from '../../../src/doctor/checks/access/assignments';
import { importEstate } from '../../../src/import/import-estate';
import { type World, world } from '../../support/arbitraries';
import { type AssignmentLabels, deployedAccess, deployedSet, organizationOf } from '../../support/deployed-access';
import { MANAGEMENT, memoryFolder, organizationFile, planOf, userId } from '../../support/estate-files';
import { referenceExpansion } from '../../support/reference-expansion';
import { ASSIGNMENT, PERMISSION_SET, resourcesOf, templatesOf } from '../../support/templates';

const organization = {
  accounts: [MANAGEMENT, { id: '100000000001', name: 'app' }, { id: '100000000002', name: 'security' }],
  groups: ['Auditors'],
  delegatedAdministrator: '100000000002',
};

const [MEMBERS, HERE] = ['{ all: true }', '{ name: management }'];
const BOTH = `${MEMBERS}, ${HERE}`;

/** `<stack file> <logical id>` of each permission set and assignment of a plan. */
function idsOf(plan: EstatePlan): readonly string[] {
  return [...templatesOf(plan)].flatMap(([file, template]) =>
    [PERMISSION_SET, ASSIGNMENT].flatMap((type) => [...resourcesOf(template, type)].map(([id]) => `${file} ${id}`)),
  );
}

function planFor(include: string, more = '', deployFrom = 'delegated-admin'): EstatePlan {
  return planOf(
    `access:
  deployFrom: ${deployFrom}
  permissionSets: [{ name: Audit, description: Look, tags: { a: b } }]
  grants:
    - { group: Auditors, permissionSets: [Audit], accounts: { include: [${include}] } }
${more}`,
    organization,
  );
}

test.each([
  ['Audit', 'Audit-management'],
  ['A'.repeat(21), `${'A'.repeat(21)}-management`],
  ['A'.repeat(22), 'AAAAAAAAAAAA-8a5bdb4c-management'],
])('the copy of %s is %s', (name, copy) => {
  expect(copyName(name)).toBe(copy);
});

test('names of copies are names of permission sets, and differ where the sets do', () => {
  const name = fc.stringMatching(/^[\w+=,.@-]{1,32}$/);
  fc.assert(
    fc.property(fc.uniqueArray(name, { minLength: 2 }), (names) => {
      const copies = names.map(copyName);
      expect(copies.filter((copy) => !/^[\w+=,.@-]{1,32}$/.test(copy))).toEqual([]);
      expect(new Set(copies).size).toBe(names.length);
    }),
  );
});

test('a set granted in both places is two, with the same properties, each deployed from its account', () => {
  const plan = planFor('{ all: true }, { name: management }');
  const [members, management] = plan.access?.stacks ?? [];
  const inPlace = (stack: typeof members) =>
    stack?.shards.flatMap(({ assignments }) => assignments.map(({ key }) => key.replace(/\/[^/]*$/, '')));
  expect(inPlace(members)).toEqual(['100000000001/Audit', '100000000002/Audit']);
  expect(inPlace(management)).toEqual(['100000000000/Audit-management']);
  const [written] = members?.permissionSets ?? [];
  expect(management?.permissionSets).toEqual([{ ...written, name: 'Audit-management', copyOf: 'Audit' }]);
});

test('a set that comes to the management account too keeps what it has, and the copy alone goes again', () => {
  const before = idsOf(planFor('{ all: true }'));
  const both = idsOf(planFor('{ all: true }, { name: management }'));
  expect(both).toEqual(expect.arrayContaining([...before]));
  expect(
    both.filter((id) => !before.includes(id)).map((id) => id.replace(/^(\S*) .*?(Auditmanagement).*/, '$1 $2')),
  ).toEqual([
    'demo-management.template.json Auditmanagement',
    expect.stringMatching(/^demomanagement\S*Shard1\S* Auditmanagement$/),
  ]);
});

test.each(['{ all: true }', '{ name: management }'])('a set granted to %s alone has no copy', (include) => {
  const plan = planFor(include);
  expect(plan.access?.stacks.flatMap(({ permissionSets }) => permissionSets.map(({ name }) => name))).toEqual([
    'Audit',
  ]);
});

test('an ended exception keeps the copy until it leaves the file', () => {
  const ended = `    - { user: a@example.com, reason: She looks into the incident., until: 2026-11-01, permissionSets: [Audit], accounts: { include: [{ name: management }] } }\n`;
  const names = (plan: EstatePlan) => plan.access?.stacks.map((stack) => stack.permissionSets.map(({ name }) => name));
  expect(names(planFor('{ all: true }', ended))).toEqual([['Audit'], ['Audit-management']]);
  expect(names(planFor('{ all: true }'))).toEqual([['Audit'], []]);
});

const QUESTION = { group: 'Auditors', account: 'management' };

test('a question about the set finds its copy, and one about the copy nothing else', () => {
  const plan = planFor('{ all: true }, { name: management }');
  expect(explain(plan, { ...QUESTION, permissionSet: 'Audit' }).given).toMatchObject([
    { permissionSet: 'Audit-management', copyOf: 'Audit', shard: { stack: 'management', number: 1 } },
  ]);
  const found = (permissionSet: string) =>
    explainHeld(plan, { permissionSet }).sets.map((set) => [
      set.permissionSet,
      ...set.accounts.map(({ name }) => name),
    ]);
  expect(found('Audit')).toEqual([
    ['Audit', 'app', 'security'],
    ['Audit-management', 'management'],
  ]);
  expect(found('Audit-management')).toEqual([['Audit-management', 'management']]);
});

test('what the copy used counts as used by the set, whichever of the two is asked about', () => {
  const plan = planFor('{ all: true }, { name: management }');
  for (const name of [undefined, 'Audit', 'Audit-management'])
    expect(
      heldSets(plan, name)
        .map(({ set, account }) => `${set} ${account.name}`)
        .toSorted(),
    ).toEqual(['Audit app', 'Audit security', 'Audit-management management']);
  const useOf = () => ({ unknown: 'not read' });
  const [use, ...others] = unusedIn(plan, heldSets(plan), { useOf, since: new Date(0) });
  expect(use).toMatchObject({ permissionSet: 'Audit', unknownIn: [{ accounts: ['app', 'security', 'management'] }] });
  expect(others).toEqual([]);
});

test('an import joins a set and its copy, unless they differ or the management account deploys both', () => {
  const words: readonly AssignmentLabels[] = [
    ['Auditors', 'Audit', '100000000001'],
    ['Auditors', 'Audit-management', '100000000000'],
  ];
  const imported = (deployFrom: string, description = 'Look.') => {
    const sets = [deployedSet('Audit', { description: 'Look.' }), deployedSet('Audit-management', { description })];
    const file = organizationFile(organization);
    const deployed = { ...deployedAccess(organizationOf(file), words), permissionSets: sets };
    const existing = { [ESTATE_FILE]: `access: { deployFrom: ${deployFrom}, permissionSets: [], grants: [] }` };
    const { plan } = importEstate(memoryFolder(existing), { deployed, organizationText: JSON.stringify(file) });
    return plan.estate.access?.permissionSets.map(({ name, copyOf }) => (copyOf === undefined ? name : `copy ${name}`));
  };
  expect(imported('delegated-admin')).toEqual(['Audit', 'copy Audit-management']);
  expect(imported('delegated-admin', 'Other.')).toEqual(['Audit', 'Audit-management']);
  expect(imported('management')).toEqual(['Audit', 'Audit-management']);
});

test('two sets whose copies would have one name do not share a copy', () => {
  // The copy of the first has a hash of its name, which the second one has as its own.
  const [long, short] = ['A'.repeat(22), 'AAAAAAAAAAAA-8a5bdb4c'];
  const plan = planOf(
    `access:
  deployFrom: delegated-admin
  permissionSets: [{ name: ${long}, description: Look }, { name: ${short}, managedPolicies: [AdministratorAccess] }]
  grants:
    - { group: Auditors, permissionSets: [${long}, ${short}], accounts: { include: [{ all: true }, { name: management }] } }
`,
    organization,
  );
  const copies = plan.estate.access?.permissionSets.flatMap(({ copyOf }) => copyOf ?? []);
  expect(copies).toEqual([long]);
  const inManagement = plan.access?.expansion.assignments.filter(({ account }) => account.name === 'management');
  expect(inManagement?.map(({ permissionSet }) => permissionSet)).toEqual([short, copyName(long)]);
  expect(plan.findings.filter(({ severity }) => severity === 'error').map(({ code, path }) => [code, path])).toEqual([
    ['mixed-permission-set', 'access.permissionSets[1].name'],
  ]);
});

test('a copy does not take the name that another set had until a moment ago, and may take that of its own set', () => {
  const codes = (sets: string) => {
    const grant = `{ group: Auditors, permissionSets: [Audit], accounts: { include: [${BOTH}] } }`;
    const estate = `access: { deployFrom: delegated-admin, permissionSets: [${sets}], grants: [${grant}] }`;
    return planOf(estate, organization)
      .findings.filter(({ severity }) => severity === 'error')
      .map(({ code, path }) => [code, path]);
  };
  const mixed = ['mixed-permission-set', 'access.permissionSets[0].name'];
  expect(codes('{ name: Audit }, { name: Payer, previousNames: [Audit-management] }')).toEqual([mixed]);
  expect(codes('{ name: Audit, previousNames: [Audit-management] }')).toEqual([]);
  // The copy was Look-management before, which its people have until the new one is there.
  expect(codes('{ name: Audit, previousNames: [Look] }, { name: Look-management }')).toEqual([mixed]);
  expect(codes('{ name: Audit, previousNames: [Look] }')).toEqual([]);
});

test('a grant of a copy by its own name gives nothing', () => {
  const plan = planFor(
    '{ all: true }, { name: management }',
    `    - { group: Auditors, permissionSets: [Audit-management], accounts: { include: [{ name: app }] } }\n`,
  );
  expect(plan.findings.map(({ code }) => code)).toContain('unknown-permission-set');
  expect(plan.access?.expansion.assignments.map(({ permissionSet, account }) => [permissionSet, account.name])).toEqual(
    [
      ['Audit', 'app'],
      ['Audit', 'security'],
      ['Audit-management', 'management'],
    ],
  );
});

test.each([
  [HERE, BOTH],
  [BOTH, HERE],
  [BOTH, BOTH],
])(
  'who has a set in the management account by %s and by %s keeps it until the other is there, renamed or not',
  (from, to) => {
    const file = organizationOf(organizationFile(organization));
    const before = planFor(from).access?.expansion.assignments ?? [];
    const words = before
      .filter(({ account }) => account.id === MANAGEMENT.id)
      .map(({ permissionSet }): AssignmentLabels => ['Auditors', permissionSet, MANAGEMENT.id]);
    const owned = deployedAccess(file, words);
    expect(owned.assignments).toHaveLength(1);
    const setNames = new Map(owned.permissionSets.map(({ arn, name }) => [arn, name]));
    for (const name of ['Audit', 'Look', 'Audit-management']) {
      const grant = `{ group: Auditors, permissionSets: [${name}], accounts: { include: [${to}] } }`;
      const estate = `access: { deployFrom: delegated-admin, permissionSets: [{ name: ${name} }], grants: [${grant}] }`;
      const { access } = planOf(estate, organization);
      expect(access && departuresOf(access, { ...owned, setNames }).losses).toEqual([]);
    }
  },
);

test('an exception by the copy has ended when that by its set has, so that nothing gives it again', () => {
  const user = 'a@example.com';
  const ended = `    - { user: ${user}, reason: She looks into the incident., until: 2026-11-01, permissionSets: [Audit], accounts: { include: [{ name: management }] } }\n`;
  const plan = planOf(
    `access:
  deployFrom: delegated-admin
  permissionSets: [{ name: Audit }]
  grants:
    - { group: Auditors, permissionSets: [Audit], accounts: { include: [{ all: true }] } }
${ended}`,
    { ...organization, users: [user] },
  );
  const file = organizationFile(organization);
  const exceptionBy = (name: string) => {
    const words: AssignmentLabels = ['user-a', name, MANAGEMENT.id];
    const [one] = deployedAccess(organizationOf(file), [words]).assignments;
    const setNames = new Map([[deployedSet(name).arn, name]]);
    const ended = endedExceptions(plan);
    const { access } = plan;
    return one && access && endedException({ ...one, principalId: userId(0) }, { access, setNames, ended });
  };
  expect(exceptionBy('Audit-management')?.holder).toMatchObject({ name: user, until: '2026-11-01' });
  expect(exceptionBy('Other')).toBeUndefined();
});

test('an import with a delegated administrator takes a set in both places over, and lists what its copy replaces', () => {
  const words: readonly AssignmentLabels[] = [
    ['Auditors', 'Audit', '100000000001'],
    ['Auditors', 'Audit', '100000000000'],
  ];
  const file = organizationFile(organization);
  const deployed = { ...deployedAccess(organizationOf(file), words), permissionSets: [deployedSet('Audit')] };
  const existing = { [ESTATE_FILE]: 'access: { deployFrom: delegated-admin, permissionSets: [], grants: [] }' };
  const { plan, left } = importEstate(memoryFolder(existing), { deployed, organizationText: JSON.stringify(file) });
  expect(plan.access?.expansion.assignments.map(({ permissionSet, account }) => [permissionSet, account.name])).toEqual(
    [
      ['Audit', 'app'],
      ['Audit-management', 'management'],
    ],
  );
  expect(left).toEqual([
    { reason: 'management-copy', subject: 'group Auditors has Audit in 100000000000 (management)' },
  ]);
});

test('an import keeps a set apart that the estate has by the name of a copy', () => {
  const words: readonly AssignmentLabels[] = [
    ['Auditors', 'Audit', '100000000001'],
    ['Auditors', 'Audit-management', '100000000000'],
  ];
  const file = organizationFile(organization);
  const sets = [deployedSet('Audit'), deployedSet('Audit-management')];
  const deployed = { ...deployedAccess(organizationOf(file), words), permissionSets: sets };
  const own = '{ name: Audit-management, grantable: { accounts: { include: [{ name: management }] } } }';
  const existing = {
    [ESTATE_FILE]: `access: { deployFrom: delegated-admin, permissionSets: [{ name: Audit }, ${own}], grants: [] }`,
  };
  const { plan } = importEstate(memoryFolder(existing), { deployed, organizationText: JSON.stringify(file) });
  expect(plan.estate.access?.permissionSets).toMatchObject([
    { name: 'Audit' },
    { name: 'Audit-management', grantable: { accounts: { include: [{ name: 'management' }] } } },
  ]);
});

/** Worlds in which grants name the management account, which broad selectors do not reach. */
const worlds = fc.tuple(world, fc.array(fc.boolean(), { minLength: 6, maxLength: 6 })).map(([one, isNaming]): World => {
  const [management] = one.accounts;
  const grants = one.grants.map((grant, index) => {
    const { include, exclude } = grant.accounts;
    const named = isNaming[index] === true && management !== undefined ? [{ id: management.id }] : [];
    return { ...grant, accounts: { include: [...include, ...named], exclude } };
  });
  return { ...one, grants, accounts: one.accounts.map((account) => ({ ...account, state: 'ACTIVE' })) };
});

/** The last account of a world deploys it. */
function planWorld({ ous, accounts, synchronizedGroups: groups, declaredGroups, permissionSets, grants }: World) {
  const estate = {
    workforce: { groups: declaredGroups.map((name) => ({ name })) },
    access: { deployFrom: 'delegated-admin', permissionSets: permissionSets.map((name) => ({ name })), grants },
  };
  const delegatedAdministrator = accounts.at(-1)?.id;
  return planOf(JSON.stringify(estate), {
    ous,
    accounts,
    groups,
    ...(delegatedAdministrator && { delegatedAdministrator }),
  });
}

test('in every world each grant is deployed once, and the management account by its own stack alone', () => {
  let copies = 0;
  fc.assert(
    fc.property(worlds, (one) => {
      const plan = planWorld(one);
      const management = one.accounts[0]?.id;
      const assignments = plan.access?.expansion.assignments ?? [];
      const words = assignments.map(({ holder, permissionSet, copyOf = permissionSet, account }) => {
        return `${holder.name} has ${copyOf} in ${account.id}`;
      });
      expect(words.toSorted()).toEqual([...referenceExpansion(one)].toSorted());
      const placed = (plan.access?.stacks ?? []).flatMap(({ role, shards, permissionSets }) =>
        shards.flatMap((shard) =>
          shard.assignments.map(({ key, assignment }) => ({
            key,
            role,
            assignment,
            hasSet: permissionSets.some(({ name }) => name === assignment.permissionSet),
          })),
        ),
      );
      expect(placed.length).toBe(assignments.filter(({ principalId }) => principalId !== undefined).length);
      expect(new Set(placed.map(({ key }) => key)).size).toBe(placed.length);
      for (const { role, assignment, hasSet } of placed) {
        expect(hasSet).toBe(true);
        expect(role).toBe(assignment.account.id === management ? 'management' : 'access');
        copies += assignment.copyOf === undefined ? 0 : 1;
      }
    }),
    { numRuns: 200 },
  );
  expect(copies).toBeGreaterThan(0);
});
