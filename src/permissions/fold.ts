import { ACCESS_LEVELS, type AccessLevel, actionsIn, actionsLike, actionsOfService, type KnownAction } from './actions';
import { alternatives, assume, type Formula, formulaText, isAlways, literalsOf, or } from './formula';
import { ALL_ACTIONS, type Box } from './policy';
import { EVERYTHING, type Region, regionText, subtract, union } from './region';

/** Actions of a service at one access level. */
export interface FoldedLevel {
  readonly level: AccessLevel;
  readonly actions: number;
  /** In the case of AWS. Left out where it is every action of the service at that level. */
  readonly names?: readonly string[];
}

/** Actions of a service. */
export interface FoldedService {
  readonly service: string;
  /** Sorted from the most to the least. */
  readonly levels: readonly FoldedLevel[];
}

/** Requests with the same resources and the same condition. */
export interface FoldedPart {
  /** Patterns in words; absent for every resource. */
  readonly resources?: string;
  /** In words; absent where nothing has to hold. */
  readonly condition?: string;
  /** Actions that AWS has. */
  readonly actions: number;
  readonly levels: readonly FoldedLevel[];
  /** Services by name. Empty where `but` says it. */
  readonly services: readonly FoldedService[];
  /** Present for more than half of what AWS has: everything but that. Empty for everything. */
  readonly but?: readonly FoldedService[];
  /** Patterns of actions that AWS does not have, as far as the list knows. */
  readonly unlisted?: string;
}

/** Requests for people to read: by service and access level in place of names, and not longer for `*` than for `s3:Get*`. */
export interface Fold {
  readonly parts: readonly FoldedPart[];
  /** Policies that were not read, where what they allow decides. */
  readonly unread: readonly string[];
  /** The same where what they deny decides. */
  readonly unreadDenials: readonly string[];
  /** Policies that were not read and may decide otherwise about `parts`. */
  readonly unless: readonly string[];
}

export const NOTHING_FOLDED: Fold = { parts: [], unread: [], unreadDenials: [], unless: [] };

/** Boxes by resources and condition, with the actions that AWS has. What an unread policy alone decides is named and not listed. */
export function fold(boxes: readonly Box[]): Fold {
  const told = boxes.map((box) => ({ box, when: withoutUnread(box.when) }));
  const known = told.filter(({ when }) => when.length > 0);
  const groups = Map.groupBy(known, ({ box, when }) => JSON.stringify([regionText(box.resources), formulaText(when)]));
  const joined = [...groups.values()].map((group): Box => {
    const actions = group.reduce<Region>((all, { box }) => union(all, box.actions), []);
    return { actions, resources: group[0]?.box.resources ?? [], when: or(...group.map(({ when }) => when)) };
  });
  const parts = joined.map(foldBox).toSorted((a, b) => b.actions - a.actions);
  return {
    parts,
    ...unreadIn(boxes),
    unless: policiesOf(
      known.flatMap(({ box }) => literalsOf(box.when).flatMap(({ kind, id }) => (kind === 'unread' ? [id] : []))),
    ),
  };
}

/** Policies that were not read, of boxes that nothing else decides. */
export function unreadIn(boxes: readonly Box[]): Pick<Fold, 'unread' | 'unreadDenials'> {
  const open = boxes.filter(({ when }) => withoutUnread(when).length === 0).flatMap(({ when }) => unreadTerms(when));
  const denials = open.map((term) => term.filter((one) => one.endsWith(DENIES)));
  const allowing = open.filter((_, index) => denials[index]?.length === 0);
  return { unread: policiesOf(allowing.flat()), unreadDenials: policiesOf(denials.flat()) };
}

/** End of the id of a claim that an unread policy denies a request. */
export const DENIES = ' denies';

/** Claims on unread policies that an alternative needs, by id. */
function unreadTerms(when: Formula): readonly (readonly string[])[] {
  return alternatives(when).map((term) =>
    term.flatMap(({ literal: { kind, id }, holds }) => (kind === 'unread' && holds ? [id] : [])),
  );
}

/** Policies that claims are about, each once. */
function policiesOf(claims: readonly string[]): readonly string[] {
  return [...new Set(claims.map((one) => one.replace(/ (allows|denies)$/, '')))].toSorted();
}

/** Actions that AWS has and boxes allow, be it under a condition. What an unread policy alone decides is not among them. */
export function knownActions(boxes: readonly Box[]): ReadonlySet<KnownAction> {
  return new Set(
    boxes.filter(({ when }) => withoutUnread(when).length > 0).flatMap(({ actions }) => actionsIn(actions)),
  );
}

/** As if no unread policy said anything. */
function withoutUnread(when: Formula): Formula {
  return assume(when, ({ kind }) => (kind === 'unread' ? false : undefined));
}

function foldBox({ actions, resources, when }: Box): FoldedPart {
  const known = actionsIn(actions);
  const left = known.length * 2 > allActions().length ? actionsIn(subtract(ALL_ACTIONS, actions)) : undefined;
  return {
    ...(subtract(EVERYTHING, resources).length > 0 && { resources: regionText(resources) }),
    ...(!isAlways(when) && { condition: formulaText(when) }),
    actions: known.length,
    levels: levelsOf(known),
    services: left === undefined ? servicesOf(known) : [],
    ...(left !== undefined && { but: servicesOf(left) }),
    ...(known.length === 0 && { unlisted: regionText(actions) }),
  };
}

let all: readonly KnownAction[] | undefined;

function allActions(): readonly KnownAction[] {
  all ??= actionsLike('*');
  return all;
}

/** Numbers of actions by level, from the most to the least. */
export function levelsOf(actions: Iterable<KnownAction>): readonly FoldedLevel[] {
  const byLevel = Map.groupBy(actions, ({ level }) => level);
  return ACCESS_LEVELS.toReversed().flatMap((level) => {
    const { length } = byLevel.get(level) ?? [];
    return length === 0 ? [] : [{ level, actions: length }];
  });
}

function servicesOf(actions: readonly KnownAction[]): readonly FoldedService[] {
  return [...Map.groupBy(actions, ({ service }) => service)].map(([service, own]) => ({
    service,
    levels: levelsOf(own).map(({ level, actions: count }) => {
      const isWhole = actionsOfService(service).filter((one) => one.level === level).length === count;
      const names = own.filter((one) => one.level === level).map(({ name }) => name);
      return { level, actions: count, ...(!isWhole && { names }) };
    }),
  }));
}
