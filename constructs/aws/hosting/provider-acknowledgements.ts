import { Stack } from 'aws-cdk-lib';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';
import type { Acknowledgement } from '../../../src/estate/sections/estate';
import { acknowledge } from '../checks/acknowledge';

const LOGS_POLICY =
  'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]';

/**
 * Acknowledges the rules that the CDK's provider framework breaks; `scope` has the provider and the functions that it
 * calls.
 */
export function acknowledgeProvider(scope: IConstruct): void {
  const stack = Stack.of(scope);
  const functions = scope.node.findAll().filter((construct) => construct instanceof CfnFunction);
  acknowledge(scope, [
    reasonFor(LOGS_POLICY, "The framework's own functions have it, which allows to write logs."),
    reasonFor('AwsSolutions-SF1', 'It only waits; the functions that it calls log each step.'),
    reasonFor('AwsSolutions-SF2', 'The framework has no way to trace its state machine; it only waits.'),
    ...functions.map((one) =>
      reasonFor(
        `AwsSolutions-IAM5[Resource::<${stack.getLogicalId(one)}.Arn>:*]`,
        'The framework calls this one function, of whatever version.',
      ),
    ),
  ]);
}

function reasonFor(rule: string, reason: string): Acknowledgement {
  return { at: [], rule, reason };
}
