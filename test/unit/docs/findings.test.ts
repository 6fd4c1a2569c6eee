import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { APP_RUNNER_RULES } from '../../../constructs/aws/checks/app-runner-checks';
import {
  exampleOf,
  findingIndex,
  findingLine,
  linesOf,
  type FindingPage,
  readFindingPages,
  snippetsBelow,
} from '../../../scripts/reference/finding-pages';
import { judge, type Surroundings } from '../../../src/cli/program/surroundings';
import { allFindings, planEstate } from '../../../src/estate/plan/estate-plan';
import { placeholdersIn } from '../../../src/estate/plan/placeholders';
import { POLICY_RULE_IDS } from '../../../src/estate/sections/access/policy-rules';
import { ESTATE_FILE, ORGANIZATION_FILE, PLACEMENT_FILE } from '../../../src/estate/source/estate-folder';
import { FINDING_CODES } from '../../../src/estate/source/finding-codes';
import { OrganizationFile } from '../../../src/estate/source/organization';
import { findingPage } from '../../../src/package/contents/addresses';
import { placementIssues } from '../../../src/preview/access/replacements';
import { memoryFolder } from '../../support/large-estate';
import { REPOSITORY } from '../../support/repository';
import { hostedSandboxFiles, itemOf, planFiles } from '../../support/sandbox';

const FOLDER = join(REPOSITORY, 'docs/findings');
const pages = readFindingPages(FOLDER);

const APP_RUNNER = Object.values(APP_RUNNER_RULES).map(({ id }) => `AppRunner-${id}`);

/** Findings that no snippet of a file leads to, and what else leads to them. */
const WITHOUT_EXAMPLE: Readonly<Record<string, string>> = {
  AwsSolutions: 'rules of another project',
  'default-branch': 'a git remote, or the run of a pipeline',
  'estate-file': 'the file is missing',
  'json-refused': 'a file of 60 million characters',
  'json-syntax': 'a snippet that is not JSON',
  'large-operation': 'two estates with 2,600 assignments',
  'mass-change': 'two estates',
  'nested-too-deeply': 'ten thousand brackets',
  'not-compared': 'two estates',
  'other-repository': 'a git remote',
  'ou-cycle': 'two units whose order in the file is known',
  'placeholder-value': 'a repository of a team',
  'placement-conflict': 'the preview of a pipeline',
  'placement-file': 'a link',
  'placement-missing': 'the preview of a pipeline',
  'placement-moved': 'two estates',
  'placement-stale': 'the preview of a pipeline',
  'program-failed': 'a run of a Pulumi program',
  'program-warning': 'a run of a Pulumi program',
  'service-quota': 'a synthesis',
  'shard-capacity': 'a placement of hundreds of assignments',
  'stack-abandoned': 'two estates',
  'template-limit': 'twenty thousand assignments',
  'twin-estates': 'two estates',
  ...Object.fromEntries(APP_RUNNER.map((code) => [code, 'a construct of a team'])),
};

const examples = pages.flatMap((page) => (page.example === undefined ? [] : [{ ...page, example: page.example }]));

test('every code and every rule has a page, and every page is about one', () => {
  const rules = [...POLICY_RULE_IDS, ...APP_RUNNER, 'AwsSolutions'];
  expect(pages.map(({ code }) => code).toSorted()).toEqual([...FINDING_CODES, ...rules].toSorted());
});

test.each(['AwsSolutions-IAM4', 'AwsSolutions-IAM5[Resource::*]', 'AppRunner-AR9', 'session-duration'])(
  'the page that a report names for %s is there',
  (code) => {
    expect(pages.map((page) => page.code)).toContain(findingPage(code));
  },
);

test('only findings that no snippet of a file leads to have no example, and fewer than 35', () => {
  const without = pages.filter(({ example }) => example === undefined).map(({ code }) => code);
  expect(without.toSorted()).toEqual(Object.keys(WITHOUT_EXAMPLE).toSorted());
  expect(without.length).toBeLessThan(35);
});

test.each(examples)('the example of $code leads to that finding and to no other, in the words of the page', (page) => {
  const { code, example } = page;
  const { lines, others } = linesOf(code, example, exampleOf(page));
  const [, message] = snippetsBelow(page, 'Example');
  expect(lines).not.toEqual([]);
  expect(message).toEqual({ language: 'text', code: `${lines.join('\n')}\n` });
  expect(others).toEqual(example.also.toSorted());
});

/** The snippet of a remedy that changes the same file as the example. */
function remedyOf(page: FindingPage): string | undefined {
  const language = page.example?.file === 'estate' ? 'yaml' : 'json';
  return snippetsBelow(page, 'Remedy').find((snippet) => snippet.language === language)?.code;
}

test.each(examples.filter((page) => remedyOf(page) !== undefined))('the remedy of $code leaves no finding', (page) => {
  const { code, example } = page;
  const result = linesOf(code, { ...example, repeat: {}, pad: {} }, remedyOf(page) ?? '');
  expect(result).toEqual({ lines: [], others: [] });
});

/** The sandbox with other files. */
function linesWith(files: Readonly<Record<string, string>>): readonly string[] {
  return allFindings(planFiles({ ...hostedSandboxFiles(), ...files }, 'acme')).map(findingLine);
}

/** `organization.json` in which a unit hangs below its own child. */
function cycle(): string {
  const file = OrganizationFile.parse(JSON.parse(hostedSandboxFiles()[ORGANIZATION_FILE] ?? ''));
  const claims = itemOf(file.organizationalUnits, ({ name }) => name === 'Claims');
  const production = itemOf(file.organizationalUnits, ({ name }) => name === 'Production');
  production.parentId = claims.id;
  return JSON.stringify(file);
}

const placementLines = (outcome: 'conflicted' | 'missing' | 'stale'): readonly string[] =>
  placementIssues({ file: `estates/acme/${PLACEMENT_FILE}`, outcome }).map(findingLine);

/** The hosted sandbox in a repository. */
function surroundedLines(repository: string, surroundings: Partial<Surroundings>): readonly string[] {
  const files = hostedSandboxFiles();
  const text = (files[ESTATE_FILE] ?? '').replace('repository: insurance/identity', `repository: ${repository}`);
  const none = { placeholders: [], remote: undefined, defaultBranch: undefined, run: undefined, isLocal: false };
  const plan = planFiles({ ...files, [ESTATE_FILE]: text }, 'acme');
  return judge(plan, { ...none, ...surroundings }).map(findingLine);
}

/** Placeholders of the snippet on their page. */
function placeholderLines(): readonly string[] {
  const snippet = pages.flatMap((one) => (one.code === 'placeholder-value' ? snippetsBelow(one, 'Example') : []))[0];
  const placeholders = placeholdersIn(memoryFolder('acme', { [ESTATE_FILE]: snippet?.code ?? '' }));
  return surroundedLines('acme/identity', { placeholders });
}

test.each<readonly [string, () => readonly string[]]>([
  ['default-branch', () => surroundedLines('acme/identity', { defaultBranch: 'trunk' })],
  [
    'other-repository',
    () => surroundedLines('other/identity', { remote: { host: 'github.com', path: 'acme/identity' } }),
  ],
  ['placeholder-value', placeholderLines],
  ['estate-file', () => allFindings(planEstate(memoryFolder('acme', {}))).map(findingLine)],
  ['json-refused', () => linesWith({ [ORGANIZATION_FILE]: ' '.repeat(64_000_000) })],
  ['json-syntax', () => linesWith({ [ORGANIZATION_FILE]: `// Written by hand.\n${cycle()}` })],
  ['nested-too-deeply', () => linesWith({ [ESTATE_FILE]: '['.repeat(10_000) })],
  ['ou-cycle', () => linesWith({ [ORGANIZATION_FILE]: cycle() })],
  ['placement-conflict', () => placementLines('conflicted')],
  ['placement-missing', () => placementLines('missing')],
  ['placement-stale', () => placementLines('stale')],
])('the page about %s quotes the program, although it has no example', (code, lines) => {
  const page = pages.find((one) => one.code === code);
  const snippets = page === undefined ? [] : snippetsBelow(page, 'Example');
  const message = snippets.find(({ language }) => language === 'text');
  expect(lines()).toContain(message?.code.trim());
});

test('every page says the meaning in a sentence, then cause, example and remedy, each in a few words', () => {
  const wrong = pages.filter(({ text, summary }) => {
    const headings = [...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
    const isSentence = /^[A-Z`].*\.$/.test(summary) && summary.length <= 160;
    return !isSentence || headings.join() !== 'Cause,Example,Remedy' || text.includes('## Cause\n\n##');
  });
  expect(wrong.map(({ code }) => code)).toEqual([]);
});

test('the list of pages is as npm run reference writes it', () => {
  expect(readFileSync(join(FOLDER, 'index.md'), 'utf8')).toBe(findingIndex(pages));
});
