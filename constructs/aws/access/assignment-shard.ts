import { CfnDeletionPolicy, CfnParameter, NestedStack } from 'aws-cdk-lib';
import { CfnAssignment } from 'aws-cdk-lib/aws-sso';
import { Construct } from 'constructs';
import type { Shard, ShardAssignment } from '../../../src/estate/plan/access-stacks';
import { principalTypeOf } from '../../../src/estate/sections/access/holder';
import { acknowledge } from '../checks/acknowledge';
import { constructIdOf } from './construct-id';
import type { Instance } from './instance';
import type { AssignmentKey } from '../../../src/estate/plan/placement';
import type { PermissionSet } from './permission-set';

export interface AssignmentShardProps {
  readonly instance: Instance;
  readonly shard: Shard;
  /** Permission sets of the parent stack, by name: every one that the shard's assignments refer to. */
  readonly permissionSets: ReadonlyMap<string, PermissionSet>;
  /** Permission sets whose assignments may exist already, and are then taken over. @default none */
  readonly adopted?: AdoptedSets | undefined;
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
  private readonly arns: ReadonlyMap<string, string>;
  private readonly assignments = new Construct(this, 'Assignment');

  constructor(
    scope: Construct,
    id: string,
    private readonly props: AssignmentShardProps,
  ) {
    super(scope, id, { description: `Assignments of shard ${props.shard.number}` });
    this.number = props.shard.number;
    this.arns = this.createParameters();
    const last = new Map<number, CfnAssignment>();
    for (const placed of props.shard.assignments) {
      const assignment = this.createAssignment(placed);
      // In a lane, an assignment that comes or goes changes the `DependsOn` of its successor and of nothing else.
      const previous = last.get(placed.lane);
      if (previous !== undefined) assignment.addResourceDependency(previous);
      last.set(placed.lane, assignment);
    }
  }

  /** One parameter a permission set carries its ARN into the nested stack. */
  private createParameters(): ReadonlyMap<string, string> {
    const parameters = new Construct(this, 'PermissionSetArn');
    const names = new Set(this.props.shard.assignments.map(({ assignment }) => assignment.permissionSet));
    const referred = [...names].filter((name) => !this.props.adopted?.has(name));
    return new Map(
      referred.toSorted().map((name) => {
        const parameter = new CfnParameter(parameters, constructIdOf(name), {
          description: `ARN of permission set ${name}`,
        });
        this.setParameter(parameter.logicalId, this.permissionSet(name).permissionSetArn);
        return [name, parameter.valueAsString];
      }),
    );
  }

  private permissionSet(name: string): PermissionSet {
    const set = this.props.permissionSets.get(name);
    if (set === undefined) throw new Error(`no permission set '${name}' for shard ${this.props.shard.number}`);
    return set;
  }

  private createAssignment(placed: ShardAssignment): CfnAssignment {
    const { key, assignment, principalId } = placed;
    const { permissionSet } = assignment;
    const adoptedArn = this.props.adopted?.get(permissionSet);
    const permissionSetArn = adoptedArn ?? this.arns.get(permissionSet);
    if (permissionSetArn === undefined) throw new Error(`no ARN of permission set '${permissionSet}' for ${key}`);
    const resource = new CfnAssignment(this.assignments, assignmentId(key), {
      instanceArn: this.props.instance.arn,
      permissionSetArn,
      principalId,
      principalType: principalTypeOf(assignment.holder),
      targetId: assignment.account.id,
      targetType: 'AWS_ACCOUNT',
    });
    if (adoptedArn !== undefined) {
      resource.cfnOptions.deletionPolicy = CfnDeletionPolicy.RETAIN_EXCEPT_ON_CREATE;
      resource.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
    }
    acknowledge(
      resource,
      assignment.causes.flatMap(({ grant }) => grant.acknowledgements),
    );
    return resource;
  }
}

/** The assignment's key as a construct id, in which a slash may not stand; no part of a key holds a colon. */
function assignmentId(key: AssignmentKey): string {
  return key.replaceAll('/', ':');
}

/** The key of an assignment from its construct's id. */
export function assignmentKeyOf(constructId: string): AssignmentKey {
  return constructId.replaceAll(':', '/') as AssignmentKey;
}
