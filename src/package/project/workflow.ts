import { readFileSync } from 'node:fs';
import { packageFile } from '../files';
import { MARK } from './mark';

/** The workflow of a pull request: the plan of each estate, with who gains and who loses access, and the gate. */
export function workflowFor(estates: readonly string[]): string {
  const text = readFileSync(packageFile('src/package/project/identity.yaml'), 'utf8');
  return `${MARK.yaml}\n${text.replaceAll('[ESTATES]', `[${estates.map((name) => JSON.stringify(name)).join(', ')}]`)}`;
}
