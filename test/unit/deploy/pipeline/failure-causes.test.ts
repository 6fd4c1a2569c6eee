import { causeLines } from '../../../../src/deploy/pipeline/failure-causes';
import { planOf } from '../../../support/estate-files';

const [ONE, TWO] = ['111111111111', '222222222222'];
const NEW_GRANT = '{ group: Operators, permissionSets: [Operate], accounts: { include: [{ id: "222222222222" }] } }';

const EXISTS = 'Resource of type AWS::SSO::Assignment already exists. (HandlerErrorCode: AlreadyExists)';
const REFUSED = 'the account refuses it';

/** Auditors have what they have everywhere, and somebody is to get something in one account. */
function planWith(...newGrants: readonly string[]) {
  const estate = `access:
  permissionSets: [{ name: Audit }, { name: Operate }]
  grants:
    - { group: Auditors, permissionSets: [Audit], accounts: { include: [{ id: "${ONE}" }, { id: "${TWO}" }] } }
${newGrants.map((grant) => `    - ${grant}\n`).join('')}`;
  const accounts = [
    { id: ONE, name: 'one' },
    { id: TWO, name: 'two' },
  ];
  return planOf(estate, { accounts, groups: ['Auditors', 'Operators'] });
}
const plan = planWith(NEW_GRANT);

/** The failure of an assignment, under its logical id in a nested stack. */
function failing(group: string, set: string, { reason = REFUSED, account = TWO, of = plan } = {}) {
  const principal = of.access?.organization.groupByName.get(group)?.id ?? '';
  const id = `nested-1AB.Assignment${account}${set}${principal.replaceAll('-', '')}0F1E2D3C`;
  return { id, type: 'AWS::SSO::Assignment', account, reason };
}
/** Lines after the one that begins with a text, up to the next way. */
function linesAfter(lines: readonly string[], opening: string): readonly string[] {
  const rest = lines.slice(lines.findIndex((line) => line.startsWith(opening)) + 1);
  const end = rest.findIndex((line) => /^ {2}\S/.test(line));
  return end === -1 ? rest : rest.slice(0, end);
}
const NEW = '  or, for now, give nothing new there';
const NONE = '  or leave ';

test('nothing that failed has no lines', () => {
  expect(causeLines([], plan)).toEqual([]);
});

test('an assignment that another stack has is taken out there or imported; its account is not left out', () => {
  const one = failing('Operators', 'Operate', { reason: EXISTS });
  expect(causeLines([one], plan)).toEqual([
    'The last deployment was taken back, since this failed:',
    `  ${one.id} (AWS::SSO::Assignment): ${EXISTS}`,
    '  to do: what exists already was made by another stack, another program or a person. Take it out there and deploy that first, or delete it by hand, and deploy again; to take it over as it is, import it (npx --no entra-aws docs importing)',
  ]);
});

test('nothing new in the account is the first way, and takes nothing away; an exclusion says what it takes from whom', () => {
  const lines = causeLines(
    [failing('Auditors', 'Audit', { reason: EXISTS, account: ONE }), failing('Operators', 'Operate')],
    plan,
  );
  expect(linesAfter(lines, NEW)).toEqual([
    expect.stringMatching(/^ {4}\S*estate\.yaml:5:16 grant to Operators: exclude: \[\{ id: '222222222222' \}\]$/),
    '    This takes away nothing that is there',
  ]);
  expect(linesAfter(lines, NONE)).toEqual([
    '    access:',
    '      excludedAccounts:',
    "        - account: '222222222222'",
    '          reason: why it is left out, and until when',
    '    This takes away:',
    '      Audit in two (222222222222) from group Auditors',
    '    A deployment fails as long as an account that is ACTIVE keeps what this takes away',
  ]);
});

test('a grant that gives something in the account already says that its exclusion takes it away', () => {
  const both = NEW_GRANT.replace('[Operate]', '[Operate, Audit]');
  const more = planWith(both);
  const lines = causeLines([failing('Operators', 'Operate', { of: more })], more);
  const lost = ['    This takes away:', '      Audit in two (222222222222) from group Operators'];
  expect(linesAfter(lines, NEW).slice(1)).toEqual(lost);
  // Another grant gives it too.
  const kept = planWith(both, NEW_GRANT.replace('[Operate]', '[Audit]'));
  const without = causeLines([failing('Operators', 'Operate', { of: kept })], kept);
  expect(linesAfter(without, NEW).at(-1)).toBe('    This takes away nothing that is there');
});
