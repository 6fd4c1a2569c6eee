import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { stringify } from 'yaml';
import { SCHEMA_LINE } from '../../estate/source/estate-folder';
import { DEFAULT_FORGE, FORGE_FACTS } from '../../estate/sections/pipeline/forges/registry';
import { DEFAULT_BRANCH } from '../../estate/sections/pipeline/limits';
import { packageFile } from '../contents/files';
import { type Choices, type Customers, EXAMPLE, EXAMPLE_FOLDER, type Platform } from './choices';
import { type Files, json } from './managed-files';

/** The files of a first estate: an example by the choices, or hardly anything. What is imported is written by the import. */
export function exampleFiles(choices: Choices): Files {
  const { name, start } = choices;
  if (start === 'import') return {};
  const files = start === 'empty' ? emptyFiles(choices) : composedFiles(choices);
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`estates/${name}/${path}`, text]));
}

function composedFiles(choices: Choices): Files {
  const about = `# The estate ${choices.name}: an example with made-up accounts and people. Edit it; npx --no entra-aws preview shows what it gives.`;
  const sections = sectionsOf(readExample('estate.yaml'));
  const chosen = [
    sections.get('workforce'),
    sections.get('access'),
    customersSection(choices.customers, sections),
    azureSection(choices, sections),
    pipelineSection(choices, sections),
    hostingSection(choices, sections),
  ];
  const others = exampleNames().filter((path) => path !== 'estate.yaml');
  return {
    ...Object.fromEntries(others.map((path) => [path, readExample(path)])),
    'estate.yaml': estateText([SCHEMA_LINE, about], chosen, choices.name),
  };
}

function emptyFiles(choices: Choices): Files {
  const about = `# The estate ${choices.name}, with nothing in it yet. npx --no entra-aws preview shows what it gives, and what it lacks.`;
  const sections = sectionsOf(readExample('estate.yaml'));
  const further = [
    customersSection(choices.customers, sections),
    azureSection(choices, sections),
    pipelineSection(choices, sections),
    hostingSection(choices, sections),
  ].map((text) => (text === undefined ? undefined : commented(text)));
  return {
    'organization.json': json({
      version: 1,
      notReadYet: `Nothing was read from AWS yet. 'npx --no entra-aws snapshot --estate ${choices.name}' writes this file, in the management account or the delegated administrator of IAM Identity Center.`,
    }),
    'estate.yaml': estateText([SCHEMA_LINE, about], [fragment('empty'), ...further], choices.name),
  };
}

function customersSection(customers: Customers, sections: ReadonlyMap<string, string>): string | undefined {
  if (customers === 'none') return undefined;
  return customers === 'b2c' ? sections.get('customers') : fragment('customers.external-id');
}

/** The repository as the forge names it; one of the example, which a preview counts, where it is not known. */
function azureSection({ forge, origin }: AtForge, sections: ReadonlyMap<string, string>): string | undefined {
  const { example } = FORGE_FACTS[forge === 'none' ? DEFAULT_FORGE : forge].repository;
  const line = keyLine('repository', origin?.repository ?? example);
  return sections.get('azure')?.replace(/^ +repository: .*\n/m, () => line);
}

/** Identity of the pipeline at its forge. */
function pipelineSection(choices: AtForge, sections: ReadonlyMap<string, string>): string | undefined {
  const { forge, customers, origin = {} } = choices;
  const { server, branch = DEFAULT_BRANCH } = origin;
  const isOther = forge !== 'none' && forge !== DEFAULT_FORGE;
  const section = isOther ? fragment(`pipeline.${forge}`) : sections.get('pipeline');
  const own = [
    ...(server === undefined ? [] : [keyLine('server', server)]),
    ...(branch === DEFAULT_BRANCH ? [] : [keyLine('branch', branch)]),
  ];
  const whole = section?.replace(/^pipeline:\n/, (line) => [line, ...own].join(''));
  return customers === 'none' ? whole?.replace(/^ {4}customers:\n(?: {6}.*\n)+/m, '') : whole;
}

type AtForge = Pick<Choices, 'forge' | 'customers' | 'origin'>;

function keyLine(key: string, value: string): string {
  return `  ${stringify({ [key]: value }, { lineWidth: 0 })}`;
}

function commented(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => (line === '' ? '#' : `# ${line}`))
    .join('\n');
}

/** The application is of no use without customers. */
function hostingSection(
  { customers, platform }: { readonly customers: Customers; readonly platform: Platform },
  sections: ReadonlyMap<string, string>,
): string | undefined {
  if (customers === 'none' || platform === 'none') return undefined;
  return platform === 'app-runner' ? sections.get('hosting') : fragment('hosting.ecs-express');
}

function estateText(head: readonly string[], sections: readonly (string | undefined)[], estate: string): string {
  const written = sections.flatMap((section) => (section === undefined ? [] : [section.trimEnd()]));
  const text = [[...head, 'apiVersion: entra-aws-identity/v1'].join('\n'), ...written].join('\n\n');
  return `${text}\n`
    .replace(`resourceGroup: identity-${EXAMPLE}`, `resourceGroup: identity-${estate}`)
    .replace(`environments: [${EXAMPLE}]`, `environments: [${estate}]`);
}

/** The text of each section, by its key. */
function sectionsOf(text: string): ReadonlyMap<string, string> {
  const parts = text.split(/^(?=[a-z]\w*:$)/m);
  return new Map(parts.slice(1).map((part) => [part.slice(0, part.indexOf(':')), part]));
}

function fragment(name: string): string {
  return readFileSync(packageFile(EXAMPLE_FOLDER, `${name}.yaml`), 'utf8');
}

function readExample(path: string): string {
  return readFileSync(packageFile(EXAMPLE_FOLDER, 'estates', EXAMPLE, path), 'utf8');
}

function exampleNames(): readonly string[] {
  const folder = packageFile(EXAMPLE_FOLDER, 'estates', EXAMPLE);
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)).replaceAll(sep, '/'));
}
