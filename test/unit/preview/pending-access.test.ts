import { composeComment } from '../../../src/deploy/pipeline/comment';
import { destructionOf, headlineOf, parsePreview } from '../../../src/deploy/pipeline/gate';
import { renderHtml } from '../../../src/preview/render-html';
import { renderJson, renderMarkdown, renderTerminal } from '../../../src/preview/render';
import type { Report } from '../../../src/preview/report';
import { accessCountsText, assignmentsText } from '../../../src/preview/labels';
import { MANAGEMENT } from '../../support/estate-files';
import { changesOf, reportOf, told } from '../../support/preview/reports';

const ORGANIZATION = {
  accounts: [MANAGEMENT, { id: '100000000001', name: 'production' }, { id: '100000000002', name: 'web' }],
  groups: ['Developers'],
};

/** An estate of these grants; the group Analysts waits to be synchronized. */
function granting(...grants: readonly [group: string, account: string][]) {
  const lines = grants.map(
    ([group, account]) =>
      `    - { group: ${group}, permissionSets: [PowerUser], accounts: { include: [{ name: ${account} }] } }`,
  );
  const estate = [
    'workforce: { groups: [{ name: Analysts }] }',
    'access:',
    '  permissionSets: [{ name: PowerUser, managedPolicies: [PowerUserAccess] }]',
    `  grants:${lines.length === 0 ? ' []' : ''}`,
    ...lines,
    '',
  ].join('\n');
  return { estate, organization: ORGANIZATION };
}

const nothing = granting();
const waiting = granting(['Analysts', 'production']);

test('a grant to a group that waits for synchronization counts as a gain, and is marked', () => {
  const { gained, counts } = changesOf(waiting, nothing);
  expect(gained.map(told)).toEqual(['Analysts PowerUser (pending): production. new grant (lines 5)']);
  expect(counts).toEqual({ gained: 1, gainedPending: 1, lost: 0, withdrawn: 0 });
});

test('such a grant that is taken back is withdrawn: no person loses anything', () => {
  const { lost, counts } = changesOf(nothing, waiting);
  expect(lost.map(told)).toEqual(['Analysts PowerUser (pending): production. grant removed (lines 5 at main)']);
  expect(counts).toEqual({ gained: 0, gainedPending: 0, lost: 0, withdrawn: 1 });
});

test('what people have counts as lost, also where the group only left the Identity Store', () => {
  const developers = granting(['Developers', 'production']);
  expect(changesOf(nothing, developers).counts).toEqual({ gained: 0, gainedPending: 0, lost: 1, withdrawn: 0 });
  const gone = {
    estate: developers.estate.replace('[{ name: Analysts }]', '[{ name: Developers }]'),
    organization: { ...ORGANIZATION, groups: [] },
  };
  expect(changesOf(gone, developers).counts).toEqual({ gained: 0, gainedPending: 0, lost: 1, withdrawn: 0 });
});

/** The report's text in every form that a person reads. */
function formsOf(report: Report): Readonly<Record<'terminal' | 'markdown' | 'html' | 'comment' | 'gate', string>> {
  const markdown = renderMarkdown(report);
  return {
    terminal: renderTerminal(report, { colour: false, files: [] }),
    markdown,
    html: renderHtml(report),
    comment: composeComment({
      ...{ estate: 'demo', characters: 65_000, preview: markdown },
      ...{ outcomes: [], destruction: [], massChanges: [], runUrl: 'https://x' },
    }),
    gate: headlineOf(parsePreview(renderJson(report))) ?? 'not compared',
  };
}

const FORMS = ['terminal', 'markdown', 'html', 'comment', 'gate'] as const;

const mixed = granting(['Analysts', 'production'], ['Developers', 'production'], ['Developers', 'web']);

test.each(FORMS)('the headline of the %s counts pending gains, and says when they take effect', (form) => {
  expect(formsOf(reportOf(mixed, nothing))[form]).toContain(
    '3 assignments gained (1 as soon as its group is synchronized), 0 lost',
  );
});

test.each(FORMS)('the headline of the %s tells withdrawn assignments from lost ones', (form) => {
  expect(formsOf(reportOf(nothing, mixed))[form]).toContain(
    '0 assignments gained, 2 lost, 1 withdrawn before taking effect',
  );
});

test('the gate does not take it for destruction', () => {
  expect(destructionOf(parsePreview(renderJson(reportOf(nothing, mixed))), [])).toEqual([]);
});

test.each(['terminal', 'markdown', 'html'] as const)('a change in the %s says that it waits', (form) => {
  expect(formsOf(reportOf(waiting, nothing))[form]).toContain('as soon as the group is synchronized');
  expect(formsOf(reportOf(nothing, waiting))[form]).toContain('withdrawn before taking effect');
});

test('a changed set says how many of its assignments wait', () => {
  const wider = { ...mixed, estate: mixed.estate.replace('[PowerUserAccess]', '[PowerUserAccess, IAMFullAccess]') };
  const report = reportOf(wider, mixed);
  expect(report.changes?.permissionSets).toMatchObject([{ name: 'PowerUser', assignments: 3, pending: 1 }]);
  expect(formsOf(report).markdown).toContain('(3 assignments, 1 of them pending)');
  expect(formsOf(report).html).toContain('3 assignments, 1 of them pending');
});

test('a replacement touches deployed assignments alone', () => {
  const renamed = {
    ...mixed,
    estate: mixed.estate.replaceAll('PowerUser,', 'PowerUsers,').replaceAll('PowerUser]', 'PowerUsers]'),
  };
  expect(changesOf(renamed, mixed).replacements).toMatchObject([{ kind: 'permission-set-renamed', assignments: 2 }]);
});

test.each([
  [{ gained: 1, gainedPending: 1 }, '1 assignment gained (as soon as its group is synchronized), 0 lost'],
  [{ gained: 2, gainedPending: 2 }, '2 assignments gained (all as soon as their groups are synchronized), 0 lost'],
  [{ gained: 1_500, gainedPending: 0 }, '1,500 assignments gained, 0 lost'],
])('the headline of %j', (counts, text) => {
  expect(accessCountsText({ lost: 0, withdrawn: 0, ...counts })).toBe(text);
});

test('the assignments of a set, all of them pending', () => {
  expect([assignmentsText(1, 1), assignmentsText(2, 0)]).toEqual(['1 assignment, pending', '2 assignments']);
});
