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
import { Trust } from '../../../../permissions/trust';
import type { AwsRoles, ReadRole } from '../../../source/aws-roles';
import type { Organization } from '../../../source/organization';
import type { PermissionSet } from '../../estate';

/** What binds the roles of accounts besides their own policies. */
export interface Bounds extends Pick<Controls, 'rcps'> {
  readonly organization: Organization;
  /** Document of an AWS managed policy. */
  readonly managed: (policy: string) => unknown;
  /** Service control policies of an account, from the root of the organization. */
  readonly scps: (account: string) => readonly (readonly Statement[])[];
}

/** Roles of the accounts, as `snapshot` read them, and where they lead. */
export class RoleInventory {
  private found: RoleGraph | undefined;
  private readonly sides = new WeakMap<Side, Side>();
  private readonly texts = new Map<string, readonly Statement[]>();
  private readonly policies: ReadonlyMap<string, unknown>;
  private readonly setRoles: ReadonlyMap<string, readonly string[]>;
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
    this.setRoles = Map.groupBy(all, (arn) => setOfRole(arn) ?? '');
  }

  /** Accounts that were not read, in words. */
  get notRead(): readonly string[] {
    const all = this.read.accounts.flatMap((one) => (one.state === 'not read' ? [one] : []));
    const [first] = all;
    if (first === undefined) return [];
    const more = all.length === 1 ? '' : ` and of ${all.length - 1} more`;
    return [`the roles of the account ${first.id}${more} (${first.reason})`];
  }

  /** ARNs of the roles that a permission set has in the accounts, sorted by account. */
  rolesOfSet(set: string): readonly string[] {
    return this.setRoles.get(set) ?? [];
  }

  /** ARN of the role of a permission set in an account; undefined where none was there. */
  roleOfSet(set: string, account: string): string | undefined {
    return this.rolesOfSet(set).find((arn) => accountOf(arn) === account);
  }

  /** ARNs of roles whose trust policies name a role of a permission set. */
  trusting(set: string): readonly string[] {
    const own = this.rolesOfSet(set);
    return this.graph.roles
      .filter(({ trust }) => trust.named?.some((name) => own.includes(name)) === true)
      .map(({ arn }) => arn);
  }

  /** Way of a session of a permission set to administrator, by roles that are there. */
  wayFrom({ name, customerManagedPolicies: own }: PermissionSet, account: string, side: Side): RoleWay | undefined {
    const session: Identity = {
      arn: this.roleOfSet(name, account) ?? this.madeUpArn(name, account),
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
    const account = this.bounds.organization.accountById.get(role.account);
    const name = `the role ${roleName(role.arn)} in ${account?.name ?? role.account}`;
    if (way.passedTo !== undefined) return `iam:PassRole of ${name} to ${way.passedTo} with ${actions}`;
    return way.runsAs === undefined ? `${actions} on ${name}` : `${actions} on ${way.needs}, where it is ${name}`;
  }

  /** Resource control policies bind by the account of the role that is taken on. */
  private withoutRcps(side: Side): Side {
    const known = this.sides.get(side) ?? { layers: side.layers.filter(({ name }) => name !== 'RCP') };
    this.sides.set(side, known);
    return known;
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

  /** ARN like that of a role that is not there yet; in us-east-1 it has no Region ('Referencing permission sets in resource policies'). */
  private madeUpArn(set: string, account: string): string {
    const { region } = this.bounds.organization;
    const path = `aws-reserved/sso.amazonaws.com/${region === 'us-east-1' ? '' : `${region}/`}`;
    return this.roleArn(account, `${path}AWSReservedSSO_${set}_${'0'.repeat(16)}`);
  }

  private roleArn(account: string, name: string): string {
    return `arn:${this.partition}:iam::${account}:role/${name}`;
  }

  private roleOf(account: string, { name, trust, boundary, attached, inline }: ReadRole): Role {
    const arn = this.roleArn(account, name);
    const identity = [
      ...attached.flatMap((policy) => this.managed(policy)),
      ...inline.flatMap((policy) => this.statements(policy.document, policy.name)),
    ];
    return {
      arn,
      account,
      trust: new Trust(trust, `the trust policy of ${arn}`),
      side: sideOf({
        identity,
        boundary: boundary === undefined ? undefined : this.managed(boundary),
        scps: this.bounds.scps(account),
      }),
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
    const known = this.texts.get(text) ?? parsePolicy(document, source);
    this.texts.set(text, known);
    return known;
  }
}

/** Permission set of a role of IAM Identity Center; undefined for other roles ('Referencing permission sets in resource policies'). */
function setOfRole(arn: string): string | undefined {
  return /\/AWSReservedSSO_(.+)_[0-9a-f]{16}$/.exec(arn)?.[1];
}

function accountOf(arn: string): string | undefined {
  return arn.split(':')[4];
}

/** Path and name of a role. */
export function roleName(arn: string): string {
  return arn.replace(/^.*?:role\//, '');
}
