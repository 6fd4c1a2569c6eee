import { join } from 'node:path';
import { STALE_SNAPSHOT } from '../deploy/steps/engine-output';
import { createAwsSource } from '../clouds/aws/aws-source';
import { knownRegion, readOrganizationOnDisk } from '../clouds/aws/organization/organization-on-disk';
import { readSnapshot } from '../clouds/aws/organization/read-snapshot';
import type { SnapshotOutcome } from '../clouds/aws/organization/compare-snapshot';
import { compareSnapshot } from '../clouds/aws/organization/compare-snapshot';
import { ORGANIZATION_FILE } from '../estate/source/estate-folder';
import type * as commands from './commands/clouds';
import { EXIT, writeAtomically } from './program/cli';
import type { OptionsOf } from './program/define';
import { withProgress } from './program/progress';
import { chooseEstate } from './program/estate';
import { ONLY_AWS, requireTarget } from './program/local-target';

type Options = OptionsOf<typeof commands.snapshot>;

export async function run(options: Options): Promise<number> {
  const path = join(chooseEstate(options).folder, ORGANIZATION_FILE);
  requireTarget(options.against, ONLY_AWS);
  const before = await readOrganizationOnDisk(path);
  const outcome = compareSnapshot(before, await readFromAws(options, options.region ?? knownRegion(before)));
  process.stdout.write(outcome.report);
  return options.check ? reportCheck(path, outcome) : write(path, outcome);
}

function readFromAws(
  { concurrency, instance: instanceArn }: Options,
  region: string | undefined,
): ReturnType<typeof readSnapshot> {
  return withProgress((onProgress) =>
    readSnapshot(createAwsSource({ region, concurrency, onProgress }), { instanceArn }),
  );
}

function reportCheck(path: string, outcome: SnapshotOutcome): number {
  process.stdout.write(outcome.isFresh ? `${path} is up to date: ${outcome.size}\n` : `${path} ${STALE_SNAPSHOT}\n`);
  return outcome.isFresh ? EXIT.ok : EXIT.failed;
}

async function write(path: string, outcome: SnapshotOutcome): Promise<number> {
  if (!outcome.isIdentical) await writeAtomically(path, outcome.text);
  process.stdout.write(`${path} ${outcome.isIdentical ? 'is up to date' : 'written'}: ${outcome.size}\n`);
  return EXIT.ok;
}
