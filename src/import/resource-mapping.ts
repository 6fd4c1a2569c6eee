import type { JsonObject } from '../estate/sections/estate';
import { isObject } from '../estate/sections/access/json';
import type { DeployedAccess } from './adopt';

/** Identifiers by logical id, as `cdk import --resource-mapping` reads them. */
export type ResourceMapping = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * Resources of a stack's template that exist, and how CloudFormation finds them: permission sets by name, and the
 * attributes for access control. Nested stacks can't be imported, nor what is in them.
 */
export function resourceMapping(template: JsonObject, deployed: DeployedAccess, instanceArn: string): ResourceMapping {
  const arns = new Map(deployed.permissionSets.map(({ name, arn }) => [name, arn]));
  const resources = isObject(template['Resources']) ? template['Resources'] : {};
  const mapped = Object.entries(resources).flatMap(([logicalId, resource]): [string, Record<string, string>][] => {
    const identifier = isObject(resource) ? identifierOf(resource, { arns, deployed }) : undefined;
    return identifier === undefined ? [] : [[logicalId, { InstanceArn: instanceArn, ...identifier }]];
  });
  return Object.fromEntries(mapped);
}

interface Known {
  readonly arns: ReadonlyMap<string, string>;
  readonly deployed: DeployedAccess;
}

function identifierOf(resource: JsonObject, { arns, deployed }: Known): Record<string, string> | undefined {
  const properties = isObject(resource['Properties']) ? resource['Properties'] : {};
  switch (resource['Type']) {
    case 'AWS::SSO::PermissionSet': {
      const arn = arns.get(String(properties['Name']));
      return arn === undefined ? undefined : { PermissionSetArn: arn };
    }
    case 'AWS::SSO::InstanceAccessControlAttributeConfiguration':
      return Object.keys(deployed.attributes).length > 0 ? {} : undefined;
    default:
      return undefined;
  }
}
