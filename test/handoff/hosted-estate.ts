import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { ESTATE_FILE } from '../../model/estate-folder';
import { writeEstate } from '../support/estate-project';
import { sandboxFiles } from '../support/sandbox';

/** Where the hosting of the tests' estate is. */
export const HOSTING = {
  environment: 'sandbox',
  account: '210000000011',
  region: 'eu-west-1',
  url: 'https://claims.example.com',
} as const;

/** Writes the sandbox with this hosting below a folder, in `estates/`. Answers that folder of estates. */
export function writeHostedEstate(folder: string, hosting: object = HOSTING): string {
  const files = sandboxFiles();
  const estate = parse(files[ESTATE_FILE] ?? '') as Record<string, unknown>;
  mkdirSync(folder, { recursive: true });
  writeEstate(folder, 'sandbox', { ...files, [ESTATE_FILE]: stringify({ ...estate, hosting }) });
  return join(folder, 'estates');
}
