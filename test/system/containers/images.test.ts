import { spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleImages } from '../../../src/local/containers/bundle';
import { describeWithTool } from '../../support/tools';
import type { ImageTool } from './image-tools';
import { buildBase, findImageTool } from './image-tools';
import type { ServiceName, Stack, Variables } from './stack';
import { policyPage, startStack } from './stack';
import { REPOSITORY } from '../../support/repository';

const MAX_BYTES = 200_000_000;
const USER = 10_001;

const IMAGES = { api: 'apps/service', web: 'apps/service', emulator: 'apps/emulator' } as const;
const RUNS: Readonly<Record<ServiceName, { image: keyof typeof IMAGES; command: readonly string[] }>> = {
  b2c: { image: 'emulator', command: ['b2c.js'] },
  database: { image: 'emulator', command: ['database.js'] },
  api: { image: 'api', command: [] },
  web: { image: 'web', command: [] },
};

const folder = mkdtempSync(join(tmpdir(), 'images-'));
const found = findImageTool(folder);

const tagOf = (image: string): string => `localhost/entra-aws-identity-test/${image}`;

afterAll(() => {
  if (!('skipped' in found)) found.remove();
  rmSync(folder, { recursive: true, force: true });
});

const missing = 'skipped' in found ? found.skipped : undefined;
describeWithTool({ tool: 'buildah', title: 'the images', missing }, () => {
  const tool = found as ImageTool;

  beforeAll(async () => {
    // As .dockerignore leaves it: the context is what was bundled, and nothing is fetched.
    await bundleImages(join(folder, 'context/dist'));
    const base = buildBase(tool, folder);
    for (const [image, place] of Object.entries(IMAGES)) {
      tool.build({
        file: join(REPOSITORY, place, 'Dockerfile'),
        context: join(folder, 'context'),
        tag: tagOf(image),
        args: { NODE_IMAGE: base, SERVICE: image },
      });
    }
  });

  test.each(Object.keys(IMAGES))('%s is small, not root, labelled and has a health check', (image) => {
    const facts = tool.inspect(tagOf(image));
    expect(facts.bytes).toBeLessThan(MAX_BYTES);
    expect(facts.user).toBe(`${USER}:${USER}`);
    expect(facts.labels).toMatchObject({
      'org.opencontainers.image.title': `entra-aws-identity ${image}`,
      'org.opencontainers.image.licenses': 'MIT',
      'org.opencontainers.image.version': '0.1.0',
    });
    expect(facts.healthcheck.slice(0, 2)).toEqual(['CMD', 'node']);
    process.stderr.write(`${tool.name}: ${image} ${Math.round(facts.bytes / 1_000_000)} MB\n`);
  });

  test('run together as compose.yaml runs them: a customer signs in and sees the policy', async () => {
    const stack = await startStack(join(folder, 'compose'), run);
    try {
      expect(await policyPage(stack.url)).toContain('Beneficiary None yet');
      // What they wrote, they wrote as the image's user.
      expect(statSync(join(folder, 'data/b2c/b2c.sqlite')).uid).toBe(USER);
      expect(statSync(join(folder, 'data/database/CURRENT')).uid).toBe(USER);
      expect(healthOf('api', stack)).toBe(0);
      expect(healthOf('web', stack)).toBe(0);
      expect(healthOf('b2c', stack)).toBe(0);
      expect(healthOf('database', stack)).toBe(0);
    } finally {
      await stack.stop();
    }
    expect(healthOf('api', stack)).toBe(1);
    expect(healthOf('b2c', stack)).toBe(1);
  });

  /** Exit code of the image's health check, run beside the container: they share the network. */
  function healthOf(name: ServiceName, { variables }: Stack): number | null {
    const [, , ...args] = tool.inspect(tagOf(RUNS[name].image)).healthcheck;
    return spawnSync(process.execPath, args, { env: { PORT: variables[name]['PORT'] } }).status;
  }

  function run(name: ServiceName, variables: Variables) {
    const { image, command } = RUNS[name];
    const data = join(folder, 'data', name);
    mkdirSync(data, { recursive: true });
    chownSync(data, USER, USER);
    const registrations = { '/run/registrations.json': join(folder, 'compose/registrations.json') };
    const mounts = { api: {}, web: {}, database: { '/data': data }, b2c: { '/data': data, ...registrations } };
    return tool.run({ image: tagOf(image), command, variables, mounts: mounts[name] });
  }
});
