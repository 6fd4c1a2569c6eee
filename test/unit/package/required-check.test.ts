import { runInNewContext } from 'node:vm';
import { parse } from 'yaml';
import { z } from 'zod';
import { PIPELINES } from '../../../src/deploy/ci/jobs';
import { filesOf } from '../../support/workflows/forge-jobs';

type Result = 'success' | 'failure' | 'cancelled' | 'skipped';

interface Needed {
  readonly result: Result;
  readonly outputs: Readonly<Record<string, string>>;
}

const Workflow = z.object({
  jobs: z.record(
    z.string(),
    z.object({
      if: z.string().optional(),
      needs: z.array(z.string()).default([]),
      outputs: z.record(z.string(), z.string()).default({}),
      steps: z.array(z.object({ if: z.string().optional() })).default([]),
    }),
  ),
});
const workflow = (name: string) =>
  Workflow.parse(parse(filesOf('github')[`.github/workflows/identity-${name}.yaml`] ?? '')).jobs;

interface Seen {
  readonly needs?: Readonly<Record<string, Needed>>;
  readonly isCancelled: boolean;
}

/** Tells what GitHub makes of an expression. */
function holds(condition: string, { needs = {}, isCancelled }: Seen): boolean {
  const results = Object.values(needs).map(({ result }) => result);
  const text = condition
    .replace(/^\$\{\{(.*)\}\}$/, '$1')
    .replaceAll('needs.*.result', 'results')
    .replaceAll(/needs\.([\w-]+)/g, "needs['$1']");
  const hasFailed = results.includes('failure');
  const known: Readonly<Record<string, unknown>> = {
    ...{ needs, results, github: { event: { action: 'opened' } } },
    inputs: { settings: JSON.stringify({ jobs: PIPELINES.entra.jobs.map(({ id }) => id) }) },
    contains: (all: readonly string[], one: string) => all.includes(one),
    ...{ fromJSON: JSON.parse, always: () => true, cancelled: () => isCancelled, failure: () => hasFailed },
  };
  return runInNewContext(`Boolean(${text})`, known) === true;
}

/** A job that asks Pulumi, as it may end. GitHub shows none of these to a job behind it, as `continue-on-error` asks. */
const ASKED = {
  'answered: nothing is destroyed': { asked: true, gate: 'success' },
  'answered: something is destroyed': { asked: true, gate: 'failure' },
  'failed, or took too long': { asked: true, gate: 'failure' },
  rejected: { asked: false, gate: 'success' },
} as const;

interface Run {
  readonly settings?: Result;
  readonly estate?: Result;
  readonly pulumi?: keyof typeof ASKED;
  readonly isCancelled?: boolean;
}

/** End of the part that asks Pulumi. */
function entraOf(pulumi: Run['pulumi'], isCancelled: boolean): Result {
  if (pulumi === undefined) return 'skipped';
  const { 'ask-entra': asks, 'report-entra': report } = workflow('entra-estate');
  const outputs = ASKED[pulumi].asked ? (asks?.outputs ?? {}) : {};
  const needs: Readonly<Record<string, Needed>> = { 'ask-entra': { result: 'success', outputs } };
  return holds(report?.if ?? '', { needs, isCancelled }) ? ASKED[pulumi].gate : 'success';
}

/** Colour of the check that a rule of the branch requires. */
function check({ settings = 'success', estate = 'success', pulumi, isCancelled = false }: Run): 'green' | 'red' {
  const { cancelled, result } = workflow('preview');
  const ended = (one: Result): Needed => ({ result: one, outputs: {} });
  const before = { settings: ended(settings), estate: ended(estate), entra: ended(entraOf(pulumi, isCancelled)) };
  const isStopped = cancelled !== undefined && holds(cancelled.if ?? '', { needs: before, isCancelled });
  const needs = { ...before, cancelled: ended(isStopped ? 'failure' : 'skipped') };
  const seen = Object.fromEntries(Object.entries(needs).filter(([name]) => result?.needs.includes(name)));
  expect(holds(result?.if ?? '', { needs: seen, isCancelled })).toBe(true);
  // In a step, `cancelled()` is about the step's own job.
  return holds(result?.steps[0]?.if ?? '', { needs: seen, isCancelled: false }) ? 'red' : 'green';
}

test.each<[string, Run, 'green' | 'red']>([
  ['nothing is touched', { estate: 'skipped' }, 'green'],
  ['there is no Pulumi', {}, 'green'],
  ['Pulumi answered that nothing is destroyed', { pulumi: 'answered: nothing is destroyed' }, 'green'],
  ['Pulumi answered that something is destroyed', { pulumi: 'answered: something is destroyed' }, 'red'],
  ['Pulumi failed, or took too long', { pulumi: 'failed, or took too long' }, 'red'],
  ['a reviewer did not let Pulumi be asked', { pulumi: 'rejected' }, 'green'],
  ['a reviewer did not, and the preview failed', { estate: 'failure', pulumi: 'rejected' }, 'red'],
  ['the estates were not found', { settings: 'failure', estate: 'skipped' }, 'red'],
  ['a job of the preview was cancelled', { estate: 'cancelled' }, 'red'],
  // By whoever may write: it takes no reviewer.
  ['the run was cancelled while it waited for a reviewer', { pulumi: 'rejected', isCancelled: true }, 'red'],
  ['the run was cancelled while Pulumi was asked', { pulumi: 'failed, or took too long', isCancelled: true }, 'red'],
  ['the run was cancelled before the gate', { estate: 'success', isCancelled: true }, 'red'],
  ['the run was cancelled before anything began', { estate: 'skipped', isCancelled: true }, 'red'],
])('the required check of GitHub, where %s', (_what, run, colour) => {
  expect(check(run)).toBe(colour);
});

test('no job says that a run was cancelled where none was', () => {
  const { cancelled } = workflow('preview');
  const needs = { settings: { result: 'failure', outputs: {} } } as const;
  expect(holds(cancelled?.if ?? '', { needs, isCancelled: false })).toBe(false);
});
