import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { Acknowledgement } from '../../src/estate/sections/estate';

/** Records on a construct which rules it breaks on purpose; they stay in the construct's metadata with their reasons. */
export function acknowledge(construct: IConstruct, acknowledgements: readonly Acknowledgement[]): void {
  for (const { rule, reason } of acknowledgements) Validations.of(construct).acknowledge({ id: rule, reason });
}
