import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Meant } from '../compare';
import { type AccountJournal, runFolder } from '../journal';
import type { CleanUp } from '../prove';
import { type Proof, proveBoth, type Proving, Recording, type SideRun } from '../proof';
import { deleteAccessLeftovers } from './access-leftovers';
import { createAccountClients, findPlace, type Reach, recordedClients } from './account-clients';
import { AwsRedactor } from './redact-aws';
import type { Question } from './simulation';
import { runAccess, type RunAccessOptions } from './run-access';

export interface ProveAccessOptions extends Proving<AccountJournal> {
  /** True if the account is reached at an address that is not AWS's. */
  readonly isElsewhere: boolean;
  /** Questions for IAM's simulator. */
  readonly questions: readonly Question[];
  /** Address of the stand-in. */
  readonly standIn: string;
}

const OF_INSTANCE = [
  ['Name', 'an instance has a name of its own'],
  ['OwnerAccountId', "the owner is the management account, also where a delegated administrator's is proven"],
  ['Regions', 'an instance may be in several Regions'],
  ['EncryptionConfigurationDetails', 'an instance may have a key of its own'],
] as const;

/** Differences that are meant: what one instance has, and another one not. Another type is not. */
export const MEANT: Meant = OF_INSTANCE.flatMap(([property, reason]) =>
  (['other value', 'only in the tenant', 'only in the emulator'] as const).map((kind) => ({
    alike: { request: 'sso-admin DescribeInstance', kind },
    path: new RegExp(`^response\\.${property}\\b`),
    reason,
  })),
);

/** Takes marked access from nothing to nothing at the stand-in, and then in the account. */
export async function proveAccess(options: ProveAccessOptions): Promise<Proof> {
  const { journal, standIn } = options;
  const { region, mark, day } = journal;
  const place = await findPlace(createAccountClients({ region, standIn }), { isStandIn: true });
  const access = { ...place, mark, day };
  return proveBoth(options, {
    rehearse: (isReduced) => runSide(options, { name: 'stand-in', region, standIn, access, hasPrincipals: !isReduced }),
    run: (known) => runSide(options, { name: 'account', region, access: journal, hasPrincipals: true, known }),
    meant: MEANT,
  });
}

/** One of the two. */
interface Side extends Reach, Pick<RunAccessOptions, 'access' | 'hasPrincipals'> {
  readonly name: 'account' | 'stand-in';
  /** Texts that may be shown. */
  readonly known?: ReadonlySet<string>;
}

async function runSide(
  options: ProveAccessOptions,
  { name, access, known, hasPrincipals, ...reach }: Side,
): Promise<SideRun> {
  const folder = join(runFolder(access.mark), name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const redactor = new AwsRedactor({ ...access, ...(known && { known }) });
  const { exchanges, onStep, onExchange } = new Recording(name, options, redactor);
  const run = await runAccess({
    ...{ access, folder, hasPrincipals, redactor, onStep, isInterrupted: options.isInterrupted },
    hasRoles: name === 'account' && !options.isElsewhere,
    questions: options.questions,
    clients: { recorded: recordedClients(reach, onExchange), quiet: createAccountClients(reach) },
  });
  // What a store said that refused is a word of the report.
  const isCompared = ({ method }: { readonly method: string }): boolean =>
    run.refusal === undefined || method !== 'identitystore';
  return { ...run, exchanges: exchanges.filter(isCompared), shown: redactor.shown };
}

/** Deletes what a run that was killed has left in the account: its stack, and then what has its mark in the name. */
export async function cleanUpAccess(journal: AccountJournal): Promise<CleanUp> {
  const clients = createAccountClients(journal);
  const { found, left } = await deleteAccessLeftovers({ ...journal, clients });
  return { isClean: left === 0, detail: `${found} objects were found and deleted, ${left} are left` };
}
