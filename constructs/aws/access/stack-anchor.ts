import { CfnWaitConditionHandle } from 'aws-cdk-lib';
import { Construct } from 'constructs';

export interface StackAnchorProps {
  /** True if the stack has nothing else. Otherwise nothing is created. */
  readonly isNeeded: boolean;
}

/**
 * Keeps a stack deployable that has nothing left to hold. CloudFormation refuses a template without resources, and the CDK
 * CLI leaves out a stack that the app no longer has: either way the last grants would stay deployed after they were removed.
 * A wait condition handle does nothing and costs nothing.
 */
export class StackAnchor extends Construct {
  constructor(scope: Construct, id: string, props: StackAnchorProps) {
    super(scope, id);
    if (props.isNeeded) new CfnWaitConditionHandle(this, 'Resource');
  }
}
