import { parse } from 'yaml';
import { placeholdersIn } from '../../../src/estate/plan/placeholders';
import { planEstate } from '../../../src/estate/plan/estate-plan';
import { formatFinding } from '../../../src/estate/source/finding';
import { FORGES } from '../../../src/estate/sections/pipeline/forges/registry';
import { type Choices, CUSTOMERS, PLATFORMS } from '../../../src/package/project/choices';
import { exampleFiles } from '../../../src/package/project/example-estate';
import { formatPath, type Keys } from '../../../src/text/values';
import { memoryFolder } from '../../support/estate-files';

const COMBINATIONS = CUSTOMERS.flatMap((customers) =>
  PLATFORMS.flatMap((platform) => ([...FORGES, 'none'] as const).map((forge) => ({ customers, platform, forge }))),
);

/** Warnings that a first estate has, beside those of every example. */
const WARNINGS: Readonly<Record<Choices['platform'], readonly string[]>> = {
  'ecs-express': ['web-url-pending'],
  'app-runner': ['app-runner-closed'],
  none: [],
};

function filesOf(choices: Omit<Choices, 'name'>): Readonly<Record<string, string>> {
  const files = Object.entries(exampleFiles({ ...choices, name: 'acme' }));
  return Object.fromEntries(files.map(([path, text]) => [path.replace('estates/acme/', ''), text]));
}

const planOf = (files: Readonly<Record<string, string>>) => planEstate(memoryFolder(files, 'acme'));

function codesOf(files: Readonly<Record<string, string>>): readonly string[] {
  const { findings, ruleViolations } = planOf(files);
  return [...findings, ...ruleViolations].map(({ severity, code }) => `${severity} ${code}`);
}

test.each(COMBINATIONS)(
  'an example with $customers on $platform at $forge plans, with these warnings alone',
  (choices) => {
    const { customers, platform } = choices;
    const files = filesOf({ ...choices, start: 'example' });
    const own = customers === 'none' ? [] : WARNINGS[platform];
    // One group of the example is not synchronized yet, which shows what waiting looks like.
    expect(codesOf(files).toSorted()).toEqual(['pending-group', ...own].map((code) => `warning ${code}`).toSorted());
  },
);

/** Ids, addresses and names that somebody owns, by their form or by their key. */
const OWNED =
  /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b\d{12}\b|@|\b(?:vpc|subnet|d)-[0-9a-f]{8,}|https:\/\/(?!eu-west-1\.console)/;
const OWNED_KEYS = /(?:^|\.)(?:repository|storageAccount|keyVault|directory|vpcId|subscriptionId)$/;

function* textsOf(value: unknown, at: Keys = []): Generator<readonly [path: string, text: string]> {
  if (typeof value === 'string') yield [formatPath(at), value];
  if (typeof value !== 'object' || value === null) return;
  const entries = Array.isArray(value) ? value.entries() : Object.entries(value);
  for (const [key, inner] of entries) yield* textsOf(inner, [...at, key]);
}

test.each(COMBINATIONS)(
  'whatever somebody owns in an example with $customers on $platform at $forge is a placeholder',
  (choices) => {
    const files = filesOf({ ...choices, start: 'example' });
    const found = placeholdersIn(memoryFolder(files, 'acme')).map(({ path }) => path);
    const owned = [...textsOf(parse(files['estate.yaml'] ?? ''))].filter(
      ([path, text]) => OWNED.test(text) || OWNED_KEYS.test(path),
    );
    expect(found.toSorted()).toEqual([...owned.map(([path]) => path), 'organization.id'].toSorted());
    expect(owned.length).toBeGreaterThan(15);
  },
);

describe('the repository of an example', () => {
  const origin = { repository: 'acme/identity', server: 'https://gitlab.example.net', branch: 'trunk' };
  const estateOf = (choices: Partial<Choices>) =>
    planOf(filesOf({ start: 'example', customers: 'none', platform: 'none', forge: 'gitlab', ...choices })).estate;

  test('is that of the git remote, on its server and its default branch', () => {
    expect(estateOf({ origin })).toMatchObject({
      azure: { repository: 'acme/identity' },
      pipeline: { server: origin.server, branch: 'trunk' },
    });
  });

  test.each(['main', undefined])('says nothing of the branch %s, which is meant anyway', (branch) => {
    const text = filesOf({
      start: 'example',
      customers: 'none',
      platform: 'none',
      forge: 'github',
      origin: { branch },
    })['estate.yaml'];
    expect(text).not.toMatch(/^ +(?:branch|server):/m);
  });

  test.each(['2024', 'true', 'a/b'])('is deployed from the branch %s, whatever YAML would take it for', (branch) => {
    expect(estateOf({ origin: { branch } }).pipeline?.branch).toBe(branch);
  });
});

test('an example without customers has no service connections for them, and no reference to any', () => {
  const connections = (customers: Choices['customers']) =>
    Object.keys(
      planOf(filesOf({ start: 'example', customers, platform: 'none', forge: 'azure-devops' })).estate.pipeline
        ?.serviceConnections ?? {},
    );
  expect(connections('none')).toEqual(['aws', 'workforce']);
  expect(connections('b2c')).toEqual(['aws', 'workforce', 'customers']);
});

test.each(COMBINATIONS)('an example with $customers on $platform at $forge has what was chosen', (choices) => {
  const { customers, platform } = choices;
  const { estate } = planOf(filesOf({ ...choices, start: 'example' }));
  expect(estate.customers?.directoryType ?? 'none').toBe(customers);
  expect(estate.hosting?.platform ?? 'none').toBe(customers === 'none' ? 'none' : platform);
  expect(estate.pipeline?.forge).toBe(choices.forge === 'none' ? 'github' : choices.forge);
  expect(estate).toMatchObject({ azure: { resourceGroup: 'identity-acme', environments: ['acme'] } });
});

describe.each(COMBINATIONS)('an empty estate for $customers on $platform at $forge', (choices) => {
  const files = filesOf({ ...choices, start: 'empty' });

  test('plans, and says what to do next', () => {
    expect(planOf(files).findings.map(formatFinding)).toEqual([
      'estates/acme/organization.json:3:3 notReadYet: nothing was read from AWS yet (npx --no entra-aws snapshot writes the file) (organization-not-read)',
    ]);
  });

  test('has its further sections in comments, which plan once the number signs are away', () => {
    const [before = '', further = ''] = (files['estate.yaml'] ?? '').split(/^# Further .*\n/m);
    const whole = before.replace('# tenantId: ', 'tenantId: ') + further.replaceAll(/^# ?/gm, '');
    const organization = filesOf({ ...choices, start: 'example' })['organization.json'] ?? '';
    const plan = planOf({ 'estate.yaml': whole, 'organization.json': organization });
    expect(plan.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(plan.estate.customers?.directoryType ?? 'none').toBe(choices.customers);
    expect(plan.estate.azure).toBeDefined();
  });
});

test('an organization that was not read yet is an error once a grant asks for its accounts', () => {
  const files = filesOf({ customers: 'none', platform: 'none', forge: 'github', start: 'empty' });
  const text = (files['estate.yaml'] ?? '').replace(
    'permissionSets: []',
    'permissionSets: [{ name: Audit, managedPolicies: [SecurityAudit] }]',
  );
  expect(codesOf({ ...files, 'estate.yaml': text })).toContain('error organization-not-read');
});

test('what is imported is written by the import', () => {
  expect(exampleFiles({ name: 'acme', customers: 'none', platform: 'none', forge: 'github', start: 'import' })).toEqual(
    {},
  );
});
