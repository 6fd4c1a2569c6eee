import { LEDGER_FILE, ledgerText, parseLedger } from '../../../src/package/project/ledger';
import { managedFiles } from '../../../src/package/project/managed-files';
import { isManaged } from '../../../src/package/project/mark';
import { changesBetween } from '../../../src/package/project/changes';

const filesOf = (forge: 'github' | 'none' = 'github') =>
  managedFiles({ estates: [{ name: 'acme' }], forge, owners: [] });

test('every managed file says that it is one', () => {
  expect(Object.entries(filesOf()).filter(([, text]) => !isManaged(text))).toEqual([]);
});

test('a repository without a forge has no pipeline', () => {
  expect(Object.keys(filesOf('none')).filter((path) => path.startsWith('.github/'))).toEqual([]);
});

describe('the list of what was offered', () => {
  test('is read as it was written', () => {
    const text = ledgerText({ forge: 'gitlab', owners: ['@acme/identity'] }, ['b', 'a', 'b']);
    expect(parseLedger(text)).toMatchObject({ forge: 'gitlab', owners: ['@acme/identity'], files: ['a', 'b'] });
    expect(parseLedger(undefined)).toBeUndefined();
  });

  test.each(['', '{', '{"version":"1.0.0","files":["a"]}', '{"version":1,"forge":"github","files":[]}'])(
    'is refused if it is %j',
    (text) => {
      expect(() => parseLedger(text)).toThrow(`${LEDGER_FILE} can't be read, or is of a newer version`);
    },
  );

  test.each(['../other/cdk.json', 'a/../../b', '/etc/hosts', 'C:/b', 'a\\..\\b', '', '.', 'a//b', 'a\0b'])(
    'names no file outside of the repository, such as %j',
    (path) => {
      const text = ledgerText({ forge: 'github', owners: [] }, ['cdk.json', path]);
      expect(() => parseLedger(text)).toThrow(`${LEDGER_FILE}: files must be paths in this folder, got`);
    },
  );

  test.each(['@acme/identity\n* @mallory', '@acme identity', '*', '# none'])('names no owner such as %j', (owner) => {
    const text = ledgerText({ forge: 'github', owners: [owner] }, []);
    expect(() => parseLedger(text)).toThrow(`${LEDGER_FILE}: owners must be names such as @acme/identity`);
  });
});

describe('the changes between two versions', () => {
  const changelog = `# Changelog

## Unreleased

- **New**: see [the page](docs/page.md).

## 0.2.0

- ${'long '.repeat(50)}
- second

## [0.1.1]

- fixed

## 0.1.0

- first
`;
  const versions = (from: string, to: string): readonly string[] =>
    changesBetween(changelog, { from, to }).map(({ version }) => version);

  test('are those after the one, up to the other', () => {
    expect(versions('0.1.0', '0.2.0')).toEqual(['0.2.0', '0.1.1']);
    expect(versions('0.1.1', '0.2.0')).toEqual(['0.2.0']);
    expect(versions('0.2.0', '0.2.0')).toEqual([]);
    expect(versions('0.2.0', '0.1.0')).toEqual([]);
    expect(versions('0.2.0-rc.1', '0.2.0')).toEqual(['0.2.0']);
  });

  test('have what is not released in the version that has no heading yet', () => {
    expect(changesBetween(changelog, { from: '0.2.0', to: '0.3.0' })).toEqual([
      { version: '0.3.0', changes: ['New: see the page.'] },
    ]);
  });

  test('are cut, since the file has all of it', () => {
    const [{ changes: [long = '', second] } = { changes: [] }] = changesBetween(changelog, {
      from: '0.1.1',
      to: '0.2.0',
    });
    expect(long).toMatch(/^long .*…$/);
    expect(long.length).toBeLessThanOrEqual(161);
    expect(second).toBe('second');
  });
});
