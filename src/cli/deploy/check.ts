import { dirname } from 'node:path';
import { gatherPreflight } from '../../clouds/aws/preflight/gather-preflight';
import { PREFLIGHT_CHECKS } from '../../doctor/checks/all-checks';
import { countedByRow, type Examination, examineBy } from '../../doctor/examination';
import { renderJson, renderTable, renderTableMarkdown } from '../../doctor/report/render';
import type { EstatePlan } from '../../estate/plan/planner';
import { EMERGENCY_HOME_REGION } from '../../estate/sections/emergency/emergency';
import { partitionOf } from '../../estate/source/aws-regions';
import { EXIT, hasColours, UsageError } from '../program/cli';
import type { OptionsOf } from '../program/define';
import { readEstate } from '../program/estate';
import { ONLY_AWS, requireTarget } from '../program/local-target';
import { prepareOutputs, writeOutputs } from '../program/output-files';
import { isOwnRepository } from '../program/surroundings';
import { withProgress } from '../program/progress';
import { mergedLastOf } from './checkout';
import type * as commands from './options';

type Options = OptionsOf<typeof commands.preflight>;

export async function run(options: Options): Promise<number> {
  const examination = await examine(options);
  const { markdown } = options;
  if (markdown !== undefined) await writeOutputs([{ path: markdown, text: renderTableMarkdown(examination) }]);
  process.stdout.write(options.json ? renderJson(examination) : renderTable(examination, { colour: hasColours() }));
  const { failure, unknown } = examination.totals;
  return failure > 0 || (options.strict && unknown > 0) ? EXIT.failed : EXIT.ok;
}

async function examine(options: Options): Promise<Examination> {
  const { against, role, markdown, concurrency, timeout: timeoutSeconds } = options;
  const startedAt = new Date();
  const { plan } = readEstate(options);
  const place = placeOf(plan);
  requireTarget(against, ONLY_AWS);
  if (markdown !== undefined) await prepareOutputs(dirname(markdown), [markdown]);
  const preflight = await withProgress((onProgress) =>
    gatherPreflight(plan, {
      ...place,
      ...(role !== undefined && { accountRole: role }),
      concurrency,
      timeoutSeconds,
      onProgress,
    }),
  );
  // The example in the package's own repository is deployed to stand-ins alone.
  const facts = {
    preflight: { ...preflight, ...(!isOwnRepository() && mergedLastOf(options.estates, plan.estate, process.env)) },
  };
  return countedByRow(examineBy(PREFLIGHT_CHECKS, { plan, facts, startedAt, now: new Date() }));
}

/** Region of IAM Identity Center; of an estate without it, that of the hosting. */
function placeOf({ access, emergency, estate }: EstatePlan): { readonly region: string; readonly partition: string } {
  const { organization } = access ?? {};
  if (organization !== undefined) return { region: organization.region, partition: organization.partition };
  if (emergency !== undefined) return { region: EMERGENCY_HOME_REGION, partition: emergency.partition };
  const { region } = estate.hosting ?? {};
  if (region !== undefined) return { region, partition: partitionOf(region) };
  throw new UsageError(`The estate ${estate.name} deploys nothing to AWS: there is nothing to ask.`);
}
