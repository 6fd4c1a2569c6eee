import { missingTools, type PathTool } from './path-tool';
import { findPulumi } from './pulumi-cli';

/** The secret with which the tests sign in; it must never show up anywhere. */
export const SECRET = 'the-client-secret-of-the-tests';

const TEST_TIMEOUT_MS = 120_000;

/** azuread waits 20 s for most of what it makes, one after the other. */
const AZUREAD_TIMEOUT_MS = 600_000;

/** What a suite is given: the folder of the CLI. */
type Suite = (cli: string) => void;

/** A suite on the real engine, skipped with a printed reason where no CLI can be had. */
export function describeEngine(name: string, suite: Suite): void {
  const found = findPulumi();
  if ('skipped' in found) {
    skipSuite(name, found.skipped);
    return;
  }
  jest.setTimeout(TEST_TIMEOUT_MS);
  describe(name, () => {
    suite(found.folder);
  });
}

/**
 * A suite on the real engine with azuread's own plug-in, skipped where one of them is missing. It then prints the reason, and
 * what still stands for azuread: the programs under mocks.
 */
export function describeWithAzuread(name: string, suite: Suite): void {
  describeWith(['pulumi-resource-azuread'], name, suite);
}

/** The same for a suite that runs the project itself, whose program the engine starts by its host for Node. */
export function describeProject(name: string, suite: Suite): void {
  describeWith(['pulumi-resource-azuread', 'pulumi-language-nodejs'], name, suite);
}

function describeWith(tools: readonly PathTool[], name: string, suite: Suite): void {
  const missing = missingTools(tools);
  if (missing !== undefined) {
    skipSuite(name, `${missing}; azuread's part runs under mocks alone, in test/stacks and test/constructs/entra`);
    return;
  }
  describeEngine(name, suite);
  jest.setTimeout(AZUREAD_TIMEOUT_MS);
}

function skipSuite(name: string, reason: string): void {
  process.stderr.write(`\nSKIPPED: ${name}: ${reason}\n`);
  describe.skip(name, () => {
    test(`is skipped: ${reason}`, () => undefined);
  });
}
