import { CfnParameter, NestedStack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Shard } from '../../../src/estate/sections/access/plan/access-stacks';
import { AssignmentResources } from './assignment-resources';
import { constructIdOf } from './construct-id';
import type { Instance } from './instance';
import type { PermissionSet } from './permission-set';
import { KeptAssignments, type StackPart } from './stack-part';

export interface AssignmentShardProps {
  readonly instance: Instance;
  readonly shard: Shard;
  /** Permission sets of the parent stack, by name: every one that the shard's assignments refer to. */
  readonly permissionSets: ReadonlyMap<string, PermissionSet>;
  /** Permission sets whose assignments may exist already, and are then taken over. @default none */
  readonly adopted?: AdoptedSets | undefined;
  /** Given for an operation that leaves the assignments of some accounts as they are deployed. @default none */
  readonly part?: StackPart | undefined;
}

/**
 * ARNs of permission sets by name, for the one deployment that adopts assignments which somebody else made. CloudFormation
 * takes over a resource by itself only if its identifier refers to nothing in the template, and if it would stay when it
 * went from the template ('Import AWS resources into a CloudFormation stack automatically').
 */
export type AdoptedSets = ReadonlyMap<string, string>;

/**
 * A nested stack of assignments. Logical ids come from the account, the permission set and the principal, so that other
 * assignments may come and go without touching this one. At most ten assignments are in flight, and of one account one: the
 * placement file has a lane for each.
 *
 * @throws Error if an assignment's permission set is not in `permissionSets`.
 */
export class AssignmentShard extends NestedStack {
  /** Number of the shard in the placement file. */
  readonly number: number;
  private readonly resources = new AssignmentResources(this, 'Assignment');
  private readonly parameterIds: string[] = [];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: AssignmentShardProps,
  ) {
    super(scope, id, { description: `Assignments of shard ${props.shard.number}` });
    this.number = props.shard.number;
    const parameters = this.createParameters();
    const { instance, adopted, shard, part } = props;
    for (const placed of shard.assignments) {
      const { permissionSet } = placed.assignment;
      const adoptedArn = adopted?.get(permissionSet);
      const permissionSetArn = adoptedArn ?? parameters.get(permissionSet);
      const isAdopted = adoptedArn !== undefined;
      this.resources.add(placed, { instanceArn: instance.arn, permissionSetArn, isAdopted });
    }
    if (part !== undefined)
      new KeptAssignments(this, { number: shard.number, part, declared: new Set(this.parameterIds) });
  }

  /** One parameter a permission set carries its ARN into the nested stack. @returns references to them, by set */
  private createParameters(): ReadonlyMap<string, unknown> {
    const parameters = new Construct(this, 'PermissionSetArn');
    const names = new Set(this.props.shard.assignments.map(({ assignment }) => assignment.permissionSet));
    const referred = [...names].filter((name) => !this.props.adopted?.has(name));
    return new Map(
      referred.toSorted().map((name) => {
        const parameter = new CfnParameter(parameters, constructIdOf(name), {
          description: `ARN of permission set ${name}`,
        });
        const id = Token.asString(this.resolve(parameter.logicalId));
        this.parameterIds.push(id);
        this.setParameter(parameter.logicalId, this.permissionSet(name).permissionSetArn);
        return [name, this.resolve(parameter.valueAsString)];
      }),
    );
  }

  private permissionSet(name: string): PermissionSet {
    const set = this.props.permissionSets.get(name);
    if (set === undefined) throw new Error(`no permission set '${name}' for shard ${this.props.shard.number}`);
    return set;
  }
}
