import { schemaOf, writeSchema } from '../program/editor-schema';
import { EXIT, printed } from '../program/cli';
import type { OptionsOf } from '../program/define';
import type * as commands from './options';

export async function run({ estates, check }: OptionsOf<typeof commands.schema>): Promise<number> {
  const { path, isFresh } = schemaOf(estates);
  if (check && !isFresh) {
    process.stdout.write(`${path} is stale; run npx --no entra-aws docs schema to update it\n`);
    return EXIT.failed;
  }
  await writeSchema(estates);
  return printed(`${path} ${isFresh ? 'is up to date' : 'written'}\n`);
}
