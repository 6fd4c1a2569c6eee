import { parsePolicy, type Statement, unread } from '../../../../permissions/policy';
import {
  type Controls,
  type Identity,
  type Role,
  RoleGraph,
  type RoleStep,
  type RoleWay,
} from '../../../../permissions/roles';
import { type Side, sideOf } from '../../../../permissions/side';
import { sessionArn, Trust, withoutSession } from '../../../../permissions/trust';
import type { AwsRoles, ReadRole } from '../../../source/aws-snapshots';
import { ROLES_FILE } from '../../../source/estate-folder';
import { compileGlob } from '../../../source/names';
import type { Organization } from '../../../source/organization';
import type { PermissionSet } from '../../estate';
import { kept } from '../../../../permissions/glob';

/** What binds the roles of accounts besides their own policies. */
interface Bounds extends Pick<Controls, 'rcps'> {
  readonly organization: Organization;
  /** Document of an AWS managed policy. */
  readonly managed: (policy: string) => unknown;
  /** Service control policies of an account, from the root of the organization. */
  readonly scps: (account: string) => readonly (readonly Statement[])[];
}

/** Role of a permission set in an account: none where the account was read and the set was not assigned there. */
export type SetRole =
  | { readonly state: 'known'; readonly arn: string }
  | { readonly state: 'none' }
  | { readonly state: 'not read'; readonly reason: string };

/** Roles of the accounts, as `snapshot` read them, and where they lead. */
export class RoleInventory {
  private found: RoleGraph | undefined;
  private readonly sides = new WeakMap<Side, Side>();
  private readonly texts = new Map<string, readonly Statement[]>();
  private readonly policies: ReadonlyMap<string, unknown>;
  private readonly setRoles: ReadonlyMap<string | undefined, readonly string[]>;
  private readonly partition: string;

  constructor(
    private readonly read: AwsRoles,
    private readonly bounds: Bounds,
  ) {
    this.partition = bounds.organization.partition;
    this.policies = new Map(read.policies.map(({ arn, document }) => [arn, document]));
    const all = read.accounts.flatMap((account) =>
      account.state === 'read' ? account.permissionSets.map((name) => this.roleArn(account.id, name)) : [],
    );
    this.setRoles = Map.groupBy(all, setOfRole);
  }

  /** Accounts that were not read, in words. */
  get notRead(): readonly string[] {
    const all = this.read.accounts.flatMap((one) => (one.state === 'not read' ? [one] : []));
    const [first] = all;
    if (first === undefined) return [];
    const more = all.length === 1 ? '' : ` and of ${all.length - 1} more`;
    return [`the roles of the account ${first.id}${more} (${first.reason})`];
  }

  /** Accounts where a permission set has a role, sorted. */
  accountsOfSet(set: string): readonly string[] {
    return (this.setRoles.get(set) ?? []).map(accountOf);
  }

  /** Role of a permission set in an account. */
  roleOfSet(set: string, account: string): SetRole {
    const arn = this.arnOfSet(set, account);
    if (arn !== undefined) return { state: 'known', arn };
    const read = this.read.accounts.find(({ id }) => id === account);
    if (read === undefined) return { state: 'not read', reason: `${ROLES_FILE} does not have the account` };
    return read.state === 'read' ? { state: 'none' } : { state: 'not read', reason: read.reason };
  }

  /**
   * Roles, each with its account, whose trust, policies or boundaries name the role that a permission set has in one of some accounts.
   *
   * @param isGone true if no role of the set's name will be made again: patterns of its name count then, too
   */
  naming(set: string, accounts: readonly string[], isGone: boolean): readonly string[] {
    const arns = accounts.flatMap((account) => this.arnOfSet(set, account) ?? []);
    if (arns.length === 0) return [];
    const names = new Set(arns.flatMap((arn) => [arn, sessionArn(arn)]));
    const matches = (text: string): boolean => [...names].some(compileGlob(text));
    const isNamed = (document: unknown): boolean =>
      textsIn(document)
        .filter((text) => text.includes(`${RESERVED_NAME}${set}`))
        .map(withoutSession)
        .some((text) => names.has(text) || (isGone && matches(text)));
    const policies = new Set(this.read.policies.filter(({ document }) => isNamed(document)).map(({ arn }) => arn));
    const isOne = ({ trust, inline, attached, boundary = '' }: ReadRole): boolean =>
      isNamed([trust, inline]) || [boundary, ...attached].some((arn) => policies.has(arn));
    return this.read.accounts.flatMap((account) =>
      account.state === 'read'
        ? account.roles.filter(isOne).map(({ name }) => `${name} in ${this.accountName(account.id)}`)
        : [],
    );
  }

  /** Way of a session of a permission set to administrator, by roles that are there. */
  wayFrom({ name, customerManagedPolicies: own }: PermissionSet, account: string, side: Side): RoleWay | undefined {
    const session: Identity = {
      arn: this.arnOfSet(name, account) ?? this.madeUpArn(name, account),
      account,
      side: this.withoutRcps(side),
      customerPolicies: own.map((one) => `arn:${this.partition}:iam::${account}:policy${one.path}${one.name}`),
      isProtected: true,
    };
    return this.graph.wayFrom(session);
  }

  /** A step for people: what is done to which role of which account. */
  stepText({ way, role, isRaised }: RoleStep): string {
    const actions = way.required.filter((action) => action !== 'iam:PassRole').join(' with ');
    if (role === undefined) return isRaised ? `${actions} on itself` : actions;
    const name = `the role ${roleName(role.arn)} in ${this.accountName(role.account)}`;
    if (way.passedTo !== undefined) return `iam:PassRole of ${name} to ${way.passedTo} with ${actions}`;
    return way.runsAs === undefined ? `${actions} on ${name}` : `${actions} on ${way.needs}, where it is ${name}`;
  }

  /** Resource control policies bind by the account of the role that is taken on. */
  private withoutRcps(side: Side): Side {
    return kept(this.sides, side, () => ({ layers: side.layers.filter(({ name }) => name !== 'RCP') }));
  }

  private get graph(): RoleGraph {
    const { rcps, organization } = this.bounds;
    this.found ??= new RoleGraph(
      this.read.accounts.flatMap((account) =>
        account.state === 'read' ? account.roles.map((role) => this.roleOf(account.id, role)) : [],
      ),
      { ...(rcps && { rcps }), organization: organization.id },
    );
    return this.found;
  }

  private accountName(id: string): string {
    return this.bounds.organization.accountById.get(id)?.name ?? id;
  }

  private arnOfSet(set: string, account: string): string | undefined {
    return this.setRoles.get(set)?.find((arn) => accountOf(arn) === account);
  }

  /** ARN like that of a role that is not there yet; in us-east-1 it has no Region ('Referencing permission sets in resource policies'). */
  private madeUpArn(set: string, account: string): string {
    const { region } = this.bounds.organization;
    const path = `aws-reserved/sso.amazonaws.com/${region === 'us-east-1' ? '' : `${region}/`}`;
    return this.roleArn(account, `${path}${RESERVED_NAME}${set}_${'0'.repeat(16)}`);
  }

  private roleArn(account: string, name: string): string {
    return `arn:${this.partition}:iam::${account}:role/${name}`;
  }

  private roleOf(account: string, { name, trust, boundary, attached, inline }: ReadRole): Role {
    const arn = this.roleArn(account, name);
    const sideOfRole = (): Side =>
      sideOf({
        identity: [
          ...attached.flatMap((policy) => this.managed(policy)),
          ...inline.flatMap((policy) => this.statements(policy.document, policy.name)),
        ],
        boundary: boundary === undefined ? undefined : this.managed(boundary),
        scps: this.bounds.scps(account),
      });
    let side: Side | undefined;
    return {
      arn,
      account,
      trust: new Trust(trust, `the trust policy of ${arn}`),
      // Of most roles, only the trust is asked about.
      get side() {
        side ??= sideOfRole();
        return side;
      },
      customerPolicies: attached.filter((policy) => !policy.includes(':iam::aws:')),
    };
  }

  private managed(arn: string): readonly Statement[] {
    const document = this.policies.get(arn) ?? (arn.includes(':iam::aws:') ? this.bounds.managed(arn) : undefined);
    return document === undefined ? unread(`the policy ${arn}`) : this.statements(document, arn);
  }

  /** Many roles have the same documents: what is found out about a statement is found out once. */
  private statements(document: unknown, source: string): readonly Statement[] {
    const text = JSON.stringify([source, document]);
    return kept(this.texts, text, () => parsePolicy(document, source));
  }
}

const RESERVED_NAME = 'AWSReservedSSO_';

/** Permission set of a role of IAM Identity Center; undefined for other roles ('Referencing permission sets in resource policies'). */
function setOfRole(arn: string): string | undefined {
  return /\/AWSReservedSSO_(.+)_[0-9a-f]{16}$/.exec(arn)?.[1];
}

function accountOf(arn: string): string {
  return arn.replace(/^(?:[^:]*:){4}([^:]*):.*$/, '$1');
}

/** Path and name of a role. */
export function roleName(arn: string): string {
  return arn.replace(/^.*?:role\//, '');
}

/** Every text of a document, however deep. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
