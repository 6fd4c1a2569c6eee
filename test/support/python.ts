import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWithTool } from './tools';
import { REPOSITORY } from './repository';

/** Python with what requirements.txt lists, or why there is none. */
export type PythonEnvironment =
  | { readonly ok: true; readonly python: string; readonly bin: (name: string) => string }
  | { readonly ok: false; readonly reason: string };

const REQUIREMENTS = join(__dirname, 'requirements.txt');
const CACHE = join(REPOSITORY, 'node_modules/.cache/entra-aws-identity');
const IS_WINDOWS = process.platform === 'win32';
// cfn-lint needs 3.10, moto 3.9.
const CHECK = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))';
const CHECK_MS = 300_000;
const INSTALL_MS = 900_000;

const environments = new Map<string, PythonEnvironment>();

/**
 * The virtual environment of the tests, made on first use (about 20 seconds and the network) and kept in
 * node_modules/.cache. It blocks, since jest wants to know while it collects tests whether to skip them. What does not go
 * with the other packages has requirements, and an environment, of its own.
 */
export function pythonEnvironment(requirements = REQUIREMENTS): PythonEnvironment {
  const environment = environments.get(requirements) ?? findOrBuild(requirements);
  environments.set(requirements, environment);
  return environment;
}

/** `describe`, skipped with the reason printed where Python or its packages can't be had. */
export function describeWithPython(title: string, tests: () => void, requirements = REQUIREMENTS): void {
  const python = pythonEnvironment(requirements);
  describeWithTool({ tool: 'python', title, missing: python.ok ? undefined : python.reason }, tests);
}

function findOrBuild(requirements: string): PythonEnvironment {
  const hash = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const folder = join(CACHE, `venv-${hash}`);
  if (existsSync(join(folder, 'ready')) && works(binOf(folder, 'python'))) return found(folder);
  const candidates = [process.env['PYTHON'], 'python3', '/usr/bin/python3', 'python'];
  const base = candidates.find((candidate) => candidate !== undefined && works(candidate));
  if (base === undefined) return { ok: false, reason: 'no Python 3.10 or newer with venv and pip' };
  return build(base, folder, requirements);
}

function build(base: string, folder: string, requirements: string): PythonEnvironment {
  const script = join(__dirname, 'build_venv.py');
  const built = spawnSync(base, [script, folder, requirements], { encoding: 'utf8', timeout: INSTALL_MS });
  if (built.status === 0) return found(folder);
  const lastLine = built.stderr.trim().split('\n').at(-1) ?? '';
  return { ok: false, reason: `could not install ${requirements}: ${built.error?.message ?? lastLine}` };
}

function found(folder: string): PythonEnvironment {
  return { ok: true, python: binOf(folder, 'python'), bin: (name) => binOf(folder, name) };
}

function binOf(folder: string, name: string): string {
  return IS_WINDOWS ? join(folder, 'Scripts', `${name}.exe`) : join(folder, 'bin', name);
}

function works(python: string): boolean {
  return spawnSync(python, ['-c', CHECK], { timeout: CHECK_MS }).status === 0;
}
