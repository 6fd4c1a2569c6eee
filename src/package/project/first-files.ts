import { z } from 'zod';
import { name as packageName, version } from '../../../package.json';
import { parseQuietly } from '../../estate/source/json-source';
import type { Choices } from './choices';
import { exampleFiles } from './example-estate';
import { type Files, json } from './managed-files';

/** The files that a team's repository begins with, and that are the team's from then on. */
export function firstFiles(choices: Choices): Files {
  return { ...exampleFiles(choices), '.gitignore': GITIGNORE };
}

/** File in which npm notes each version down. `npm ci`, by which a pipeline installs, needs it. */
export const LOCK_FILE = 'package-lock.json';

const GITIGNORE = [
  'node_modules/',
  '/cdk.out/',
  '/plan/',
  '.local/',
  'cdk.context.json',
  '*.env',
  'state.json',
  '/estates/estate.schema.json',
  '*.log',
  '',
].join('\n');

const Manifest = z.looseObject({
  dependencies: z.record(z.string(), z.string()).default({}),
  devDependencies: z.record(z.string(), z.string()).exactOptional(),
});

/**
 * package.json with the one dependency. What is there already stays.
 *
 * @param given text of the file that is there
 * @param from where npm gets the package, unless the file says
 */
export function manifestOf(given: string | undefined, from: string | undefined): string {
  const manifest = parseManifest(given ?? '{"private":true}');
  const { dependencies, devDependencies = {} } = manifest;
  const isNamed = packageName in dependencies || packageName in devDependencies;
  // Keys stay where they are.
  return json({
    ...manifest,
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
