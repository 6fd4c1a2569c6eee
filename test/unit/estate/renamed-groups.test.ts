import { compareSnapshot } from '../../../src/clouds/aws/organization/compare-snapshot';
import { planEstate } from '../../../src/estate/plan/estate-plan';
import { groupNamesOf } from '../../../src/estate/sections/access/plan/expand';
import { effectOfSnapshot } from '../../../src/estate/plan/explanation/snapshot-effect';
import { ORGANIZATION_FILE, PLACEMENT_FILE, withTexts } from '../../../src/estate/source/estate-folder';
import { OrganizationFile } from '../../../src/estate/source/organization';
import { organizationFile, organizationText, principalId, SMALL_ORGANIZATION } from '../../support/estate-files';
import { changesOf, folderOf, reportOf, simpleEstate } from '../../support/preview/reports';

const NOW = { ...SMALL_ORGANIZATION, groups: ['Engineers'] };
const declared = (group: string): string => `workforce: { groups: [${group}] }\n${simpleEstate()}`;

/** A file that is read again, as the next command would read it. */
function snapshotOf(text: string, groups: readonly string[], estate = simpleEstate()) {
  const file = OrganizationFile.parse(JSON.parse(text));
  const names = groupNamesOf(planEstate(folderOf({ estate })).estate);
  const read = organizationFile({ ...SMALL_ORGANIZATION, groups });
  return compareSnapshot({ kind: 'present', text, file }, read, (name) => names.has(name));
}

const codesOf = (plan: ReturnType<typeof planEstate>): readonly string[] =>
  plan.findings.map(({ severity, code, path }) => `${severity} ${code} ${path}`);
const principalsOf = ({ access }: ReturnType<typeof planEstate>) =>
  access?.expansion.assignments.map((one) => one.principalId);

test('a group that has another name than in the base keeps its access, and the line to change is an error', () => {
  // Declared by the workforce, it was no unknown group, and its access was planned as lost.
  const estate = declared('{ name: Developers }');
  const report = reportOf({ estate, organization: NOW }, { estate });
  expect(report.changes).toMatchObject({ gained: [], lost: [] });
  const errors = report.findings.filter(({ severity }) => severity === 'error');
  expect(errors.map(({ code, path, line }) => [code, path, line])).toEqual([
    ['group-renamed', 'workforce.groups[0].name', 1],
    ['group-renamed', 'access.grants[0].group', 6],
  ]);
  expect(errors[1]?.problem).toContain(`is now 'Engineers' in IAM Identity Center, with the same id ${principalId(0)}`);
  expect(errors[1]?.allowed).toContain("write 'Engineers' here");
});

test('the estate with the new name changes nothing', () => {
  const estate = simpleEstate({ group: 'Engineers' });
  expect(changesOf({ estate, organization: NOW }, { estate: simpleEstate() })).toMatchObject({ gained: [], lost: [] });
});

test('a snapshot records the name that the estate has, so that a plan without a base knows the group too', () => {
  const { text } = snapshotOf(organizationText(SMALL_ORGANIZATION), ['Engineers']);
  const before = planEstate(folderOf({ estate: simpleEstate() }));
  const folder = withTexts(folderOf({ estate: simpleEstate() }), { [ORGANIZATION_FILE]: text });
  const after = planEstate(folder);
  expect(principalsOf(after)).toEqual([principalId(0)]);
  expect(codesOf(after)).toContain('error group-renamed access.grants[0].group');
  // The step before a deployment: stale, since the estate has an error, and no access is lost by it.
  const effect = effectOfSnapshot(before, after);
  expect(effect).toHaveLength(1);
  expect(effect[0]).toContain('group-renamed');
});

test('a record stays while the estate is corrected, and counts no longer then', () => {
  const { text } = snapshotOf(organizationText(SMALL_ORGANIZATION), ['Engineers']);
  const estate = simpleEstate({ group: 'Engineers' });
  expect(snapshotOf(text, ['Engineers'], estate)).toMatchObject({ isFresh: true, isIdentical: true });
  const folder = folderOf({ estate, files: { [ORGANIZATION_FILE]: text } });
  const placed = planEstate(folder).access?.placement.text ?? '';
  expect(codesOf(planEstate(withTexts(folder, { [PLACEMENT_FILE]: placed })))).toEqual([]);
});

test('no name is recorded that the estate does not have', () => {
  const { text } = snapshotOf(organizationText(SMALL_ORGANIZATION), ['Engineers'], simpleEstate({ group: 'Others' }));
  expect(text).not.toContain('previousNames');
});

test('a group renamed twice while a pull request waits is known by its first name', () => {
  const once = snapshotOf(organizationText(SMALL_ORGANIZATION), ['Engineers']).text;
  const { text } = snapshotOf(once, ['Builders']);
  expect(
    principalsOf(planEstate(withTexts(folderOf({ estate: simpleEstate() }), { [ORGANIZATION_FILE]: text }))),
  ).toEqual([principalId(0)]);
});

test('where another group has taken the name, that one is meant, and the report calls it dangerous', () => {
  const groups = ['Engineers', 'Developers'];
  const head = { estate: simpleEstate(), organization: { ...SMALL_ORGANIZATION, groups } };
  const report = reportOf(head, { estate: simpleEstate() });
  expect(report.findings.map(({ code }) => code)).not.toContain('group-renamed');
  expect(report.changes?.replacements.map(({ kind }) => kind)).toEqual(['group-recreated']);
});

test('a group that the workforce renames keeps its access while AWS has the old name', () => {
  const estate = `workforce: { groups: [{ name: Engineers, previousNames: [Developers] }] }\n${simpleEstate({ group: 'Engineers' })}`;
  const report = reportOf({ estate }, { estate: declared('{ name: Developers }') });
  expect(report.changes).toMatchObject({ gained: [], lost: [] });
  expect(report.findings.filter(({ code }) => !code.startsWith('placement'))).toEqual([]);
});

test('a grant that was forgotten in such a rename is an error, and gives nothing up', () => {
  const estate = declared('{ name: Engineers, previousNames: [Developers] }');
  const { findings, changes } = reportOf({ estate }, { estate: declared('{ name: Developers }') });
  expect(findings.map(({ code, path }) => [code, path])).toContainEqual(['group-renamed', 'access.grants[0].group']);
  expect(changes).toMatchObject({ lost: [] });
});

test('a previous name that another group has is an error', () => {
  const estate = declared('{ name: Developers }, { name: Engineers, previousNames: [Developers] }');
  expect(codesOf(planEstate(folderOf({ estate })))).toContain(
    'error duplicate-group workforce.groups[1].previousNames[0]',
  );
});
