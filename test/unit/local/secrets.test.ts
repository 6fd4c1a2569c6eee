import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSecrets } from '../../../src/local/secrets';

let root: string;
let path: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'secrets-'));
  path = join(root, 'secrets.json');
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

test('draws secrets once, into a file for its owner alone', () => {
  const drawn = openSecrets(path);
  expect(Buffer.from(drawn.sessionKey, 'base64url')).toHaveLength(32);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(openSecrets(path)).toEqual(drawn);
});

test('draws others in another folder', () => {
  expect(openSecrets(path)).not.toEqual(openSecrets(join(root, 'other.json')));
});

test.each(['', '{"clientSecret": "do-not-show-this-one-in-a-message"}'])(
  'refuses a damaged file, and neither shows nor replaces what is in it',
  (text) => {
    writeFileSync(path, text);
    expect(() => openSecrets(path)).toThrow(
      new Error(`${path}: is damaged; restore it, or delete the state by --reset`),
    );
    expect(readFileSync(path, 'utf8')).toBe(text);
  },
);
