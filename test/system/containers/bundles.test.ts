import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { bundleImages } from '../../../src/local/containers/bundle';
import type { ServiceName, Variables } from './stack';
import { REPOSITORY } from '../../support/repository';
import { Collector } from '../../support/collector';
import { policyPage, startStack } from './stack';

/** Nothing here has a folder `node_modules` above it. */
let root: string;
let collector: Collector;

const PROGRAMS = { b2c: 'emulator/b2c.js', database: 'emulator/database.js', api: 'api/main.js', web: 'web/main.js' };

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'bundles-'));
  await bundleImages(root);
  collector = await Collector.start();
});

afterAll(() => {
  rmSync(root, { recursive: true });
  collector.stop();
});

function run(name: ServiceName, variables: Variables) {
  const data = join(root, 'data', name);
  mkdirSync(data, { recursive: true });
  const places =
    name === 'b2c' ? { DATA: data, REGISTRATIONS: join(root, 'compose/registrations.json') } : { DATA: data };
  return spawn(process.execPath, [join(root, PROGRAMS[name])], {
    cwd: root,
    env: {
      ...variables,
      ...places,
      HOST: '127.0.0.1',
      NODE_OPTIONS: '--disable-warning=ExperimentalWarning',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_SERVICE_NAME: `bundled-${name}`,
    },
  });
}

test('the bundles run by node alone: a customer signs in and sees the policy, traces are sent, SIGTERM ends each with 0', async () => {
  const stack = await startStack(join(root, 'compose'), run);
  try {
    expect(await policyPage(stack.url)).toContain('Beneficiary None yet');
    for (const name of ['web', 'api', 'database', 'b2c'] as const) {
      const child = stack.processes[name];
      const closed = once(child, 'close');
      child.kill('SIGTERM');
      await closed;
      expect([name, child.exitCode]).toEqual([name, 0]);
    }
    const traces = collector.received().toString('latin1');
    for (const told of ['bundled-web', 'bundled-api', 'GET /policy']) expect(traces).toContain(told);
  } finally {
    await stack.stop();
  }
});

test.each(Object.entries(PROGRAMS))('%s ends with 2 and names what its environment lacks', async (_name, program) => {
  const child = spawn(process.execPath, [join(root, program)], { cwd: root, env: {} });
  let output = '';
  child.stderr.on('data', (data) => (output += String(data)));
  const [code] = (await once(child, 'close')) as [number | null];
  expect(code).toBe(2);
  expect(output).toContain('  PORT: is missing\n');
});

test.each(['api', 'web'])('%s takes back what the build of its image compiled', (name) => {
  const compiled = join(root, `compiled-${name}`);
  const file = readFileSync(join(REPOSITORY, 'apps/service/Dockerfile'), 'utf8').replaceAll('/tmp/compiled', compiled);
  const [stage = '', image = ''] = file.split(/^FROM /m).slice(1);
  const environmentOf = (text: string) =>
    Object.fromEntries(Array.from(text.matchAll(/(\w+)=(\S+)/g), ([, key = '', value = '']) => [key, value]));
  const ofStage = environmentOf(/^ENV (.*)$/m.exec(stage)?.[1] ?? '');
  const ofImage = environmentOf(/^ENV ([^]*?)\n[A-Z]/m.exec(image)?.[1] ?? '');
  const call = z.array(z.string()).parse(JSON.parse(/^RUN (.*)$/m.exec(stage)?.[1] ?? ''));
  const runIn = (args: readonly string[], env: Readonly<Record<string, string>>) =>
    spawnSync(process.execPath, args, { cwd: join(root, name), env, encoding: 'utf8' });
  expect(runIn(call.slice(1), ofStage)).toMatchObject({ status: 0, stderr: '' });
  expect(ofImage).toMatchObject({ NODE_OPTIONS: ofStage['NODE_OPTIONS'], NODE_COMPILE_CACHE: '/app/compiled' });
  const { stderr } = runIn(['main.js'], { ...ofStage, NODE_DEBUG_NATIVE: 'compile_cache' });
  expect(stderr).toMatch(/cache for CommonJS \S+main\.js was accepted/);
});

test('no bundle is large, and none has a folder of packages or a source in it', () => {
  for (const folder of ['api', 'web', 'emulator']) {
    const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
    const bytes = names.map((name) => statSync(join(root, folder, name)).size).reduce((sum, size) => sum + size, 0);
    expect(bytes).toBeLessThan(12_000_000);
    expect(names.filter((name) => name.includes('node_modules') || name.endsWith('.ts'))).toEqual([]);
  }
});

test('secrets are for their owner alone, and the file that containers read has none', () => {
  const folder = join(root, 'compose');
  const open = readdirSync(folder).filter((name) => (statSync(join(folder, name)).mode & 0o077) !== 0);
  expect(open).toEqual(['registrations.json']);
});
