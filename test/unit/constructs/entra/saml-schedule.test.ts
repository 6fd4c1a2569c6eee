import fc from 'fast-check';
import { checkSigning, heldBackOn, signerOn } from '../../../../constructs/entra/saml-schedule';
import type { SigningCertificate } from '../../../../src/estate/sections/workforce/workforce';

const AT = ['workforce', 'awsApplication', 'saml'];

const certificate = (name: string, activeFrom: string, expires: string): SigningCertificate => ({
  at: [...AT, 'signingCertificates', 0],
  name,
  activeFrom,
  expires,
});

const imported = (one: SigningCertificate, day: string): SigningCertificate => ({
  ...one,
  importedAtAws: { at: AT, day, by: 'Ada Lovelace' },
});

const check = (day: string, ...signingCertificates: readonly SigningCertificate[]) =>
  checkSigning({ at: AT, signingCertificates }, day);

const FIRST = certificate('first', '2026-01-01', '2027-03-01');
const PLACE = 'workforce.awsApplication.saml.signingCertificates[0]';

const days = fc
  .date({ min: new Date('2025-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const certificates = fc
  .uniqueArray(fc.tuple(days, days, fc.option(days, { nil: undefined })), {
    selector: ([from]) => from,
    minLength: 1,
    maxLength: 5,
  })
  .map((all) =>
    all.map(([from, to, day], index) => {
      const one = certificate(`c${index}`, from, to);
      return day === undefined ? one : imported(one, day);
    }),
  );

const isImported = ({ importedAtAws }: SigningCertificate, day: string): boolean =>
  importedAtAws !== undefined && importedAtAws.day <= day;

test('the latest that has begun and that AWS has signs, whatever the order of the estate', () => {
  const property = fc.property(certificates, days, (all, day) => {
    const signer = signerOn(all, day);
    const begun = all.filter(({ activeFrom }) => activeFrom <= day);
    expect(signerOn(all.toReversed(), day)).toBe(signer);
    expect(signer === undefined).toBe(begun.length === 0);
    for (const one of begun.filter((other) => isImported(other, day))) {
      expect(one.activeFrom <= (signer?.activeFrom ?? '')).toBe(true);
    }
  });
  fc.assert(property);
});

test('no day alone moves the turn: another one signs than before only if AWS has it', () => {
  const property = fc.property(certificates, days, days, (all, one, other) => {
    const [earlier, later] = one <= other ? [one, other] : [other, one];
    const [before, after] = [signerOn(all, earlier), signerOn(all, later)];
    if (before === undefined) return;
    expect(after).toBeDefined();
    expect(after === before || (after !== undefined && isImported(after, later))).toBe(true);
  });
  fc.assert(property);
});

test('a successor whose day has come is held back until AWS has it, and says so as an error', () => {
  const second = certificate('second', '2026-06-01', '2028-03-01');
  for (const one of [second, imported(second, '2026-06-02')]) {
    expect(signerOn([FIRST, one], '2026-06-01')).toBe(FIRST);
    expect(heldBackOn([FIRST, one], '2026-06-01')).toBe(one);
    expect(check('2026-06-01', FIRST, one).errors).toEqual([
      expect.stringContaining("'second' may sign since 2026-06-01"),
    ]);
  }
  const known = imported(second, '2026-05-20');
  expect(signerOn([FIRST, known], '2026-06-01')).toBe(known);
  expect(check('2026-06-01', FIRST, known).errors).toEqual([]);
});

test('a certificate that signs and has a life ahead needs nothing', () => {
  expect(check('2026-06-01', FIRST)).toEqual({ errors: [], warnings: [] });
});

test('no certificate that has begun is an error', () => {
  expect(check('2025-12-31', FIRST).errors).toEqual([
    "workforce.awsApplication.saml.signingCertificates: no certificate signs on 2025-12-31 ('first from 2026-01-01'); " +
      'SAML needs one whose activeFrom is 2025-12-31 or earlier',
  ]);
  expect(check('2025-12-31').errors[0]).toContain('no certificate signs on 2025-12-31 (none)');
});

test.each(['2027-03-01', '2027-06-01'])('an end that has come is an error: %s', (day) => {
  expect(check(day, FIRST).errors).toEqual([
    expect.stringContaining(`${PLACE}: 'first' ended on 2027-03-01, so that no one can sign in to AWS`),
  ]);
});

test.each([
  ['2026-12-30', 0],
  ['2026-12-31', 1],
  ['2027-02-28', 1],
])('60 days before the end a successor is asked for: on %s %i times', (day, times) => {
  const { errors, warnings } = check(day, FIRST);
  expect(errors).toEqual([]);
  expect(warnings.filter((warning) => warning.includes('and has no successor'))).toHaveLength(times);
});

test('a successor that begins in time is enough, one that begins too late or ends no later is not', () => {
  const asks = (successor: SigningCertificate): boolean =>
    check('2027-01-10', FIRST, successor).warnings.some((warning) =>
      warning.includes("'first' signs until 2027-03-01"),
    );
  expect(asks(certificate('second', '2027-02-28', '2029-01-01'))).toBe(false);
  expect(asks(certificate('second', '2027-03-01', '2029-01-01'))).toBe(true);
  expect(asks(certificate('second', '2027-02-15', '2027-03-01'))).toBe(true);
});

test.each([
  ['2026-12-15', 0],
  ['2026-12-16', 1],
  ['2027-01-14', 1],
  ['2027-01-15', 0],
])('30 days before a successor signs its import is asked for: on %s %i times', (day, times) => {
  const second = certificate('second', '2027-01-15', '2029-01-01');
  const found = check(day, FIRST, second).warnings.filter((warning) =>
    warning.includes('import it in IAM Identity Center'),
  );
  expect(found).toHaveLength(times);
});

test('one that would live for more than three years from the day that makes it is an error, before its turn too', () => {
  const second = certificate('second', '2027-01-15', '2029-06-02');
  expect(check('2026-06-02', FIRST, second).errors).toEqual([]);
  expect(check('2026-06-01', FIRST, second).errors).toEqual([
    `${PLACE}: 'second' would be made on 2026-06-01 and end on 2029-06-02, but lives for 3 years at most; ` +
      'set expires to 2029-06-01 or earlier, or add the certificate later',
  ]);
});

test('says in how many days a successor signs', () => {
  const second = certificate('second', '2027-01-15', '2029-01-01');
  expect(check('2027-01-14', FIRST, second).warnings).toEqual([
    expect.stringContaining(`${PLACE}: 'second' begins to sign on 2027-01-15 (in 1 day); import it`),
  ]);
  expect(check('2027-01-14', FIRST, imported(second, '2027-01-02'))).toEqual({ errors: [], warnings: [] });
});

test('one that has had its turn and its life is to be taken out', () => {
  const second = imported(certificate('second', '2027-01-15', '2029-01-01'), '2027-01-02');
  expect(check('2027-02-28', FIRST, second).warnings).toEqual([]);
  expect(check('2027-03-01', FIRST, second).warnings).toEqual([
    `${PLACE}: 'first' ended on 2027-03-01 and signs no more; take it out of the estate`,
  ]);
});
