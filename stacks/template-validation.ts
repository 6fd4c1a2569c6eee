import type { IPolicyValidationContext, PolicyValidationPluginReport } from 'aws-cdk-lib';
import { CloudFormationValidatePlugin, NestedStack, Stack } from 'aws-cdk-lib';
import { join, dirname } from 'node:path';

/**
 * The schema's pattern for PrincipalId wants hyphens; newer identity stores also give 32 hexadecimal digits
 * (aws/aws-cdk#38827). Only this message for only this property is dropped.
 */
const FALSE_PRINCIPAL = /^PrincipalId: '[0-9a-f]{32}' does not match pattern/;

/**
 * CloudFormation's own validation of templates, nested ones included: aws-cdk-lib's default plug-in looks at top-level
 * templates alone, and the assignments are in nested ones. Of the nested templates of a stack the first stands for all:
 * the shards come from one construct, and their values (account ids, principal ids) were checked when they were parsed.
 * Register it on the app: it takes the place of the default plug-in.
 */
export class TemplateValidation extends CloudFormationValidatePlugin {
  // The library's optional members are not optional in the sense of `exactOptionalPropertyTypes`.
  override get version(): string {
    return super.version ?? '';
  }

  override get ruleIds(): string[] {
    return super.ruleIds ?? [];
  }

  override validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    const report = super.validate({
      ...context,
      stackTemplates: [...context.stackTemplates, ...firstNestedTemplates(context)],
    });
    const violations = report.violations.filter((violation) => !FALSE_PRINCIPAL.test(violation.description));
    const success = violations.every(({ severity }) => severity !== 'error' && severity !== 'fatal');
    return { ...report, violations, success };
  }
}

function firstNestedTemplates(context: IPolicyValidationContext): IPolicyValidationContext['stackTemplates'] {
  return context.stackTemplates.flatMap((parent) => {
    const scope = context.appConstruct.node.findAll().find(({ node }) => node.path === parent.stackConstructPath);
    const nested = scope?.node.findAll().find((construct) => NestedStack.isNestedStack(construct));
    if (nested === undefined) return [];
    const templatePath = join(dirname(parent.templatePath), Stack.of(nested).templateFile);
    return [{ ...parent, stackConstructPath: nested.node.path, templatePath }];
  });
}
