import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { REPOSITORY } from './repository';

export interface CdkOptions {
  /** The folder of cdk.json, or of the app that `--app` names. */
  readonly cwd: string;
  /**
   * `moto.env`, and what the app itself needs. Variables of the caller that begin with AWS_ or CDK_ aren't handed on, nor is CI,
   * by which the CLI writes to stdout.
   */
  readonly env?: Readonly<Record<string, string>>;
}

export interface CdkResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const CLI = join(REPOSITORY, 'node_modules/aws-cdk/bin/cdk');
const QUIET = ['--no-notices', '--no-color', '--no-version-reporting'];

/** Runs the CDK CLI of node_modules, with no telemetry, notices or colours, and no state of the user's. */
export async function runCdk(args: readonly string[], options: CdkOptions): Promise<CdkResult> {
  // The CLI remembers there which account a key belongs to; all servers have the same key.
  const home = await mkdtemp(join(tmpdir(), 'cdk-home-'));
  try {
    const env = { ...inherited(), ...SETTINGS, CDK_HOME: home, ...options.env };
    const cli = spawn(process.execPath, [CLI, ...args, ...QUIET], {
      cwd: options.cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output = Promise.all([text(cli.stdout), text(cli.stderr)]);
    const [code] = (await once(cli, 'close')) as [number | null];
    const [stdout, stderr] = await output;
    return { code, stdout, stderr };
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** As `runCdk`. @throws Error with the whole output unless the exit code is 0. */
export async function runCdkOk(args: readonly string[], options: CdkOptions): Promise<CdkResult> {
  const result = await runCdk(args, options);
  if (result.code === 0) return result;
  throw new Error(`cdk ${args.join(' ')}: exit code ${String(result.code)}\n${result.stdout}\n${result.stderr}`);
}

const SETTINGS = {
  CDK_DISABLE_CLI_TELEMETRY: '1',
  CDK_DISABLE_VERSION_CHECK: '1',
  NO_COLOR: '1',
  // The app runs on the Node of the tests, and finds tsx, whatever the caller's PATH is.
  PATH: [dirname(process.execPath), join(REPOSITORY, 'node_modules/.bin'), process.env['PATH'] ?? ''].join(delimiter),
};

function inherited(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(AWS_|CDK_|CI$|NODE_OPTIONS$|JEST_|FORCE_COLOR$)/.test(name),
  );
  return Object.fromEntries(kept);
}
