import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import type { Ran } from './run';

const Job = z.looseObject({ name: z.string(), outputs: z.record(z.string(), z.string()).optional() });
const Workflow = z.looseObject({ jobs: z.record(z.string(), Job) });
type Job = z.infer<typeof Job>;

/**
 * Rewrites the workflows as 'Re-run failed jobs' runs them: a job that succeeded keeps its result and its outputs, and does nothing.
 * Act has no runs to run again.
 */
export function keepSucceeded(workflows: string, { jobs, log }: Ran): void {
  const succeeded = Object.keys(jobs).filter((name) => jobs[name] === 'success');
  for (const file of readdirSync(workflows)) {
    const path = join(workflows, file);
    const { jobs: all, ...workflow } = Workflow.parse(parse(readFileSync(path, 'utf8')));
    const kept = Object.entries(all).map(([id, job]): [string, Job] => {
      const isKept = 'steps' in job && succeeded.some((name) => isNamed(name, job.name));
      return [id, isKept ? keptJob(job, log) : job];
    });
    writeFileSync(path, stringify({ ...workflow, jobs: Object.fromEntries(kept) }));
  }
}

/** A job has the names of those that call its workflow before its own, in which an expression may stand. */
function isNamed(name: string, job: string): boolean {
  const [, own = name] = /.* \/ (.+)$/.exec(name) ?? [];
  const [first = '', rest = ''] = job.split(/\$\{\{.+?\}\}/);
  return own.startsWith(first) && own.endsWith(rest);
}

function keptJob({ outputs = {}, ...job }: Job, log: string): Job {
  const found = Object.keys(outputs).map((name): [string, string] => {
    const [, value] = new RegExp(`::set-output:: ${name}=(.*)`).exec(log) ?? [];
    if (value === undefined) throw new Error(`the log has no output '${name}' of ${job.name}`);
    return [name, value];
  });
  return { ...job, ...(found.length > 0 && { outputs: Object.fromEntries(found) }), steps: [{ run: 'true' }] };
}
