import { answerTo, NOTHING_KNOWN } from '../../../constructs/aws/checks/known-answers';
import { ACCESS_LEVELS, type AccessLevel, type KnownAction } from '../../permissions/actions';
import { unreadIn } from '../../permissions/fold';
import { assume } from '../../permissions/formula';
import { bounded, kept, TooComplexError } from '../../permissions/glob';
import { levelOf } from '../../permissions/notable';
import type { Box } from '../../permissions/policy';
import { includes } from '../../permissions/region';
import type { Decide } from '../../permissions/side';
import { isAdministrator } from '../../estate/sections/access/policy-power';
import type { PermissionSet } from '../../estate/sections/estate';
import { known, unlessEmpty } from '../../text/values';
import type { HeatLevel } from '../blocks/block';
import { namesIn, type Session, Sessions, type SetSource } from '../../estate/sections/access/sets/sessions';

/** Actions of AWS at one access level. */
export interface AllowedLevel {
  readonly level: AccessLevel;
  readonly actions: number;
  readonly services: number;
  /** The services with the most of these actions, at most 12. */
  readonly names: readonly string[];
}

/** What a permission set allows, be it under a condition or on some resources only. */
export interface SetAllows {
  /** Highest access level that is known. */
  readonly level: HeatLevel;
  /** True if it may be more: a policy was not read, AWS does not classify the actions, or the policies are too complex. */
  readonly isUnknown: boolean;
  /** Policies that were not read and may allow more. @default there are none */
  readonly unread?: readonly string[];
  /** Reason why it can't be told. @default it can */
  readonly beyond?: string;
  /** From the most to the least. */
  readonly levels: readonly AllowedLevel[];
}

/** The same in some accounts of the set: there, control policies leave as much. */
export interface AllowsIn extends SetAllows {
  /** Ids; absent for all accounts of the set that no other entry has. */
  readonly accounts?: readonly string[];
}

/** What permission sets allow. Equal policies are evaluated once. */
export class SetLevels {
  private readonly sessions = new Sessions();
  private readonly byKey = new Map<string, SetAllows>();
  private readonly byText = new Map<string, SetAllows>();

  constructor(
    private readonly source: SetSource,
    private readonly answers = NOTHING_KNOWN,
  ) {}

  /** What a set allows in accounts, that of most of them first. */
  of(set: PermissionSet, accounts: Iterable<string>): readonly AllowsIn[] {
    const raises = raisesItself(set, this.source);
    const about = [namesIn(set), String(raises)];
    const at = (account: string): SetAllows => {
      const { key, session } = this.sessions.sessionOf(set, account, this.source);
      return kept(this.byKey, [...about, key].join('\n'), () => this.find([...about, key], session, raises));
    };
    return [...Map.groupBy(accounts, at)]
      .toSorted(([, a], [, b]) => b.length - a.length)
      .map(([allows, own], index) => (index === 0 ? allows : { ...allows, accounts: own }));
  }

  /** Equal answers are one. */
  private find(about: readonly string[], session: Session, raises: boolean): SetAllows {
    const question = { kind: 'what a set allows', about, isAnswer: isAllows };
    const allows = answerTo(this.answers, question, () => allowsOf(session, raises));
    return kept(this.byText, JSON.stringify(allows), () => allows);
  }
}

function isAllows(value: unknown): value is SetAllows {
  return typeof value === 'object' && value !== null && 'level' in value && 'levels' in value;
}

/** True if the policies allow a session to give itself everything. Within a boundary, only what is allowed there counts. */
function raisesItself(set: PermissionSet, { access }: SetSource): boolean {
  return set.permissionsBoundary === undefined && isAdministrator(set, access.policies);
}

function allowsOf(session: Session, raises: boolean): SetAllows {
  try {
    return bounded(() => knownAllows(session, raises));
  } catch (error) {
    if (!(error instanceof TooComplexError)) throw error;
    return { level: raises ? 'Administrator' : 'None', isUnknown: !raises, beyond: error.message, levels: [] };
  }
}

/** @throws TooComplexError */
function knownAllows({ allowed, actions, isAdministrator: isAll }: Session, raises: boolean): SetAllows {
  const { unread } = unreadIn(allowed);
  const reads = onlyReads(allowed) ? READING_SESSION : '';
  const levels = allowedLevels(Map.groupBy(actions, (one) => (one.id === reads ? 'Read' : levelOf(one))));
  const [highest = 'None'] = levels.map(({ level }) => level).filter((level) => level !== 'Unclassified');
  const isRaised = raises && (highest === 'Permissions management' || unread.length > 0);
  if (isRaised || isAll) return { level: 'Administrator', isUnknown: false, levels };
  const isUnknown = unread.length > 0 || (highest === 'None' && levels.length > 0);
  return { level: highest, isUnknown, ...known({ unread: unlessEmpty(unread) }), levels };
}

/** Its session reads where the policy asks for that mode, as ReadOnlyAccess does (S3 User Guide, 'CreateSession authorization'). */
const READING_SESSION = 's3express:createsession';

function onlyReads(boxes: readonly Box[]): boolean {
  const isReading: Decide = ({ condition }) =>
    condition?.key === 's3express:sessionmode' && condition.values.join() === 'ReadOnly' ? false : undefined;
  return boxes
    .filter(({ actions }) => includes(actions, READING_SESSION))
    .every(({ when }) => assume(when, isReading).length === 0);
}

/** Services that a report names for a level. */
const MOST_NAMES = 12;

function allowedLevels(byLevel: ReadonlyMap<AccessLevel, readonly KnownAction[]>): readonly AllowedLevel[] {
  return ACCESS_LEVELS.toReversed().flatMap((level) => {
    const own = byLevel.get(level) ?? [];
    const services = [...Map.groupBy(own, ({ service }) => service)].toSorted(([, a], [, b]) => b.length - a.length);
    const names = services.map(([service]) => service).slice(0, MOST_NAMES);
    return own.length === 0 ? [] : [{ level, actions: own.length, services: services.length, names }];
  });
}
