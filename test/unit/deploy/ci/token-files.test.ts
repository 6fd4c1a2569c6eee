import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { endOf, jobFolder, removeJobFolder, TokenFiles } from '../../../../src/deploy/ci/token-files';
import { withoutSecrets } from '../../../../src/text/secrets';
import { temporaryFolder } from '../../../support/templates';

const AWS = { audience: 'sts.amazonaws.com', connection: undefined };
const tokenOf = (name: string, seconds: number): string =>
  ['head', Buffer.from(JSON.stringify({ exp: seconds, name })).toString('base64url'), 'sign'].join('.');

const folders = temporaryFolder();

function start(tokens: readonly (string | Error)[]) {
  const folder = jobFolder(folders);
  const left = [...tokens];
  const waits: { readonly milliseconds: number; readonly work: () => void }[] = [];
  const warnings: string[] = [];
  const files = new TokenFiles(folder, {
    get: () => {
      const next = left.shift() ?? new Error('no more tokens');
      return next instanceof Error ? Promise.reject(next) : Promise.resolve({ text: next, end: endOf(next) });
    },
    now: () => 1_000_000,
    later: (milliseconds, work) => {
      const wait = { milliseconds, work };
      waits.push(wait);
      return () => {
        waits.splice(waits.indexOf(wait), 1);
      };
    },
    warn: (text) => warnings.push(text),
  });
  const next = async (): Promise<void> => {
    waits.shift()?.work();
    await new Promise(setImmediate);
  };
  return { folder, files, waits, warnings, next };
}

test('a token stands in a file that its owner alone reads, in a folder of the job', async () => {
  const { folder, files } = start(['a-token']);
  const { file } = await files.tokenOf(AWS);
  expect(readFileSync(file, 'utf8')).toBe('a-token');
  expect([statSync(file).mode & 0o777, statSync(folder).mode & 0o777]).toEqual([0o600, 0o700]);
  expect(await files.tokenOf(AWS)).toEqual({ file, text: 'a-token', folder });
  removeJobFolder(folder);
  expect(existsSync(folder)).toBe(false);
});

test('a token is renewed in the same file when half of its life is over, and no other file is left', async () => {
  const { folder, files, waits, next } = start([tokenOf('one', 1300), tokenOf('two', 1900)]);
  const { file } = await files.tokenOf(AWS);
  expect(waits.map(({ milliseconds }) => milliseconds)).toEqual([150_000]);
  await next();
  expect(readFileSync(file, 'utf8')).toBe(tokenOf('two', 1900));
  expect(await files.tokenOf(AWS)).toEqual({ file, text: tokenOf('two', 1900), folder });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toHaveLength(1);
  expect(waits.map(({ milliseconds }) => milliseconds)).toEqual([450_000]);
  files.stop();
  expect(waits).toEqual([]);
});

test('a token that could not be renewed is asked for again, and the old one stays', async () => {
  const { files, warnings, waits, next } = start([tokenOf('one', 1300), new Error('HTTP 503'), tokenOf('two', 1900)]);
  const { file } = await files.tokenOf(AWS);
  await next();
  expect(warnings).toEqual(['a token could not be renewed: HTTP 503']);
  expect(readFileSync(file, 'utf8')).toBe(tokenOf('one', 1300));
  expect(waits.map(({ milliseconds }) => milliseconds)).toEqual([20_000]);
  await next();
  expect(readFileSync(file, 'utf8')).toBe(tokenOf('two', 1900));
});

test('a token that says that it lives for years is renewed in an hour, not at once', async () => {
  const { files, waits } = start([tokenOf('one', 1_700_000_000_000)]);
  await files.tokenOf(AWS);
  expect(waits.map(({ milliseconds }) => milliseconds)).toEqual([3_600_000]);
});

test('a token that ends at once is renewed a while later, and one without an end never', async () => {
  const { files, waits } = start([tokenOf('one', 1000), 'no-end']);
  await files.tokenOf(AWS);
  await files.tokenOf({ ...AWS, audience: 'api://other' });
  expect(waits.map(({ milliseconds }) => milliseconds)).toEqual([20_000]);
});

test('a token for one audience is never that for another', async () => {
  const { files } = start(['of-aws', 'of-entra']);
  await files.tokenOf(AWS);
  expect((await files.tokenOf({ ...AWS, audience: 'api://AzureADTokenExchange' })).text).toBe('of-entra');
});

test('no message has a token, also after it was renewed', async () => {
  const { files, next } = start([tokenOf('one', 1300), 'opaque-second-token']);
  await files.tokenOf(AWS);
  await next();
  expect(withoutSecrets('refused: opaque-second-token')).not.toContain('opaque-second-token');
});

test('a renewal that is under way when the job ends writes, says and plans nothing', async () => {
  const { folder, files, waits, warnings, next } = start([tokenOf('one', 1300), tokenOf('two', 1900)]);
  await files.tokenOf(AWS);
  const renewal = next();
  files.stop();
  removeJobFolder(folder);
  await renewal;
  expect([warnings, waits, existsSync(folder)]).toEqual([[], [], false]);
});

test('tokens of two connections stand in two files', async () => {
  const { files } = start(['one', 'two']);
  const ofConnection = (connection: string) => files.tokenOf({ ...AWS, connection });
  const [one, two] = [await ofConnection('a'), await ofConnection('b')];
  expect([readFileSync(one.file, 'utf8'), readFileSync(two.file, 'utf8')]).toEqual(['one', 'two']);
});
