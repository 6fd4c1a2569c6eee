import type {
  IPolicyValidationContext,
  IPolicyValidationPlugin,
  PolicyValidationPluginReport,
  PolicyViolation,
} from 'aws-cdk-lib';
import { readFileSync } from 'node:fs';
import { nestedTemplates, withAssignmentPaths } from './nested-templates';
import type { StackTemplates } from './validator';

/** Bytes of a template in S3, where the CDK puts those of more than 50 kB (AWS CloudFormation quotas). */
export const MAX_TEMPLATE_BYTES = 1_000_000;

/** Entries of a part of a template (AWS CloudFormation quotas). */
const MAX_ENTRIES: Readonly<Record<string, number>> = { Resources: 500, Parameters: 200, Outputs: 200, Mappings: 200 };

/** Code of its findings. */
const RULE = 'template-limit';

/** Refuses templates, nested ones too, that CloudFormation would refuse for their size: the CDK only warns, or says nothing. */
export class TemplateLimits implements IPolicyValidationPlugin {
  readonly name = 'CloudFormation limits';
  readonly ruleIds = [RULE];

  /** Reads what the app synthesised. */
  validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    const templates = [...context.stackTemplates, ...nestedTemplates(context)];
    const violations = withAssignmentPaths(templates.flatMap(violationsOf), context);
    return { success: violations.length === 0, violations };
  }
}

function violationsOf({ stackConstructPath, templatePath }: StackTemplates[number]): readonly PolicyViolation[] {
  const bytes = readFileSync(templatePath);
  const template = JSON.parse(bytes.toString()) as Readonly<Record<string, unknown>>;
  const counts = Object.entries(MAX_ENTRIES).map(([part, max]) => ({
    what: part.toLowerCase(),
    count: Object.keys(template[part] ?? {}).length,
    max,
  }));
  const [resource = ''] = Object.keys(template['Resources'] ?? {});
  return [{ what: 'bytes', count: bytes.length, max: MAX_TEMPLATE_BYTES }, ...counts]
    .filter(({ count, max }) => count > max)
    .map(({ what, count, max }) => ({
      ruleName: RULE,
      severity: 'error',
      description: `the template of ${stackConstructPath} must have at most ${max} ${what}, got ${count}; divide the estate`,
      violatingResources: [{ resourceLogicalId: resource, templatePath, locations: [] }],
    }));
}
