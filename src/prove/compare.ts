import { isProperties, isSame, textOf } from '../../provider/values';
import type { RedactedExchange } from './redact';
import { withoutNumbers } from './redaction';

/** A request, and what was seen of its answers on one side in the whole run. */
interface Seen {
  readonly statuses: ReadonlySet<string>;
  /** Values by path in the body, `request.web.redirectUris[]`; `[]` stands for the items of a list. */
  readonly values: ReadonlyMap<string, ReadonlySet<string>>;
}

export type DifferenceKind =
  | 'request only in the tenant'
  | 'request only in the emulator'
  | 'other status'
  | 'only in the tenant'
  | 'only in the emulator'
  | 'other type'
  | 'other value';

export interface Difference {
  readonly kind: DifferenceKind;
  /** `PATCH /v1.0/groups/{id}` */
  readonly request: string;
  /** Object that it is about. */
  readonly about: string;
  /** Path in a body; undefined for a difference of a whole request. */
  readonly path?: string;
  readonly tenant: string;
  readonly emulator: string;
  /** Reason why it is meant. */
  readonly meant?: string;
}

export interface Comparison {
  readonly differences: readonly Difference[];
  /** Requests of which nothing differed, with the number of properties that were the same. */
  readonly held: readonly { readonly request: string; readonly about: string; readonly properties: number }[];
}

type BothOf<Side> = Readonly<Record<'tenant' | 'emulator', Side>>;
type Sides = BothOf<readonly RedactedExchange[]>;

/** A run of one side, and which of its steps held. */
interface Recorded {
  readonly exchanges: readonly RedactedExchange[];
  readonly outcomes: readonly { readonly step: string; readonly held: boolean }[];
}

/** Exchanges of two runs. Of one that was interrupted, those of steps that held on both sides: the others are not whole. */
export function comparable({ tenant, emulator }: BothOf<Recorded>, isInterrupted: boolean): Sides {
  const isWhole = ({ step }: RedactedExchange): boolean =>
    !isInterrupted || [tenant, emulator].every(({ outcomes }) => outcomes.some((one) => one.step === step && one.held));
  return { tenant: tenant.exchanges.filter(isWhole), emulator: emulator.exchanges.filter(isWhole) };
}

/**
 * Compares what was sent to both and what they answered: by request and by the object that it is about, whatever the order,
 * since programs send in parallel, and ask again while a tenant lags.
 */
export function compare({ tenant, emulator }: Sides, meant = LAGS): Comparison {
  const [ours, theirs] = [gather(emulator), gather(tenant)];
  const held: Comparison['held'][number][] = [];
  const differences: Difference[] = [];
  for (const key of [...new Set([...theirs.keys(), ...ours.keys()])].toSorted()) {
    const [request = '', about = ''] = key.split(SEPARATOR);
    const found = differencesOf(theirs.get(key), ours.get(key)).map((one) => ({ ...one, request, about }));
    differences.push(...found.map((one) => withReason(one, meant)));
    if (found.length === 0) held.push({ request, about, properties: ours.get(key)?.values.size ?? 0 });
  }
  return { differences, held };
}

const SEPARATOR = '\n';

/** Differences that are meant, by what they are alike in, and by their paths. */
export type Meant = readonly {
  readonly alike: Partial<Difference>;
  readonly path?: RegExp;
  readonly reason: string;
}[];

const LAGS: Meant = [
  {
    alike: { kind: 'other status', tenant: '200, 404', emulator: '200' },
    reason: 'a tenant shows what was made or changed after a while; the programs ask again',
  },
];

function withReason(difference: Difference, meant: Meant): Difference {
  const found = meant.find(
    ({ alike, path = /^/ }) => isSame({ ...difference, ...alike }, difference) && path.test(difference.path ?? ''),
  );
  return found === undefined ? difference : { ...difference, meant: found.reason };
}

function gather(exchanges: readonly RedactedExchange[]): ReadonlyMap<string, Seen> {
  const keyOf = ({ method, route, about }: RedactedExchange): string => `${method} ${route}${SEPARATOR}${about}`;
  // A request that was throttled is sent again: the refusal says nothing of it.
  const answered = exchanges.filter((exchange) => !isThrottled(exchange));
  return new Map([...Map.groupBy(answered, keyOf)].map(([key, all]) => [key, seenIn(all)]));
}

/** Names of AWS's errors for too many requests, which it answers as 400. */
const THROTTLED = /^(?:(?:Request)?Throttl|TooManyRequests|RequestLimitExceeded|SlowDown)/;

function isThrottled({ status, response }: RedactedExchange): boolean {
  const error = isProperties(response) ? response['error'] : undefined;
  return status === 429 || (typeof error === 'string' && THROTTLED.test(error));
}

function seenIn(exchanges: readonly RedactedExchange[]): Seen {
  const values = new Map<string, Set<string>>();
  const add = (path: string, value: unknown): void => {
    if (Array.isArray(value))
      value.forEach((item) => {
        add(`${path}[]`, item);
      });
    else if (isProperties(value)) for (const [name, item] of Object.entries(value)) add(`${path}.${name}`, item);
    if (value === undefined) return;
    const said = values.get(path) ?? new Set();
    values.set(path, said.add(tellOf(value)));
  };
  for (const { request, response } of exchanges) {
    add('request', request);
    add('response', response);
  }
  return { statuses: new Set(exchanges.map(({ status }) => String(status))), values };
}

/** A value with its type before it; of what holds others, the type alone. */
function tellOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'object') return 'object';
  return `${typeof value} ${withoutNumbers(textOf(value))}`;
}

type Found = Pick<Difference, 'kind' | 'path' | 'tenant' | 'emulator'>;

function differencesOf(theirs: Seen | undefined, ours: Seen | undefined): readonly Found[] {
  if (theirs === undefined) return [{ kind: 'request only in the emulator', tenant: '', emulator: 'sent' }];
  if (ours === undefined) return [{ kind: 'request only in the tenant', tenant: 'sent', emulator: '' }];
  const statuses = { tenant: listed(theirs.statuses), emulator: listed(ours.statuses) };
  const paths = [...new Set([...theirs.values.keys(), ...ours.values.keys()])].toSorted();
  return [
    ...(statuses.tenant === statuses.emulator ? [] : [{ kind: 'other status' as const, ...statuses }]),
    ...paths
      .filter((path) => !hasMissingParent(path, theirs, ours))
      .flatMap((path) => valueDifference(path, theirs.values.get(path), ours.values.get(path))),
  ];
}

/** Tells whether a path is inside of something that one side lacks, which has a line already. */
function hasMissingParent(path: string, theirs: Seen, ours: Seen): boolean {
  const parent = path.replace(/(?:\[\]|\.[^.[\]]+)$/, '');
  if (parent === path || parent === '') return false;
  const isMissing = !theirs.values.has(parent) || !ours.values.has(parent);
  return isMissing || hasMissingParent(parent, theirs, ours);
}

function valueDifference(
  path: string,
  theirs: ReadonlySet<string> | undefined,
  ours: ReadonlySet<string> | undefined,
): readonly Found[] {
  if (theirs === undefined) return [{ kind: 'only in the emulator', path, tenant: '', emulator: listed(ours) }];
  if (ours === undefined) return [{ kind: 'only in the tenant', path, tenant: listed(theirs), emulator: '' }];
  const [types, known] = [typesOf(theirs), typesOf(ours)];
  const told = { path, tenant: listed(theirs), emulator: listed(ours) };
  if (!isWithin(types, known)) return [{ kind: 'other type', ...told }];
  // A state between two requests may be seen by chance, so that the emulator's may have one more.
  return isWithin(theirs, ours) ? [] : [{ kind: 'other value', ...told }];
}

const isWithin = (some: ReadonlySet<string>, all: ReadonlySet<string>): boolean =>
  [...some].every((one) => all.has(one));

function typesOf(values: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...values].map((value) => value.split(' ', 1)[0] ?? value));
}

const MOST = 6;

function listed(values: ReadonlySet<string> = new Set()): string {
  const all = [...values].toSorted();
  return all.length > MOST ? `${all.slice(0, MOST).join(', ')} and ${all.length - MOST} more` : all.join(', ');
}
