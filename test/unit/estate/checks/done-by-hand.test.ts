import { changed, CUSTOMERS } from '../../../support/entra-estate';
import { planOf, report } from '../../../support/estate-files';

const CLAIMS = 'claims: [emails, objectId]';
/** Findings of the flow with these records of what a person has set. */
const findings = (...records: readonly string[]): readonly string[] => {
  const lines = records.map((record) => `        - ${record}`).join('\n');
  const estate = changed(CUSTOMERS, CLAIMS, `${CLAIMS}\n      doneByHand:\n${lines}`);
  return report(planOf(estate)).filter((line) => line.includes('done-by-hand') || line.includes('doneByHand'));
};
const record = (setting: string, value: string, on = '2026-11-20'): string =>
  `{ setting: ${setting}, value: '${value}', who: Ada Lovelace, on: ${on} }`;

test.each(['2026-11-20', '2026-11-26'])('a record of the declared value of %s is sound', (on) => {
  expect(findings(record('claims', 'emails, objectId', on))).toEqual([]);
});

test('a record of another value does not count, and says what does', () => {
  expect(findings(record('claims', 'emails'))).toEqual([
    "warning done-by-hand-outdated estate.yaml:20:37 customers.userFlows[0].doneByHand[0].value: \"emails\" is not what the flow declares now, which is 'emails, objectId': the step is open again (set it in the portal, then record { setting: claims, value: 'emails, objectId', who: <name>, on: <YYYY-MM-DD> })",
  ]);
});

test('a record of a setting that the flow does not declare', () => {
  expect(findings(record('multifactor', 'on'))).toEqual([
    'error done-by-hand-setting estate.yaml:20:22 customers.userFlows[0].doneByHand[0].setting: "multifactor" is not declared by the flow: there is nothing to set by hand (a record of \'claims\')',
  ]);
});

test.each([
  ['2026-11-27', 'is in the future'],
  ['2026-02-30', 'is not a valid date'],
])('a record of %s %s', (on, problem) => {
  expect(findings(record('claims', 'emails, objectId', on))).toEqual([
    `error done-by-hand-date estate.yaml:20:80 customers.userFlows[0].doneByHand[0].on: "${on}" ${problem} (the day on which it was done: 2026-11-20)`,
  ]);
});

test('two records of one setting', () => {
  expect(findings(record('claims', 'emails, objectId'), record('claims', 'emails, objectId'))).toEqual([
    'error duplicate-done-by-hand estate.yaml:21:22 customers.userFlows[0].doneByHand[1].setting: "claims" has two records (one for each setting, the latest) [see estate.yaml:20:22]',
  ]);
});
