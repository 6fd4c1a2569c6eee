import { CfnPermissionSet, type CfnPermissionSetProps } from 'aws-cdk-lib/aws-sso';
import { Construct } from 'constructs';
import type {
  CustomerManagedPolicy,
  PermissionSet as PermissionSetDefinition,
  PermissionsBoundary,
} from '../../../src/estate/sections/estate';
import { managedPolicyArn } from '../../../src/estate/sections/estate';
import type { DeployedProperty } from '../../../src/estate/sections/access/sets/set-properties';
import { compareText } from '../../../src/estate/source/finding';
import { merged } from '../../../src/estate/source/merged';
import { acknowledge } from '../acknowledge';
import type { Instance } from './instance';

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
    acknowledge(this, definition.acknowledgements);
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
    inlinePolicy: inlinePolicy !== undefined && { inlinePolicy: inlinePolicy.document },
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
