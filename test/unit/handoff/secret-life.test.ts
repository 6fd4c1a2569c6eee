import { secretPeriodsAt } from '../../../constructs/entra/periods';
import { parseCustomersOutputs } from '../../../src/handoff/customers-outputs';
import { checkSecretLife, type Target, targetOf } from '../../../src/handoff/handoff';
import { hostedPlan } from '../../support/hosting';
import { outputsOf } from '../../support/handoff/outputs';

const target: Target = targetOf(hostedPlan().estate);
const rotation = target.customers.webApplication.clientSecret;

const check = (clientSecretExpires: string, now: string): void => {
  const outputs = parseCustomersOutputs(target.stack, JSON.stringify(outputsOf({ clientSecretExpires })));
  checkSecretLife(target, outputs, new Date(now));
};

test.each([
  ['2026-12-31T00:00:00Z', '2026-12-31T00:00:00Z', 'ended on 2026-12-31'],
  [
    '2026-12-31T00:00:00Z',
    '2026-12-30T23:59:59Z',
    'ends on 2026-12-31, within the 180 days of a period (customers.webApplication.clientSecret.period)',
  ],
  [
    '2026-12-31T00:00:00Z',
    '2026-07-04T00:00:00Z',
    'ends on 2026-12-31, within the 180 days of a period (customers.webApplication.clientSecret.period)',
  ],
])('refuses the secret that ends at %s at %s, and says what to do', (expires, now, state) => {
  expect(() => {
    check(expires, now);
  }).toThrow(
    new Error(
      `The client secret of the stack sandbox-customers ${state}: nothing was written.\n` +
        'Make the one that is due, then run this again: pulumi up --stack sandbox-customers',
    ),
  );
});

test.each(['2026-01-01T00:00:00Z', '2026-06-29T12:00:00Z', '2026-06-30T00:00:00Z', '2027-02-01T08:00:00Z'])(
  'takes the secret that a deployment at that moment, %s, makes the current one, and not the one before',
  (now) => {
    const { current, previous } = secretPeriodsAt(rotation, new Date(now));
    expect(() => {
      check(current.endDate, now);
    }).not.toThrow();
    expect(() => {
      check(previous.endDate, now);
    }).toThrow('ends on');
  },
);

test('refuses outputs that do not say when the secret ends', () => {
  expect(() => {
    check('soon', '2026-01-01T00:00:00Z');
  }).toThrow('clientSecretExpires: Invalid ISO datetime');
});
