import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { version } from '../../../../package.json';
import { parseRemote } from '../../../../src/clouds/git/remote';
import { forgeOf, repositoryOf } from '../../../../src/estate/sections/pipeline/forges/registry';
import { defaultAnswers, type InitOptions, wishesOf } from '../../../../src/cli/init/choose';
import { nameFault } from '../../../../src/cli/init/name';
import { packageSpec } from '../../../../src/cli/init/run';
import { placeFaults, writeFiles } from '../../../../src/cli/init/write-files';
import { init } from '../../../../src/cli/init/options';
import { asReleased } from '../../../support/released';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'init-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
  jest.restoreAllMocks();
});

const options = (change: Partial<InitOptions> = {}): InitOptions => ({ ...init.opts(), ...change });
const answers = (change: Partial<InitOptions> = {}) =>
  defaultAnswers(wishesOf(options(change), ['acme']), { known: undefined, remote: undefined, branch: undefined });

describe('the answers', () => {
  test('are what is sold to new accounts, unless options say otherwise', () => {
    expect(answers()).toMatchObject({
      name: 'acme',
      customers: 'external-id',
      platform: 'ecs-express',
      start: 'example',
    });
    expect(answers({ customers: 'none' })).toMatchObject({ customers: 'none', platform: 'none' });
    expect(answers({ customers: 'b2c', platform: 'app-runner', forge: 'gitlab' })).toMatchObject({
      customers: 'b2c',
      platform: 'app-runner',
      forge: 'gitlab',
    });
  });

  test.each([
    ['git@github.com:acme/identity.git', 'github', 'acme/identity'],
    ['git@github.com:acme/identity.git', 'gitlab', undefined],
    ['git@gitlab.com:acme/identity.git', 'github', undefined],
    ['git@bitbucket.org:acme/identity.git', 'github', undefined],
    ['git@github.com:acme/identity.git', 'none', undefined],
  ] as const)('take the repository of %s at the forge that has it: %s', (address, forge, repository) => {
    const around = { known: undefined, remote: parseRemote(address), branch: 'trunk' };
    const { origin } = defaultAnswers(wishesOf(options({ forge }), ['acme']), around);
    expect(origin).toEqual({ branch: 'trunk', ...(repository !== undefined && { repository, server: undefined }) });
  });

  test('take the forge and the owners of a repository that has estates', () => {
    const known = { version: '0.1.0', forge: 'azure-devops' as const, owners: ['@a/b'], files: [] };
    expect(
      defaultAnswers(wishesOf(options(), ['beta']), {
        known,
        remote: parseRemote('git@github.com:acme/identity.git'),
        branch: undefined,
      }),
    ).toMatchObject({
      forge: 'azure-devops',
      owners: ['@a/b'],
    });
  });

  test.each<readonly [Partial<InitOptions>, string]>([
    [{ estate: 'other' }, "Give one name: 'acme', or --estate 'other'."],
    [{ estates: 'b' }, '--estates must be estates, where the engines look, got "b"'],
    [{ tenant: 't' }, '--tenant is for --start import.'],
    [
      { customers: 'none', platform: 'app-runner' },
      '--platform app-runner needs customers: it runs their application. Leave it out, or give --customers.',
    ],
    [
      { owners: ['@a/b', 'x\n* @evil'] },
      '--owners must be names such as @acme/identity, or addresses, got "x\\n* @evil"',
    ],
  ])('are refused with %j', (change, message) => {
    expect(() => wishesOf(options(change), ['acme'])).toThrow(message);
  });
});

test.each([
  ['my estate', "; did you mean 'my-estate'?"],
  ['9acme', "; did you mean 'acme'?"],
  ['café_prod', "; did you mean 'cafe-prod'?"],
  ['../acme', "; did you mean 'acme'?"],
  ['9', ''],
])('the name %j is refused with a name that can be', (name, advice) => {
  expect(nameFault(name)).toBe(
    `The name of an estate must be a letter, then at most 109 letters, digits and hyphens, got ${JSON.stringify(name)}${advice}`,
  );
});

test.each([
  ['git@github.com:acme/identity.git', 'github'],
  ['https://github.com/acme/identity', 'github'],
  ['https://acme.ghe.com/acme/identity', 'github'],
  ['ssh://git@gitlab.example.com:2222/acme/identity.git', 'gitlab'],
  ['https://user:word@gitlab.com/acme/identity.git', 'gitlab'],
  ['git@ssh.dev.azure.com:v3/acme/project/identity', 'azure-devops'],
  ['https://acme.visualstudio.com/project/_git/identity', 'azure-devops'],
  ['https://git.example.com/github/identity', undefined],
  ['../identity', undefined],
])('the forge of %s is %s', (address, forge) => {
  const remote = parseRemote(address);
  expect(remote && forgeOf(remote)).toBe(forge);
});

test.each([
  ['git@github.com:acme/identity.git', { repository: 'acme/identity' }],
  ['https://x-access-token:ghs_1@github.com/acme/identity', { repository: 'acme/identity' }],
  ['ssh://git@ssh.github.com:443/acme/identity.git/', { repository: 'acme/identity' }],
  ['https://acme.ghe.com/acme/identity', { repository: 'acme/identity', server: 'https://acme.ghe.com' }],
  ['https://gitlab.com/acme/platform/identity.git', { repository: 'acme/platform/identity' }],
  [
    'ssh://git@gitlab.example.com:2222/acme/identity.git',
    { repository: 'acme/identity', server: 'https://gitlab.example.com' },
  ],
  [
    'https://gitlab.example.com:8443/acme/identity.git',
    { repository: 'acme/identity', server: 'https://gitlab.example.com:8443' },
  ],
  ['git@ssh.dev.azure.com:v3/acme/My%20Project/identity', { repository: 'acme/My Project/identity' }],
  ['https://acme@dev.azure.com/acme/project/_git/identity', { repository: 'acme/project/identity' }],
  ['https://dev.azure.com/acme/_git/project', { repository: 'acme/project/project' }],
  ['https://acme.visualstudio.com/DefaultCollection/project/_git/identity', { repository: 'acme/project/identity' }],
  ['acme@vs-ssh.visualstudio.com:v3/acme/project/identity', { repository: 'acme/project/identity' }],
])('the repository of %s is named as an estate names it', (address, named) => {
  const remote = parseRemote(address);
  const forge = remote && forgeOf(remote);
  expect(remote && forge && repositoryOf(remote, forge)).toEqual({ forge, ...named });
});

test.each([
  ['git@github.com:identity.git', 'github'],
  ['git@github.com:acme/platform/identity.git', 'github'],
  ['git@github.com:acme/identity.git', 'azure-devops'],
  ['https://dev.azure.com/acme/project/_git/identity', 'gitlab'],
] as const)('%s is no repository of %s', (address, forge) => {
  const remote = parseRemote(address);
  expect(remote && repositoryOf(remote, forge)).toBeUndefined();
});

describe('the package is asked for', () => {
  const installedBy = (spec: string): ReturnType<typeof packageSpec> => {
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ dependencies: { '@entra-aws-identity/cli': spec } }));
    return packageSpec(undefined, join(folder, 'node_modules/@entra-aws-identity/cli'));
  };

  test('as it was installed from a registry or an address', () => {
    expect(installedBy('^0.3.0')).toEqual({ spec: '^0.3.0' });
    expect(installedBy('git+https://git.example.com/x.git#v1')).toEqual({
      spec: 'git+https://git.example.com/x.git#v1',
    });
  });

  test('by the path of the tarball from this folder, with what to do where others lack it', () => {
    const { spec, note } = installedBy('file:../x.tgz');
    expect(spec).toBe(`file:${relative('.', join(folder, '../x.tgz'))}`);
    expect(note).toContain('outside this folder: copy it into the repository');
    expect(installedBy(`file:${join(process.cwd(), 'x.tgz')}`)).toEqual({ spec: 'file:x.tgz' });
  });

  test('by its folder where nothing tells more, since no registry holds its version for us', () => {
    const { spec, note } = packageSpec(undefined, folder);
    expect(spec).toBe(`file:${relative(realpathSync('.'), realpathSync(folder))}`);
    expect(note).toContain('outside this folder');
  });

  test('by its version where that was released, with what to do', () => {
    asReleased();
    expect(packageSpec(undefined, folder)).toMatchObject({
      spec: version,
      note: expect.stringContaining('--package SPEC') as string,
    });
    expect(packageSpec('file:mine.tgz', folder)).toEqual({ spec: 'file:mine.tgz' });
  });
});

describe('a place where a file is to be written', () => {
  const at = (path: string): readonly string[] => placeFaults([relative('.', join(folder, path))]);

  test('may lack its folder, and may be a file', () => {
    writeFileSync(join(folder, 'there'), '');
    expect([...at('a/b/c'), ...at('there')]).toEqual([]);
  });

  test('is not a folder, and not below a file', () => {
    mkdirSync(join(folder, 'cdk.json'));
    writeFileSync(join(folder, 'bicep'), '');
    expect(at('cdk.json')).toEqual([expect.stringMatching(/cdk\.json must be a file, got a folder$/)]);
    expect(at('bicep/a/b')).toEqual([expect.stringMatching(/bicep must be a folder, got a file$/)]);
  });

  test('is not behind a link that leads elsewhere, or nowhere', () => {
    const outside = mkdtempSync(join(tmpdir(), 'outside-'));
    symlinkSync(outside, join(folder, 'estates'));
    symlinkSync(join(folder, 'missing'), join(folder, 'cdk.json'));
    // The test runs elsewhere: everything here is outside of its working directory.
    for (const path of ['estates/a', 'cdk.json'])
      expect(at(path)).toEqual([expect.stringMatching(/ is a link that leads out of this folder$/)]);
    rmSync(outside, { recursive: true });
  });
});

describe('writing', () => {
  const files = ['a', 'b', 'c'].map((path) => ({ path, text: path }));
  const systemError = (code: string): Error =>
    Object.assign(new Error('the system says no'), { code, syscall: 'write' });

  test.each([
    ['ENOSPC', 'ENOSPC, the disk is full'],
    ['EACCES', 'EACCES, permission denied'],
    ['EIO', 'EIO'],
  ])('that ends with %s says how far it came, and that another run goes on', async (code, reason) => {
    const written: string[] = [];
    const write = (path: string): Promise<void> => {
      if (path === 'b') return Promise.reject(systemError(code));
      written.push(path);
      return Promise.resolve();
    };
    await expect(writeFiles(files, write)).rejects.toThrow(
      `b can't be written (${reason}): 1 of 3 files are written, each of them whole. Run the same command again: it writes the others.`,
    );
    expect(written).toEqual(['a']);
  });

  test('lets the file of the moment end at Ctrl-C, and says how far it came', async () => {
    const written: string[] = [];
    const write = (path: string): Promise<void> => {
      if (path === 'b') process.emit('SIGINT');
      written.push(path);
      return Promise.resolve();
    };
    await expect(writeFiles(files, write)).rejects.toThrow('Stopped: 2 of 3 files are written');
    expect(written).toEqual(['a', 'b']);
    expect(process.listenerCount('SIGINT')).toBe(0);
  });
});
