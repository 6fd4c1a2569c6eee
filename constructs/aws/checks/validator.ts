import type { IPolicyValidationContext, PolicyViolation } from 'aws-cdk-lib';
import { CloudFormationValidatePlugin } from 'aws-cdk-lib';

/** Templates to validate, with the account and the Region that each is deployed to. */
export type StackTemplates = IPolicyValidationContext['stackTemplates'];

/** Judges templates by CloudFormation's schemas and rules. */
export interface Validator {
  readonly version: string;
  /** Asks about templates. What it gives waits for the answer, and is called once. */
  ask(context: IPolicyValidationContext): () => readonly PolicyViolation[];
}

/**
 * One for the process: it keeps CloudFormation's schemas and rules loaded, which takes most of a synthesis and some hundred
 * megabytes that are never given back. It loads them when it is first asked.
 */
const PLUGIN = new CloudFormationValidatePlugin();

/** The validator of aws-cdk-lib in this thread. */
export const VALIDATOR: Validator = {
  get version() {
    return PLUGIN.version ?? '';
  },
  ask: (context) => () => PLUGIN.validate(context).violations,
};
