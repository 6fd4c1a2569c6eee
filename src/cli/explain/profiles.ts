import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { isSystemError } from '../../estate/load/estate-folder';
import { planExplained } from '../../estate/plan/explanation/explained-plan';
import { preventingErrors, unknownNames } from '../../estate/plan/explanation/explain';
import type { EstatePlan } from '../../estate/plan/planner';
import { type Holder, isSameHolder } from '../../estate/sections/access/holder';
import { PORTAL_HOST } from '../../estate/sections/limits';
import { count } from '../../text/amounts';
import { planSound } from '../program/chosen-estate';
import { EXIT, UsageError } from '../program/cli';
import type { OptionsOf } from '../program/define';
import { naming } from '../program/output-files';
import { ConfigFileError, differencesOf, type Profile, sectionsOf, withSections } from './aws-config';
import type * as commands from './options';

type Options = OptionsOf<typeof commands.profiles>;

export async function run(options: Options): Promise<number> {
  const { name, plan } = planSound(options, { plan: planExplained, findingsOf: preventingErrors });
  const file = configFile(options);
  const region = plan.access?.organization.region;
  const profiles = profilesOf(plan, options);
  if (region === undefined || profiles.length === 0)
    throw new Error(
      `none of them has a permission set yet: ${file} stays as it is. explain --csv shows what is pending`,
    );
  const session = plainName(name);
  const portal = { session, startUrl: startUrlOf(plan, options.startUrl), region };
  const old = readConfig(file);
  const { text, before, block } = placed(file, () =>
    withSections(old ?? '', session, sectionsOf(profiles, portal, options.form)),
  );
  const isCurrent = text === old;
  if (!isCurrent && !options.check) await writeConfig(file, text, old === undefined);
  const outcome = isCurrent ? 'is up to date' : options.check ? 'is not up to date' : 'written';
  const told = [...differencesOf(before, block), `${file} ${outcome}: ${count(profiles.length, 'profile')}`];
  process.stdout.write(`${told.join('\n')}\n`);
  return isCurrent || !options.check ? EXIT.ok : EXIT.failed;
}

function configFile({ file }: Options): string {
  return file ?? (process.env['AWS_CONFIG_FILE'] || join(homedir(), '.aws', 'config'));
}

/** A file that is there keeps its mode, and bytes that are no text. */
async function writeConfig(file: string, text: string, isNew: boolean): Promise<void> {
  await naming(file, async () => {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFileAtomic(file, text, { encoding: 'latin1', ...(isNew && { mode: 0o600 }) });
  });
}

/** Profiles of the holders that are named, or of all, with a name each. @throws UsageError */
function profilesOf(plan: EstatePlan, { user = [], group = [], name }: Options): readonly Profile[] {
  const holders: readonly Holder[] = [
    ...user.map((one) => ({ kind: 'user', name: one }) as const),
    ...group.map((one) => ({ kind: 'group', name: one }) as const),
  ];
  const faults = holders.flatMap((holder) => unknownNames(plan, { holder }));
  if (faults.length > 0) throw new UsageError(faults.map(({ text, code }) => `${text} (${code})`).join('\n'));
  const meant = (plan.access?.expansion.assignments ?? []).filter(
    ({ holder, principalId }) =>
      principalId !== undefined && (holders.length === 0 || holders.some((one) => isSameHolder(one, holder))),
  );
  const cells = new Map(meant.map((one) => [`${one.account.id} ${one.permissionSet}`, one]));
  const profiles = [...cells.values()].map(({ account, permissionSet }) => ({
    name: nameOf(name, { account: account.name, id: account.id, set: permissionSet }),
    account: account.id,
    permissionSet,
  }));
  const clashes = [...Map.groupBy(profiles, (one) => one.name)].filter(([, same]) => same.length > 1);
  if (clashes.length === 0) return profiles;
  const told = clashes.map(
    ([one, same]) => `${one}: ${same.map(({ account, permissionSet }) => `${permissionSet} in ${account}`).join(', ')}`,
  );
  throw new UsageError(
    `--name '${name}' gives several profiles one name; choose one with {id} and {set}:\n${told.join('\n')}`,
  );
}

function nameOf(template: string, parts: Readonly<Record<string, string>>): string {
  const text = template.replaceAll(/\{(\w+)\}/g, (whole, key: string) => {
    const part = parts[key];
    if (part === undefined) throw new UsageError(`--name must have {account}, {id} and {set} alone, got '${whole}'`);
    return part;
  });
  return plainName(text);
}

/** A name that AWS's programs take without quotes. */
function plainName(text: string): string {
  return text.replaceAll(/[^\w.+@/-]+/g, '-');
}

/** @throws UsageError where neither the estate nor the option has it */
function startUrlOf({ estate }: EstatePlan, given: string | undefined): string {
  const url = given ?? estate.workforce?.awsApplication?.saml.signOnUrl;
  if (url === undefined)
    throw new UsageError(
      'the estate has no workforce.awsApplication.saml.signOnUrl: give --start-url, such as https://d-1234567890.awsapps.com/start',
    );
  if (isPortal(url)) return url;
  throw new UsageError(
    `--start-url must be the address of an AWS access portal, such as https://d-1234567890.awsapps.com/start, got '${url}'`,
  );
}

function isPortal(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === 'https:' && PORTAL_HOST.test(url.hostname) && /^[!-~]+$/.test(text);
}

/** Each byte as a character; undefined where there is no file. */
function readConfig(file: string): string | undefined {
  try {
    return readFileSync(file, 'latin1');
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return undefined;
    throw isSystemError(error) ? new Error(`${file} can't be read (${error.code ?? error.message})`) : error;
  }
}

function placed<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof ConfigFileError ? new UsageError(`${file}: ${error.message}`) : error;
  }
}
