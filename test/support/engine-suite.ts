import { findAzureadPlugin } from './azuread-plugin';
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

/** A suite on the real engine with azuread's own plug-in, skipped with a printed reason where one of them is missing. */
export function describeWithAzuread(name: string, suite: Suite): void {
  const plugin = findAzureadPlugin();
  if ('skipped' in plugin) {
    skipSuite(name, plugin.skipped);
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
