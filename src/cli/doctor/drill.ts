import { dirname } from 'node:path';
import { type Drill, lastStepOf, renderDrillJson, renderDrillRecord, renderDrillTerminal } from '../../doctor/drill';
import { examineEstate, isWell } from '../../doctor/examination';
import { needsOf } from '../../clouds/gather-facts';
import type { EstatePlan } from '../../estate/plan/planner';
import type * as commands from './options';
import { EXIT, hasColours, UsageError } from '../program/cli';
import type { OptionsOf } from '../program/define';
import { readEstate } from '../program/estate';
import { requireTarget } from '../program/local-target';
import { prepareOutputs, writeOutputs } from '../program/output-files';
import { gather } from './run';

type Options = OptionsOf<typeof commands.drill>;

/** Nothing else is read. */
const AREAS = ['emergency'] as const;

export async function run(options: Options): Promise<number> {
  const drill = await perform(options);
  if (options.out !== undefined) await writeOutputs([{ path: options.out, text: renderDrillRecord(drill) }]);
  process.stdout.write(options.json ? renderDrillJson(drill) : renderDrillTerminal(drill, { colour: hasColours() }));
  return isWell(drill.examination, options.strict) ? EXIT.ok : EXIT.failed;
}

async function perform(options: Options): Promise<Drill> {
  const { plan } = readEstate(options);
  requireEmergency(plan);
  requireTarget(options.against, needsOf(plan, AREAS));
  if (options.out !== undefined) await prepareOutputs(dirname(options.out), [options.out]);
  const startedAt = new Date();
  const facts = await gather(options, { plan, areas: AREAS });
  const now = new Date();
  return { examination: examineEstate({ plan, facts, startedAt, now }, AREAS), lastStep: lastStepOf(plan, facts, now) };
}

/** @throws UsageError where there is nothing to prove */
function requireEmergency({ estate, emergency }: EstatePlan): void {
  if (emergency === undefined) {
    throw new UsageError(
      `the estate '${estate.name}' has no section 'emergency'; write one (npx --no entra-aws docs emergency-access)`,
    );
  }
}
