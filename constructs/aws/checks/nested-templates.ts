import type { IPolicyValidationContext, Stack } from 'aws-cdk-lib';
import { NestedStack } from 'aws-cdk-lib';
import { dirname, join } from 'node:path';

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

function topLevel(stack: Stack): Stack {
  return stack.nestedStackParent === undefined ? stack : topLevel(stack.nestedStackParent);
}
