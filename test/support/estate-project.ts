import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import cdkJson from '../../cdk.json';
import type { EstateFiles } from './large-estate';
import { REPOSITORY, UNVALIDATED } from './repository';

const APP = resolve(REPOSITORY, 'src/cli/cdk.cjs');

/**
 * Makes a folder from which the CDK CLI runs this project's app: it reads `estates` below its working directory, as in
 * the repository, and cdk.json differs from the repository's in the app's path, and names no estate. CloudFormation's validator judges the
 * templates if that is asked for.
 */
export function writeProject(folder: string, estates: Readonly<Record<string, EstateFiles>>, validate = false): void {
  const preload = validate ? '' : ` ${UNVALIDATED.NODE_OPTIONS}`;
  const app = `node${preload} ${APP}`;
  writeFileSync(join(folder, 'cdk.json'), JSON.stringify({ ...cdkJson, app, context: {} }));
  for (const [name, files] of Object.entries(estates)) writeEstate(folder, name, files);
}

/** Writes the files of an estate, and removes those that it had. */
export function writeEstate(folder: string, name: string, files: EstateFiles): void {
  const estate = join(folder, 'estates', name);
  rmSync(estate, { recursive: true, force: true });
  for (const [path, text] of Object.entries(files)) {
    const file = join(estate, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}
