import { type Allowed, allowedBy, type Layer, type Side } from '../../permissions/side';
import { DENIES, knownActions } from '../../permissions/fold';
import type { KnownAction } from '../../permissions/actions';
import type { Literal } from '../../permissions/formula';
import type { Box } from '../../permissions/policy';
import { includes, regionText } from '../../permissions/region';
import { targetsOf, type Way, WAYS, type WayUp, waysUp } from '../../permissions/ways-up';
import { known } from '../../estate/source/known';
import { ownPolicy } from '../../estate/sections/access/policy-document';
import { policyName } from '../../estate/sections/access/policy-power';
import { canonicalJson, pathAndName } from '../../estate/sections/access/sets/policy-changes';
import { ControlClasses, essential, isEverything } from '../../estate/sections/access/sets/control-classes';
import type { PolicyDocuments } from '../../estate/sections/access/sets/policy-documents';
import { sessionPolicies, sessionSide } from '../../estate/sections/access/sets/session-policies';
import type { Access, CustomerManagedPolicy, PermissionSet } from '../../estate/sections/estate';

/** A session of a permission set in accounts where the same control policies hold. What it may do is found out once. */
export class Session {
  private boxes: readonly Allowed[] | undefined;
  private actionsFound: ReadonlySet<KnownAction> | undefined;
  private ways: ReadonlyMap<string, OpenWay> | undefined;

  constructor(private readonly makeSide: () => Side) {}

  /** @throws TooComplexError */
  get allowed(): readonly Allowed[] {
    this.boxes ??= allowedBy(this.makeSide());
    return this.boxes;
  }

  /** Actions of AWS that it may do, be it under a condition. @throws TooComplexError */
  get actions(): ReadonlySet<KnownAction> {
    this.actionsFound ??= knownActions(this.allowed);
    return this.actionsFound;
  }

  /** Ways up, by id. Those to identities of whatever name lead to administrator. @throws TooComplexError */
  get waysUp(): ReadonlyMap<string, OpenWay> {
    this.ways ??= openWays(this.makeSide(), waysAmong(this.allowed));
    return this.ways;
  }

  /** True if everything is allowed but for what control policies deny. @throws TooComplexError */
  get isAdministrator(): boolean {
    return allowedBy(undenied(this.makeSide())).some(isEverything);
  }
}

/** A way up that is open to a session. */
export interface OpenWay {
  readonly way: Way;
  readonly verdict: WayUp['verdict'];
  /** Patterns of the identities that it leads to; absent for every one, which is to administrator. */
  readonly target?: string;
}

/** Ways whose actions boxes have, on whatever resource. */
function waysAmong(boxes: readonly Box[]): readonly Way[] {
  return WAYS.filter(({ required }) => required.every((action) => hasAction(boxes, action)));
}

/** Tells whether an action of a way is among boxes. */
export function touchesWays(boxes: readonly Box[]): boolean {
  return WAYS.some(({ required }) => required.some((action) => hasAction(boxes, action)));
}

function hasAction(boxes: readonly Box[], action: string): boolean {
  return boxes.some(({ actions }) => includes(actions, action.toLowerCase()));
}

function openWays(side: Side, among: readonly Way[]): ReadonlyMap<string, OpenWay> {
  const some = waysUp(side, { ways: among, decide: isUnbounded });
  const open = some.map(({ way }) => way);
  const any: readonly OpenWay[] = waysUp(side, { ways: open, resourcesOf: ofAnyName, decide: isUnbounded });
  const ways = [...some.map((one): OpenWay => ({ ...one, target: targetOf(one) })), ...any];
  return new Map(ways.map(({ way, verdict, target }) => [way.id, { way, verdict, ...known({ target }) }]));
}

/** Resources of the first step that is made on an identity, without those that the question leaves out. */
function targetOf({ steps }: WayUp): string {
  const step = steps.find(({ action }) => targetsOf(action).resources !== undefined) ?? steps[0];
  if (step === undefined) return '';
  const { except = [] } = targetsOf(step.action);
  const [best] = step.answer.allowed;
  return regionText(
    (best?.resources ?? []).map(({ within, without }) => ({
      within,
      without: without.filter(({ key }) => !except.includes(key)),
    })),
  );
}

/** A name that no policy has in mind: only a pattern of all names has it. */
function ofAnyName(action: string): ReturnType<typeof targetsOf> {
  const { resources, ...rest } = targetsOf(action);
  return resources === undefined ? {} : { ...rest, resources: resources.map((one) => one.replace(/\*$/, 'zzMadeUp')) };
}

/** An identity that must have a boundary is no administrator: the request asks for none. That an unread policy may deny hides no way. */
function isUnbounded({ id, kind, condition }: Literal): boolean | undefined {
  if (kind === 'unread' && id.endsWith(DENIES)) return false;
  return condition?.key === 'iam:permissionsboundary' ? condition.operator === 'null' : undefined;
}

/** A session, and what it has in common with others that are equal. */
export interface SessionOf {
  readonly key: string;
  readonly session: Session;
}

/** Documents and the estate's own access on one side of a comparison. */
export interface SetSource {
  readonly access: Access;
  readonly documents: PolicyDocuments;
}

/** Sessions by what is in them: two sets, or two revisions, with equal policies have one. */
export class Sessions {
  private readonly byKey = new Map<string, SessionOf>();
  private readonly policiesOf = new WeakMap<PermissionSet, string>();
  private readonly numbers = new Map<string, number>();
  private readonly documents = new WeakMap<object, number>();
  private readonly controls = new ControlClasses();

  of(set: PermissionSet, account: string, source: SetSource): SessionOf {
    const policies = this.policiesOf.get(set) ?? this.policiesKey(set, source);
    this.policiesOf.set(set, policies);
    const key = `${policies}|${this.controls.keyOf(account, source.documents)}`;
    const known = this.byKey.get(key) ?? { key, session: new Session(() => sideOf(set, account, source)) };
    this.byKey.set(key, known);
    return known;
  }

  private policiesKey(set: PermissionSet, { access: { policies }, documents }: SetSource): string {
    const { inlinePolicy, managedPolicies, customerManagedPolicies, permissionsBoundary: boundary } = set;
    const managed = (policy: string): string => {
      const document = documents.managed(policy);
      return document === undefined ? `unread ${policyName(policy)}` : this.numberOf(document);
    };
    const customer = (reference: CustomerManagedPolicy): string => {
      const own = ownPolicy(policies, reference);
      return own === undefined ? `unread ${pathAndName(reference)}` : this.numberOf(own.document.document);
    };
    const identity = [
      ...(inlinePolicy === undefined ? [] : [this.numberOf(inlinePolicy.document)]),
      ...managedPolicies.map(managed),
      ...customerManagedPolicies.map(customer),
    ];
    const within = boundary && (boundary.kind === 'managed' ? managed(boundary.policy) : customer(boundary.policy));
    return JSON.stringify([[...new Set(identity)].toSorted(), within ?? null]);
  }

  private numberOf(document: unknown): string {
    if (typeof document !== 'object' || document === null) return canonicalJson(document);
    const known = this.documents.get(document) ?? this.numberOfText(canonicalJson(document));
    this.documents.set(document, known);
    return String(known);
  }

  private numberOfText(text: string): number {
    const known = this.numbers.get(text) ?? this.numbers.size;
    this.numbers.set(text, known);
    return known;
  }
}

function sideOf(set: PermissionSet, account: string, { access, documents: read }: SetSource): Side {
  const { scps, rcps } = read;
  const documents = {
    ...read,
    ...(scps && { scps: () => essential(scps(account)) }),
    ...(rcps && { rcps: () => essential(rcps(account)) }),
  };
  return sessionSide(sessionPolicies(set, access, documents), documents, account);
}

const isControl = ({ name }: Layer): boolean => name === 'SCP' || name === 'RCP';

/** Without what control policies deny. */
function undenied({ layers }: Side): Side {
  return {
    layers: layers.map((layer) =>
      isControl(layer) ? { ...layer, statements: layer.statements.filter(({ effect }) => effect === 'Allow') } : layer,
    ),
  };
}
