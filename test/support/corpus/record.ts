import { createHash } from 'node:crypto';
import { z } from 'zod';
import { version } from '../../../package.json';
import { diskFolder } from '../../../src/estate/load/estate-folder';
import { allFindings, planEstate } from '../../../src/estate/plan/estate-plan';
import { cdkStacks } from '../../../src/estate/plan/stacks/stacks';
import { synthesizeEstate } from '../../../src/preview/engine/synthesize';
import { runPrograms } from '../../../src/preview/engine/run-program';
import type { ProgramRun } from '../../../src/preview/entra/facts';

/** Moment at which the programs are run: which secret and which certificate is the current one goes by it. */
const DAY = '2026-11-26';

const Stack = z.object({
  /** Account and Region. */
  home: z.tuple([z.string(), z.string()]),
  /** By the number of the shard; `0` is the top stack. */
  templates: z.record(z.string(), z.record(z.string(), z.unknown())),
});

const Resource = z.looseObject({ key: z.string(), type: z.string() });
const Run = z.object({ program: z.string(), stack: z.string(), resources: z.array(Resource) });

/** Everything that a version would have deployed of an estate. */
export const DeployedRecord = z.object({
  version: z.string(),
  /** Hash of who gets what, by which stack. */
  plan: z.string(),
  /** Codes of findings. */
  findings: z.array(z.string()),
  stacks: z.record(z.string(), Stack),
  programs: z.array(Run),
});
export type DeployedRecord = z.infer<typeof DeployedRecord>;

/** Plans, synthesises and runs an estate as this version does. */
export async function recordOf(estates: string, name: string): Promise<DeployedRecord> {
  const plan = planEstate({ ...diskFolder(estates, name), latestDay: DAY });
  const findings = allFindings(plan).map(({ severity, code }) => `${severity} ${code}`);
  const shown = { version, plan: planHash(plan), findings: findings.toSorted() };
  if (plan.findings.some(({ severity }) => severity === 'error')) return { ...shown, stacks: {}, programs: [] };
  const { templates } = synthesizeEstate(plan);
  const homes = new Map(cdkStacks(plan).map((stack) => [stack.name, [stack.account, stack.region] as const]));
  const stacks: Record<string, z.infer<typeof Stack>> = {};
  for (const { stack, shard = 0, template } of templates) {
    const [account = '', region = ''] = homes.get(stack) ?? [];
    stacks[stack] ??= { home: [account, region], templates: {} };
    stacks[stack].templates[String(shard)] = withoutMetadata(template);
  }
  const { programs } = await runPrograms(plan.estate, {
    now: new Date(`${DAY}T00:00:00Z`),
    configOf: () => ({}),
    emergency: plan.emergency,
  });
  return DeployedRecord.parse(JSON.parse(JSON.stringify({ ...shown, stacks, programs: programs.map(plainRun) })));
}

/** Asset paths and the CDK's own version say nothing of a resource. */
function withoutMetadata(template: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(template).filter(([key]) => key !== 'Metadata'));
}

/** A program that fails is a fault of the corpus. */
function plainRun({ program, stack, resources, failure }: ProgramRun): object {
  if (failure !== undefined) throw new Error(`${stack} can't be run: ${failure}`);
  return { program, stack, resources };
}

function planHash({ access }: ReturnType<typeof planEstate>): string {
  const lanes = access?.stacks.flatMap(({ role, account, region, shards }) =>
    shards.flatMap(({ number, assignments }) => assignments.map(({ key }) => [role, account, region, number, key])),
  );
  return createHash('sha256')
    .update(JSON.stringify(lanes ?? []))
    .digest('hex')
    .slice(0, 16);
}

/** The text of a record: a resource a line, so that a change shows. */
export function recordText(record: DeployedRecord): string {
  return `${JSON.stringify(record).replaceAll(/,(?="[A-Za-z0-9]+":\{"Type"|\{"key")/g, ',\n')}\n`;
}
