import { accessSync, constants, existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { isTakenUp } from '../../clouds/git/remote';
import { entraAws, shellLine } from '../../deploy/steps/command';
import { type CustomersOutputs, parseCustomersOutputs, readStackOutputs } from '../../handoff/customers-outputs';
import { envFileOf } from '../../handoff/env-file';
import type { HandoffChange } from '../../handoff/handoff-changes';
import { findChanges, writeChanges } from '../../handoff/handoff-changes';
import { checkAccount, checkSecretLife, checkTenant, namedHandoff, type Target, targetOf } from '../../handoff/handoff';
import { hasOwnDomain, patchOf, withOrigin } from '../../handoff/propose-url';
import { createAwsStore, readDeployedUrl } from '../../handoff/store';
import type { Estate } from '../../estate/sections/estate';
import { type HostedService, servicesOf } from '../../estate/sections/hosting/services';
import { ESTATE_FILE } from '../../estate/source/estate-folder';
import type * as commands from './options';
import { EXIT, printed, UsageError } from '../program/cli';
import { count } from '../../text/amounts';
import type { OptionsOf } from '../program/define';
import { readEstate } from '../program/estate';
import { withProgress } from '../program/progress';

export async function run(options: OptionsOf<typeof commands.handoff>): Promise<number> {
  const { folder, plan } = readEstate(options);
  const target = targetOf(plan.estate);
  const { service, to } = options;
  if (service !== undefined || to !== undefined) {
    if (service === undefined || to === undefined)
      throw new UsageError('--service and --to belong together: a service that runs elsewhere, and the file for it');
    return writeEnvFile(target, serviceOf(plan.estate, service), to);
  }
  return options.url
    ? proposeDeployedUrl(target, { file: join(folder, ESTATE_FILE), estates: options.estates })
    : handoff(target, options.check);
}

/** @throws UsageError naming the services that run elsewhere */
function serviceOf(estate: Estate, name: string): HostedService {
  const elsewhere = servicesOf(estate).filter(({ platform }) => platform === 'elsewhere');
  const found = elsewhere.find((service) => service.name === name);
  if (found !== undefined) return found;
  const known = elsewhere.map((service) => service.name).join(', ') || 'none';
  throw new UsageError(
    `${name} is no service of ${estate.name} that runs elsewhere (hosting.services); those are: ${known}`,
  );
}

/** For Key Vault, the secrets of a forge, or whatever else gives a service its variables. */
async function writeEnvFile(target: Target, service: HostedService, file: string): Promise<number> {
  const path = placeOf(file);
  if (isTakenUp(path))
    throw new UsageError(
      `git does not ignore ${path}, which would hold secrets: add it to .gitignore, or choose another place`,
    );
  const text = envFileOf(service, namedHandoff(target, await currentOutputs(target)));
  await writeFileAtomic(path, text, { encoding: 'utf8', mode: 0o600 });
  process.stdout.write(
    `${file}: ${count(text.split('\n').length - 1, 'variable')} of ${service.name}; remove it once they are where they belong\n`,
  );
  return EXIT.ok;
}

/** Path of a file to make or to replace, without links. @throws UsageError if it can't be written, or if it is no file */
function placeOf(file: string): string {
  try {
    const isThere = existsSync(file);
    const path = isThere ? realpathSync(file) : join(realpathSync(dirname(resolve(file))), basename(file));
    if (isThere && !statSync(path).isFile()) throw new Error('it is no file');
    // The slash at its end refuses what is no folder.
    accessSync(join(dirname(path), '/'), constants.W_OK);
    return path;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`--to ${file} must be a new file or one to replace, in a folder that is there: ${reason}`);
  }
}

/** @throws HandoffError if they are of another tenant, or if a secret of theirs ends soon */
async function currentOutputs(target: Target): Promise<CustomersOutputs> {
  const { stack } = target;
  const read = await withProgress((show) => {
    show(`Reading the outputs of ${stack} …`);
    return readStackOutputs(stack);
  });
  const outputs = parseCustomersOutputs(stack, read);
  checkTenant(target, outputs);
  checkSecretLife(target, outputs, new Date());
  return outputs;
}

async function handoff(target: Target, isCheck: boolean): Promise<number> {
  const { stack, hosting } = target;
  const named = namedHandoff(target, await currentOutputs(target));
  const store = createAwsStore(hosting.region);
  await checkAccount(target, store);
  const changes = await findChanges(store, named);
  const place = `${stack} -> account ${hosting.account} (${hosting.region})`;
  if (changes.length === 0) return printed(`${place}: everything is handed over\n`);
  if (isCheck) {
    const lines = changes.map((change) => `  ${changeLine(change)}\n`);
    process.stdout.write(
      `${place}: ${changes.length} to write; run npx --no entra-aws deploy handoff\n${lines.join('')}`,
    );
    return EXIT.failed;
  }
  process.stdout.write(`${place}:\n`);
  await writeChanges(store, named, (change) => void printed(`  ${changeLine(change)}\n`));
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
  if (hasOwnDomain(target.hosting, origin))
    return printed(`${file} has a domain of its own, ${target.hosting.url ?? origin}: there is nothing to add\n`);
  const text = readFileSync(file, 'utf8');
  const proposed = withOrigin(text, origin);
  if (proposed === text) return printed(`${file} has ${origin}\n`);
  process.stdout.write(patchOf(file.split('\\').join('/'), text, proposed));
  process.stderr.write(
    `${file} lacks ${origin}. Review the patch and commit it. Then ` +
      `${shellLine(entraAws('deploy', { estate: target.estateName, estates }))} adds the redirect URIs and gives the web its address.\n`,
  );
  return EXIT.failed;
}
