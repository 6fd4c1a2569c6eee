import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import type { Format } from '../../src/text/formats';
import { REPOSITORY } from './repository';

export function readOutputSchema(format: Format): object {
  return JSON.parse(readFileSync(join(REPOSITORY, 'docs/schemas', `${format}.json`), 'utf8')) as object;
}

/** What the schema of a format finds in a text; null where it has nothing against it. */
export function outputFaults(format: Format, text: string): Ajv['errors'] {
  const check = new Ajv({ strict: true, allowUnionTypes: true }).compile(readOutputSchema(format));
  check(JSON.parse(text));
  return check.errors;
}
