import { CfnResource, ReferenceStrength } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Makes other stacks refer to everything below a construct by exports: CloudFormation neither deletes nor replaces what
 * another stack imports.
 */
export function referStrongly(scope: IConstruct): void {
  for (const construct of scope.node.findAll()) {
    if (CfnResource.isCfnResource(construct)) construct.applyCrossStackReferenceStrength(ReferenceStrength.STRONG);
  }
}
