import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { comparable, compare, type Comparison, type Meant } from '../compare';
import { type AccountJournal, runFolder, writeJournal } from '../journal';
import type { CleanUp } from '../prove';
import type { RedactedExchange } from '../redact';
import type { Outcome } from '../run';
import { deleteAccessLeftovers } from './access-leftovers';
import { findPlace } from './find-place';
import { createAccountClients, type Reach, recordedClients } from './recorded-clients';
import { AwsRedactor } from './redact-aws';
import { ACCESS_STEPS, type AccessRun, runAccess, type RunAccessOptions } from './run-access';

export interface ProveAccessOptions extends Pick<RunAccessOptions, 'isInterrupted'> {
  readonly journal: AccountJournal;
  /** True if the account is reached at an address that is not AWS's. */
  readonly isElsewhere: boolean;
  /** Address of the stand-in. */
  readonly standIn: string;
  readonly say: (text: string) => void;
}

/** Result of a run. */
export interface AccessProof {
  readonly account: readonly Outcome[];
  readonly standIn: readonly Outcome[];
  /** Name of the error by which the account's identity store refused a group or a user; undefined where it did not. */
  readonly refusal: string | undefined;
  /** True if nothing is left of it in the account. */
  readonly isClean: boolean;
  /** True if the person ended it: what is compared are the steps that held on both sides. */
  readonly isInterrupted: boolean;
  /** Undefined where the account was not asked. */
  readonly comparison: Comparison | undefined;
}

/** One of the two. */
interface Side extends Reach {
  readonly name: 'account' | 'stand-in';
  readonly access: RunAccessOptions['access'];
  /** False to make no group and no user. @default true */
  readonly hasPrincipals?: boolean;
  /** Texts that may be shown. */
  readonly known?: ReadonlySet<string>;
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

/**
 * Takes marked access from nothing to nothing at the stand-in, and then in the account; what failed at the stand-in does not reach
 * the account.
 */
export async function proveAccess(options: ProveAccessOptions): Promise<AccessProof> {
  const { journal, standIn } = options;
  const { region, mark, day } = journal;
  const place = await findPlace(createAccountClients({ region, standIn }), { isStandIn: true });
  const rehearsed: Side = { name: 'stand-in', region, standIn, access: { ...place, mark, day } };
  const rehearsal = await runSide(options, rehearsed);
  const isSound = rehearsal.outcomes.every(({ held }) => held) && rehearsal.refusal === undefined;
  const rehearsedTo = { standIn: rehearsal.outcomes, isInterrupted: options.isInterrupted() };
  if (!isSound || rehearsedTo.isInterrupted)
    return { ...rehearsedTo, account: [], refusal: undefined, isClean: true, comparison: undefined };
  // From here on something may be in the account.
  writeJournal(journal);
  const account = await runSide(options, { name: 'account', region, access: journal, known: rehearsal.shown });
  const { outcomes, refusal, isClean } = account;
  // What is compared with it has no group either.
  const alike = refusal === undefined ? rehearsal : await runSide(options, { ...rehearsed, hasPrincipals: false });
  const isInterrupted = options.isInterrupted();
  return {
    ...{ account: outcomes, refusal, isClean, isInterrupted },
    standIn: alike.outcomes,
    comparison: compare(comparable({ tenant: withoutStore(account), emulator: alike }, isInterrupted), MEANT),
  };
}

/** A run without what an identity store said that refused, of which the report has a word. */
function withoutStore(run: SideRun): SideRun {
  if (run.refusal === undefined) return run;
  return { ...run, exchanges: run.exchanges.filter(({ method }) => method !== 'identitystore') };
}

interface SideRun extends AccessRun {
  readonly exchanges: readonly RedactedExchange[];
  /** Texts that were shown. */
  readonly shown: ReadonlySet<string>;
}

async function runSide(
  { journal: { mark }, say, isInterrupted, isElsewhere }: ProveAccessOptions,
  { name, access, known, hasPrincipals = true, ...reach }: Side,
): Promise<SideRun> {
  const folder = join(runFolder(mark), name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const redactor = new AwsRedactor({ ...access, ...(known && { known }) });
  const exchanges: RedactedExchange[] = [];
  let step: string = ACCESS_STEPS[0];
  const recorded = recordedClients(reach, (exchange) => {
    const redacted = redactor.redact(step, exchange);
    exchanges.push(redacted);
    appendFileSync(`${folder}.jsonl`, `${JSON.stringify(redacted)}\n`, { mode: 0o600 });
  });
  const run = await runAccess({
    access,
    folder,
    hasPrincipals,
    hasRoles: name === 'account' && !isElsewhere,
    isInterrupted,
    clients: { recorded, quiet: createAccountClients(reach) },
    onObject: (id, object) => {
      redactor.learn(id, object);
    },
    onLogicalId: (logicalId, words) => {
      redactor.label(logicalId, words);
    },
    onStep: (next) => {
      step = next;
      say(`${name}: ${next}`);
    },
  });
  return { ...run, exchanges, shown: redactor.shown };
}

/** Deletes what a run that was killed has left in the account: its stack, and then what has its mark in the name. */
export async function cleanUpAccess(journal: AccountJournal): Promise<CleanUp> {
  const clients = createAccountClients(journal);
  const { found, left } = await deleteAccessLeftovers({ ...journal, clients });
  return { isClean: left === 0, detail: `${found} objects were found and deleted, ${left} are left` };
}
