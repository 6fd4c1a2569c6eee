import { shellLine } from '../steps/command';
import { NPM_TOKEN } from '../../estate/sections/pipeline/limits';
import { STATE_PREFIX } from '../../estate/sections/pipeline/pulumi-state';
import { RESULTS_VARIABLE, type StepResult } from '../pipeline/evidence';
import { sessionOf, tokensOf } from '../forges/registry';
import type { LogGroups, WantedToken } from '../forges/runner';
import { type Facts, stepsOfJob } from './facts';
import { type Identity, identityOf } from './identity';
import type { Job, Step } from './model';
import type { JobToken } from './token-files';

type Words = readonly [program: string, ...args: string[]];
type Variables = Readonly<Record<string, string | undefined>>;

/** Machine of a job. */
export interface Machine {
  /** Runs a command to its end. @returns its exit code; `undefined` if the job was cancelled */
  readonly run: (words: Words, variables: Variables) => Promise<number | undefined>;
  /** @throws Error if there is none */
  readonly token: (wanted: WantedToken) => Promise<JobToken>;
  /** Folder of the Pulumi CLI, where the PATH has none. @throws Error if it can't be installed */
  readonly pulumi: () => Promise<string | undefined>;
  readonly say: (text: string) => void;
  readonly groups: LogGroups;
  readonly variables: Variables;
  readonly now: () => Date;
}

/** A job of an estate. */
export interface JobRun {
  readonly job: Job;
  readonly facts: Facts;
  /** Revision that the estate is compared with. */
  readonly base: string;
}

/** A step that failed. */
export interface Failure {
  readonly step: string;
  readonly why: string;
}

/** Runs the steps of a job, each with the identity that it declares and no other. @returns those that failed, each once */
export async function runJob(run: JobRun, machine: Machine): Promise<readonly Failure[]> {
  const failures: Failure[] = [];
  const results: StepResult[] = [];
  for (const step of stepsOfJob(run.job, run.facts)) {
    const line = shellLine({ words: wordsOf(step, run) });
    if (failures.length > 0 && step.always !== true) {
      results.push({ step: line, result: 'not-run' });
      continue;
    }
    const began = machine.now().toISOString();
    const why = await runStep(step, { ...run, line, results }, machine);
    const result = { step: line, began, ended: machine.now().toISOString() };
    results.push(why === undefined ? { ...result, result: 'succeeded' } : { ...result, result: 'failed', why });
    if (why === 'cancelled') return [...failures, { step: line, why }];
    if (why !== undefined) failures.push({ step: line, why });
    if (why !== undefined && step.isNeeded) break;
  }
  return failures;
}

/** @returns why it failed; undefined if it did not */
async function runStep(
  step: Step,
  { line, results, ...run }: JobRun & { readonly line: string; readonly results: readonly StepResult[] },
  machine: Machine,
): Promise<string | undefined> {
  const { groups, say } = machine;
  try {
    const identity = identityOf(step, run.job, run.facts);
    say(groups.open(titleOf(line, identity)));
    const known = step.getsResults ? { [RESULTS_VARIABLE]: JSON.stringify(results) } : {};
    const variables = { ...(await variablesOf(step, identity, machine)), ...known };
    const code = await machine.run(wordsOf(step, run), variables);
    if (code === undefined) return 'cancelled';
    return code === 0 ? undefined : `exit code ${code}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    say(groups.close());
  }
}

const titleOf = (line: string, { as }: Identity): string => (as.length === 0 ? line : `${line} (as ${as.join(', ')})`);

/** Words of a step's command line in a run. */
export function wordsOf({ run }: Step, { facts, base }: Pick<JobRun, 'facts' | 'base'>): Words {
  const asked = facts.holds['asks-cdk'] ? 'cdk' : 'none';
  const ofRun: Readonly<Record<string, string>> = { $ESTATE: facts.plan.estate.name, $BASE: base, $ASKED: asked };
  const [program = '', ...args] = run
    .split(' ')
    .map((word) => word.replace(/\$(?:ESTATE|BASE|ASKED)/, (found) => ofRun[found] ?? found));
  return [program, ...args];
}

/** Variables of credentials: what lies around on a machine must not take the place of what a step declares. */
const CREDENTIALS = new RegExp(
  `^(?:${[
    String.raw`AWS_(?:ACCESS_KEY(?:_ID)?|SECRET_(?:ACCESS_)?KEY|SESSION_TOKEN|SECURITY_TOKEN|(?:DEFAULT_)?PROFILE)`,
    String.raw`AWS_(?:ROLE_ARN|ROLE_SESSION_NAME|WEB_IDENTITY_TOKEN_FILE|CONTAINER_(?:CREDENTIALS|AUTHORIZATION)_\w+)`,
    String.raw`AZURE_(?:CLIENT_\w+|TENANT_ID|FEDERATED_TOKEN_FILE|USERNAME|PASSWORD)`,
    String.raw`AZURE_STORAGE_(?:KEY|SAS_TOKEN|CONNECTION_STRING)`,
    String.raw`ARM_(?:CLIENT_\w+|TENANT_ID|OIDC_\w+|ADO_\w+|USE_\w+)`,
    String.raw`ENTRAGRAPH_OIDC_\w+|${STATE_PREFIX}\w+|PULUMI_(?:ACCESS_TOKEN|CREDENTIALS_PATH)`,
  ].join('|')})$`,
);

/** For the SDKs of AWS: files of profiles and the instance's role come before, or in place of, the token of a step. */
const NOT_OF_THE_MACHINE = {
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
} as const;

async function variablesOf(step: Step, identity: Identity, machine: Machine): Promise<Variables> {
  const { variables, token, pulumi } = machine;
  const kept = keptOf(variables, step);
  const tokens: [string, string][] = [];
  for (const { variable, holds, wanted } of identity.tokens) tokens.push([variable, (await token(wanted))[holds]]);
  const folder = identity.variables['PULUMI_BACKEND_URL'] === undefined ? undefined : await pulumi();
  const path = folder === undefined ? {} : { PATH: `${folder}:${variables['PATH'] ?? ''}` };
  const session =
    identity.variables['AWS_ROLE_ARN'] === undefined ? {} : { AWS_ROLE_SESSION_NAME: sessionOf(variables) };
  return { ...kept, ...NOT_OF_THE_MACHINE, ...identity.variables, ...Object.fromEntries(tokens), ...session, ...path };
}

/** Variables of the job that a step gets. A token may be in several: one of the job is a password and a part of an address too. */
function keptOf(variables: Variables, step: Step): Variables {
  const all = Object.entries(variables);
  const tokens = all.filter(([name, value = '']) => isToken(name) && value.length >= SHORTEST_TOKEN);
  // The token of the job may be the one that reads packages.
  const given = new Set(tokens.filter(([name]) => isKept(name, step)).map(([, value]) => value));
  const refused = tokens.flatMap(([, value = '']) => (given.has(value) ? [] : [value]));
  const hasOne = (value = ''): boolean => refused.some((token) => value.includes(token));
  return Object.fromEntries(all.filter(([name, value]) => isKept(name, step) && !hasOne(value)));
}

/** Characters below which a value is taken for a part of many others, and for no token. */
const SHORTEST_TOKEN = 8;

/** Variables that no step gets; the last one is for what is installed. */
const JOB_TOKENS = [...tokensOf('signsIn'), NPM_TOKEN];

const isToken = (name: string): boolean => [...tokensOf('asks'), ...JOB_TOKENS].includes(name);

function isKept(name: string, { asksForge, proposes }: Step): boolean {
  const isOf = (names: readonly string[]): boolean => names.includes(name);
  if (isOf(JOB_TOKENS) || CREDENTIALS.test(name)) return false;
  if (isOf(tokensOf('proposes'))) return proposes === true;
  return asksForge === true || !isOf(tokensOf('asks'));
}

/** Steps of a job as `ci` runs them: the command of each, its identity and its condition. */
export function explainJob(run: JobRun): string {
  const { job, facts } = run;
  const runs = stepsOfJob(job, facts);
  const left = facts.holds[job.when] ? '' : `, which has nothing to do here: it is not the case that ${job.when}`;
  return [
    `${job.id}: ${job.name}, of ${facts.plan.estate.name}${left}`,
    ...(job.takes.length === 0 ? [] : [`takes ${job.takes.join(', ')}`]),
    ...runs.flatMap((step, index) => explainStep(step, index + 1, run)),
    ...(job.leaves === undefined
      ? []
      : [`leaves ${job.leaves.name}${job.leaves.isDeployed ? ', with what is deployed' : ''}`]),
    '',
  ].join('\n');
}

function explainStep(step: Step, number: number, run: JobRun): readonly string[] {
  const notes = [
    ...identityOf(step, run.job, run.facts).as.map((as) => `as ${as}`),
    ...(step.asksForge ? ['with the token of the job'] : []),
    ...(step.when === undefined ? [] : [`if ${step.when}`]),
    ...(step.always ? ['also after a failure'] : []),
    ...(step.isNeeded ? ['its failure ends the job'] : []),
  ];
  return [`${number}. npx --no ${shellLine({ words: wordsOf(step, run) })}`, ...notes.map((note) => `   ${note}`)];
}
