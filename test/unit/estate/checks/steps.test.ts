import { customersSteps } from '../../../../src/estate/sections/customers/manual-steps';
import { STEPS_FILE } from '../../../../src/estate/source/estate-folder';
import { customersSection, declaredProvider, externalSection, userFlow } from '../../../support/customers-estate';
import { formatFinding } from '../../../../src/estate/source/finding';
import { planFiles, sandboxFiles, withRecords } from '../../../support/sandbox';

const STEP = 'B2C_1_profileediting1/claims';
const TARGET = 'directory contosoclaims, c1a6d0f4-7b52-4e89-a3d1-6f0e2b9c5d73';
const ASKS = 'displayName, emails, givenName, objectId, surname';
const record = (more: Readonly<Record<string, string>> = {}) => ({
  step: STEP,
  target: TARGET,
  asks: ASKS,
  by: 'Ada Lovelace',
  on: '2026-11-20',
  ...more,
});
const planWith = (file: unknown) =>
  planFiles({ ...sandboxFiles(), [STEPS_FILE]: typeof file === 'string' ? file : JSON.stringify(file) });
const stepOf = (file: unknown) => planWith(file).steps.find(({ id }) => id === STEP);
const findingsOf = (file: unknown) =>
  planWith(file)
    .findings.filter(({ file: path }) => path.endsWith(STEPS_FILE))
    .map((finding) => formatFinding(finding).replace(/^.*steps\.lock\.json:\S+ /, ''));

test('each setting that Graph has nothing for is a step, with place, value and what shows it', () => {
  const flow = userFlow('a', {
    multifactor: { state: 'on', method: 'email' },
    claims: ['objectId', 'emails'],
    tokens: { accessMinutes: 15, refreshDays: 1 },
    pages: { template: 'Ocean Blue', javaScript: false },
  });
  expect(
    customersSteps(customersSection({ userFlows: [flow] })).map(({ id, where, asks }) => [id, where, asks]),
  ).toEqual([
    [
      'B2C_1_a/multifactor',
      'Azure portal > Azure AD B2C > User flows > B2C_1_a > Properties > Multifactor authentication',
      'on by email',
    ],
    ['B2C_1_a/claims', 'Azure portal > Azure AD B2C > User flows > B2C_1_a > Application claims', 'emails, objectId'],
    [
      'B2C_1_a/tokens',
      'Azure portal > Azure AD B2C > User flows > B2C_1_a > Properties > Token lifetime, Session behavior',
      'access and ID tokens 15 minutes, refresh tokens 1 days',
    ],
    [
      'B2C_1_a/pages',
      'Azure portal > Azure AD B2C > User flows > B2C_1_a > Page layouts, and Properties > JavaScript',
      'template Ocean Blue, JavaScript off',
    ],
  ]);
});

test('a flow that stays under a previous id has its settings too: an old sign-in address skips no second factor', () => {
  const flow = userFlow('a', { previousNames: ['B2C_1_old'], multifactor: { state: 'on' } });
  const steps = customersSteps(customersSection({ userFlows: [flow] }));
  expect(steps.map(({ id, asks, provedBy }) => [id, asks, provedBy])).toEqual([
    ['B2C_1_a/multifactor', 'on', 'B2C_1_a'],
    ['B2C_1_old/multifactor', 'on', 'B2C_1_old'],
  ]);
  const renamed = externalSection({ userFlows: [flow] });
  expect(customersSteps(renamed).filter(({ id }) => id.startsWith('B2C_1_'))).toEqual([]);
});

test('a flow that declares nothing of it asks for no step; External ID has none for its flows, but for its tenant', () => {
  expect(customersSteps(customersSection({ userFlows: [userFlow('a')] }))).toEqual([]);
  const plain = customersSection({ directoryType: 'external-id', userFlows: [] });
  expect(customersSteps(externalSection()).map(({ id }) => id)).toEqual(['tenant/password-reset', 'tenant/email-otp']);
  expect(customersSteps(plain).map(({ id }) => id)).toEqual(['tenant/password-reset']);
});

test('an identity provider is told where people come back to', () => {
  const google = declaredProvider('google', { type: 'google', clientId: 'client-1' });
  const [step] = customersSteps(customersSection({ userFlows: [], identityProviders: [google] }));
  expect(step).toMatchObject({
    id: 'google/redirect-uri',
    where: 'console of Google > client client-1 > redirect URIs',
    asks: 'https://contosoclaims.b2clogin.com/contosoclaims.onmicrosoft.com/oauth2/authresp',
  });
  const abroad = customersSteps(externalSection({ identityProviders: [google] })).at(-1);
  expect(abroad?.asks).toContain("'Add Google as an identity provider'");
});

test('a record of another directory, or of another client at a provider, does not count', () => {
  const copied = record({ target: 'directory contosostaging, 0a0a0a0a-0000-4000-8000-000000000001' });
  expect(stepOf({ version: 1, done: [copied] })?.record).toBeUndefined();
  expect(findingsOf({ version: 1, done: [copied] })).toEqual([
    expect.stringContaining(`is not what '${STEP}' is for now, which is '${TARGET}': the step is open again`),
  ]);
  const targets = ['client-1', 'client-2'].map((clientId) => {
    const google = declaredProvider('google', { type: 'google', clientId });
    return customersSteps(customersSection({ userFlows: [], identityProviders: [google] }))[0]?.target;
  });
  expect(new Set(targets).size).toBe(2);
});

test('a record counts for what was asked, word for word', () => {
  expect(stepOf({ version: 1, done: [record({ note: 'seen in a token' })] })?.record).toMatchObject({
    by: 'Ada Lovelace',
    note: 'seen in a token',
  });
  expect(stepOf({ version: 1, done: [record({ asks: 'displayName' })] })?.record).toBeUndefined();
  expect(planFiles(withRecords(sandboxFiles())).steps.filter(({ record: one }) => one === undefined)).toEqual([]);
});

test.each([
  [{ version: 1, done: [record()] }, []],
  [
    { version: 1, done: [record({ asks: 'displayName' })] },
    [
      `done[0].asks: "displayName" is not what '${STEP}' asks for now, which is '${ASKS}': the step is open again (do it, then run npx --no entra-aws steps done ${STEP} --by NAME) (step-outdated)`,
    ],
  ],
  [
    { version: 1, done: [record({ on: '2031-02-30' })] },
    ['done[0].on: "2031-02-30" is not a day that has begun (YYYY-MM-DD) (steps-file)'],
  ],
  [
    { version: 1, done: [record(), record()] },
    [`done[1].step: "${STEP}" has two records (one for each step, the latest) (steps-file)`],
  ],
  [
    { version: 2, done: [] },
    [
      'version: 2 is a newer version of this file than this program reads (version 1; update entra-aws-identity) (steps-file)',
    ],
  ],
])('what is wrong with the file is said at its place: %j', (file, expected) => {
  expect(findingsOf(file).map((line) => line.trim())).toEqual(expected);
});

test('a record of a step that nothing asks for is idle', () => {
  expect(findingsOf({ version: 1, done: [record({ step: 'B2C_1_gone/claims' })] })).toEqual([
    expect.stringContaining('(unknown-step)'),
  ]);
});

test('a record without a name is refused, and counts for nothing', () => {
  const nameless = { step: STEP, target: TARGET, asks: ASKS, on: '2026-11-20' };
  expect(findingsOf({ version: 1, done: [nameless] })).toEqual([expect.stringMatching(/'by' is missing/)]);
  expect(stepOf({ version: 1, done: [nameless] })?.record).toBeUndefined();
});
