import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { diskFolder } from '../estate/load/estate-folder';
import { createAwsStore } from '../handoff/aws-store';
import { parseCustomersOutputs } from '../handoff/customers-outputs';
import { readDeployedUrl } from '../handoff/deployed-url';
import type { HandOverChange } from '../handoff/hand-over-changes';
import { findChanges, writeChanges } from '../handoff/hand-over-changes';
import { handOverOf } from '../handoff/hand-over';
import { patchOf } from '../handoff/line-edits';
import { hasOwnDomain, proposeUrl } from '../handoff/propose-url';
import { readStackOutputs } from '../handoff/pulumi-outputs';
import { checkSecretLife } from '../handoff/secret-life';
import type { Target } from '../handoff/target';
import { checkAccount, checkTenant, targetOf } from '../handoff/target';
import { ESTATE_FILE } from '../estate/source/estate-folder';
import { planEstate } from '../estate/plan/estate-plan';
import { formatFinding } from '../estate/source/finding';
import { chooseEstate, DEFAULT_ESTATES_FOLDER, EXIT, parseCommandArgs, runCommand, UsageError } from './program/cli';

const HELP = `npm run handoff -- --estate NAME [options]

Hands over what the customers program made to the hosting: ids to SSM parameters, the client secret to Secrets Manager,
and a version that says that all is there. Only what differs is written, and no value is ever printed. A secret that has
ended, or ends within a period of its rotation, is refused: pulumi up makes the one that is due.
Needs a login to Pulumi's backend, and credentials of the AWS account of the hosting.

  --estate NAME      the estate (default: the only one)
  --check            write nothing; exit 1 if something differs
  --url              the other way: print what the estate file lacks for the deployed address of the web, as a patch to
                     review and commit (npm run --silent handoff -- --url | git apply); exit 1 if it lacks anything
  --estates FOLDER   where the estates are (default: ${DEFAULT_ESTATES_FOLDER})
  --help             show this

Exit codes: 0 handed over or nothing to do, 1 failed or something differs, 2 called wrongly.
`;

async function main(argv: readonly string[]): Promise<number> {
  const values = parseCommandArgs(argv, {
    estate: { type: 'string' },
    check: { type: 'boolean', default: false },
    url: { type: 'boolean', default: false },
    estates: { type: 'string', default: DEFAULT_ESTATES_FOLDER },
    help: { type: 'boolean', default: false },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return EXIT.ok;
  }
  if (values.check && values.url) throw new UsageError('--url writes nothing anyway: give it without --check');
  const { name, folder } = chooseEstate({ root: values.estates, name: values.estate });
  const target = readTarget(values.estates, name);
  return values.url ? proposeDeployedUrl(target, join(folder, ESTATE_FILE)) : handOver(target, values.check);
}

function readTarget(estates: string, name: string): Target {
  const { estate, findings } = planEstate(diskFolder(estates, name));
  const errors = findings.filter(({ severity }) => severity === 'error').map(formatFinding);
  if (errors.length > 0) throw new Error(`Errors of the estate prevent a hand-over:\n${errors.join('\n')}`);
  return targetOf(estate);
}

async function handOver(target: Target, isCheck: boolean): Promise<number> {
  const { estateName, stack, hosting } = target;
  const outputs = parseCustomersOutputs(stack, readStackOutputs(stack));
  checkTenant(target, outputs);
  checkSecretLife(target, outputs, new Date());
  const named = { estateName, handOver: handOverOf(outputs) };
  const store = createAwsStore(hosting.region);
  await checkAccount(target, store);
  const changes = await findChanges(store, named);
  const place = `${stack} -> account ${hosting.account} (${hosting.region})`;
  if (changes.length === 0) {
    process.stdout.write(`${place}: everything is handed over\n`);
    return EXIT.ok;
  }
  if (isCheck) {
    const lines = changes.map((change) => `  ${changeLine(change)}\n`);
    process.stdout.write(`${place}: ${changes.length} to write; run npm run handoff\n${lines.join('')}`);
    return EXIT.failed;
  }
  process.stdout.write(`${place}:\n`);
  await writeChanges(store, named, (change) => void process.stdout.write(`  ${changeLine(change)}\n`));
  return EXIT.ok;
}

function changeLine({ kind, what, name }: HandOverChange): string {
  return `${kind} ${what === 'version' ? 'parameter' : what} ${name}`;
}

/** The estate is edited by a person, in a reviewed change: this only says how. */
async function proposeDeployedUrl(target: Target, file: string): Promise<number> {
  await checkAccount(target, createAwsStore(target.hosting.region));
  const origin = await readDeployedUrl(target.estateName, target.hosting.region);
  if (hasOwnDomain(target.hosting, origin)) {
    process.stdout.write(`${file} has a domain of its own, ${target.hosting.url ?? origin}: there is nothing to add\n`);
    return EXIT.ok;
  }
  const text = readFileSync(file, 'utf8');
  const edits = proposeUrl(text, origin);
  if (edits.length === 0) {
    process.stdout.write(`${file} has ${origin}\n`);
    return EXIT.ok;
  }
  process.stdout.write(patchOf(file.split('\\').join('/'), text, edits));
  process.stderr.write(
    `${file} lacks ${origin}. Review the patch and commit it. Then npm run deploy -- --estate ${target.estateName} adds the ` +
      'redirect URIs and gives the web its address.\n',
  );
  return EXIT.failed;
}

void runCommand(main);
