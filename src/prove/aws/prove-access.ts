import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  ChangeAction,
  ChangeSetStatus,
  ChangeSetType,
  ChangeSource,
  ChangeType,
  DetailedStatus,
  DifferenceType,
  EvaluationType,
  ExecutionStatus,
  HandlerErrorCode,
  OnStackFailure,
  OperationStatus,
  OperationType,
  PolicyAction,
  Replacement,
  RequiresRecreation,
  ResourceAttribute,
  ResourceStatus,
  StackDriftDetectionStatus,
  StackDriftStatus,
  StackResourceDriftStatus,
  StackStatus,
} from '@aws-sdk/client-cloudformation';
import { ResourceType, UserStatus } from '@aws-sdk/client-identitystore';
import {
  InstanceStatus,
  KmsKeyStatus,
  KmsKeyType,
  PrincipalType,
  RegionStatus,
  StatusValues,
  TargetType,
} from '@aws-sdk/client-sso-admin';
import { isProperties } from '../../../provider/values';
import { parseQuietly } from '../../estate/source/parse-quietly';
import { comparable, compare, type Comparison, type Meant } from '../compare';
import { type AccountJournal, runFolder, writeJournal } from '../journal';
import type { CleanUp } from '../prove';
import type { RedactedExchange } from '../redact';
import { NAME, Redaction } from '../redaction';
import type { Outcome } from '../run';
import { deleteAccessLeftovers } from './access-leftovers';
import { findPlace } from './find-place';
import type { MarkedAccess } from './marked-access';
import { type AwsExchange, createAccountClients, type Reach, recordedClients } from './recorded-clients';
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

interface AwsRedactorOptions extends Pick<MarkedAccess, 'mark' | 'account' | 'region'> {
  /** Texts that may be shown. @default all: a stand-in holds nothing of an account's */
  readonly known?: ReadonlySet<string>;
}

/** Tokens, of which some hold what they lead to. */
const SECRET = /^(?:\w*Token|\w*TokenId)$/;

/**
 * Ids of the Identity Store, older ones with ten digits before them; of stacks and change sets; of instances, permission sets,
 * identity stores and organizations; of accounts, of identities of IAM, and of roles of a permission set.
 */
const ID =
  /(?:\b[\da-f]{10}-)?[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}|\b(?:sso)?ins-[\w.-]{16}|\bps-[\w./-]{16}|\bd-[\da-f]{10}\b|\bo-[a-z\d]{10,32}\b|\b\d{12}\b|\bA(?:KIA|SIA|ROA|IDA|NPA)[A-Z\d]{12,}|(?<=_)[\da-f]{16}\b/gi;

/** Names of errors are AWS's. */
const ERROR = /^[A-Z][A-Za-z]{2,60}$/;

/** Numbers that may be an id. */
const LONG_NUMBER = 1_000_000_000;

/** Before a name of a property of JSON in a text, among texts that may be shown. */
const NAMED = 'property ';

/** Takes away what is not to be seen of exchanges with AWS, and names the object that each is about. */
export class AwsRedactor {
  private readonly redaction: Redaction;
  private readonly properties = new Set<string>();
  private readonly names = new Map<string, string>();
  private readonly labels = new Map<string, string>();

  constructor(private readonly options: AwsRedactorOptions) {
    const { mark, account, region, known } = options;
    this.redaction = new Redaction({
      replaced: [
        [mark, '{mark}'],
        // In logical ids.
        [mark.replace('-', ''), '{mark}'],
        [account, '{account}'],
        [region, '{region}'],
      ],
      ids: ID,
      secret: SECRET,
      isEnumerated: (name, text) => ENUMERATIONS.has(text) || (name === 'error' && ERROR.test(text)),
      ...(known && { known }),
    });
  }

  /** Texts and names of properties that were shown. */
  get shown(): ReadonlySet<string> {
    return new Set([...this.redaction.shown, ...this.properties]);
  }

  /** Lets an id stand for an object of the run. */
  learn(id: string, name: string): void {
    this.names.set(id, name);
  }

  /** Lets a logical id of a template be told by a few words. */
  label(logicalId: string, words: string): void {
    this.labels.set(logicalId, words);
  }

  redact(step: string, { service, operation, status, request, response }: AwsExchange): RedactedExchange {
    return {
      ...{ step, method: service, route: operation, status },
      about: this.aboutOf(request),
      request: this.redaction.value('', this.plain(request)),
      response: this.redaction.value('', this.plain(response)),
    };
  }

  private aboutOf(request: unknown): string {
    if (!isProperties(request)) return '';
    if (typeof request['ChangeSetName'] === 'string') return request['ChangeSetName'];
    const texts = Object.values(request).flatMap(textsIn);
    const known = texts.map((text) => this.names.get(text)).find((name) => name !== undefined);
    const marked = texts.find((text) => text.startsWith(this.options.mark) && text !== this.options.mark);
    return known ?? marked?.slice(this.options.mark.length + 1) ?? '';
  }

  /** A value as JSON has it, with JSON inside of texts read. */
  private plain(value: unknown, isInText = false): unknown {
    if (value instanceof Date) return value.toISOString();
    if (typeof value === 'number') return Math.abs(value) < LONG_NUMBER ? value : '{number}';
    if (typeof value === 'string') return this.plainText(value);
    if (Array.isArray(value)) return value.map((item) => this.plain(item, isInText));
    if (!isProperties(value)) return value;
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    return Object.fromEntries(
      entries.map(([key, item]) => [isInText ? this.nameOf(key) : key, this.plain(item, isInText)]),
    );
  }

  private plainText(text: string): unknown {
    const inside = /^\s*[[{]/.test(text) ? parseQuietly(text) : undefined;
    return inside === undefined ? (this.labels.get(text) ?? text) : this.plain(inside, true);
  }

  /** Names that the SDK knows are AWS's; those inside of a text are shown where the stand-in has them. */
  private nameOf(key: string): string {
    const label = this.labels.get(key);
    if (label !== undefined) return label;
    const named = `${NAMED}${key}`;
    if (this.options.known?.has(named) === false) return NAME;
    this.properties.add(named);
    return key;
  }
}

/** Texts of a request, those of its lists and mappings too. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isProperties(value) ? Object.values(value).flatMap(textsIn) : [];
}

/** Enumerations of the requests that a run sends, as the SDK's models have them. */
const OF_CLOUDFORMATION = [
  ...[ChangeAction, ChangeSetStatus, ChangeSetType, ChangeSource, ChangeType, DetailedStatus, DifferenceType],
  ...[EvaluationType, ExecutionStatus, HandlerErrorCode, OnStackFailure, OperationStatus, OperationType, PolicyAction],
  ...[Replacement, RequiresRecreation, ResourceAttribute, ResourceStatus, StackDriftDetectionStatus],
  ...[StackDriftStatus, StackResourceDriftStatus, StackStatus],
];
const OF_IDENTITY_CENTER = [
  ...[InstanceStatus, KmsKeyStatus, KmsKeyType, PrincipalType, RegionStatus, ResourceType, StatusValues, TargetType],
  UserStatus,
];

/** Words that AWS has for states and kinds, which say nothing of an account. */
const ENUMERATIONS: ReadonlySet<string> = new Set(
  [...OF_CLOUDFORMATION, ...OF_IDENTITY_CENTER].flatMap((words) => Object.values<string>(words)),
);
