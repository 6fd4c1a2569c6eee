import { CfnElement, CfnResource, CfnStackSet, type NestedStack, Stack } from 'aws-cdk-lib';
import { isObject } from '../../../src/estate/source/located';
import { asList } from '../../../src/estate/sections/access/policy-document';
import { compareText } from '../../../src/estate/source/finding';

/** The part of a template that is read; the rest stays as it is. */
export interface Template {
  readonly Parameters?: Readonly<Record<string, unknown>>;
  readonly Resources?: Readonly<Record<string, TemplateResource>>;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Metadata?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
}

/**
 * Part of a stack that one operation of CloudFormation changes, where all of it would be too much for one: the assignments of these
 * accounts become what is declared. Those of the others stay as they are deployed, and so does what leaves the stack itself.
 */
export interface StackPart {
  readonly accounts: readonly string[];
  readonly deployed: DeployedStack;
}

/** Templates that a stack and its shards were deployed from. */
export interface DeployedStack {
  readonly root: Template;
  /** By the number of the shard. */
  readonly shards: ReadonlyMap<number, Template>;
}

const NOT_KEPT = ['AWS::CloudFormation::Stack', 'AWS::CloudFormation::WaitConditionHandle', 'AWS::CDK::Metadata'];

/** Resources of a stack that are deployed and no longer declared: shards that stay may refer to them. */
export class KeptResources extends CfnElement {
  constructor(
    scope: Stack,
    id: string,
    private readonly deployed: Template,
  ) {
    super(scope, id);
  }

  override _toCloudFormation(): object {
    const own = this.stack.node.findAll().filter(CfnResource.isCfnResource);
    const declared = new Set(
      own.filter((one) => Stack.of(one) === this.stack).map((one) => this.stack.getLogicalId(one)),
    );
    const kept = Object.entries(this.deployed.Resources ?? {}).filter(
      ([id, { Type }]) => !declared.has(id) && !NOT_KEPT.includes(Type),
    );
    return { Resources: Object.fromEntries(kept) };
  }
}

type Resources = Readonly<Record<string, TemplateResource>>;

/** Assignments of a shard as they are deployed, in the accounts whose turn comes later. */
export function keptOf({ accounts, deployed }: StackPart, number: number): Resources {
  const { Resources = {} } = deployed.shards.get(number) ?? {};
  const isLater = ({ Properties }: TemplateResource): boolean => {
    const account = Properties?.['TargetId'];
    return typeof account !== 'string' || !accounts.includes(account);
  };
  return Object.fromEntries(Object.entries(Resources).filter(([, resource]) => isLater(resource)));
}

interface KeptAssignmentsProps {
  /** Number of the shard. */
  readonly number: number;
  readonly part: StackPart;
  /** Ids of the parameters that the shard has anyway. */
  readonly declared: ReadonlySet<string>;
}

/** Writes them into their shard, beside what is declared there. */
export class KeptAssignments extends CfnElement {
  private readonly parameters: Readonly<Record<string, unknown>>;

  constructor(
    scope: NestedStack,
    private readonly props: KeptAssignmentsProps,
  ) {
    super(scope, 'Deployed');
    const { number, declared, part } = props;
    const { root, shards } = part.deployed;
    const missing = Object.entries(shards.get(number)?.Parameters ?? {}).filter(([name]) => !declared.has(name));
    this.parameters = Object.fromEntries(missing);
    const { nestedStackResource: resource } = scope;
    const given = nestedStackOf(root, number)?.Properties?.['Parameters'];
    if (!(resource instanceof CfnResource) || !isObject(given)) return;
    for (const name of Object.keys(this.parameters))
      if (name in given) resource.addPropertyOverride(`Parameters.${name}`, given[name]);
  }

  override _toCloudFormation(): object {
    const { number, part } = this.props;
    const { Resources = {} } = part.deployed.shards.get(number) ?? {};
    const kept = keptOf(part, number);
    const waiting = Object.entries(kept).map(([id, { DependsOn, ...resource }]) => {
      const before = [DependsOn ?? []].flat().flatMap((one) => nearest(one, kept, Resources));
      return [id, { ...resource, ...(before.length > 0 && { DependsOn: before }) }] as const;
    });
    const hasParameters = Object.keys(this.parameters).length > 0;
    return { ...(hasParameters && { Parameters: this.parameters }), Resources: Object.fromEntries(waiting) };
  }
}

/** An assignment that another waits for, or where it is not kept, the one that it waited for itself. */
function nearest(id: string, kept: Resources, all: Resources): readonly string[] {
  if (id in kept) return [id];
  return [all[id]?.DependsOn ?? []].flat().flatMap((one) => nearest(one, kept, all));
}

function nestedStackOf({ Resources = {} }: Template, number: number): TemplateResource | undefined {
  const begin = `AssignmentsShard${number}NestedStack`;
  return Object.entries(Resources).find(([id]) => id.startsWith(begin))?.[1];
}

const POLICIES = ['AWS::CloudFormation::StackSet', 'AWS::IAM::ManagedPolicy'];
const ACCOUNTS = ['StackInstancesGroup', '0', 'DeploymentTargets', 'Accounts'];

/**
 * Adds to a stack of policies what is deployed and no longer declared, policies and accounts: permission sets that are
 * still deployed may refer to it. What is declared stays as it is declared, its document too.
 */
export function keepPolicies(stack: Stack, { Resources = {} }: Template): void {
  const declared = new Map(
    stack.node
      .findAll()
      .filter(CfnResource.isCfnResource)
      .map((resource) => [stack.getLogicalId(resource), resource]),
  );
  for (const [id, { Type, Properties = {} }] of Object.entries(Resources)) {
    if (!POLICIES.includes(Type)) continue;
    const own = declared.get(id);
    if (own === undefined) {
      new CfnResource(stack, `Kept${id}`, { type: Type, properties: { ...Properties } }).overrideLogicalId(id);
    } else if (own instanceof CfnStackSet) {
      own.addPropertyOverride(
        ACCOUNTS.join('.'),
        union(accountsOf(own.stackInstancesGroup), writtenAccounts(Properties)),
      );
    }
  }
}

function union(declared: readonly string[], deployed: readonly string[]): readonly string[] {
  return [...new Set([...declared, ...deployed])].toSorted(compareText);
}

/** Accounts of a stack set of a template. */
function writtenAccounts({ StackInstancesGroup: groups }: Readonly<Record<string, unknown>>): readonly string[] {
  return asList(groups).flatMap((group) => {
    const targets = isObject(group) ? group['DeploymentTargets'] : undefined;
    return isObject(targets) ? asList(targets['Accounts']).filter((account) => typeof account === 'string') : [];
  });
}

/** Accounts of a stack set of this app. */
function accountsOf(groups: CfnStackSet['stackInstancesGroup']): readonly string[] {
  return asList(groups).flatMap((group) => {
    const targets = isObject(group) ? group['deploymentTargets'] : undefined;
    return isObject(targets) ? asList(targets['accounts']).filter((account) => typeof account === 'string') : [];
  });
}
