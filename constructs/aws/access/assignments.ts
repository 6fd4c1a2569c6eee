import { CfnDeletionPolicy, CfnElement, CfnParameter, Lazy, Names, NestedStack, Token } from 'aws-cdk-lib';
import { CfnApplicationAssignment } from 'aws-cdk-lib/aws-sso';
import { ArtifactMetadataEntryType } from 'aws-cdk-lib/cloud-assembly-schema';
import { PATH_METADATA_ENABLE_CONTEXT, PATH_METADATA_KEY } from 'aws-cdk-lib/cx-api';
import { Construct, type IConstruct, RootConstruct } from 'constructs';
import { KeptAssignments, keptOf, type StackPart } from './kept';
import { constructIdOf, type Instance, laneOf, type PermissionSet } from './permission-sets';
import { acknowledgeDeclared } from '../acknowledge';
import { principalTypeOf } from '../../../src/estate/sections/access/holder';
import type { AssignmentKey } from '../../../src/estate/sections/access/placement/placement';
import type { PlacedApplication, Shard, ShardAssignment } from '../../../src/estate/sections/access/plan/access-plan';

export interface AssignmentsProps {
  readonly instance: Instance;
  /** Permission sets of the stack, by name: every one that the assignments refer to. */
  readonly permissionSets: ReadonlyMap<string, PermissionSet>;
  readonly shards: readonly Shard[];
  /** Permission sets whose assignments may exist already, and are then taken over. @default none */
  readonly adopted?: AdoptedSets | undefined;
  /** Given for an operation that changes some accounts alone. @default all are as declared */
  readonly part?: StackPart | undefined;
}

/** All assignments of a stack, in nested stacks that are deployed one after the other. */
export class Assignments extends Construct {
  constructor(scope: Construct, id: string, props: AssignmentsProps) {
    super(scope, id);
    const { instance, permissionSets, adopted, part } = props;
    let previous: NestedStack | undefined;
    for (const shard of shardsOf(props)) {
      const id = `Shard${shard.number}`;
      const nested = new AssignmentShard(this, id, { instance, permissionSets, shard, adopted, part });
      // Lanes hold across shards only so: two shards at once would have twenty lanes, and an account in two of them.
      if (previous !== undefined) nested.addStackDependency(previous);
      previous = nested;
    }
  }
}

/** Shards in their order, with the assignments that are to be as declared. One that is left with none is left out. */
function shardsOf({ shards, part }: AssignmentsProps): readonly Shard[] {
  if (part === undefined) return shards;
  const declared = new Map(shards.map((shard) => [shard.number, shard.assignments]));
  const numbers = [...new Set([...declared.keys(), ...part.deployed.shards.keys()])].toSorted((a, b) => a - b);
  const isInTurn = ({ assignment }: ShardAssignment): boolean => part.accounts.includes(assignment.account.id);
  return numbers
    .map((number) => ({ number, assignments: (declared.get(number) ?? []).filter(isInTurn) }))
    .filter(({ number, assignments }) => assignments.length > 0 || Object.keys(keptOf(part, number)).length > 0);
}

export interface AssignmentShardProps extends Omit<AssignmentsProps, 'shards'> {
  readonly shard: Shard;
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
  /** All in the assignments that may refer to something else; their ids never do. */
  private readonly origins = new Set<unknown>();
  /** Logical id of the last assignment of each lane. */
  private readonly last = new Map<number, string>();
  /** The same tree from the stack on, since a logical id is made of the path in it. */
  private readonly scopeOfIds = new Construct(new RootConstruct(), this.node.id);
  private readonly hasPaths = Boolean(this.node.tryGetContext(PATH_METADATA_ENABLE_CONTEXT));

  /** Adds an assignment, which waits for the one before it in its lane. */
  add(placed: ShardAssignment, origin: AssignmentOrigin): void {
    const { key, lane, assignment } = placed;
    this.origins.add(origin.instanceArn).add(origin.permissionSetArn);
    const id = assignmentIdOf(key);
    const construct = new Construct(this, id);
    const logicalId = Names.nodeUniqueId(new Construct(this.scopeOfIds, id).node);
    // By it the CDK's CLI finds the path that it shows while it deploys.
    construct.node.addMetadata(ArtifactMetadataEntryType.LOGICAL_ID, logicalId);
    acknowledgeDeclared(
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
    const template = () => ({
      Resources: Object.fromEntries([...this.added].map(([id, { resource }]) => [id, resource])),
    });
    // The CDK prepares a synthesis by looking for references, and walks through all that it is given.
    return Lazy.uncachedAny({ produce: ({ preparing }) => (preparing ? [...this.origins] : template()) });
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

export interface ApplicationAssignmentsProps {
  /** Sorted by key. */
  readonly assignments: readonly PlacedApplication[];
  /** True for the one deployment that adopts assignments which exist already. @default false */
  readonly isAdopting?: boolean;
}

/**
 * Groups that are assigned to applications. Logical ids come from application and group, so that others may come and go
 * without touching this one. At most ten are made at once, since IAM Identity Center throttles more.
 */
export class ApplicationAssignments extends Construct {
  constructor(scope: Construct, id: string, { assignments, isAdopting = false }: ApplicationAssignmentsProps) {
    super(scope, id);
    const last = new Map<number, CfnApplicationAssignment>();
    for (const { key, application, principalId } of assignments) {
      const resource = new CfnApplicationAssignment(this, key.replace('/', ':'), {
        applicationArn: application.arn,
        principalId,
        principalType: 'GROUP',
      });
      if (isAdopting) {
        resource.cfnOptions.deletionPolicy = CfnDeletionPolicy.RETAIN_EXCEPT_ON_CREATE;
        resource.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
      }
      const lane = laneOf(key);
      const previous = last.get(lane);
      if (previous !== undefined) resource.addResourceDependency(previous);
      last.set(lane, resource);
    }
  }
}
