import { planEstate } from '../../../../src/estate/plan/estate-plan';
import { ESTATE_FILE, ORGANIZATION_FILE } from '../../../../src/estate/source/estate-folder';
import { AZURE, changed, HOSTED_CUSTOMERS, HOSTING } from '../../../support/entra-estate';
import { memoryFolder, organizationText, planOf, report, SMALL_ORGANIZATION } from '../../../support/estate-files';

const GITHUB = 'pipeline: { repository: example/identity, environments: [sandbox] }\n';
const PUBLIC_HOSTING = changed(
  changed(HOSTING, 'platform: app-runner', 'platform: ecs-express'),
  /  privateApi: .*\n/.exec(HOSTING)?.[0] ?? '',
  '',
);
const HOSTED = PUBLIC_HOSTING + HOSTED_CUSTOMERS;

const reportOf = (pipeline: string, rest = HOSTED): readonly string[] => report(planOf(pipeline + rest));

test('a pipeline says its repository itself, or the section for Azure says it', () => {
  expect(reportOf(GITHUB)).toEqual([]);
  expect(reportOf('pipeline: {}\n', HOSTED + AZURE).filter((line) => line.includes('pipeline'))).toEqual([]);
});

test.each(['example/identity', 'example@12/identity@3456', 'a/b.c_d'])('takes the repository %s', (repository) => {
  expect(reportOf(changed(GITHUB, 'example/identity', repository))).toEqual([]);
});

test.each(['example', 'example@12/identity', 'example/identity@3456', 'example/*', '-example/identity'])(
  'refuses the repository %s',
  (repository) => {
    expect(reportOf(changed(GITHUB, 'example/identity', `'${repository}'`))).toEqual([
      `error repository estate.yaml:1:25 pipeline.repository: "${repository}" is not a valid GitHub repository (owner/name, or owner@id/name@id where the tokens of the repository have ids)`,
    ]);
  },
);

test.each([
  {
    what: 'nobody says who may deploy',
    text: 'pipeline: {}\n',
    expected: [
      "error missing-github estate.yaml:1:11 pipeline: does not say which GitHub environments may deploy (the key 'environments', or a section 'azure' with it)",
      "error missing-github estate.yaml:1:11 pipeline: does not say which GitHub repository may deploy (the key 'repository', or a section 'azure' with it)",
    ],
  },
  {
    what: 'no environment',
    text: changed(GITHUB, '[sandbox]', '[]'),
    expected: [
      'error no-environment estate.yaml:1:57 pipeline.environments: nothing may deploy (at least one environment of the repository)',
    ],
  },
  {
    what: 'an environment that a token has encoded',
    text: changed(GITHUB, '[sandbox]', "['live:eu']"),
    expected: [
      'error environment-name estate.yaml:1:58 pipeline.environments[0]: "live:eu" is not an environment name that clouds can trust (at most 100 letters, digits, - and _)',
    ],
  },
  {
    what: 'a provider in an account of somebody else',
    text: changed(GITHUB, ' }', ", existingProviders: ['100000000009'] }"),
    expected: [
      'error pipeline-account estate.yaml:1:88 pipeline.existingProviders[0]: "100000000009" is not an account that the estate deploys to (\'100000000001\')',
    ],
  },
  {
    what: 'a provider twice',
    text: changed(GITHUB, ' }', ", existingProviders: ['100000000001', '100000000001'] }"),
    expected: [
      'error duplicate-provider estate.yaml:1:104 pipeline.existingProviders[1]: "100000000001" is listed twice (each account once) [see estate.yaml:1:88]',
    ],
  },
])('$what', ({ text, expected }) => {
  expect(reportOf(text)).toEqual(expected);
});

test('what the section for Azure says is not said again', () => {
  const found = reportOf(GITHUB, HOSTED + AZURE).filter((line) => line.includes(' github-twice '));
  expect(found.map((line) => line.replace(/ \[see .*/, ''))).toEqual([
    'error github-twice estate.yaml:1:13 pipeline.repository: is already set in azure.repository (remove it here: Bicep reads the azure section)',
    'error github-twice estate.yaml:1:43 pipeline.environments: is already set in azure.environments (remove it here: Bicep reads the azure section)',
  ]);
});

test('a section for Azure that could not be read hides nothing: only its own fault is told', () => {
  const found = reportOf('pipeline: {}\n', HOSTED + changed(AZURE, '  location: westeurope\n', ''));
  expect(found.map((line) => line.split(' ')[1])).toEqual(['missing-key']);
});

test('an estate that deploys nothing to AWS is told that its pipeline does nothing', () => {
  expect(reportOf(GITHUB, '')).toEqual([
    "warning idle-pipeline estate.yaml:1:11 pipeline: the estate deploys nothing to AWS, so no account needs roles (a section 'access' or 'hosting')",
  ]);
});

test('the roles are named after the estate, which must leave them room', () => {
  const nameOf = (length: number): string => 'e'.repeat(length);
  const found = [47, 48].map((length) => {
    const files = { [ESTATE_FILE]: GITHUB, [ORGANIZATION_FILE]: organizationText(SMALL_ORGANIZATION) };
    return report(planEstate(memoryFolder(files, nameOf(length)))).filter((line) => line.startsWith('error'));
  });
  expect(found).toEqual([
    [],
    [
      `error pipeline-estate-name estates/${nameOf(48)}/estate.yaml:1:1: "${nameOf(48)}" is the folder's name and 48 characters long: the roles of the pipeline are named after it (at most 47 characters)`,
    ],
  ]);
});
