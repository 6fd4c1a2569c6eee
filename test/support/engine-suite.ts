import { findPulumi } from './pulumi-cli';

/** The secret with which the tests sign in; it must never show up anywhere. */
export const SECRET = 'the-client-secret-of-the-tests';

const TEST_TIMEOUT_MS = 120_000;

/** A suite on the real engine, skipped with a printed reason where no CLI can be had. */
export function describeEngine(name: string, suite: (cli: string) => void): void {
  const found = findPulumi();
  if ('skipped' in found) {
    process.stderr.write(`\nSKIPPED: ${name}: ${found.skipped}\n`);
    describe.skip(name, () => {
      test('needs a Pulumi CLI', () => undefined);
    });
    return;
  }
  jest.setTimeout(TEST_TIMEOUT_MS);
  describe(name, () => {
    suite(found.folder);
  });
}
