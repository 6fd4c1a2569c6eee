import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { z } from 'zod';
import { name as packageName, scripts, version } from '../../../package.json';
import { parseQuietly } from '../../estate/source/parse-quietly';
import { packageFile } from '../files';
import { EXAMPLE, type Files, json } from './managed-files';

/** The files that a team's repository begins with, and that are the team's from then on. */
export function firstFiles(estate: string): Files {
  return {
    ...estateFiles(estate),
    '.gitignore': [
      'node_modules/',
      '/cdk.out/',
      '/plan/',
      '.local/',
      'cdk.context.json',
      '/estates/*/estate.schema.json',
      '*.log',
      '',
    ].join('\n'),
  };
}

/** The example under another name. */
function estateFiles(estate: string): Files {
  const folder = packageFile('estates', EXAMPLE);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map(({ parentPath, name }) => {
      const file = join(parentPath, name);
      const path = relative(folder, file).replaceAll(sep, '/');
      const text = readFileSync(file, 'utf8');
      return [`estates/${estate}/${path}`, path === 'estate.yaml' ? renamed(text, estate) : text];
    }),
  );
}

function renamed(text: string, estate: string): string {
  return text
    .replace('../../docs/estate.schema.json', `../../node_modules/${packageName}/docs/estate.schema.json`)
    .replace(`The ${EXAMPLE} estate:`, `The estate ${estate}:`)
    .replace(`resourceGroup: identity-${EXAMPLE}`, `resourceGroup: identity-${estate}`)
    .replace(`environments: [${EXAMPLE}]`, `environments: [${estate}]`);
}

const Manifest = z.looseObject({
  scripts: z.record(z.string(), z.string()).default({}),
  dependencies: z.record(z.string(), z.string()).default({}),
  devDependencies: z.record(z.string(), z.string()).exactOptional(),
});

/**
 * package.json with the one dependency, and with a script for each command, since the messages of commands and the steps of a
 * deployment say `npm run`. What is there already stays.
 *
 * @param given text of the file that is there
 * @param from where npm gets the package, unless the file says
 */
export function manifestOf(given: string | undefined, from: string | undefined): string {
  const manifest = parseManifest(given ?? '{"private":true}');
  const { scripts: own, dependencies, devDependencies = {} } = manifest;
  const isNamed = packageName in dependencies || packageName in devDependencies;
  // Keys stay where they are.
  return json({
    ...manifest,
    scripts: { ...commandScripts(), ...own },
    dependencies: { ...dependencies, ...(!isNamed && { [packageName]: from ?? version }) },
  });
}

/** @throws Error that says what is wrong with the file */
function parseManifest(text: string): z.output<typeof Manifest> {
  const given = parseQuietly(text.replace(/^\uFEFF/, ''));
  const { success, data, error } = Manifest.safeParse(given);
  if (success) return Object.assign({}, given, data);
  const where = error.issues.map(({ path }) => path.join('.') || 'the file').join(', ');
  throw new Error(
    `package.json: ${where} must be a JSON object of texts. Correct it and run init again; nothing was written.`,
  );
}

/** Commands that only the package's own repository has. */
const OF_THE_REPOSITORY = new Set(['build', 'reference']);

function commandScripts(): Readonly<Record<string, string>> {
  const commands = Object.entries(scripts).flatMap(([name, line]) => {
    const [, call] = /entra-aws\.cjs (.+)$/.exec(line) ?? [];
    return call === undefined || OF_THE_REPOSITORY.has(name) ? [] : [[name, `entra-aws ${call}`] as const];
  });
  return { ...Object.fromEntries<string>(commands), synth: 'cdk synth --quiet', diff: 'cdk diff' };
}
