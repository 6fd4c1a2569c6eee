import { join } from 'node:path';
import { STALE_SNAPSHOT } from '../deploy/steps/engine-output';
import { CONCURRENCY, createAwsSource } from '../clouds/aws/aws-source';
import type { OrganizationOnDisk } from '../clouds/aws/organization/organization-on-disk';
import { readOrganizationOnDisk } from '../clouds/aws/organization/organization-on-disk';
import { createProgress } from '../clouds/aws/progress';
import { readSnapshot } from '../clouds/aws/organization/read-snapshot';
import type { SnapshotOutcome } from '../clouds/aws/organization/compare-snapshot';
import { compareSnapshot } from '../clouds/aws/organization/compare-snapshot';
import {
  chooseEstate,
  DEFAULT_ESTATES_FOLDER,
  EXIT,
  parseCommandArgs,
  parseInteger,
  runCommand,
  writeAtomically,
} from './program/cli';

const HELP = `npm run snapshot -- --estate NAME [options]

Reads the organization, its accounts, and the groups of IAM Identity Center from AWS, and writes them to
estates/NAME/organization.json. Run it in the management account or the delegated administrator of IAM Identity Center.

  --estate NAME      the estate (default: the only one)
  --check            write nothing; exit 1 and show the changes if the file is stale
  --region REGION    Region of IAM Identity Center (default: the one in organization.json; without it AWS_REGION, or
                     the profile)
  --instance ARN     instance of IAM Identity Center (default: the only one of the organization)
  --concurrency N    calls to AWS at once, ${CONCURRENCY.min} to ${CONCURRENCY.max} (default: ${CONCURRENCY.default})
  --estates FOLDER   where the estates are (default: ${DEFAULT_ESTATES_FOLDER})
  --help             show this

Exit codes: 0 written or fresh, 1 failed or stale, 2 called wrongly.
`;

interface SnapshotArgs {
  readonly path: string;
  readonly check: boolean;
  readonly concurrency: number;
  readonly region: string | undefined;
  readonly instanceArn: string | undefined;
}

async function main(argv: readonly string[]): Promise<number> {
  const values = parseCommandArgs(argv, {
    estate: { type: 'string' },
    check: { type: 'boolean', default: false },
    region: { type: 'string' },
    instance: { type: 'string' },
    concurrency: { type: 'string', default: String(CONCURRENCY.default) },
    estates: { type: 'string', default: DEFAULT_ESTATES_FOLDER },
    help: { type: 'boolean', default: false },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return EXIT.ok;
  }
  const concurrency = parseInteger('--concurrency', values.concurrency, CONCURRENCY);
  const { folder } = chooseEstate({ root: values.estates, name: values.estate });
  const path = join(folder, 'organization.json');
  return snapshot({ path, check: values.check, concurrency, region: values.region, instanceArn: values.instance });
}

async function snapshot(args: SnapshotArgs): Promise<number> {
  const before = await readOrganizationOnDisk(args.path);
  const outcome = compareSnapshot(before, await readFromAws({ ...args, region: args.region ?? regionOf(before) }));
  process.stdout.write(outcome.report);
  return args.check ? reportCheck(args, outcome) : write(args, outcome);
}

/** An estate stays with the Region of its IAM Identity Center, whatever the environment says. */
function regionOf(before: OrganizationOnDisk): string | undefined {
  return before.kind === 'present' ? before.file.identityCenter.region : undefined;
}

async function readFromAws({ region, concurrency, instanceArn }: SnapshotArgs): ReturnType<typeof readSnapshot> {
  const progress = createProgress(process.stderr);
  try {
    return await readSnapshot(createAwsSource({ region, concurrency, onProgress: progress.show }), { instanceArn });
  } finally {
    progress.clear();
  }
}

function reportCheck({ path }: SnapshotArgs, outcome: SnapshotOutcome): number {
  process.stdout.write(outcome.isFresh ? `${path} is up to date: ${outcome.size}\n` : `${path} ${STALE_SNAPSHOT}\n`);
  return outcome.isFresh ? EXIT.ok : EXIT.failed;
}

async function write({ path }: SnapshotArgs, outcome: SnapshotOutcome): Promise<number> {
  if (!outcome.isIdentical) await writeAtomically(path, outcome.text);
  process.stdout.write(`${path} ${outcome.isIdentical ? 'is up to date' : 'written'}: ${outcome.size}\n`);
  return EXIT.ok;
}

void runCommand(main);
