import { planEstate } from '../../../src/estate/plan/estate-plan';
import { MANAGEMENT, type OrganizationSpec } from '../../support/estate-files';
import { changesOf, type EstateVersion, folderOf, reportOf } from '../../support/preview/reports';

const organization: OrganizationSpec = {
  accounts: [MANAGEMENT, { id: '100000000001', name: 'app' }, { id: '100000000002', name: 'web' }],
  groups: ['Developers', 'Auditors'],
};

interface Parts {
  readonly set: string;
  readonly names?: readonly string[];
  readonly others?: string;
  readonly deployFrom?: string;
  /** `all` leaves out the management account. */
  readonly include?: string;
}

/** An estate of two groups that have a set in every account. */
function version({
  set,
  names = ['Reader'],
  others = '',
  deployFrom = 'management',
  include = '{ all: true }',
}: Parts): EstateVersion {
  const [first = '', second = first] = names;
  const grants = [`group: Developers, permissionSets: [${first}]`, `group: Auditors, permissionSets: [${second}]`];
  const lines = grants.map((grant) => `    - { ${grant}, accounts: { include: [${include}] } }\n`).join('');
  const head = `access:\n  deployFrom: ${deployFrom}\n`;
  const estate = `${head}  permissionSets: [{ ${set} }${others}]\n  grants:\n${lines}`;
  return { organization: { ...organization, delegatedAdministrator: '100000000001' }, estate };
}

const READER = version({ set: 'name: Reader, managedPolicies: [ReadOnlyAccess]' });
const VIEWER = { names: ['Viewer'] };
const renamed = (more = '') =>
  version({ set: `name: Viewer, previousNames: [Reader], managedPolicies: [ReadOnlyAccess${more}]`, ...VIEWER });
const errorsOf = (estate: EstateVersion) =>
  planEstate(folderOf(estate))
    .findings.filter(({ severity }) => severity === 'error')
    .map(({ code, path, allowed }) => [code, path, allowed]);

test('a set with its previous name is reported as a rename: nobody loses or gains, and all four keep it', () => {
  const { gained, lost, counts, permissionSets, replacements, abilities, extent } = changesOf(renamed(), READER);
  expect([gained, lost, permissionSets, abilities]).toEqual([[], [], [], undefined]);
  expect(counts).toMatchObject({ gained: 0, lost: 0 });
  expect(extent.map(({ assignments }) => assignments)).toEqual([0, 0, 0, 0]);
  expect(replacements).toMatchObject([
    {
      kind: 'permission-set-renamed',
      subject: 'Reader → Viewer',
      assignments: 4,
      detail: expect.stringContaining('Auditors, Developers keep it in 2 accounts') as string,
    },
  ]);
});

test('it does not hide that AWS makes another set: the old one goes once the new one is there', () => {
  expect(changesOf(renamed(), READER).revocations).toEqual({
    ...{ assignments: 0, accounts: 0, rounds: 0, exchanged: 4 },
    sets: [{ name: 'Reader', assignments: 4 }],
  });
});

test('nor what its people may do from now on', () => {
  const { gained, permissionSets, extent, abilities } = changesOf(renamed(', AdministratorAccess'), READER);
  expect(gained).toEqual([]);
  expect(permissionSets).toMatchObject([{ name: 'Viewer', kind: 'changed', effect: 'widened', assignments: 4 }]);
  expect(extent.find(({ of }) => of === 'administrators')).toMatchObject({ assignments: 4 });
  expect(abilities?.changes.map(({ sets }) => sets)).toEqual([['Reader', 'Viewer'], ['Reader', 'Viewer']]); // prettier-ignore
});

test('nor that a permissions boundary goes with the old name', () => {
  const bounded =
    'name: Reader, permissionsBoundary: { managedPolicy: ReadOnlyAccess }, managedPolicies: [PowerUserAccess]';
  const free = (name: string) => `name: ${name}, managedPolicies: [PowerUserAccess]`;
  const lostBy = (head: EstateVersion) =>
    changesOf(head, version({ set: bounded })).abilities?.changes.map(({ boundariesLost }) => boundariesLost);
  expect(lostBy(version({ set: free('Viewer, previousNames: [Reader]'), ...VIEWER }))).toEqual(
    lostBy(version({ set: free('Reader') })),
  );
  expect(lostBy(version({ set: free('Reader') }))).toEqual([['ReadOnlyAccess'], ['ReadOnlyAccess']]);
});

test('nor who loses it in the same change', () => {
  const head = version({
    set: 'name: Viewer, previousNames: [Reader], managedPolicies: [ReadOnlyAccess]',
    others: ', { name: Audit }',
    names: ['Viewer', 'Audit'],
  });
  const { gained, lost } = changesOf(head, READER);
  expect(lost.map(({ group, permissionSet, accounts }) => [group, permissionSet, accounts.length])).toEqual([
    ['Auditors', 'Viewer', 2],
  ]);
  expect(gained.map(({ group, permissionSet }) => [group, permissionSet])).toEqual([['Auditors', 'Audit']]);
});

test('a previous name that the base does not have means nothing: it may stay after the rename', () => {
  const { replacements, gained, permissionSets } = changesOf(renamed(), version({ set: 'name: Viewer', ...VIEWER }));
  expect([replacements, gained]).toEqual([[], []]);
  expect(permissionSets).toMatchObject([{ name: 'Viewer', kind: 'changed' }]);
});

test('two sets that become one are no rename: one of them is lost', () => {
  const both = version({ set: 'name: Reader', others: ', { name: Viewer }', names: ['Reader', 'Viewer'] });
  const { lost } = changesOf(renamed(), both);
  expect(lost.map(({ group, permissionSet }) => [group, permissionSet])).toEqual([['Developers', 'Reader']]);
});

test('the copy for the management account is renamed with its set', () => {
  const include = '{ all: true }, { name: management }';
  const delegated = (parts: Parts) => version({ ...parts, deployFrom: 'delegated-admin', include });
  const head = delegated({ set: 'name: Viewer, previousNames: [Reader]', ...VIEWER });
  const { gained, lost, replacements } = changesOf(head, delegated({ set: 'name: Reader' }));
  expect([gained, lost]).toEqual([[], []]);
  expect(replacements.map(({ kind, subject }) => [kind, subject])).toEqual([
    ['permission-set-renamed', 'Reader → Viewer'],
    ['permission-set-renamed', 'Reader-management → Viewer-management'],
  ]);
});

test.each([
  ['a set', ', { name: Reader }', 'access.permissionSets[0].previousNames[0]'],
  ['another set before', ', { name: Audit, previousNames: [Reader] }', 'access.permissionSets[1].previousNames[0]'],
])('a previous name that %s has is an error: its people would get what another set allows', (_, others, place) => {
  const estate = version({ set: 'name: Viewer, previousNames: [Reader]', others, ...VIEWER });
  expect(errorsOf(estate)).toEqual([['duplicate-permission-set', place, expect.any(String)]]);
});

test('a grant with the previous name is told the new one', () => {
  const estate = version({ set: 'name: Viewer, previousNames: [Reader]' });
  expect(errorsOf(estate)[0]).toEqual([
    'unknown-permission-set',
    'access.grants[0].permissionSets[0]',
    expect.stringContaining("'Viewer'"),
  ]);
});

test('a rename that nobody declares counts as lost and gained', () => {
  const { counts } = changesOf(version({ set: 'name: Viewer, managedPolicies: [ReadOnlyAccess]', ...VIEWER }), READER);
  expect(counts).toMatchObject({ gained: 4, lost: 4 });
  expect(reportOf(renamed(), READER).findings.map(({ code }) => code)).not.toContain('mass-change');
});
