import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { compare, type Comparison, type Meant } from '../compare';
import { type AccountJournal, removeJournal, runFolder, writeJournal } from '../journal';
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
  /** Undefined where the account was not asked. */
  readonly comparison: Comparison | undefined;
}

/** One of the two. */
interface Side extends Reach {
  readonly name: 'account' | 'stand-in';
  readonly access: RunAccessOptions['access'];
  /** Texts that may be shown. */
  readonly known?: ReadonlySet<string>;
}

/** Differences that are meant, by what they are alike in. */
const MEANT: Meant = [
  {
    alike: { request: 'sso-admin DescribeInstance', kind: 'other value', path: 'response.Name' },
    reason: 'an instance has a name of its own',
  },
];

/**
 * Takes marked access from nothing to nothing at the stand-in, and then in the account; what failed at the stand-in does not reach
 * the account.
 */
export async function proveAccess(options: ProveAccessOptions): Promise<AccessProof> {
  const { journal, standIn } = options;
  const { region, mark, day } = journal;
  const place = await findPlace({ region, standIn });
  const rehearsal = await runSide(options, {
    ...{ name: 'stand-in', region, standIn },
    access: { ...place, mark, day },
  });
  const isSound = rehearsal.outcomes.every(({ held }) => held) && rehearsal.refusal === undefined;
  if (!isSound || options.isInterrupted())
    return { account: [], standIn: rehearsal.outcomes, refusal: undefined, comparison: undefined };
  // From here on something may be in the account.
  writeJournal(journal);
  const account = await runSide(options, { name: 'account', region, access: journal, known: rehearsal.shown });
  if (account.isClean) removeJournal(journal);
  return {
    account: account.outcomes,
    standIn: rehearsal.outcomes,
    refusal: account.refusal,
    comparison: compare({ tenant: account.exchanges, emulator: rehearsal.exchanges }, MEANT),
  };
}

interface SideRun extends AccessRun {
  readonly exchanges: readonly RedactedExchange[];
  /** Texts that were shown. */
  readonly shown: ReadonlySet<string>;
}

async function runSide(
  { journal: { mark }, say, isInterrupted }: ProveAccessOptions,
  { name, access, known, ...reach }: Side,
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
    hasRoles: name === 'account',
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
  const isClean = left === 0;
  if (isClean) removeJournal(journal);
  return { isClean, detail: `${found} objects were found and deleted, ${left} are left` };
}
