import type { IPolicyValidationContext, PolicyValidationPluginReport, Stack } from 'aws-cdk-lib';
import { CloudFormationValidatePlugin, NestedStack } from 'aws-cdk-lib';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { withMovedReferences } from './app-runner-references';
import type { Template } from '../access/repeated-assignments';
import { RepeatedAssignments } from '../access/repeated-assignments';

/** Templates to validate, with the account and the region that each is deployed to. */
type Stacks = IPolicyValidationContext['stackTemplates'];

/**
 * The schema's pattern for PrincipalId wants hyphens; newer identity stores also give 32 hexadecimal digits
 * (aws/aws-cdk#38827). Only this message for only this property is dropped.
 */
const FALSE_PRINCIPAL = /^PrincipalId: '[0-9a-f]{32}' does not match pattern/;

/**
 * CloudFormation's own validation of templates, nested ones included: aws-cdk-lib's default plug-in looks at top-level
 * templates alone, and the assignments are in nested ones. They are validated without repeated assignments, a millisecond
 * each, and with references of App Runner's services in another place; only if something is found in one that is nested or
 * was changed so, all are as they stand, so that it is told of every resource.
 * Register it on the app: it takes the place of the default plug-in.
 */
export class TemplateValidation extends CloudFormationValidatePlugin {
  // The library's optional members are not optional in the sense of `exactOptionalPropertyTypes`; an empty version is
  // left out of the report, as an absent one is.
  override get version(): string {
    return super.version ?? '';
  }

  override get ruleIds(): string[] {
    return super.ruleIds ?? [];
  }

  override validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    const stacks = [...context.stackTemplates, ...nestedTemplates(context)];
    const folder = mkdtempSync(join(tmpdir(), 'entra-aws-identity-'));
    try {
      const report = this.validateAll(context, shortened(stacks, folder));
      return isAbout(context.stackTemplates, report) ? report : this.validateAll(context, stacks);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  private validateAll(context: IPolicyValidationContext, stackTemplates: Stacks): PolicyValidationPluginReport {
    const report = super.validate({ ...context, stackTemplates });
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

/** Templates in short: what differs is written into the folder; where nothing is left, nothing is. */
function shortened(stacks: Stacks, folder: string): Stacks {
  const repeated = new RepeatedAssignments();
  return stacks.flatMap((stack) => {
    // The CDK has just written it.
    const whole = JSON.parse(readFileSync(stack.templatePath, 'utf8')) as Template;
    const short = repeated.leaveOut(whole);
    if (short === undefined) return [];
    const text = JSON.stringify(withMovedReferences(short));
    if (text === JSON.stringify(whole)) return [stack];
    const templatePath = join(folder, basename(stack.templatePath));
    writeFileSync(templatePath, text);
    return [{ ...stack, templatePath }];
  });
}

/** Tells whether all that was found stands in these templates as they are. */
function isAbout(stacks: Stacks, { violations }: PolicyValidationPluginReport): boolean {
  const paths = new Set<string | undefined>(stacks.map(({ templatePath }) => templatePath));
  return violations.every(({ violatingResources }) =>
    violatingResources.every(({ templatePath }) => paths.has(templatePath)),
  );
}
