import { parseRemote } from '../../../../src/clouds/git/remote';
import { isOnStandIns, judge, type Surroundings } from '../../../../src/cli/program/surroundings';
import { type Placeholder } from '../../../../src/estate/plan/placeholders';
import { hostedSandboxFiles, planFiles } from '../../../support/sandbox';

const ESTATE = 'estate.yaml';
const planOf = (change: (text: string) => string = (text) => text) => {
  const files = hostedSandboxFiles();
  return planFiles({ ...files, [ESTATE]: change(files[ESTATE] ?? '') }, 'acme');
};
const atRepository =
  (repository: string, pipeline = '') =>
  (text: string) =>
    text
      .replace('repository: insurance/identity', `repository: ${repository}`)
      .replace(/^pipeline:\n/m, `pipeline:\n${pipeline}`);

const CLIENT = '4b1d8a5e-6c1f-4b7e-8f39-0f6a2d9c7e10';
const withIdentities = (text: string): string =>
  text.replace(/^pipeline:\n/m, `pipeline:\n  identities: { workforce: { preview: ${CLIENT}, deploy: ${CLIENT} } }\n`);

const ON_A_BRANCH = { asksClouds: true, comments: false } as const;
const FORK = { base: 'HEAD^1', asksClouds: false, comments: false } as const;
const PLACEHOLDER: Placeholder = { file: 'e', line: 1, column: 1, path: 'azure.subscriptionId', value: 'v' };

const BARE: Surroundings = {
  placeholders: [],
  remote: undefined,
  defaultBranch: undefined,
  run: undefined,
  isLocal: false,
};
const codesOf = (plan: ReturnType<typeof planOf>, surroundings: Partial<Surroundings>) =>
  judge(plan, { ...BARE, ...surroundings }).map(({ severity, code, path }) => `${severity} ${code} ${path}`.trim());

describe('a placeholder', () => {
  test.each([
    ['outside of a pipeline', { run: undefined }, 'warning'],
    ['in a pipeline that signs in', { run: ON_A_BRANCH }, 'error'],
    ['in one for a fork, which gets no identity', { run: FORK }, 'warning'],
    ['on stand-ins of this machine', { run: ON_A_BRANCH, isLocal: true }, 'warning'],
  ] as const)('is said once %s', (_, around, severity) => {
    const placeholders = [PLACEHOLDER, { ...PLACEHOLDER, line: 2 }];
    const expected = [`${severity} placeholder-value`];
    expect(codesOf(planOf(withIdentities), { placeholders, ...around })).toEqual(expected);
    const onAwsAlone = planOf((text) => text.replace(/^azure:\n(?:(?: .*)?\n)+?(?=\w)/m, ''));
    expect(codesOf(onAwsAlone, { placeholders, ...around })).toEqual(expected);
    expect(codesOf(planOf(), { placeholders, ...around })).toEqual(['warning placeholder-value']);
  });

  test('in an estate without a pipeline stops no run', () => {
    const plan = planOf((text) => withIdentities(text).replace(/^pipeline:\n(?: .*\n)+/m, ''));
    expect(codesOf(plan, { placeholders: [PLACEHOLDER], run: ON_A_BRANCH })).toEqual(['warning placeholder-value']);
  });
});

test.each([
  ['every one is of this machine', {}, true],
  ['one for the workforce is elsewhere', { WORKFORCE_ARM_METADATA_HOSTNAME: 'management.azure.com' }, false],
  ['one for the customers is elsewhere', { CUSTOMERS_ARM_METADATA_HOSTNAME: 'management.azure.com' }, false],
  [
    'none is for the customers',
    { ARM_METADATA_HOSTNAME: '', WORKFORCE_ARM_METADATA_HOSTNAME: 'localhost:4444' },
    false,
  ],
])('whether an estate is on stand-ins: %s %o', (_, hosts, expected) => {
  const standIns = { AWS_ENDPOINT_URL: 'http://localhost:5000', ARM_METADATA_HOSTNAME: 'localhost:4443' };
  expect(isOnStandIns({ ...standIns, ...hosts }, planOf().estate)).toBe(expected);
});

describe('the repository', () => {
  const remote = parseRemote('git@github.com:acme/identity.git');
  const differs = ['warning other-repository azure.repository'];

  test.each([
    ['acme/identity', []],
    ['Acme/Identity', []],
    ['acme@12/identity@345', []],
    ['other/identity', differs],
  ])('%s is compared with that of the remote', (repository, expected) => {
    expect(codesOf(planOf(atRepository(repository)), { remote })).toEqual(expected);
  });

  test('at another forge, or on another server, is another one', () => {
    const gitlab = parseRemote('git@gitlab.example.net:acme/identity.git');
    expect(codesOf(planOf(atRepository('acme/identity')), { remote: gitlab })).toEqual(differs);
    expect(codesOf(planOf(atRepository('acme/identity', '  forge: gitlab\n')), { remote: gitlab })).toEqual(differs);
    const onServer = '  forge: gitlab\n  server: https://gitlab.example.net\n';
    expect(codesOf(planOf(atRepository('acme/identity', onServer)), { remote: gitlab })).toEqual([]);
  });

  test('is not compared without a remote, with a host of no known forge, or while it is a placeholder', () => {
    const plan = planOf(atRepository('other/identity'));
    expect(codesOf(plan, {})).toEqual([]);
    expect(codesOf(plan, { remote: parseRemote('git@work:acme/identity.git') })).toEqual([]);
    const placeholders = [{ ...PLACEHOLDER, path: 'azure.repository' }];
    expect(codesOf(plan, { remote, placeholders })).toEqual(['warning placeholder-value']);
  });

  test('of a host that no name tells is compared where the estate names it as its server', () => {
    const plan = planOf(atRepository('other/identity', '  forge: gitlab\n  server: https://git.example.net\n'));
    expect(codesOf(plan, { remote: parseRemote('https://git.example.net/acme/identity.git') })).toEqual(differs);
  });
});

describe('the branch', () => {
  test.each([
    [undefined, undefined, []],
    ['main', ON_A_BRANCH, []],
    ['trunk', undefined, ['warning default-branch pipeline.branch']],
    ['trunk', ON_A_BRANCH, ['error default-branch pipeline.branch']],
    ['trunk', FORK, ['warning default-branch pipeline.branch']],
  ] as const)('main, where the default branch is %s', (defaultBranch, run, expected) => {
    expect(codesOf(planOf(), { defaultBranch, run })).toEqual(expected);
  });

  test('of the estate is that of the repository', () => {
    const plan = planOf(atRepository('acme/identity', '  branch: trunk\n'));
    expect(codesOf(plan, { defaultBranch: 'trunk', run: ON_A_BRANCH })).toEqual([]);
  });
});
