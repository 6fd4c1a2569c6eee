import { type Allowed, allowedBy, allowsAll, isAdministrator, type Side, sideOf } from '../../../../permissions/side';
import { knownActions } from '../../../../permissions/fold';
import type { KnownAction } from '../../../../permissions/actions';
import { exactly, kept, uncounted } from '../../../../permissions/glob';
import { type Box, parsePolicy, type Statement, unread } from '../../../../permissions/policy';
import { includes, keysOf, regionText } from '../../../../permissions/region';
import { isUnbounded, ofAnyName, targetsOf, type Way, WAYS, waysUp, type WayUp } from '../../../../permissions/ways-up';
import { known } from '../../../../text/values';
import type { Access, CustomerManagedPolicy, InlinePolicy, PermissionSet } from '../../estate';
import { ownPolicy } from '../policy-document';
import { policyName } from '../policy-power';
import { boundaryName, canonicalJson, pathAndName } from './policy-changes';
import type { Levels, PolicyDocuments } from './policy-documents';
import { type RoleInventory, roleName } from './role-inventory';
import type { OpenRoleWay, OpenWay } from './told-ways';
import { createHash } from 'node:crypto';
import { alternatives } from '../../../../permissions/formula';
import type { Path } from '../../../source/finding';

/** A session of a permission set in accounts where the same control policies hold. What it may do is found out once. */
export class Session {
  private boxes: readonly Allowed[] | undefined;
  private actionsFound: ReadonlySet<KnownAction> | undefined;
  private ways: ReadonlyMap<string, OpenWay> | undefined;

  private sideFound: Side | undefined;

  constructor(private readonly makeSide: () => Side) {}

  get side(): Side {
    this.sideFound ??= this.makeSide();
    return this.sideFound;
  }

  /** @throws TooComplexError */
  get allowed(): readonly Allowed[] {
    this.boxes ??= allowedBy(this.side);
    return this.boxes;
  }

  /** Actions of AWS that it may do, be it under a condition. @throws TooComplexError */
  get actions(): ReadonlySet<KnownAction> {
    this.actionsFound ??= knownActions(this.allowed);
    return this.actionsFound;
  }

  /** Ways up, by id. Those to identities of whatever name lead to administrator. @throws TooComplexError */
  get waysUp(): ReadonlyMap<string, OpenWay> {
    this.ways ??= openWays(this.side, waysAmong(this.allowed));
    return this.ways;
  }

  /** True if everything is allowed but for what control policies deny. @throws TooComplexError */
  get isAdministrator(): boolean {
    return isAdministrator(this.side);
  }
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

/** A session, and what it has in common with others that are equal. */
export interface SessionOf {
  /** The same in every run. */
  readonly key: string;
  readonly session: Session;
  /** Way to administrator by roles that are there. @default there is none, or no role was read */
  readonly roleWay?: OpenRoleWay;
}

/** Documents and the estate's own access on one side of a comparison. */
export interface SetSource {
  readonly access: Access;
  readonly documents: PolicyDocuments;
}

/** Sessions by what is in them: two sets, or two revisions, with equal policies have one key, and under equal names one session. */
export class Sessions {
  private readonly byKey = new Map<string, SessionOf>();
  private readonly policiesOf = new WeakMap<PermissionSet, string>();
  private readonly namesOf = new WeakMap<PermissionSet, string>();
  private readonly hashes = new WeakMap<object, string>();
  private readonly controls = new ControlClasses();

  /** With the way by roles. */
  of(set: PermissionSet, account: string, source: SetSource): SessionOf {
    const known = this.sessionOf(set, account, source);
    const roleWay = roleWayOf(set, { account, session: known.session, inventory: source.documents.roles });
    return roleWay === undefined ? known : { ...known, key: `${known.key}|${JSON.stringify(roleWay)}`, roleWay };
  }

  sessionOf(set: PermissionSet, account: string, source: SetSource): Omit<SessionOf, 'roleWay'> {
    const policies = this.policiesOf.get(set) ?? this.policiesKey(set, source);
    this.policiesOf.set(set, policies);
    const key = `${policies}|${this.controls.keyOf(account, source.documents)}`;
    const make = (): Session => new Session(() => accessOf(set, account, source));
    const names = kept(this.namesOf, set, () => namesIn(set));
    return kept(this.byKey, `${names}|${key}`, () => ({ key, session: make() }));
  }

  private policiesKey(set: PermissionSet, { access: { policies }, documents }: SetSource): string {
    const { inlinePolicy, managedPolicies, customerManagedPolicies, permissionsBoundary: boundary } = set;
    const managed = (policy: string): string => {
      const document = documents.managed(policy);
      return document === undefined ? `unread ${policyName(policy)}` : this.hashOf(document);
    };
    const customer = (reference: CustomerManagedPolicy): string => {
      const own = ownPolicy(policies, reference);
      return own === undefined ? `unread ${pathAndName(reference)}` : this.hashOf(own.document.document);
    };
    const identity = [
      ...(inlinePolicy === undefined ? [] : [this.hashOf(inlinePolicy.document)]),
      ...managedPolicies.map(managed),
      ...customerManagedPolicies.map(customer),
    ];
    const within = boundary && (boundary.kind === 'managed' ? managed(boundary.policy) : customer(boundary.policy));
    return JSON.stringify([[...new Set(identity)].toSorted(), within ?? null]);
  }

  private hashOf(document: unknown): string {
    if (typeof document !== 'object' || document === null) return canonicalJson(document);
    const known = this.hashes.get(document) ?? textHash(canonicalJson(document));
    this.hashes.set(document, known);
    return known;
  }
}

/** Names of policies, by which a session tells of those that can't be read: its key has documents alone. */
export function namesIn({
  managedPolicies,
  customerManagedPolicies,
  permissionsBoundary: boundary,
}: PermissionSet): string {
  const customer = customerManagedPolicies.map(pathAndName);
  return JSON.stringify([managedPolicies, customer, boundary === undefined ? null : boundaryName(boundary)]);
}

interface At {
  readonly account: string;
  readonly session: Session;
  readonly inventory: RoleInventory | undefined;
}

function roleWayOf(set: PermissionSet, { account, session, inventory }: At): OpenRoleWay | undefined {
  // What may do everything needs no way.
  if (inventory === undefined || exactly(() => session.isAdministrator) === true) return undefined;
  const way = inventory.wayFrom(set, account, session.side);
  if (way === undefined || way.verdict === 'unknown') return undefined;
  return {
    id: way.steps
      .map((step) => `${step.way.id} ${step.role === undefined ? 'itself' : roleName(step.role.arn)}`)
      .join(', '),
    steps: way.steps.map((step) => inventory.stepText(step)),
    ways: way.steps.map((step) => step.way.id),
    verdict: way.verdict,
  };
}

function accessOf(set: PermissionSet, account: string, { access, documents: read }: SetSource): Side {
  const { scps, rcps } = read;
  const documents = {
    ...read,
    ...(scps && { scps: () => essential(scps(account)) }),
    ...(rcps && { rcps: () => essential(rcps(account)) }),
  };
  return sessionSide(sessionPolicies(set, access, documents), documents, account);
}

/** Classes of accounts where control policies narrow and deny the same, at whichever level, and on whichever side of a comparison. */
export class ControlClasses {
  private readonly levels = new WeakMap<readonly Statement[], string>();
  private readonly texts = new WeakMap<Statement, string>();

  /** Equal for accounts of one class. */
  keyOf(account: string, { scps, rcps }: PolicyDocuments): string {
    return [scps?.(account), rcps?.(account)]
      .map((levels) => (levels && essential(levels))?.map((level) => this.hashOf(level)).join(' ') ?? 'unread')
      .join(';');
  }

  private hashOf(level: readonly Statement[]): string {
    const known = this.levels.get(level) ?? textHash(level.map((one) => this.textOf(one)).join('\n'));
    this.levels.set(level, known);
    return known;
  }

  private textOf(statement: Statement): string {
    const { effect, source, index, boxes } = statement;
    const known =
      this.texts.get(statement) ??
      JSON.stringify([
        effect,
        source,
        index,
        // A formula is made of maps, of which JSON has nothing.
        boxes.map(({ actions, resources, when }) => [keysOf(actions), keysOf(resources), alternatives(when)]),
      ]);
    this.texts.set(statement, known);
    return known;
  }
}

/** Stands for a text in keys: policies are long. */
export function textHash(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/** Levels that allow the same with less: those that narrow, then all denials, each once. */
export function essential(levels: Levels): Levels {
  const narrowing = levels
    .map((level) => level.filter(({ effect }) => effect === 'Allow'))
    .filter((allows) => !allows.some(allowsAll));
  const everything = levels.flat().find(allowsAll);
  const denials = new Set(levels.flat().filter(({ effect }) => effect === 'Deny'));
  if (everything === undefined) return levels;
  return denials.size === 0 ? narrowing : [...narrowing, [everything, ...denials]];
}

/** Statements of one policy, and where the estate has it. */
export interface PlacedPolicy {
  readonly statements: readonly Statement[];
  /** The document, or the reference to it. */
  readonly at: Path;
  /** Name of the document. @default it is in the estate */
  readonly file?: string;
}

/** Policies that decide in a session of a permission set. */
export interface SessionPolicies {
  readonly identity: readonly PlacedPolicy[];
  /** @default no boundary */
  readonly boundary?: PlacedPolicy;
}

/** Policies of a permission set, within its boundary. Documents that were not read are statements that nobody has read. */
export function sessionPolicies(set: PermissionSet, access: Access, documents: PolicyDocuments): SessionPolicies {
  const boundary = boundaryOf(set, access, documents);
  return { identity: identityOf(set, access, documents), ...(boundary !== undefined && { boundary }) };
}

/** What a session of these policies may do in an account; without one, whatever control policies say. */
export function sessionSide(
  { identity, boundary }: SessionPolicies,
  documents: PolicyDocuments,
  account?: string,
): Side {
  return sideOf({
    identity: identity.flatMap(({ statements }) => statements),
    boundary: boundary?.statements,
    scps: account === undefined ? [] : (documents.scps?.(account) ?? []),
    rcps: account === undefined ? [] : (documents.rcps?.(account) ?? []),
  });
}

function identityOf(set: PermissionSet, { policies }: Access, documents: PolicyDocuments): readonly PlacedPolicy[] {
  return [
    ...(set.inlinePolicy === undefined
      ? []
      : [documentOf(set.inlinePolicy, [...set.at, 'inlinePolicy'], 'the inline policy')]),
    ...set.managedPolicies.map((policy, index) => managed(policy, [...set.at, 'managedPolicies', index], documents)),
    ...set.customerManagedPolicies.map((policy, index) =>
      customerManaged(policy, policies, [...set.at, 'customerManagedPolicies', index]),
    ),
  ];
}

function boundaryOf(set: PermissionSet, access: Access, documents: PolicyDocuments): PlacedPolicy | undefined {
  const { permissionsBoundary: boundary, at } = set;
  if (boundary === undefined) return undefined;
  const place = [...at, 'permissionsBoundary'];
  return boundary.kind === 'managed'
    ? managed(boundary.policy, place, documents)
    : customerManaged(boundary.policy, access.policies, place);
}

function documentOf(policy: InlinePolicy, at: Path, source: string): PlacedPolicy {
  const statements = parsedOnce(policy.document, source);
  return policy.kind === 'inline' ? { statements, at } : { statements, at, file: policy.file };
}

function customerManaged(reference: CustomerManagedPolicy, policies: Access['policies'], at: Path): PlacedPolicy {
  const own = ownPolicy(policies, reference);
  const source = `the policy ${pathAndName(reference)}`;
  if (own === undefined) return { statements: unread(source), at, file: source };
  return documentOf(own.document, [...own.at, 'document'], source);
}

function managed(policy: string, at: Path, documents: PolicyDocuments): PlacedPolicy {
  const file = policyName(policy);
  const document = documents.managed(policy);
  const statements = document === undefined ? unread(`the AWS managed policy ${file}`) : parsedOnce(document, file);
  return { statements, at, file };
}

/** Statements of documents by the name that they are told by: each session of each set asks for them. */
const parsed = new WeakMap<object, Map<string, readonly Statement[]>>();

function parsedOnce(document: unknown, source: string): readonly Statement[] {
  if (typeof document !== 'object' || document === null) return parsePolicy(document, source);
  const byName = kept(parsed, document, () => new Map<string, readonly Statement[]>());
  return kept(byName, source, () => uncounted(() => parsePolicy(document, source)));
}
