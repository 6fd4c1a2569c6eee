import {
  CfnInstanceAccessControlAttributeConfiguration,
  CfnPermissionSet,
  type CfnPermissionSetProps,
} from 'aws-cdk-lib/aws-sso';
import { Construct } from 'constructs';
import { createHash } from 'node:crypto';
import { acknowledgeDeclared } from '../acknowledge';
import { LANES } from '../../../src/estate/sections/access/placement/placement';
import { deployedDocument } from '../../../src/estate/sections/access/policy-document';
import type { DeployedProperty } from '../../../src/estate/sections/access/sets/set-properties';
import {
  type AccessControlAttribute,
  type CustomerManagedPolicy,
  managedPolicyArn,
  type PermissionsBoundary,
  type PermissionSet as PermissionSetDefinition,
} from '../../../src/estate/sections/estate';
import { INLINE_POLICY_CHARACTERS } from '../../../src/estate/sections/limits';
import { compareText } from '../../../src/estate/source/finding';
import { merged } from '../../../src/text/values';

/** An IAM Identity Center instance. It is made in the console, once; the estate refers to it. */
export interface Instance {
  /** `arn:aws:sso:::instance/ssoins-…` */
  readonly arn: string;
  /** `aws`, `aws-us-gov` or `aws-cn`. */
  readonly partition: string;
}

/** Ids that the construct tree gives a meaning of its own, or that every object has (`Node.addChild` looks them up). */
function isReserved(name: string): boolean {
  return name === 'Default' || name === 'Resource' || name in Object.prototype;
}

/**
 * The construct id of an item of the estate: its name, behind a colon where the name is reserved. No name of a permission
 * set holds a colon, and logical ids leave it out.
 */
export function constructIdOf(name: string): string {
  return isReserved(name) ? `:${name}` : name;
}

/** The name of an item of the estate from its construct's id. */
export function nameOf(constructId: string): string {
  return constructId.replace(/^:/, '');
}

export interface PermissionSetProps {
  readonly instance: Instance;
  /** The permission set as the estate has it. */
  readonly definition: PermissionSetDefinition;
}

/**
 * A permission set of an IAM Identity Center instance. Everything but its name is updated in place; a changed name
 * replaces the set, its assignments and the names of its roles (AWS::SSO::PermissionSet). Policies are sets: the order in
 * which the estate lists them makes no difference.
 */
export class PermissionSet extends Construct {
  /** ARN, as assignments name it. */
  readonly permissionSetArn: string;
  /** The permission set as the estate has it. */
  readonly definition: PermissionSetDefinition;
  private readonly resource: CfnPermissionSet;

  constructor(scope: Construct, id: string, props: PermissionSetProps) {
    super(scope, id);
    const { instance, definition } = props;
    this.definition = definition;
    this.resource = new CfnPermissionSet(this, 'Resource', {
      instanceArn: instance.arn,
      name: definition.name,
      ...propsOf(definition, instance.partition),
    });
    acknowledgeDeclared(this, definition.acknowledgements);
    this.permissionSetArn = this.resource.attrPermissionSetArn;
  }

  /** Lets another permission set be made first. */
  createAfter(other: PermissionSet): void {
    this.resource.addResourceDependency(other.resource);
  }
}

function propsOf(definition: PermissionSetDefinition, partition: string): Partial<CfnPermissionSetProps> {
  const { description, relayState, sessionDuration, tags } = definition;
  const { managedPolicies, customerManagedPolicies, inlinePolicy, permissionsBoundary } = definition;
  const parts: Readonly<Record<DeployedProperty, Partial<CfnPermissionSetProps> | false>> = {
    description: description !== undefined && { description },
    sessionDuration: { sessionDuration: sessionDuration.text },
    relayState: relayState !== undefined && { relayStateType: relayState },
    managedPolicies: managedPolicies.length > 0 && {
      managedPolicies: managedPolicies.map((policy) => managedPolicyArn(policy, partition)).toSorted(compareText),
    },
    customerManagedPolicies: customerManagedPolicies.length > 0 && {
      customerManagedPolicyReferences: customerManagedPolicies
        .map(policyReference)
        .toSorted((a, b) => compareText(a.name, b.name) || compareText(a.path, b.path)),
    },
    inlinePolicy: inlinePolicy !== undefined && {
      inlinePolicy: deployedDocument(inlinePolicy.document, INLINE_POLICY_CHARACTERS),
    },
    permissionsBoundary: permissionsBoundary !== undefined && {
      permissionsBoundary: boundaryProps(permissionsBoundary, partition),
    },
    tags: tags.length > 0 && { tags: tags.map(({ key, value }) => ({ key, value })) },
  };
  return merged(parts);
}

function boundaryProps(boundary: PermissionsBoundary, partition: string): CfnPermissionSet.PermissionsBoundaryProperty {
  return boundary.kind === 'managed'
    ? { managedPolicyArn: managedPolicyArn(boundary.policy, partition) }
    : { customerManagedPolicyReference: policyReference(boundary.policy) };
}

function policyReference({ name, path }: CustomerManagedPolicy): CustomerManagedPolicy {
  return { name, path };
}

export interface PermissionSetsProps {
  readonly instance: Instance;
  readonly definitions: readonly PermissionSetDefinition[];
}

/**
 * The permission sets of a stack, each under its own name, so that order and number of the others never matter. At most ten are
 * made at once: see `laneOf`.
 */
export class PermissionSets extends Construct {
  /** Permission sets by the names that the estate gives them. */
  readonly byName: ReadonlyMap<string, PermissionSet>;

  constructor(scope: Construct, id: string, props: PermissionSetsProps) {
    super(scope, id);
    const last = new Map<number, PermissionSet>();
    this.byName = new Map(
      props.definitions.map((definition) => {
        const { name } = definition;
        const set = new PermissionSet(this, constructIdOf(name), { instance: props.instance, definition });
        const previous = last.get(laneOf(name));
        if (previous !== undefined) set.createAfter(previous);
        last.set(laneOf(name), set);
        return [name, set];
      }),
    );
  }
}

/**
 * The lane of a permission set. Sets of a lane depend on one another in a row, so that at most ten are made at once: a hundred
 * at once are throttled, and fail. The lane follows from the name alone: one that comes or goes changes the `DependsOn` of its
 * successor in the lane and of nothing else, and no file has to record it.
 */
export function laneOf(name: string): number {
  return createHash('sha256').update(name).digest().readUInt32BE(0) % LANES;
}

export interface AccessControlAttributesProps {
  readonly instance: Instance;
  readonly attributes: readonly AccessControlAttribute[];
}

/**
 * Attributes for access control (ABAC) of the instance: session tags that policies can compare with resource tags. An
 * instance has at most one configuration.
 */
export class AccessControlAttributes extends Construct {
  constructor(scope: Construct, id: string, props: AccessControlAttributesProps) {
    super(scope, id);
    new CfnInstanceAccessControlAttributeConfiguration(this, 'Resource', {
      instanceArn: props.instance.arn,
      accessControlAttributes: props.attributes
        .toSorted((a, b) => (a.key < b.key ? -1 : 1))
        .map(({ key, source }) => ({ key, value: { source: [source] } })),
    });
  }
}
