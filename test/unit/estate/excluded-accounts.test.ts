import { formatFinding } from '../../../src/estate/source/finding';
import { explain, explanationText } from '../../../src/estate/plan/explanation/explain';
import { renderMarkdown, renderTerminal } from '../../../src/preview/render';
import { memoryFolder } from '../../support/large-estate';
import { reportOfFolders } from '../../support/preview/reports';
import { edited, planFiles, sandboxFiles } from '../../support/sandbox';

const PLAYGROUND = '210000000013';
const REASON = 'closed on 30 November, its last bill is pending';

const excluding = (...accounts: readonly string[]) =>
  edited(sandboxFiles(), ({ access }) => {
    Object.assign(access, { excludedAccounts: accounts.map((account) => ({ account, reason: REASON })) });
  });
const assignmentsOf = (files = sandboxFiles()) => planFiles(files).access?.expansion.assignments ?? [];

test('an excluded account has no assignment, and no other one changes', () => {
  const all = assignmentsOf().map(({ holder, permissionSet, account }) => [holder.name, permissionSet, account.id]);
  const left = assignmentsOf(excluding(PLAYGROUND)).map((one) => [one.holder.name, one.permissionSet, one.account.id]);
  expect(all.filter(([, , account]) => account === PLAYGROUND)).not.toEqual([]);
  expect(left).toEqual(all.filter(([, , account]) => account !== PLAYGROUND));
});

test('the preview shows what is lost, and the exclusion as long as it stands', () => {
  const head = memoryFolder('sandbox', excluding(PLAYGROUND));
  const report = reportOfFolders(head, memoryFolder('sandbox', sandboxFiles()));
  expect(report.changes?.counts).toMatchObject({ gained: 0, lost: 1 });
  expect(report.excluded).toMatchObject([
    { id: PLAYGROUND, name: 'playground', reason: REASON, groups: ['Security Auditors'] },
  ]);
  const standing = reportOfFolders(head, head);
  expect(standing.changes?.counts).toMatchObject({ gained: 0, lost: 0 });
  expect(renderMarkdown(standing)).toContain(`${REASON}; named for`);
  expect(renderTerminal(standing, { colour: false, files: [] })).toContain('playground');
});

test('explain names the exclusion and its reason', () => {
  const plan = planFiles(excluding(PLAYGROUND));
  const text = explanationText(explain(plan, { group: 'Security Auditors', account: PLAYGROUND }));
  expect(text).toContain(`the estate excludes it from every grant: ${REASON}`);
});

test('an account that is unknown, and one that is excluded twice, are findings', () => {
  const plan = planFiles(excluding('219999999999', PLAYGROUND, PLAYGROUND));
  const messages = plan.findings.map(formatFinding).filter((text) => text.includes('excludedAccounts'));
  expect(messages).toEqual([
    expect.stringMatching(
      /excludedAccounts\[0\]\.account: .* is not an account of the organization .*\(unknown-account\)$/,
    ),
    expect.stringMatching(/excludedAccounts\[2\]\.account: .* is excluded twice .*\(duplicate-entry\)$/),
  ]);
});
