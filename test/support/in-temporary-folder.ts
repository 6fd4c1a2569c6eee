import { temporaryFolder } from './templates';

/** Lets the tests of a file run in a folder of their own, which goes when they are through. */
export function inTemporaryFolder(): void {
  const before = process.cwd();
  const folder = temporaryFolder();
  beforeAll(() => {
    process.chdir(folder);
  });
  afterAll(() => {
    process.chdir(before);
  });
}
