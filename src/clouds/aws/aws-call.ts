import { ACCESS_ACTIONS, SNAPSHOT_ACTIONS } from '../../estate/sections/access/snapshot-actions';
import pMap from 'p-map';
import { attempt, failed, type Reading, type ReadingOptions, type Unread } from '../reading';

/** Call to AWS, in the words that an error message needs. */
export interface AwsCall {
  /** The IAM action, by which the documentation of AWS names the call too: `organizations:ListRoots`. */
  readonly action: string;
  /** Thing that is read or written: `the tags of account 111122223333 ("payments")`. */
  readonly subject: string;
  /** @default false: it is being read */
  readonly writes?: boolean;
}

/** Fields that the SDK's errors have in common; which of them is there depends on where the call failed. */
export interface AwsFault {
  readonly name: string;
  readonly message: string;
  /** Of a network error: `ECONNREFUSED`. */
  readonly code?: string;
  /** Of IAM Identity Center and the Identity Store: `KMS_AccessDeniedException`; null where an answer has the field empty. */
  readonly Reason?: string | null;
  readonly $metadata?: { readonly attempts?: number; readonly requestId?: string };
}

/**
 * Tells whether IAM Identity Center or the Identity Store could not use its customer-managed KMS key. Both give such a fault the
 * name of another one, `ResourceNotFoundException` among them, and a reason (API references: Reason of the exceptions:
 * `KMS_AccessDeniedException`, `KMS_ACCESS_DENIED`); where a caller lacks the permission, the message alone may say so.
 */
export function isKeyFault({ name, message, Reason }: AwsFault): boolean {
  return Reason?.startsWith('KMS_') === true || (name.startsWith('AccessDenied') && /\bkms:[A-Z]\w+/.test(message));
}

/** True if the caller may not use the key; otherwise the key itself is at fault. */
export function isKeyDenied(fault: AwsFault): boolean {
  return isKeyFault(fault) && fault.name.startsWith('AccessDenied');
}

const KEY_ARN = /arn:aws[\w-]*:kms:[a-z0-9-]+:\d{12}:key\/[0-9a-z-]+/;

/** Name of the key in a sentence: by its ARN, where the caller or the answer has it. */
export function keyName(fault: AwsFault, arn: string | undefined): string {
  const known = arn ?? KEY_ARN.exec(fault.message)?.[0];
  return known === undefined ? 'the customer-managed KMS key of IAM Identity Center' : `the KMS key ${known}`;
}

/** Advice on a fault of the key. */
export function keyAdvice(fault: AwsFault, arn: string | undefined): string {
  const key = keyName(fault, arn);
  return isKeyDenied(fault)
    ? `allow kms:Decrypt on ${key}, by the policy of the caller and by that of the key: npx --no entra-aws docs operations 'The key of IAM Identity Center'`
    : `${key} can't be used: enable it, or cancel its deletion, in the management account`;
}

/** A call to AWS that failed for good. The message says which one, what AWS answered and what to do. */
export class AwsCallError extends Error {
  override readonly name = 'AwsCallError';
  constructor(
    readonly call: AwsCall,
    readonly fault: AwsFault,
    /** ARN of the customer-managed key of IAM Identity Center, where the fault is about it and somebody has looked. */
    readonly key?: string,
  ) {
    super(describeFault(call, fault, key), { cause: fault });
  }
}

const GONE: ReadonlySet<string> = new Set(['ResourceNotFoundException', 'PolicyNotFoundException']);

/** Tells whether what was asked about is gone; a key that is gone says nothing of what it encrypts. */
export function isGone(error: unknown): boolean {
  if (!(error instanceof AwsCallError) || isKeyFault(error.fault)) return false;
  const { call, fault } = error;
  // CloudFormation answers a name without a stack as a request that is not valid.
  const isNoStack = call.action.startsWith('cloudformation:') && fault.message.includes('does not exist');
  return isNoStack || GONE.has(fault.name) || fault.name.startsWith('NoSuchEntity');
}

/** An answer; undefined where what was asked about is gone. @throws AwsCallError for any other fault */
export async function unlessGone<Answer>(answer: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

function describeFault(call: AwsCall, fault: AwsFault, key: string | undefined): string {
  const attempts = fault.$metadata?.attempts ?? 1;
  const notes = [
    ...(attempts > 1 ? [`after ${attempts} attempts`] : []),
    ...(fault.$metadata?.requestId === undefined ? [] : [`request ${fault.$metadata.requestId}`]),
  ];
  const label = fault.name === 'Error' ? fault.code : fault.name;
  const advice = adviceFor(call, fault, key);
  return [
    `${doing(call)} ${call.subject} failed.`,
    `  ${call.action}: ${label === undefined ? '' : `${label}: `}${fault.message}${notes.length === 0 ? '' : ` (${notes.join(', ')})`}`,
    ...(advice === undefined ? [] : [`  What to do: ${advice}`]),
  ].join('\n');
}

const doing = ({ writes = false }: AwsCall): string => (writes ? 'Writing' : 'Reading');

/** Sends one call. @throws AwsCallError */
export async function callAws<Answer>(call: AwsCall, send: () => Promise<Answer>): Promise<Answer> {
  try {
    return await send();
  } catch (error) {
    throw new AwsCallError(call, error as AwsFault);
  }
}

/** Reads all pages of a list, one after the other. @throws AwsCallError */
export async function readPages<Page, Item>(
  call: AwsCall,
  pages: AsyncIterable<Page>,
  itemsOf: (page: Page) => readonly Item[] | undefined,
): Promise<readonly Item[]> {
  return callAws(call, async () => {
    const items: Item[] = [];
    for await (const page of pages) items.push(...(itemsOf(page) ?? []));
    return items;
  });
}

/** Way to read many things. */
interface ReadingEach extends ReadingOptions {
  /** Words for so many that are read. */
  readonly told: (done: number) => string;
  /** @default after each */
  readonly toldEvery?: number;
}

/** Reads something of each, and tells how many are done. */
export function readEach<One, Found>(
  all: readonly One[],
  read: (one: One) => Promise<Found>,
  { concurrency, onProgress, told, toldEvery = 1 }: ReadingEach,
): Promise<Found[]> {
  let done = 0;
  const readOne = async (one: One): Promise<Found> => {
    const found = await read(one);
    done += 1;
    if (done % toldEvery === 0) onProgress(told(done));
    return found;
  };
  return pMap(all, readOne, { concurrency });
}

/** A field that AWS always fills, though the SDK's types leave it open. @throws Error if it is missing all the same */
export function required<Value>(value: Value | undefined, call: AwsCall, field: string): Value {
  if (value !== undefined) return value;
  throw new Error(
    `Reading ${call.subject} failed.\n  ${call.action} answered without ${field}, which AWS documents as always there`,
  );
}

const WHERE = 'the management account of the organization, or the account that administers IAM Identity Center for it';

const LOG_IN =
  'log in (aws sso login), or set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, then run this again';

const LOG_IN_AGAIN =
  'the credentials are no longer or not yet valid: log in again (aws sso login), then run this again';

const SLOW_DOWN =
  'AWS is limiting the rate of calls: run this again later, or with a lower --concurrency where there is one';

const CHECK_NETWORK =
  'check the network, the proxy, and --region (or AWS_REGION): an endpoint exists only in the Regions of the service';

/** By name of the error, or its code where the network failed. */
const ADVICE: Readonly<Record<string, string>> = {
  AWSOrganizationsNotInUseException: `these credentials belong to an account outside of any organization: use ${WHERE}`,
  CredentialsProviderError: LOG_IN,
  TokenProviderError: LOG_IN,
  ExpiredToken: LOG_IN_AGAIN,
  ExpiredTokenException: LOG_IN_AGAIN,
  InvalidClientTokenId: LOG_IN_AGAIN,
  UnrecognizedClientException: LOG_IN_AGAIN,
  InvalidSignatureException: 'check the secret key, and that the clock of this machine is right',
  SignatureDoesNotMatch: 'check the secret key, and that the clock of this machine is right',
  Throttling: SLOW_DOWN,
  TooManyRequestsException: SLOW_DOWN,
  ThrottlingException: SLOW_DOWN,
  EAI_AGAIN: CHECK_NETWORK,
  ECONNREFUSED: CHECK_NETWORK,
  ECONNRESET: CHECK_NETWORK,
  ENOTFOUND: CHECK_NETWORK,
  ETIMEDOUT: CHECK_NETWORK,
  TimeoutError: CHECK_NETWORK,
};

/** Faults of the way to AWS, whatever is asked: many calls fail for one of them, which is told once. */
function isOfTheWay({ name, code = '' }: AwsFault): boolean {
  return [LOG_IN, LOG_IN_AGAIN].some((advice) => advice === ADVICE[name]) || ADVICE[code] === CHECK_NETWORK;
}

/** Advice on a failed call; undefined where only AWS' own message helps. `key`: ARN of the key of IAM Identity Center. */
function adviceFor(call: AwsCall, fault: AwsFault, key?: string): string | undefined {
  if (fault.message === 'Region is missing') return 'name the Region of IAM Identity Center: --region, or AWS_REGION';
  if (isKeyFault(fault)) return keyAdvice(fault, key);
  if (fault.name.startsWith('AccessDenied')) return `allow ${call.action}${neededBesides(call)}`;
  return ADVICE[fault.name] ?? ADVICE[fault.code ?? ''];
}

/** Of the organization, everything is asked for at once, and in one place. */
function neededBesides({ action }: AwsCall): string {
  const isAccess = ACCESS_ACTIONS.includes(action);
  if (!isAccess && !SNAPSHOT_ACTIONS.includes(action)) return '';
  const access = isAccess ? `; reading access besides: ${ACCESS_ACTIONS.join(', ')}` : '';
  return `, and run this in ${WHERE}. A snapshot needs: ${SNAPSHOT_ACTIONS.join(', ')}${access}`;
}

/** Reads from AWS. A refusal is told by the IAM action that is missing. */
export function readAws<T>(read: () => Promise<T>): Promise<Reading<T>> {
  return attempt(read, explainAws);
}

function explainAws(error: unknown): Unread {
  if (error instanceof AwsCallError && isKeyDenied(error.fault)) {
    return { state: 'denied', permission: `kms:Decrypt on ${keyName(error.fault, error.key)}` };
  }
  if (error instanceof AwsCallError && error.fault.name.startsWith('AccessDenied')) {
    return { state: 'denied', permission: error.call.action };
  }
  if (error instanceof AwsCallError && isOfTheWay(error.fault)) {
    const { name, code, message } = error.fault;
    return failed(
      `AWS can't be asked: ${message.replace(/\.$/, '')}. What to do: ${ADVICE[name] ?? ADVICE[code ?? '']}`,
    );
  }
  const message = error instanceof Error ? error.message : String(error);
  return failed(message.replaceAll(/(?<![.:])\s*\n\s*/g, '. ').replaceAll(/\s*\n\s*/g, ' '));
}
