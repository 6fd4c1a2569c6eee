import { fullDiff } from '@aws-cdk/cloudformation-diff';
import { z } from 'zod';
import type { ProgramRun } from '../../../src/preview/entra/facts';
import { comparePrograms } from '../../../src/preview/entra/compare-programs';
import { changedResources } from '../../../src/preview/stack-operations';
import type { DeployedRecord } from './record';

/** Something that an upgrade would take away or make again, or that it no longer plans, in one line. */
export type Break = string;

/** Compares what a version deployed of an estate with what another one would deploy over it. */
export function breaksOf(before: DeployedRecord, now: DeployedRecord): readonly Break[] {
  const errors = now.findings.filter((one) => one.startsWith('error ') && !before.findings.includes(one));
  return [
    ...errors.map((one) => `finding ${one}`),
    ...(before.plan === now.plan ? [] : ['plan: other assignments, or other lanes']),
    ...Object.entries(before.stacks).flatMap(([name, stack]) => stackBreaks(name, stack, now.stacks[name])),
    ...before.programs.flatMap((run) => programBreaks(run, now.programs)),
  ];
}

type Stack = DeployedRecord['stacks'][string];

function stackBreaks(name: string, before: Stack, now: Stack | undefined): readonly Break[] {
  if (now === undefined) return [`stack ${name} is gone`];
  if (now.home.join() !== before.home.join()) return [`stack ${name} is in another place: ${now.home.join(' ')}`];
  return Object.entries(before.templates).flatMap(([shard, template]) => {
    const changes = changedResources(fullDiff(template, now.templates[shard] ?? {}), Number(shard));
    const place = shard === '0' ? name : `${name} shard ${shard}`;
    return changes.flatMap(({ action, logicalId, type, properties }) => {
      if (action !== 'delete' && action !== 'replace') return [];
      return [`${place}: ${action} ${logicalId} (${[type, ...properties].join(' ')})`];
    });
  });
}

function programBreaks(before: DeployedRecord['programs'][number], runs: DeployedRecord['programs']): readonly Break[] {
  const now = runs.find(({ stack }) => stack === before.stack);
  if (now === undefined) return [`program ${before.stack} is gone`];
  return comparePrograms(factsOf(before), factsOf(now)).flatMap(({ action, key, inputs }) => {
    if (action !== 'delete' && action !== 'replace') return [];
    const why = inputs.filter(({ forcesReplacement }) => forcesReplacement).map(({ name }) => name);
    return [`${before.stack}: ${action} ${[key, ...why].join(' ')}`];
  });
}

function factsOf(run: DeployedRecord['programs'][number]): ProgramRun {
  return { warnings: [], ...run } as unknown as ProgramRun;
}

/** A break that a release means, and why. */
export const Accepted = z.array(
  z.strictObject({ estate: z.string(), break: z.string(), reason: z.string().min(20, { error: 'says too little' }) }),
);

/** Breaks of an estate that no one accepted, and acceptances that nothing needs. */
export function unaccepted(
  estate: string,
  breaks: readonly Break[],
  accepted: z.infer<typeof Accepted>,
): { readonly breaks: readonly Break[]; readonly unneeded: readonly Break[] } {
  const meant = accepted.filter((one) => one.estate === estate).map((one) => one.break);
  return {
    breaks: breaks.filter((one) => !meant.includes(one)),
    unneeded: meant.filter((one) => !breaks.includes(one)),
  };
}
