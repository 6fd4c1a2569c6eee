import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { REPOSITORY } from './repository';
import type { ToolSuite } from './tools';

const SOURCES = join(__dirname, 'event-ruler');
const POM = join(SOURCES, 'pom.xml');
const VERSION = createHash('sha256').update(readFileSync(POM)).digest('hex').slice(0, 12);
const JARS = join(REPOSITORY, 'node_modules/.cache/entra-aws-identity', `event-ruler-${VERSION}`);

/** EventBridge's engine, as the tool that a suite stands on. Maven fetches it once; later runs are offline. */
export function eventRuler(): Pick<ToolSuite, 'tool' | 'missing'> {
  return { tool: 'java', missing: existsSync(JARS) ? undefined : fetchJars() };
}

/** @returns why it is not there */
function fetchJars(): string | undefined {
  mkdirSync(dirname(JARS), { recursive: true });
  const folder = mkdtempSync(`${JARS}-`);
  const goal = ['-q', '-B', '-f', POM, 'dependency:copy-dependencies', `-DoutputDirectory=${folder}`];
  const { status, error, stdout } = spawnSync('mvn', goal, { encoding: 'utf8' });
  if (status === 0 && !existsSync(JARS)) renameSync(folder, JARS);
  else rmSync(folder, { recursive: true });
  return existsSync(JARS) ? undefined : `Maven could not fetch the engine: ${error?.message ?? stdout.slice(0, 300)}`;
}

/**
 * Names of the patterns that match each event.
 *
 * @throws Error if the engine refuses a pattern or an event
 */
export function matchesOf(
  patterns: Readonly<Record<string, unknown>>,
  events: readonly unknown[],
): readonly (readonly string[])[] {
  const { stdout, stderr, status, error } = spawnSync('java', ['-cp', join(JARS, '*'), join(SOURCES, 'Match.java')], {
    encoding: 'utf8',
    input: JSON.stringify({ patterns, events }),
  });
  if (status !== 0) throw new Error(error?.message ?? stderr);
  return JSON.parse(stdout) as readonly (readonly string[])[];
}
