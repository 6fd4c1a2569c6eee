import { writeFile } from 'node:fs/promises';
import { connectionToken } from '../deploy/forges/azure-devops-token';
import type * as commands from './commands/pipeline';
import { EXIT } from './program/cli';
import type { OptionsOf } from './program/define';

export async function run({ connection, out }: OptionsOf<typeof commands.ciToken>): Promise<number> {
  await writeFile(out, await connectionToken(connection, process.env), { mode: 0o600 });
  return EXIT.ok;
}
