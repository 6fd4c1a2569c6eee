import { CfnElement, Names } from 'aws-cdk-lib';
import { PATH_METADATA_ENABLE_CONTEXT, PATH_METADATA_KEY } from 'aws-cdk-lib/cx-api';
import { ArtifactMetadataEntryType } from 'aws-cdk-lib/cloud-assembly-schema';
import { Construct, type IConstruct, RootConstruct } from 'constructs';
import type { ShardAssignment } from '../../../src/estate/sections/access/plan/access-stacks';
import type { AssignmentKey } from '../../../src/estate/sections/access/placement/placement';
import { principalTypeOf } from '../../../src/estate/sections/access/holder';
import { acknowledge } from '../acknowledge';

/** Parts of an assignment that its template has from elsewhere. */
export interface AssignmentOrigin {
  readonly instanceArn: string;
  /** ARN, or a reference to the parameter that has it. */
  readonly permissionSetArn: unknown;
  /** Tells whether the assignment may exist already, and is then taken over. */
  readonly isAdopted: boolean;
}

/** An assignment in the tree of constructs, where checks look for its path and for what is acknowledged of it. */
interface Added {
  readonly construct: Construct;
  readonly accountId: string;
  readonly resource: object;
}

/**
 * Assignments of a stack, in one element of its template. A `CfnAssignment` for each would give the same template, and would
 * take half of a synthesis: the CDK resolves the tokens of each five times, and notes where it was made. Each has a construct
 * below this one, whose path and logical id are those of a `CfnAssignment`.
 */
export class AssignmentResources extends CfnElement {
  private readonly added = new Map<string, Added>();
  /** Logical id of the last assignment of each lane. */
  private readonly last = new Map<number, string>();
  /** The same tree from the stack on, since a logical id is made of the path in it. */
  private readonly scopeOfIds = new Construct(new RootConstruct(), this.node.id);
  private readonly hasPaths = Boolean(this.node.tryGetContext(PATH_METADATA_ENABLE_CONTEXT));

  /** Adds an assignment, which waits for the one before it in its lane. */
  add(placed: ShardAssignment, origin: AssignmentOrigin): void {
    const { key, lane, assignment } = placed;
    const id = assignmentIdOf(key);
    const construct = new Construct(this, id);
    const logicalId = Names.nodeUniqueId(new Construct(this.scopeOfIds, id).node);
    // By it the CDK's CLI finds the path that it shows while it deploys.
    construct.node.addMetadata(ArtifactMetadataEntryType.LOGICAL_ID, logicalId);
    acknowledge(
      construct,
      assignment.causes.flatMap(({ grant }) => grant.acknowledgements),
    );
    // An assignment that comes or goes changes the `DependsOn` of its successor in the lane and of nothing else.
    const previous = this.last.get(lane);
    this.last.set(lane, logicalId);
    const resource = {
      Type: 'AWS::SSO::Assignment',
      Properties: propertiesOf(placed, origin),
      ...(previous !== undefined && { DependsOn: [previous] }),
      ...(origin.isAdopted && { UpdateReplacePolicy: 'Retain', DeletionPolicy: 'RetainExceptOnCreate' }),
      ...(this.hasPaths && { Metadata: { [PATH_METADATA_KEY]: construct.node.path } }),
    };
    this.added.set(logicalId, { construct, accountId: assignment.account.id, resource });
  }

  /** Constructs of the assignments in an account. */
  inAccount(id: string): readonly Construct[] {
    return [...this.added.values()].filter(({ accountId }) => accountId === id).map(({ construct }) => construct);
  }

  /** Path of the assignment with a logical id. */
  findPath(logicalId: string): string | undefined {
    return this.added.get(logicalId)?.construct.node.path;
  }

  override _toCloudFormation(): object {
    return { Resources: Object.fromEntries([...this.added].map(([id, { resource }]) => [id, resource])) };
  }
}

/** Every such element below a construct. */
export function assignmentResources(scope: IConstruct): readonly AssignmentResources[] {
  return scope.node.findAll().filter((construct) => construct instanceof AssignmentResources);
}

function propertiesOf({ assignment, principalId }: ShardAssignment, origin: AssignmentOrigin): object {
  return {
    InstanceArn: origin.instanceArn,
    PermissionSetArn: origin.permissionSetArn,
    PrincipalId: principalId,
    PrincipalType: principalTypeOf(assignment.holder),
    TargetId: assignment.account.id,
    TargetType: 'AWS_ACCOUNT',
  };
}

/** The assignment's key as a construct id, in which a slash may not stand; no part of a key holds a colon. */
function assignmentIdOf(key: AssignmentKey): string {
  return key.replaceAll('/', ':');
}

/** The key of an assignment from its construct's id. */
export function assignmentKeyOf(constructId: string): AssignmentKey {
  return constructId.replaceAll(':', '/') as AssignmentKey;
}
