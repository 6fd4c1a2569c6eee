import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { readCommand } from '../../../src/deploy/steps/child-processes';
import { command } from '../../../src/deploy/steps/command';
import { temporaryFolder } from '../../support/templates';
import { withEnvironment } from '../doctor/with-environment';

/** A `pulumi` and an `npx` that say as which application they would sign in. */
const SAYS = `#!${process.execPath}\nprocess.stdout.write(process.env.ARM_CLIENT_ID ?? 'none');\n`;

const folder = join(temporaryFolder(), 'bin');
let restore: () => void = () => undefined;

beforeAll(() => {
  mkdirSync(folder);
  for (const tool of ['pulumi', 'npx']) writeFileSync(join(folder, tool), SAYS, { mode: 0o755 });
  restore = withEnvironment({
    PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}`,
    ARM_CLIENT_ID: 'shared',
    CUSTOMERS_ARM_CLIENT_ID: 'of the customers',
    WORKFORCE_ARM_CLIENT_ID: 'of the workforce',
  });
});

afterAll(() => {
  restore();
});

test.each([
  ['pulumi up --stack sandbox-customers', 'of the customers'],
  ['pulumi preview --stack sandbox-workforce --json', 'of the workforce'],
  ['npx --no entra-aws deploy repair workforce --estate sandbox', 'of the workforce'],
  ['npx --no entra-aws doctor --estate sandbox', 'shared'],
])('%s signs in as the application %s', async (words, expected) => {
  expect((await readCommand(command(words))).stdout).toBe(expected);
});
