import { resolve } from 'node:path';

/** Root of this repository. */
export const REPOSITORY = resolve(__dirname, '../..');

/** The program `entra-aws`, which is compiled from its sources where they are newer. */
export const PROGRAM = resolve(REPOSITORY, 'src/cli/entra-aws.cjs');
