import type { IPolicyValidationContext, PolicyViolatingResource, PolicyViolation, Stack } from 'aws-cdk-lib';
import { NestedStack } from 'aws-cdk-lib';
import { basename, dirname, join } from 'node:path';
import { assignmentResources } from '../access/assignments';

/** Templates of the nested stacks of an app, each with the account and the region of the stack around it. */
export function nestedTemplates(context: IPolicyValidationContext): IPolicyValidationContext['stackTemplates'] {
  const parents = new Map(context.stackTemplates.map((stack) => [stack.stackConstructPath, stack]));
  return context.appConstruct.node
    .findAll()
    .filter((construct) => construct instanceof NestedStack)
    .flatMap((nested) => {
      const parent = parents.get(topLevel(nested).node.path);
      if (parent === undefined) return [];
      const templatePath = join(dirname(parent.templatePath), nested.templateFile);
      return [{ ...parent, stackConstructPath: nested.node.path, templatePath }];
    });
}

/**
 * Violations with the paths of the assignments that they are about. The CDK adds the path of any other resource by itself, but
 * an assignment is a part of one element of its template.
 */
export function withAssignmentPaths(
  violations: readonly PolicyViolation[],
  { appConstruct }: IPolicyValidationContext,
): PolicyViolation[] {
  if (violations.length === 0) return [];
  const shards = new Map(assignmentResources(appConstruct).map((shard) => [shard.stack.templateFile, shard]));
  const placed = (resource: PolicyViolatingResource): PolicyViolatingResource => {
    const { resourceLogicalId = '', templatePath = '' } = resource;
    const constructPath = shards.get(basename(templatePath))?.findPath(resourceLogicalId);
    return constructPath === undefined ? resource : { ...resource, constructPath };
  };
  return violations.map((one) => ({ ...one, violatingResources: one.violatingResources.map(placed) }));
}

function topLevel(stack: Stack): Stack {
  return stack.nestedStackParent === undefined ? stack : topLevel(stack.nestedStackParent);
}
