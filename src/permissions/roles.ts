import { and, assume, comparesWith, type Formula, or } from './formula';
import { exactly, kept } from './glob';
import { parsePolicy, type Statement, unread } from './policy';
import {
  type Allowed,
  allowedBy,
  allowsAll,
  type Decide,
  isAdministrator,
  type Side,
  type Verdict,
  verdictOf,
  VERDICTS,
  whenAllowed,
} from './side';
import { ASSUME, type Caller, Trust } from './trust';
import {
  isUnbounded,
  KINDS,
  kindsOf,
  leastOf,
  NEW_VERSION,
  ofAnyName,
  PASS,
  RETRUST,
  type Way,
  wayActions,
  type WayKind,
  waysUp,
  type WayUp,
} from './ways-up';

/** A role, or a session of a permission set, that may do something. */
export interface Identity extends Caller {
  /** Layers of its policies, its boundary and the service control policies of its account, without resource control policies. */
  readonly side: Side;
  /** ARNs of customer-managed policies that it has. */
  readonly customerPolicies: readonly string[];
  /** True for the role of a permission set, which IAM lets nobody edit. @default others may be edited */
  readonly isProtected?: boolean;
}

/** A role of an account that others may take on. One that nobody can edit, such as AWS's own, is left out. */
export interface Role extends Identity {
  readonly trust: Trust;
}

/** A way from an identity to a role that is there. Every prerequisite of the way holds. */
export interface RoleStep {
  readonly way: Way;
  readonly verdict: WayUp['verdict'];
  /** Absent where the identity raises itself, or a user or policy of any name. */
  readonly role?: Role;
  /** True if the role gets every permission that its boundary leaves. */
  readonly isRaised: boolean;
}

/** Steps to administrator, one role after the other. */
export interface RoleWay {
  readonly steps: readonly RoleStep[];
  /** The least of the steps' verdicts. */
  readonly verdict: WayUp['verdict'];
}

/** What an organization says of requests, whoever makes them. */
export interface Controls {
  /** Levels of resource control policies of an account. @default none */
  readonly rcps?: (account: string) => readonly (readonly Statement[])[];
  /** Id of the organization. @default unknown */
  readonly organization?: string;
}

/** Stands for what would take too long to know: it may be allowed. */
const UNKNOWN: readonly Allowed[] = unread('a policy that is too complex').flatMap((by) =>
  by.effect === 'Allow' ? by.boxes.map((box) => ({ ...box, by })) : [],
);
const EVERYTHING_ALLOWED = parsePolicy(
  { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } },
  'a trust policy',
);

/** What sides allow, by action: sessions of many accounts share one. */
const boxesBySide = new WeakMap<Side, Map<string, readonly Allowed[]>>();

function boxesOf(side: Side, action: string, find: () => readonly Allowed[]): readonly Allowed[] {
  const all = kept(boxesBySide, side, () => new Map<string, readonly Allowed[]>());
  return kept(all, action, () => exactly(find) ?? UNKNOWN);
}

/** An identity, and the actions of ways that its policies allow on something. */
class Node {
  readonly actions: ReadonlySet<string>;
  /** Whether it comes to roles, by what is done with them. */
  readonly comes = new Map<string, Map<Role, Verdict>>();

  constructor(readonly identity: Identity) {
    const [own] = identity.side.layers;
    this.actions = new Set((own?.statements ?? []).flatMap(wayActions));
  }

  /** Formula under which it may do something to a resource. */
  when(action: string, resource: string): Formula {
    const { side } = this.identity;
    return whenAllowed(
      boxesOf(side, action, () => allowedBy(side, { action })),
      { action, resource },
    );
  }

  /** The same for a role whose trust policy names it: its own policies need not allow it, and may deny it. */
  whenNamed(resource: string): Formula {
    const { side } = this.identity;
    const [own, ...others] = side.layers;
    const boxes = boxesOf(side, `${ASSUME} named`, () => {
      const denials = (own?.statements ?? []).filter(({ effect }) => effect === 'Deny');
      const first = { name: 'identity', statements: [...denials, ...EVERYTHING_ALLOWED] };
      return allowedBy({ layers: [first, ...others] }, { action: ASSUME });
    });
    return whenAllowed(boxes, { action: ASSUME, resource });
  }

  /** Whether it may do something to anything of the kind that the action is about. */
  may(action: string, decide: Decide): Verdict {
    const { side } = this.identity;
    const boxes = boxesOf(side, `${action} of its kind`, () => allowedBy(side, { action, ...kindsOf(action) }));
    const verdicts = boxes.map(({ when }) => verdictOf(assume(when, decide)));
    return VERDICTS.find((verdict) => verdicts.includes(verdict)) ?? 'no';
  }
}

/** Tells whether a boundary leaves an identity all permissions. */
function isUnlimited({ side: { layers } }: Identity): boolean {
  return layers.every(({ name, statements }) => name !== 'boundary' || statements.some(allowsAll));
}

/** Roles of accounts, and who comes to which of them. */
export class RoleGraph {
  private readonly byAccount: ReadonlyMap<string, readonly Role[]>;
  private readonly byName: ReadonlyMap<string, readonly Role[]>;
  private readonly open: readonly Role[];
  private readonly stepsOf = new Map<Identity, readonly RoleStep[]>();
  private readonly reached = new Map<Verdict, ReadonlyMap<Role, readonly RoleStep[]>>();
  private readonly controlBoxes = new Map<string, readonly Allowed[]>();

  constructor(
    readonly roles: readonly Role[],
    private readonly controls: Controls = {},
  ) {
    this.byAccount = Map.groupBy(roles, ({ account }) => account);
    this.open = roles.filter(({ trust }) => trust.named === undefined);
    const named = roles.flatMap((role) => [...new Set(role.trust.named)].map((name) => ({ name, role })));
    this.byName = new Map(
      [...Map.groupBy(named, ({ name }) => name)].map(([name, all]) => [name, all.map(({ role }) => role)]),
    );
  }

  /** The surest way of a session to administrator, and of equal ones the shortest; undefined where there is none. */
  wayFrom(session: Identity): RoleWay | undefined {
    const first = this.stepsFrom(session);
    for (const level of LEVELS) {
      const found = first
        .filter((step) => isSure(step, level))
        .flatMap((step) => {
          const rest = endsAt(step) ? [] : step.role && this.restFrom(step.role, level);
          return rest === undefined ? [] : [[step, ...rest]];
        });
      const [steps] = found.toSorted((a, b) => a.length - b.length);
      if (steps !== undefined) return { steps, verdict: leastOf(steps.map(({ verdict }) => verdict)) };
    }
    return undefined;
  }

  /** Ways of an identity to roles that are there, and to more of its own permissions. */
  stepsFrom(identity: Identity): readonly RoleStep[] {
    return kept(this.stepsOf, identity, () => this.findSteps(new Node(identity)));
  }

  private findSteps(node: Node): readonly RoleStep[] {
    return KINDS.flatMap((kind) =>
      // Who is named needs no permission to take a role on.
      kind.way.required.every((action) => action === ASSUME || node.actions.has(action))
        ? this.stepsBy(kind, node)
        : [],
    );
  }

  private stepsBy(kind: WayKind, node: Node): readonly RoleStep[] {
    const { way, raise, others } = kind;
    const about = this.factsOf(node.identity, node.identity);
    const least = others.map((action) => node.may(action, about));
    if (least.includes('no')) return [];
    const isRaised = raise !== undefined;
    if (kind.kind === 'other') return [];
    // Whether such a thing is there, nobody has read.
    if (kind.kind === 'running') least.push('only if');
    if (kind.kind === 'own') {
      const verdict = this.raises(kind, node, node.identity);
      return verdict === 'no' || !isUnlimited(node.identity) ? [] : [{ way, verdict, isRaised }];
    }
    return this.candidates(kind, node).flatMap((role): readonly RoleStep[] => {
      if (role.arn === node.identity.arn) return [];
      const verdicts = [...least, this.knownComes(kind, node, role), isRaised ? this.raises(kind, node, role) : 'yes'];
      return verdicts.includes('no') ? [] : [{ way, role, verdict: leastOf(verdicts), isRaised }];
    });
  }

  /** Roles of which a way could be to one: the rest of its prerequisites is then asked. */
  private candidates({ kind, way, raise }: WayKind, { identity, actions }: Node): readonly Role[] {
    const { account } = identity;
    const here = this.byAccount.get(account) ?? [];
    const service = way.passedTo ?? way.runsAs;
    if (service !== undefined)
      return here.filter(({ trust: { services } }) => [service, '*'].some((one) => services.includes(one)));
    if (kind === 'taken' && way.required.includes(RETRUST)) return here;
    const names = actions.has(ASSUME) ? Trust.namesOf(identity) : Trust.ownNames(identity);
    const all = [...new Set([...names.flatMap((name) => this.byName.get(name) ?? []), ...this.open])];
    return raise === undefined && actions.has(ASSUME) ? all : all.filter((role) => role.account === account);
  }

  /** Many ways do the same with the role itself. */
  private knownComes(kind: WayKind, node: Node, role: Role): Verdict {
    const { passedTo, runsAs, required } = kind.way;
    const done = passedTo ?? `${runsAs ?? ''} ${required.includes(RETRUST)}`;
    const known = kept(node.comes, done, () => new Map<Role, Verdict>());
    return kept(known, role, () => this.comes(kind, node, role));
  }

  /** Whether an identity comes to a role by what the way does with the role itself. */
  private comes({ way, kind }: WayKind, node: Node, role: Role): Verdict {
    const { identity } = node;
    const service = way.passedTo ?? way.runsAs;
    const decide = this.factsOf(identity, role, service);
    const formula = exactly(() => {
      if (service !== undefined) {
        const passed = kind === 'running' ? undefined : node.when(PASS, role.arn);
        if (passed?.length === 0) return passed;
        const trusted = role.trust.ofService(service);
        return passed === undefined ? trusted : and(passed, trusted);
      }
      if (way.required.includes(RETRUST)) return node.when(RETRUST, role.arn);
      return this.takesOn(node, role);
    });
    return formula === undefined ? 'unknown' : verdictOf(assume(formula, decide));
  }

  private takesOn(node: Node, role: Role): Formula {
    const { identity } = node;
    const own = and(node.when(ASSUME, role.arn), role.trust.ofCaller(identity, 'account'));
    const isHere = identity.account === role.account;
    const named = isHere ? and(node.whenNamed(role.arn), role.trust.ofCaller(identity, 'named')) : [];
    return and(or(own, named), whenAllowed(this.controlled(role.account), { action: ASSUME, resource: role.arn }));
  }

  /** What resource control policies of an account leave of taking its roles on. */
  private controlled(account: string): readonly Allowed[] {
    const levels = this.controls.rcps?.(account) ?? [];
    const layers = [EVERYTHING_ALLOWED, ...levels].map((statements) => ({ name: 'RCP', statements }));
    return kept(this.controlBoxes, account, () => exactly(() => allowedBy({ layers }, { action: ASSUME })) ?? UNKNOWN);
  }

  /** Whether an identity may give a role, or itself, all permissions. */
  private raises({ raise }: WayKind, node: Node, role: Identity): Verdict {
    if (raise === undefined || (role.isProtected === true && raise !== NEW_VERSION)) return 'no';
    const resources = raise === NEW_VERSION ? role.customerPolicies : [role.arn];
    const decide = this.factsOf(node.identity, role);
    const formulas = exactly(() => resources.map((resource) => node.when(raise, resource)));
    if (formulas === undefined) return 'unknown';
    return verdictOf(assume(or(...formulas), decide));
  }

  /** What is known of a request of an identity about a role, or of a service for it. */
  private factsOf(caller: Caller, target: Caller, service?: string): Decide {
    const { organization } = this.controls;
    const values = new Map<string, string>([
      ['aws:principalarn', caller.arn],
      ['aws:principalaccount', caller.account],
      ['aws:principaltype', 'AssumedRole'],
      ['aws:resourceaccount', target.account],
      ...(organization === undefined ? [] : ORGANIZATION_KEYS.map((key) => [key, organization] as const)),
      ...(service === undefined ? [] : ([['iam:passedtoservice', service]] as const)),
      ...(service === undefined ? [] : ([['aws:sourceaccount', target.account]] as const)),
    ]);
    return (one) => {
      const { condition } = one;
      const value = condition && values.get(condition.key);
      if (condition === undefined || value === undefined) return isUnbounded(one);
      return condition.operator === 'null' ? false : comparesWith(condition, value);
    };
  }

  /** Steps from a role to administrator that are at least so sure; undefined where there are none. */
  private restFrom(role: Role, level: WayUp['verdict']): readonly RoleStep[] | undefined {
    return kept(this.reached, level, () => this.reach(level)).get(role);
  }

  /** Goes back from administrators, one role at a time, so that each role has its shortest way once. */
  private reach(level: WayUp['verdict']): ReadonlyMap<Role, readonly RoleStep[]> {
    const all = this.roles.flatMap((from) => this.stepsFrom(from).map((step) => ({ from, step })));
    const sure = all.filter(({ step }) => isSure(step, level));
    const into = Map.groupBy(sure, ({ step }) => (endsAt(step) ? undefined : step.role));
    const rest = new Map<Role, readonly RoleStep[]>(this.administrators.map((role) => [role, []]));
    const ends = [...(into.get(undefined) ?? []), ...this.otherEnds(level)];
    let border: readonly Role[] = [...rest.keys()];
    for (let length = 1; length === 1 || border.length > 0; length += 1) {
      const next: Role[] = [];
      const edges = border.flatMap((role) => into.get(role) ?? []);
      for (const { from, step } of length === 1 ? [...edges, ...ends] : edges) {
        if (rest.has(from)) continue;
        const further = step.role === undefined || endsAt(step) ? [] : (rest.get(step.role) ?? []);
        rest.set(from, [step, ...further]);
        next.push(from);
      }
      border = next;
    }
    return rest;
  }

  private get administrators(): readonly Role[] {
    return this.roles.filter(
      ({ side }) =>
        side.layers[0]?.statements.some(allowsAll) === true && exactly(() => isAdministrator(side)) === true,
    );
  }

  /** Roles with a way that needs no other role, such as the password of a user of any name. */
  private otherEnds(level: WayUp['verdict']): readonly { readonly from: Role; readonly step: RoleStep }[] {
    const ways = KINDS.filter(({ kind }) => kind === 'other');
    return this.roles.flatMap((from) => {
      const { actions } = new Node(from);
      const its = ways.map(({ way }) => way).filter(({ required }) => required.every((action) => actions.has(action)));
      if (its.length === 0) return [];
      const step = waysUp(from.side, { ways: its, resourcesOf: ofAnyName, decide: isUnbounded })
        .map(({ way, verdict }): RoleStep => ({ way, verdict, isRaised: false }))
        .find((one) => isSure(one, level));
      return step === undefined ? [] : [{ from, step }];
    });
  }
}

const ORGANIZATION_KEYS = ['aws:principalorgid', 'aws:resourceorgid'] as const;

/** From the surest. */
const LEVELS = ['yes', 'only if', 'unknown'] as const;

function isSure({ verdict }: RoleStep, level: WayUp['verdict']): boolean {
  return LEVELS.indexOf(verdict) <= LEVELS.indexOf(level);
}

/** Tells whether a step makes an administrator. */
function endsAt({ role, isRaised }: RoleStep): boolean {
  return role === undefined || (isRaised && isUnlimited(role));
}
