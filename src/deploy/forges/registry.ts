import { type Forge, FORGE_FACTS, FORGES } from '../../estate/sections/pipeline/forges/registry';
import type { Told } from '../../estate/source/finding';
import { visible } from '../../estate/source/visible';
import { ForgeError, type Timing } from './forge';
import type * as AzureDevOps from './azure-devops';
import type * as GitHub from './github';
import type * as GitLab from './gitlab';
import type { Annotations, LogGroups, RunKind, Runner, Variables, WantedToken } from './runner';

/** Outside of a pipeline none is loaded. */
const RUNNERS: Readonly<Record<Forge, () => Runner>> = {
  /* eslint-disable @typescript-eslint/no-require-imports -- import() gives a promise, and a forge is asked by synchronous code */
  github: () => (require('./github') as typeof GitHub).gitHub,
  'azure-devops': () => (require('./azure-devops') as typeof AzureDevOps).azureDevOps,
  gitlab: () => (require('./gitlab') as typeof GitLab).gitLab,
  /* eslint-enable @typescript-eslint/no-require-imports */
};

export const runnerOf = (forge: Forge): Runner => RUNNERS[forge]();

/** The forges whose pipeline sets these variables, which is one, or none outside of a pipeline. */
export function forgesIn(variables: Variables): readonly Forge[] {
  return FORGES.filter((forge) => variables[FORGE_FACTS[forge].variable]?.toLowerCase() === 'true');
}

/** The forge as a job of this process sees it; undefined outside of a pipeline. */
export function runnerIn(variables: Variables): Runner | undefined {
  const [forge] = forgesIn(variables);
  return forge && runnerOf(forge);
}

/** Tells whether a process with these variables is in a pipeline, of a forge or of any other product. */
export function isContinuousIntegration(variables: Variables): boolean {
  // Not every forge sets the variable that most do.
  return ['true', '1'].includes(variables['CI'] ?? '') || runnerIn(variables)?.lacksCi === true;
}

/** Variables of tokens, of every forge. */
export const tokensOf = (kind: keyof Runner['tokens']): readonly string[] =>
  FORGES.flatMap((forge) => runnerOf(forge).tokens[kind]);

/** Products that run pipelines, in a sentence. */
export const PIPELINES = anyOf(FORGES.map((forge) => FORGE_FACTS[forge].pipelines));

/** Their variables, in a sentence. */
export const VARIABLES = anyOf(FORGES.map((forge) => FORGE_FACTS[forge].variable));

function anyOf(words: readonly string[]): string {
  const [end, ...others] = words.toReversed();
  return end === undefined || others.length === 0 ? (end ?? '') : `${others.toReversed().join(', ')} or ${end}`;
}

/** Reads why this run of a pipeline is there; undefined outside of a forge. */
export function runKindOf(variables: Variables, readEvent: (file: string) => unknown): RunKind | undefined {
  return runnerIn(variables)?.runKind(variables, readEvent);
}

/**
 * Annotates errors for the forge whose pipeline this process is in; undefined outside of one.
 *
 * @param folderOf the working directory from the top of the repository: empty, or with a slash at its end. Git is asked, so only in a forge
 */
export function annotationsOf(
  errors: readonly Told[],
  variables: Variables,
  folderOf: () => string,
): Annotations | undefined {
  const runner = runnerIn(variables);
  if (runner === undefined) return undefined;
  const folder = folderOf();
  return runner.annotations(errors.map((error) => ({ ...error, file: visible(`${folder}${error.file}`) })));
}

/** Groups as the forge of a run shows them; elsewhere a line. */
export function logGroups(variables: Variables, seconds: () => number): LogGroups {
  return runnerIn(variables)?.logGroups(seconds) ?? { open: (title) => `${title}\n`, close: () => '' };
}

/** Gets a token of the job that this process is in. @throws ForgeError that says what the job lacks */
export async function jobToken(wanted: WantedToken, variables: Variables, timing?: Timing): Promise<string> {
  const runner = runnerIn(variables);
  if (runner !== undefined) return runner.jobToken(wanted, variables, timing);
  throw new ForgeError(
    'there is no token of a job here: sign in with credentials of your own, and run one step of the job (--explain shows them)',
  );
}

/** Name of a session by which the log of a cloud leads to the run: `github-12345`. */
export function sessionOf(variables: Variables): string {
  const [beginning, variable] = runnerIn(variables)?.session ?? ['entra-aws', ''];
  return `${beginning}-${variables[variable] || 'ci'}`;
}
