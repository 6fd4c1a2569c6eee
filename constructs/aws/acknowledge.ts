import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { Acknowledgement } from '../../src/estate/sections/estate';

/** Reasons for which rules are broken on purpose, by the rules. */
export type Reasons = Readonly<Record<string, string>>;

/** Records which rules a construct breaks on purpose; they stay in its metadata with their reasons. */
export function acknowledge(construct: IConstruct, reasons: Reasons): void {
  for (const [id, reason] of Object.entries(reasons)) Validations.of(construct).acknowledge({ id, reason });
}

/** The same of what the estate acknowledges. */
export function acknowledgeDeclared(construct: IConstruct, declared: readonly Acknowledgement[]): void {
  for (const { rule: id, reason } of declared) Validations.of(construct).acknowledge({ id, reason });
}

/** cdk-nag's rule on a wildcard in a policy: the whole resource as it stands there. */
export function wildcard(resource: string): string {
  return `AwsSolutions-IAM5[Resource::${resource}]`;
}

/** cdk-nag's rule on a policy that AWS manages. */
export function managed(policy: string): string {
  return `AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${policy}]`;
}

export const LAMBDA_LOGS = managed('service-role/AWSLambdaBasicExecutionRole');
