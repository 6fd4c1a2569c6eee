import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { entraAws, shellLine } from '../../deploy/steps/command';
import { parseCustomersOutputs, readStackOutputs } from '../../handoff/customers-outputs';
import type { HandoffChange } from '../../handoff/handoff-changes';
import { findChanges, writeChanges } from '../../handoff/handoff-changes';
import { checkAccount, checkSecretLife, checkTenant, namedHandoff, type Target, targetOf } from '../../handoff/handoff';
import { hasOwnDomain, patchOf, withOrigin } from '../../handoff/propose-url';
import { createAwsStore, readDeployedUrl } from '../../handoff/store';
import { ESTATE_FILE } from '../../estate/source/estate-folder';
import type * as commands from './options';
import { EXIT } from '../program/cli';
import type { OptionsOf } from '../program/define';
import { readEstate } from '../program/estate';
import { withProgress } from '../program/progress';

export async function run(options: OptionsOf<typeof commands.handoff>): Promise<number> {
  const { folder, plan } = readEstate(options);
  const target = targetOf(plan.estate);
  return options.url
    ? proposeDeployedUrl(target, { file: join(folder, ESTATE_FILE), estates: options.estates })
    : handoff(target, options.check);
}

async function handoff(target: Target, isCheck: boolean): Promise<number> {
  const { stack, hosting } = target;
  const read = await withProgress((show) => {
    show(`Reading the outputs of ${stack} …`);
    return readStackOutputs(stack);
  });
  const outputs = parseCustomersOutputs(stack, read);
  checkTenant(target, outputs);
  checkSecretLife(target, outputs, new Date());
  const named = namedHandoff(target, outputs);
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
    process.stdout.write(
      `${place}: ${changes.length} to write; run npx --no entra-aws deploy handoff\n${lines.join('')}`,
    );
    return EXIT.failed;
  }
  process.stdout.write(`${place}:\n`);
  await writeChanges(store, named, (change) => void process.stdout.write(`  ${changeLine(change)}\n`));
  return EXIT.ok;
}

function changeLine({ kind, what, name }: HandoffChange): string {
  return `${kind} ${what === 'version' ? 'parameter' : what} ${name}`;
}

/** The estate is edited by a person, in a reviewed change: this only says how. */
async function proposeDeployedUrl(
  target: Target,
  { file, estates }: { readonly file: string; readonly estates: string },
): Promise<number> {
  await checkAccount(target, createAwsStore(target.hosting.region));
  const origin = await readDeployedUrl(target.estateName, target.hosting.region);
  if (hasOwnDomain(target.hosting, origin)) {
    process.stdout.write(`${file} has a domain of its own, ${target.hosting.url ?? origin}: there is nothing to add\n`);
    return EXIT.ok;
  }
  const text = readFileSync(file, 'utf8');
  const proposed = withOrigin(text, origin);
  if (proposed === text) {
    process.stdout.write(`${file} has ${origin}\n`);
    return EXIT.ok;
  }
  process.stdout.write(patchOf(file.split('\\').join('/'), text, proposed));
  process.stderr.write(
    `${file} lacks ${origin}. Review the patch and commit it. Then ` +
      `${shellLine(entraAws('deploy', { estate: target.estateName, estates }))} adds the redirect URIs and gives the web its address.\n`,
  );
  return EXIT.failed;
}
