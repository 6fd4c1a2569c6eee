import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type KeptKey, KeyRing } from '../../../src/cli/sign-in/bootstrap/key-ring';
import { temporaryFolder } from '../../support/templates';

const home = temporaryFolder();
const place: KeptKey['place'] = {
  tenantId: 'c1a6d0f4-7b52-4e89-a3d1-6f0e2b9c5d73',
  estate: 'sandbox',
  program: 'customers',
};
const key: KeptKey = {
  ...{ place, clientId: 'client', keyId: 'key', certificate: 'AAAA' },
  ...{ privateKey: '-----BEGIN PRIVATE KEY-----', expires: new Date('2027-01-01T00:00:00Z') },
};

test.each(['', 'relative/folder'])(
  "a configuration folder '%s' counts as not given: no key lands where one works",
  (folder) => {
    // Without a tool of a keyring on the path.
    const ring = new KeyRing({ XDG_CONFIG_HOME: folder, HOME: home, PATH: home });
    const where = ring.keep(key);
    expect(where).toContain(`a file that only you can read, ${home}/.config/entra-aws/keys/`);
    expect(existsSync(join(folder, 'entra-aws'))).toBe(false);
    ring.forget(place);
  },
);

test('a record that is damaged is told of with its path, and without what is in it', () => {
  const file = join(home, 'entra-aws/keys', `${place.tenantId}.sandbox.customers.json`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, '{"privateKey":"-----BEGIN PRIVATE KEY-----');
  const find = (): unknown => new KeyRing({ XDG_CONFIG_HOME: home, PATH: home }).find(place);
  expect(find).toThrow(`the key of this laptop is not where ${file} says`);
  expect(find).not.toThrow(/BEGIN/);
});

test('a keyring that does not give a key up is told of, and the record stays to try again', () => {
  const folder = join(home, 'keyring');
  mkdirSync(folder);
  const tool = join(folder, 'secret-tool');
  // Keeps what it is given, and deletes nothing.
  const script = `#!/bin/sh
case "$1" in store) cat > "$HOME/secret" ;; lookup) cat "$HOME/secret" ;; *) exit 1 ;; esac
`;
  writeFileSync(tool, script, { mode: 0o700 });
  const ring = new KeyRing({ XDG_CONFIG_HOME: folder, HOME: folder, PATH: `${folder}:/usr/bin:/bin` }, 'linux');
  expect(ring.keep(key)).toBe('the keyring of this desktop (Secret Service)');
  const forget = (): void => {
    ring.forget(place);
  };
  expect(forget).toThrow(
    'the key of this laptop could not be deleted from the keyring of this desktop (Secret Service)',
  );
  expect(ring.recordOf(place)?.clientId).toBe('client');
  writeFileSync(tool, '#!/bin/sh\nexit 0\n', { mode: 0o700 });
  forget();
  expect(existsSync(join(folder, 'entra-aws/keys', `${place.tenantId}.sandbox.customers.json`))).toBe(false);
});
