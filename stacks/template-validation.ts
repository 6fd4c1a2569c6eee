import type { IPolicyValidationContext, PolicyValidationPluginReport, Stack } from 'aws-cdk-lib';
import { CloudFormationValidatePlugin, NestedStack } from 'aws-cdk-lib';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Template } from '../constructs/aws/repeated-assignments';
import { RepeatedAssignments } from '../constructs/aws/repeated-assignments';

/** Templates to validate, with the account and the region that each is deployed to. */
type Stacks = IPolicyValidationContext['stackTemplates'];

/**
 * The schema's pattern for PrincipalId wants hyphens; newer identity stores also give 32 hexadecimal digits
 * (aws/aws-cdk#38827). Only this message for only this property is dropped.
 */
const FALSE_PRINCIPAL = /^PrincipalId: '[0-9a-f]{32}' does not match pattern/;

/**
 * CloudFormation's own validation of templates, nested ones included: aws-cdk-lib's default plug-in looks at top-level
 * templates alone, and the assignments are in nested ones. These are validated without their repeated assignments, a
 * millisecond each; only if something is found, the whole templates are, so that it is told of every resource.
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
    const nested = nestedTemplates(context);
    const folder = mkdtempSync(join(tmpdir(), 'entra-aws-identity-'));
    try {
      const report = this.validateAll(context, shortened(nested, folder));
      return isAbout(folder, report) ? this.validateAll(context, nested) : report;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  private validateAll(context: IPolicyValidationContext, nested: Stacks): PolicyValidationPluginReport {
    const report = super.validate({ ...context, stackTemplates: [...context.stackTemplates, ...nested] });
    const violations = report.violations.filter((violation) => !FALSE_PRINCIPAL.test(violation.description));
    const success = violations.every(({ severity }) => severity !== 'error' && severity !== 'fatal');
    return { ...report, violations, success };
  }
}

function nestedTemplates(context: IPolicyValidationContext): Stacks {
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

/** Writes what is left of templates without their repeated assignments; where nothing is left, nothing is written. */
function shortened(stacks: Stacks, folder: string): Stacks {
  const repeated = new RepeatedAssignments();
  return stacks.flatMap((stack) => {
    const template = repeated.leaveOut(JSON.parse(readFileSync(stack.templatePath, 'utf8')) as Template);
    if (template === undefined) return [];
    const templatePath = join(folder, basename(stack.templatePath));
    writeFileSync(templatePath, JSON.stringify(template));
    return [{ ...stack, templatePath }];
  });
}

function isAbout(folder: string, { violations }: PolicyValidationPluginReport): boolean {
  const resources = violations.flatMap(({ violatingResources }) => violatingResources);
  return resources.some(({ templatePath }) => templatePath !== undefined && dirname(templatePath) === folder);
}
