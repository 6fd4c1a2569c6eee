import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parsePolicy } from '../src/permissions/policy';
import { sideOf } from '../src/permissions/side';
import { waysUp } from '../src/permissions/ways-up';
import { managedPolicies } from '../test/support/permissions/managed-policies';
import { pythonEnvironment } from '../test/support/python';
import { programFile, REPOSITORY, row, tableHead, times } from './measure';

/** What a comparison of permissions adds to a preview, and all ways up of all AWS managed policies beside Cloudsplaining. */
export function benchPermissions(): Promise<void> {
  tableHead('Sets with another policy, of 300 in 20,100 assignments', 'Time', 'Processor time', 'Memory');
  for (const changed of ['1', '300']) row(changed, ...cellsOf(compared('abilities', changed)));
  tableHead('One of 20 sets takes roles on, of 300 roles in 100 accounts each', 'Time', 'Processor time', 'Memory');
  const roles = compared('role-ways');
  row(`${times(roles.cpu / roles.planned)} of both plans`, ...cellsOf(roles));
  const documents = Object.fromEntries(
    managedPolicies().map(({ name, versions }) => [name, versions.at(-1)?.document]),
  );
  const ours = secondsOf(() => {
    for (const [name, document] of Object.entries(documents)) waysUp(sideOf({ identity: parsePolicy(document, name) }));
  });
  const python = pythonEnvironment(join(REPOSITORY, 'test/support/permissions/neighbours.txt'));
  if (!python.ok) throw new Error(python.reason);
  const script = join(REPOSITORY, 'test/support/permissions/neighbours.py');
  const input = JSON.stringify(documents);
  const theirs = secondsOf(() =>
    execFileSync(python.python, [script], { input, stdio: ['pipe', 'pipe', 'ignore'], maxBuffer: 2 ** 27 }),
  );
  tableHead('Ways up in all AWS managed policies', 'Ours', 'Cloudsplaining and policy_sentry', 'Ratio');
  row(String(Object.keys(documents).length), `${ours.toFixed(1)} s`, `${theirs.toFixed(1)} s`, times(ours / theirs));
  return Promise.resolve();
}

/** What a comparison took beyond both plans, and the time on a processor of those. */
interface Comparison {
  readonly seconds: number;
  readonly cpu: number;
  readonly mebibytes: number;
  readonly planned: number;
}

function compared(program: string, ...args: readonly string[]): Comparison {
  const all = ['--import', 'tsx', programFile(program), ...args];
  return JSON.parse(execFileSync(process.execPath, all, { encoding: 'utf8' })) as Comparison;
}

function cellsOf({ seconds, cpu, mebibytes }: Comparison): readonly string[] {
  return [`${seconds.toFixed(2)} s`, `${cpu.toFixed(2)} s`, `${mebibytes.toFixed(0)} MiB`];
}

function secondsOf(task: () => void): number {
  const start = performance.now();
  task();
  return (performance.now() - start) / 1000;
}
