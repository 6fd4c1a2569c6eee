import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { BY_HAND, PROFILES, SANDBOX_ANSWERS, sandboxSteps } from '../../support/deploy/steps/sandbox-clouds';
import { CLIENT_SECRET, outputsOf } from '../../support/handoff/outputs';
import { finish, type Finished, killGroup } from '../clouds/organization/run-snapshot';
import { writeEstate } from '../../support/estate-project';
import type { FakePrograms } from '../../support/fake-cli';
import { fakePrograms } from '../../support/fake-cli';
import type { Moto } from '../../support/moto';
import { startMoto } from '../../support/moto';
import { describeWithPython } from '../../support/python';
import { hostedSandboxFiles, withRecords } from '../../support/sandbox';
import { temporaryFolder } from '../../support/templates';
import { PROGRAM, REPOSITORY } from '../../support/repository';
import { bicepFiles } from '../../../src/package/contents/bicep';

const profiles = ['--access-profile', PROFILES.accessProfile, '--hosting-profile', PROFILES.hostingProfile];

const folder = temporaryFolder();
const project = join(folder, 'project');
const PASSPHRASE = 'correct horse battery';
const CUSTOMERS_UP = 'pulumi up --stack sandbox-customers';

/** Addresses of this machine, which none of the fake programs asks. */
const STAND_INS = { AWS_ENDPOINT_URL: 'http://127.0.0.1:9', ARM_METADATA_HOSTNAME: 'localhost:9' };

let programs: FakePrograms;
let bin: string;
let runs = 0;

const start = (args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess =>
  spawn(process.execPath, [PROGRAM, 'deploy', ...args], {
    cwd: project,
    // The example's own values are deployed to stand-ins alone.
    env: { PATH: bin, ...STAND_INS, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
const deploy = async (...args: readonly string[]): Promise<Finished> => finish(start([...profiles, ...args]));

/** Resolves once the process has printed a text. */
async function printed(child: ChildProcess, text: string): Promise<void> {
  let all = '';
  for await (const chunk of child.stdout ?? []) {
    all += String(chunk);
    if (all.includes(text)) return;
  }
  throw new Error(`it ended without ${text}:\n${all}`);
}

/** Lets `pulumi up` of the customers begin, and never end; it takes effect, or it does not. */
function hangCustomers(takesEffect: boolean): void {
  const hanging = {
    words: ['up', 'sandbox-customers'],
    stdout: 'updating\n',
    hangs: true,
    ...(takesEffect && { setsFlag: 'customers' }),
  };
  programs.answer('pulumi', [hanging, ...(SANDBOX_ANSWERS['pulumi'] ?? [])]);
}

const mend = (): void => {
  programs.answer('pulumi', SANDBOX_ANSWERS['pulumi'] ?? []);
};

const ups = (): readonly string[] => programs.calls().filter((line) => line === CUSTOMERS_UP);

writeEstate(project, 'sandbox', withRecords(hostedSandboxFiles()));
beforeEach(() => {
  runs += 1;
  bin = join(folder, `bin-${runs}`);
  programs = fakePrograms(bin);
  for (const [program, answers] of Object.entries(SANDBOX_ANSWERS)) programs.answer(program, answers);
  for (const id of BY_HAND) programs.flag(id, true);
});

test('runs the plain commands of every step in order, with their profiles, and has nothing to do the second time', async () => {
  const { code, stdout, stderr } = await deploy();
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain(
    `\n  pending: create 7\n  $ ${CUSTOMERS_UP}\ndid customers\n  $ npx --no entra-aws deploy repair customers --estate sandbox --check\nnothing to recover\n  done\n`,
  );
  expect(stdout).toMatch(/\nEverything is deployed\.\n$/);
  const { digest } = bicepFiles();
  const steps = sandboxSteps({ folder: relative(project, join(REPOSITORY, 'bicep')), digest });
  for (const { path, text } of steps.flatMap(({ files = [] }) => files))
    expect(readFileSync(join(project, path), 'utf8')).toBe(text);
  const commands = steps.flatMap((step) => ('commands' in step ? step.commands : []));
  const lines = commands.map(({ words, profile }) =>
    [...(profile === undefined ? [] : [`AWS_PROFILE=${profile}`]), ...words].join(' '),
  );
  const calls = programs.calls();
  expect(calls.filter((line) => lines.includes(line))).toEqual(lines);
  const again = await deploy();
  expect(again).toMatchObject({ code: 0, stdout: expect.stringMatching(/\nEverything is deployed\.\n$/) as string });
  expect(
    programs
      .calls()
      .slice(calls.length)
      .filter((line) => lines.includes(line)),
  ).toEqual([]);
});

test('a secret that an engine quotes is not in the output', async () => {
  const stdout = "error: Value 'hunter2 and more' at 'secretString' failed to satisfy constraint\n";
  programs.answer('pulumi', [
    { words: ['up', 'sandbox-customers'], stdout, stderr: `incorrect ${PASSPHRASE}\n`, code: 255 },
    ...(SANDBOX_ANSWERS['pulumi'] ?? []),
  ]);
  const refused = await finish(start(profiles, { PULUMI_CONFIG_PASSPHRASE: PASSPHRASE }));
  expect(refused).toMatchObject({ code: 1, stderr: 'incorrect [secret]\n' });
  expect(refused.stdout).toContain("error: Value [secret] at 'secretString' failed to satisfy constraint\n");
  expect(refused.stdout).not.toContain('hunter2');
});

test('what is left for a person makes the exit code 1', async () => {
  programs.flag('redirect-uris', false);
  const { code, stdout } = await deploy();
  expect(code).toBe(1);
  expect(stdout).toContain(
    '    $ AWS_PROFILE=application npx --no entra-aws deploy handoff --estate sandbox --url | git apply\n',
  );
  expect(stdout.endsWith('\nLeft: redirect-uris\n')).toBe(true);
});

test.each([
  [false, 2],
  [true, 1],
])(
  'ended by kill -9 in the middle of a step that took effect (%s), finds out in the next run',
  async (effect, times) => {
    hangCustomers(effect);
    const child = start(profiles);
    await printed(child, 'updating\n');
    killGroup(child);
    mend();
    expect((await deploy()).code).toBe(0);
    expect(ups()).toHaveLength(times);
  },
);

test.each([
  ['SIGKILL', 2, 0],
  ['SIGINT', 1, 1],
] as const)('where %s ends a run of Pulumi that got further, there are %i runs', async (endsBy, times, exitCode) => {
  const STACK = 'sandbox-customers';
  const steps = [{ op: 'create', urn: 'urn' }];
  programs.answer('pulumi', [
    { words: ['up', STACK], ifFlag: 'begun', setsFlag: 'customers' },
    { words: ['up', STACK], setsFlag: 'begun', endsBy },
    { words: ['preview', STACK], ifFlag: 'customers', stdout: JSON.stringify({ steps: [{ op: 'same', urn: 'urn' }] }) },
    { words: ['preview', STACK], ifFlag: 'begun', stdout: JSON.stringify({ steps }) },
    ...(SANDBOX_ANSWERS['pulumi'] ?? []),
  ]);
  expect((await deploy()).code).toBe(exitCode);
  expect(ups()).toHaveLength(times);
});

test('lets the command handle an interrupt, and says how to go on', async () => {
  hangCustomers(false);
  const child = start(profiles);
  const finished = finish(child);
  await new Promise<void>((done) => {
    child.stdout?.on('data', (chunk) => {
      if (String(chunk).includes('updating')) done();
    });
  });
  process.kill(-(child.pid ?? 0), 'SIGINT');
  const { code, stdout } = await finished;
  expect(code).toBe(1);
  expect(stdout).toContain(
    '  failed: it ended with exit code 130. Fix the error above and run the command again; it continues from this step.\n\nLeft: customers, ',
  );
});

test('a program that is missing is told, and the other steps are looked at', async () => {
  programs = fakePrograms(join(folder, 'few'));
  bin = join(folder, 'few');
  const { code, stdout } = await deploy('--status');
  expect(code).toBe(1);
  expect(stdout).toContain('  unknown: az is not installed, or not on the PATH (npx --no entra-aws docs deploying)\n');
  expect(stdout).toContain(
    'identity-center: IAM Identity Center with an external identity provider, first half\n  unknown: aws is not installed, or not on the PATH (npx --no entra-aws docs deploying)\n',
  );
});

test('--dry-run prints the plan and runs nothing', async () => {
  const { code, stdout } = await deploy('--dry-run');
  expect(code).toBe(0);
  expect(stdout).toContain(`  $ ${CUSTOMERS_UP}\n`);
  expect(programs.calls()).toEqual([]);
});

test.each([
  [['--dry-run', '--status'], 2, "option '--status' cannot be used with option '--dry-run'\n"],
  [['--estate', 'nope'], 2, "There is no estate 'nope'. Estates (folders with an estate.yaml) in estates: 'sandbox'\n"],
  [['--now'], 2, "unknown option '--now'"],
])('refuses %j', async (args, code, message) => {
  const { stderr, ...rest } = await deploy(...args);
  expect(rest).toEqual({ code, stdout: '' });
  expect(stderr).toContain(message);
});

describeWithPython('npx --no entra-aws deploy with the real handoff', () => {
  let moto: Moto;
  beforeAll(async () => {
    moto = await startMoto({ accountId: '210000000011', region: 'eu-west-1' });
  });
  afterAll(() => moto.stop());

  test('hands over once, between the data and the services', async () => {
    programs.answer('pulumi', [
      { words: ['--show-secrets'], stdout: JSON.stringify(outputsOf()) },
      ...(SANDBOX_ANSWERS['pulumi'] ?? []),
    ]);
    programs.answer('fake-npx', SANDBOX_ANSWERS['npx'] ?? []);
    writeFileSync(join(bin, 'npx'), NPX);
    chmodSync(join(bin, 'npx'), 0o755);
    // The data stack makes it.
    await new SecretsManagerClient(moto.client).send(
      new CreateSecretCommand({ Name: 'sandbox/customers/web-client-secret' }),
    );
    const first = await finish(start(profiles, moto.env));
    expect(first.stdout).toContain('  create parameter /sandbox/customers/version\n  done\nhosting: ');
    expect(first.stdout).not.toContain(CLIENT_SECRET);
    const second = await finish(start([...profiles, '--status'], moto.env));
    expect(second.stdout).toContain('handoff: ids and the client secret pass from Pulumi to AWS\n  done\n');
  });
});

/** npx that runs the real handoff; everything else is faked. */
const NPX = `#!${process.execPath}
const { spawnSync } = require('node:child_process');
const { join } = require('node:path');
const args = process.argv.slice(2);
const real = args.includes('handoff') && !args.includes('--url');
const [program, given] = real
  ? [process.execPath, ['${PROGRAM}', ...args.slice(args.indexOf('deploy'))]]
  : [join(__dirname, 'fake-npx'), args];
// There is no such profile here; moto's keys are in the environment.
const { AWS_PROFILE, ...environment } = process.env;
const env = real ? environment : process.env;
process.exitCode = spawnSync(program, given, { stdio: 'inherit', env }).status;
`;
