import { CfnElement, CfnResource, NestedStack, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { isObject } from '../../../src/estate/sections/access/policy-document';
import type { Template, TemplateResource } from './repeated-assignments';

/**
 * Part of a stack that one operation of CloudFormation changes, where all of it would be too much for one: these shards become what
 * is declared. The others stay as they are deployed, and so does what leaves the stack itself.
 */
export interface StackPart {
  readonly shards: readonly number[];
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

/** A shard as it is deployed, under the ids that it has. */
export class KeptShard extends NestedStack {
  constructor(scope: Construct, number: number, { root, shards }: DeployedStack) {
    super(scope, `Shard${number}`, { description: `Assignments of shard ${number}` });
    new WrittenTemplate(this, 'Deployed', shards.get(number) ?? {});
    const { nestedStackResource: resource } = this;
    if (!(resource instanceof CfnResource)) return;
    const parameters = nestedStackOf(root, number)?.Properties?.['Parameters'];
    for (const [name, value] of Object.entries(isObject(parameters) ? parameters : {}))
      resource.addPropertyOverride(`Parameters.${name}`, value);
  }
}

/** Parameters and resources of a template, as they are written. */
class WrittenTemplate extends CfnElement {
  constructor(
    scope: NestedStack,
    id: string,
    private readonly template: Template,
  ) {
    super(scope, id);
  }

  override _toCloudFormation(): object {
    const { Parameters, Resources = {} } = this.template;
    return { ...(Parameters !== undefined && { Parameters }), Resources };
  }
}

function nestedStackOf({ Resources = {} }: Template, number: number): TemplateResource | undefined {
  const begin = `AssignmentsShard${number}NestedStack`;
  return Object.entries(Resources).find(([id]) => id.startsWith(begin))?.[1];
}
