import { renderMarkdown } from '../../../src/preview/render';
import { MANAGEMENT } from '../../support/estate-files';
import { changesOf, reportOf, simpleEstate, told } from '../../support/preview/reports';

const organization = {
  accounts: [MANAGEMENT, { id: '100000000001', name: 'app' }],
  groups: ['Developers'],
  users: ['jane@example.com'],
};

function exceptionOf(until: string, reason = 'She looks into the incident.', user = 'jane@example.com'): string {
  return simpleEstate().concat(
    `    - { user: ${user}, reason: ${reason}, until: ${until}, permissionSets: [Reader], accounts: { include: [{ name: app }] } }\n`,
  );
}

const without = { estate: simpleEstate(), organization };
const having = { estate: exceptionOf('2026-12-31'), organization };

test('a user who gains access is marked as an exception, and so is one who loses it', () => {
  expect(changesOf(having, without).gained.map(told)).toEqual([
    'user jane@example.com Reader [exception]: app. new grant (lines 10)',
  ]);
  expect(changesOf(without, having).lost.map(told)).toEqual([
    'user jane@example.com Reader [exception]: app. grant removed (lines 10 at main)',
  ]);
});

test('a user whom the snapshot finds has what was pending', () => {
  const unread = { estate: having.estate, organization: { ...organization, users: [] } };
  expect(changesOf(unread, without).gained.map(({ state }) => state)).toEqual(['pending']);
  expect(changesOf(having, unread).gained.map(told)).toEqual([
    'user jane@example.com Reader [exception]: app. organization.json has the user now (lines 10)',
  ]);
});

test('another end or reason is told', () => {
  const longer = { estate: exceptionOf('2027-02-28', 'The incident is not closed.'), organization };
  expect(changesOf(longer, having).exceptions).toEqual([
    "user 'jane@example.com' until 2027-02-28 instead of 2026-12-31: The incident is not closed.",
    "user 'jane@example.com' for another reason: The incident is not closed.",
  ]);
  expect(changesOf(having, having).exceptions).toBeUndefined();
});

test('the report lists exceptions with who has what, why and until when; those that have ended too', () => {
  const text = renderMarkdown(reportOf(having));
  expect(text).toContain('Exceptions');
  expect(text).toMatch(/jane&#64;example\.com.*until 2026-12-31.*Reader.*app.*She looks into the incident\./);
  const ended = { estate: exceptionOf('2026-10-31'), organization };
  expect(renderMarkdown(reportOf(ended))).toContain('ended on 2026-10-31');
  expect(reportOf(ended).exceptions).toMatchObject([{ hasEnded: true, accounts: [] }]);
  expect(reportOf(without).exceptions).toBeUndefined();
});
