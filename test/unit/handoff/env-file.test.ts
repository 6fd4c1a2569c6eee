import { parseCustomersOutputs } from '../../../src/handoff/customers-outputs';
import { envFileOf } from '../../../src/handoff/env-file';
import { namedHandoff, targetOf } from '../../../src/handoff/handoff';
import { type HostedService, servicesOf } from '../../../src/estate/sections/hosting/services';
import { inDays } from '../../support/fixed-day';
import { outputsOf } from '../../support/handoff/outputs';
import { hostedPlan, ownServices } from '../../support/hosting';

const { estate } = hostedPlan(ownServices);
const target = targetOf(estate);
const [ID, SECRET] = ['2b1a0c8e-7f65-4d37-9e6f-8a4b5c9e2d10', 'x8Q~made.up-for_the-tests'];
const outputs = outputsOf({
  applications: { crm: { clientId: ID }, portal: { clientId: '5c9e2d10-8a4b-4f6e-9d37-2b1a0c8e7f65' } },
  clientSecrets: Object.fromEntries(
    ['crm', 'portal'].map((name) => [name, { clientSecret: SECRET, expires: inDays(300) }]),
  ),
});
const handoff = namedHandoff(target, parseCustomersOutputs(target.stack, JSON.stringify(outputs)));

/** The service that runs elsewhere, with more variables. */
function crm(texts: Readonly<Record<string, string>>): HostedService {
  const found = servicesOf(estate).find(({ name }) => name === 'crm');
  if (found === undefined) throw new Error('the estate has no service crm');
  const more = Object.entries(texts).map(([name, text]) => [name, { kind: 'text', text }] as const);
  return { ...found, environment: { ...found.environment, ...Object.fromEntries(more) } };
}

test('a service elsewhere gets client id and secret by their values, and its texts', () => {
  expect(envFileOf(crm({ LOG_LEVEL: 'info', EMPTY: '', GREETING: 'Hello $USER #1 "x"' }), handoff)).toBe(
    `CLIENT_ID=${ID}\nCLIENT_SECRET=${SECRET}\nLOG_LEVEL=info\nEMPTY=\nGREETING='Hello $USER #1 "x"'\n`,
  );
});

test.each(['~/data', 'a:~/b', 'a---', 'a=b', 'C:\\d e'])(
  '%s stands in quotes, since some reader takes it for another text',
  (text) => {
    expect(envFileOf(crm({ TEXT: text }), handoff)).toContain(`TEXT='${text}'\n`);
  },
);

test('values that such a file can not hold are named all at once, and not told', () => {
  const unfit = (): string => envFileOf(crm({ QUOTED: "it's", LINES: 'one\nA=two', OPEN: 'C:\\', FINE: 'x' }), handoff);
  expect(unfit).toThrow(/: QUOTED, LINES, OPEN of crm\.$/);
  expect(unfit).not.toThrow(/it's|two/);
});
