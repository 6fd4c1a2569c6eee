import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import lock from '../../../package-lock.json';
import packageJson from '../../../package.json';
import { REPOSITORY } from '../../support/repository';
import { FILES, RELEASE, RELEASE_WORKFLOW, textOf } from '../../support/workflows/workflow-files';

const { jobs, on, permissions } = RELEASE_WORKFLOW;
const steps = Object.values(jobs).flatMap((job) => job.steps);
const runs = steps.flatMap(({ run }) => (run === undefined ? [] : [run]));

const pinsOf = (text: string): readonly string[] =>
  [...text.matchAll(/uses: (\S+@[^,\s]+).*?( # .+)$/gm)].map(([, use = '', version = '']) => `${use}${version}`);

test('publishes for a tag of a version, and for nothing else', () => {
  expect(on).toEqual({ push: { tags: ['v*'] } });
  expect(runs[0]).toBe('.ci/release/check "$GITHUB_REF_NAME"');
});

test('each job may do exactly this, and those that publish wait for a reviewer', () => {
  expect(permissions).toEqual({});
  const signs = { 'id-token': 'write' };
  const attests = { ...signs, attestations: 'write' };
  expect(Object.entries(jobs).map(([name, job]) => [name, job.permissions, job.environment])).toEqual([
    ['build', { contents: 'read' }, undefined],
    ['npm', { contents: 'read', ...signs }, 'release'],
    ['image', { contents: 'read', packages: 'write', ...attests }, 'release'],
    // It needs both, and so their reviewers.
    ['release', { contents: 'write', ...attests }, undefined],
  ]);
  expect(jobs['release']?.needs).toEqual(['npm', 'image']);
});

test('a job with a right to write checks out at most the sources of the image, and runs no code of a dependency', () => {
  const writing = Object.entries(jobs).filter(([name]) => name !== 'build');
  for (const [, job] of writing) {
    for (const { run = '' } of job.steps) expect(run).not.toMatch(/npm (ci|install|run|pack)|npx|\.ci\//);
  }
  expect(jobs['npm']?.steps.map(({ run }) => run).filter(Boolean)).toEqual([
    'npm publish "./release/$PACKAGE-${GITHUB_REF_NAME#v}.tgz" --ignore-scripts',
  ]);
});

test('actions are pinned by commit, those of the pipeline by the same', () => {
  const pins = pinsOf(textOf(RELEASE));
  expect(pins.length).toBeGreaterThan(10);
  for (const pin of pins) expect(pin).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  const all = new Set([...pins, ...FILES.flatMap((file) => pinsOf(textOf(file)))]);
  const versions = Map.groupBy(all, (pin) => pin.split('@')[0]);
  expect([...versions.values()].filter((found) => found.length > 1)).toEqual([]);
});

test('nothing that GitHub puts in becomes shell, no secret is read, and no token is kept', () => {
  for (const run of runs) expect(run).not.toContain('${{');
  expect(textOf(RELEASE)).not.toContain('secrets.');
  for (const { uses = '', with: inputs } of steps) {
    if (uses.startsWith('actions/checkout@')) expect(inputs?.['persist-credentials']).toBe(false);
    // A cache may have been filled by another branch.
    if (uses.startsWith('actions/setup-node@')) expect(inputs?.['package-manager-cache']).toBe(false);
  }
});

test('the image is published for both architectures with provenance and parts, and signed by its digest', () => {
  const image = jobs['image']?.steps ?? [];
  const build = image.find(({ uses }) => uses?.startsWith('docker/build-push-action@'));
  expect(build?.with).toMatchObject({ platforms: 'linux/amd64,linux/arm64', provenance: 'mode=max', sbom: true });
  expect(image.map(({ run }) => run)).toContain('cosign sign --yes "$IMAGE@$DIGEST"');
});

test('the package may be published, by this repository with provenance, and says where it is from', () => {
  expect(packageJson).not.toHaveProperty('private');
  expect(packageJson.publishConfig).toEqual({ access: 'public', provenance: true });
  const address = 'https://github.com/entra-aws-identity/entra-aws-identity';
  expect(packageJson.repository).toEqual({ type: 'git', url: `git+${address}.git` });
  expect(packageJson.bugs).toBe(`${address}/issues`);
  expect(textOf('image/Dockerfile')).toContain(`org.opencontainers.image.source="${address}"`);
  expect(textOf('SECURITY.md')).toContain(`${address.replace('https://', 'ghcr.io/').replace('github.com/', '')}@`);
});

test('every install script of a dependency is refused or allowed, and nothing else is', () => {
  const scripted = Object.entries(lock.packages).filter(
    ([path, entry]) => path !== '' && 'hasInstallScript' in entry && !('link' in entry),
  );
  const names = new Set(scripted.map(([path]) => path.replace(/^.*node_modules\//, '')));
  // What is for another system alone is not among what npm asks about here.
  const asked = [...names].filter((name) => name !== 'fsevents');
  expect(Object.keys(packageJson.allowScripts).toSorted()).toEqual(asked.toSorted());
  expect(Object.values(packageJson.allowScripts)).not.toContain(true);
});

test('the changelog begins with what is to come or what was released last', () => {
  const [, first = ''] = readFileSync(join(REPOSITORY, 'CHANGELOG.md'), 'utf8').split(/^## /m);
  expect(first.split('\n')[0]).toMatch(
    new RegExp(`^(Unreleased|${packageJson.version.replaceAll('.', '\\.')}, \\d{4}-\\d{2}-\\d{2})$`),
  );
});
