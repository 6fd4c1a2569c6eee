import { ALWAYS, and, assume, type Formula, isAlways, type Literal, literalsOf, not, or } from './formula';
import { bounded, exactly, globOf, TooComplexError } from './glob';
import { ALL_ACTIONS, type Box, type Statement } from './policy';
import { anyOf, covers, EVERYTHING, includes, intersect, type Region, subtract, witnessOf } from './region';

/** Policies of which at least one must allow a request: those of an identity, a boundary, or one level of SCPs. */
export interface Layer {
  readonly name: string;
  readonly statements: readonly Statement[];
}

/** Access of one session in one account: every layer must allow a request, and no statement of any may deny it. */
export interface Side {
  readonly layers: readonly Layer[];
}

/** Policies of a session by their part. Each list of levels goes from the root of the organization to the account. */
export interface Policies {
  readonly identity: readonly Statement[];
  /** @default no boundary */
  readonly boundary?: readonly Statement[] | undefined;
  /** Policy that is passed when the role is assumed. @default none, as from the access portal */
  readonly session?: readonly Statement[];
  /** @default no service control policies, as in the management account and for service-linked roles */
  readonly scps?: readonly (readonly Statement[])[];
  /** @default no resource control policies, as for service-linked roles */
  readonly rcps?: readonly (readonly Statement[])[];
}

/** Puts the policies of a session together. */
export function sideOf({ identity, boundary, session, scps = [], rcps = [] }: Policies): Side {
  const levels = (name: string, all: readonly (readonly Statement[])[]): readonly Layer[] =>
    all.map((statements) => ({ name, statements }));
  return {
    layers: [
      { name: 'identity', statements: identity },
      ...levels('boundary', boundary === undefined ? [] : [boundary]),
      ...levels('session', session === undefined ? [] : [session]),
      ...levels('SCP', scps),
      ...levels('RCP', rcps),
    ],
  };
}

/** A box that a side allows, with the statement of the first layer that allows it. */
export interface Allowed extends Box {
  readonly by: Statement;
}

/** Actions and resources that a question is about. A concrete one is a pattern without wildcards. */
export interface Focus {
  /** @default `*:*` */
  readonly action?: string;
  /** Patterns. @default every resource */
  readonly resources?: readonly string[] | undefined;
  /** Patterns of resources that are none, such as ARNs with more colons than their service has. @default none */
  readonly except?: readonly string[] | undefined;
}

/** Everything that a side allows, within a focus. @throws TooComplexError */
export function allowedBy(side: Side, focus: Focus = {}): readonly Allowed[] {
  return bounded(() => boxesOf(side, focus));
}

function boxesOf({ layers: [first, ...others] }: Side, focus: Focus): readonly Allowed[] {
  if (first === undefined) return [];
  const about = focusBox(focus);
  const within = (statements: readonly Statement[], effect: Statement['effect']): readonly Allowed[] =>
    statements
      .filter((statement) => statement.effect === effect)
      .flatMap((by) => by.boxes.flatMap((box) => overlap(box, about).map((both) => ({ ...both, by }))));
  const allowed = others.reduce<readonly Allowed[]>(
    (boxes, { statements }) =>
      boxes.length === 0
        ? []
        : boxes.flatMap((box) => within(statements, 'Allow').flatMap((one) => narrowed(box, one))),
    within(first.statements, 'Allow'),
  );
  if (allowed.length === 0) return [];
  const denied = [first, ...others].flatMap(({ statements }) => within(statements, 'Deny'));
  return denied.reduce((boxes, deny) => boxes.flatMap((box) => withoutBox(box, deny)), allowed);
}

function focusBox({ action, resources, except = [] }: Focus): Box {
  return {
    actions: action === undefined ? ALL_ACTIONS : anyOf([globOf(action.toLowerCase())]),
    resources: regionOf(resources, except),
    when: ALWAYS,
  };
}

/** Regions of resources that were asked about: rules ask about dozens of actions on the same few kinds. */
const regions = new Map<string, Region>();
const MOST_REGIONS = 1_000;

function regionOf(resources: Focus['resources'], except: readonly string[]): Region {
  const key = JSON.stringify([resources, except]);
  const known = regions.get(key);
  if (known !== undefined) return known;
  const region = subtract(
    resources === undefined ? EVERYTHING : anyOf(resources.map(globOf)),
    anyOf(except.map(globOf)),
  );
  if (regions.size >= MOST_REGIONS) regions.clear();
  regions.set(key, region);
  return region;
}

function overlap(a: Box, b: Box): readonly Box[] {
  const actions = intersect(a.actions, b.actions);
  if (actions.length === 0) return [];
  const resources = intersect(a.resources, b.resources);
  if (resources.length === 0) return [];
  const when = and(a.when, b.when);
  return when.length === 0 ? [] : [{ actions, resources, when }];
}

function narrowed({ by, ...box }: Allowed, other: Box): readonly Allowed[] {
  return overlap(box, other).map((both) => ({ ...both, by }));
}

/** Tells whether a box obviously has no request that another one lacks. */
function isWithin(box: Box, other: Box): boolean {
  return (
    covers(other.actions, box.actions) &&
    covers(other.resources, box.resources) &&
    and(box.when, not(other.when)).length === 0
  );
}

/** Requests of a box that are not in another one, as boxes. */
function withoutBox<B extends Box>(box: B, taken: Box): readonly B[] {
  const actions = intersect(box.actions, taken.actions);
  const resources = actions.length === 0 ? [] : intersect(box.resources, taken.resources);
  if (resources.length === 0) return [box];
  return [
    { ...box, actions: subtract(box.actions, taken.actions) },
    { ...box, actions, resources: subtract(box.resources, taken.resources) },
    { ...box, actions, resources, when: and(box.when, not(taken.when)) },
  ].filter((rest) => rest.actions.length > 0 && rest.resources.length > 0 && rest.when.length > 0);
}

/** A request that shows what a box is about. */
export interface Witness {
  readonly action: string;
  readonly resource: string;
}

export interface Difference extends Allowed {
  readonly witness: Witness;
}

/** Everything that the second side allows and the first does not. @throws TooComplexError */
export function difference(before: Side, after: Side): readonly Difference[] {
  return bounded(() => beyond(allowedBy(after), allowedBy(before)));
}

/**
 * Everything that boxes allow and others do not. Boxes of several sessions are one list: what somebody gains is what none of their
 * sessions allowed before. @throws TooComplexError
 */
export function beyond(has: readonly Allowed[], had: readonly Box[]): readonly Difference[] {
  return bounded(() => cutOut(has, had));
}

function cutOut(has: readonly Allowed[], had: readonly Box[]): readonly Difference[] {
  // Most statements stay as they were: piece by piece, each other one would be cut out of them first.
  const changed = has.filter((box) => !had.some((other) => isWithin(box, other)));
  return had
    .reduce((boxes, box) => boxes.flatMap((one) => withoutBox(one, box)), changed)
    .reduce<readonly Allowed[]>((kept, box) => (kept.some((other) => isWithin(box, other)) ? kept : [...kept, box]), [])
    .map((box) => ({ ...box, witness: witnessIn(box) }));
}

function witnessIn({ actions, resources }: Box): Witness {
  const [action, resource] = [witnessOf(actions), witnessOf(resources)];
  if (action === undefined || resource === undefined) throw new Error('a box has an empty region');
  return { action, resource };
}

/** Formula under which boxes allow one request. */
export function whenAllowed(boxes: readonly Box[], { action, resource }: Witness): Formula {
  return or(
    ...boxes
      .filter(({ actions, resources }) => includes(actions, action.toLowerCase()) && includes(resources, resource))
      .map(({ when }) => when),
  );
}

/** `only if`: under conditions of the request. `unknown`: a policy that nobody has read decides. */
export type Verdict = 'yes' | 'only if' | 'unknown' | 'no';

/** Whether a side allows a request, and by what. */
export interface Answer {
  readonly verdict: Verdict;
  /** Boxes that allow it; where the verdict is `yes`, those without a condition first. */
  readonly allowed: readonly Allowed[];
  /** Reason why the question can't be answered exactly. @default it can */
  readonly beyond?: string;
}

/** Facts about the request that is asked about: whether a literal holds; undefined where that is not known. */
export type Decide = (one: Literal) => boolean | undefined;

/** Tells whether a side allows an action on some resource of the focus. */
export function can(side: Side, focus: Focus, decide: Decide = () => undefined): Answer {
  return answered(() => {
    const allowed = allowedBy(side, focus).map((box) => ({ ...box, when: assume(box.when, decide) }));
    return answerOf(allowed.filter(({ when }) => when.length > 0));
  });
}

/** The same for one action of those that boxes allow. */
export function canAmong(allowed: readonly Allowed[], action: string): Answer {
  const name = action.toLowerCase();
  const actions = anyOf([globOf(name)]);
  const its = allowed.filter((box) => includes(box.actions, name));
  return answered(() => answerOf(its.map((box) => ({ ...box, actions }))));
}

function answerOf(allowed: readonly Allowed[]): Answer {
  const formulas = allowed.map((box) => whenAllowed(allowed, witnessIn(box)));
  return { verdict: bestOf(formulas), allowed: allowed.toSorted((a, b) => rank(a.when) - rank(b.when)) };
}

function answered(answer: () => Answer): Answer {
  try {
    return bounded(answer);
  } catch (error) {
    if (!(error instanceof TooComplexError)) throw error;
    return { verdict: 'unknown', allowed: [], beyond: error.message };
  }
}

/** Verdicts, from the best to the worst for whoever asks for access. */
export const VERDICTS: readonly Verdict[] = ['yes', 'only if', 'unknown', 'no'];

function rank(when: Formula): number {
  return VERDICTS.indexOf(verdictOf(when));
}

function bestOf(formulas: readonly Formula[]): Verdict {
  const verdicts = formulas.map(verdictOf);
  return VERDICTS.find((verdict) => verdicts.includes(verdict)) ?? 'no';
}

/** The answer to a question that a formula decides. */
export function verdictOf(when: Formula): Verdict {
  if (when.length === 0) return 'no';
  if (isAlways(when)) return 'yes';
  return literalsOf(when).some(({ kind }) => kind === 'unread') ? 'unknown' : 'only if';
}

/** Statements of a side that deny a part of a focus. What only an unread policy would deny is not among them. @throws TooComplexError */
export function denialsOf({ layers }: Side, focus: Focus): readonly Statement[] {
  const about = focusBox(focus);
  return layers
    .flatMap(({ statements }) => statements)
    .filter(
      ({ effect, boxes }) => effect === 'Deny' && boxes.some((box) => isRead(box) && overlap(box, about).length > 0),
    );
}

/** Tells whether no unread policy decides about a box. */
export function isRead({ when }: Box): boolean {
  return literalsOf(when).every(({ kind }) => kind !== 'unread');
}

/** Tells whether a statement allows everything. One of which that would take too long to know counts as narrowing. */
export function allowsAll({ effect, boxes }: Statement): boolean {
  return effect === 'Allow' && exactly(() => boxes.some(isEverything)) === true;
}

/** True if everything is allowed but for what control policies deny. @throws TooComplexError */
export function isAdministrator(side: Side): boolean {
  // Most sides are seen at once not to be: one of their layers has nothing that could be everything.
  const mayBe = side.layers.every(({ statements }) =>
    statements.some(({ effect, boxes }) => effect === 'Allow' && boxes.some(hasUnnamed)),
  );
  return mayBe && allowedBy(undenied(side)).some(isEverything);
}

/** An action and a resource that no policy names: found at once in what is everything, and not in lists of many. */
const UNNAMED = 'x:x';

function hasUnnamed({ actions, resources }: Box): boolean {
  return includes(actions, UNNAMED) && includes(resources, UNNAMED);
}

function isEverything(box: Box): boolean {
  if (!isAlways(box.when) || !hasUnnamed(box)) return false;
  return subtract(ALL_ACTIONS, box.actions).length + subtract(EVERYTHING, box.resources).length === 0;
}

/** Without what control policies deny. */
function undenied({ layers }: Side): Side {
  const isControl = ({ name }: Layer): boolean => name === 'SCP' || name === 'RCP';
  return {
    layers: layers.map((layer) =>
      isControl(layer) ? { ...layer, statements: layer.statements.filter(({ effect }) => effect === 'Allow') } : layer,
    ),
  };
}
