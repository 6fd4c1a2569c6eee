import type { IPolicyValidationContext, IPolicyValidationPlugin, PolicyValidationPluginReport } from 'aws-cdk-lib';
import { CfnResource, Stack, Validations } from 'aws-cdk-lib';
import type * as CdkNag from 'cdk-nag';
import { version } from 'cdk-nag/package.json';
import type { IConstruct } from 'constructs';
import { readFileSync } from 'node:fs';
import type { KnownAnswers, Question } from './known-answers';
import { answerTo, NOTHING_KNOWN } from './known-answers';
import { areViolations, nestedTemplates } from './template-validation';

/** Resource types that cdk-nag's AwsSolutions pack has no rule for: IAM Identity Center, nested stacks and stack sets themselves. */
const WITHOUT_RULES = /^AWS::(SSO::|CloudFormation::Stack(Set)?$)/;

/**
 * cdk-nag's AwsSolutions pack. Its hundred and more rules are not asked about types that it has no rule for: asking about
 * some thousand assignments costs a second, and asking about the first resource loads twenty service libraries. In an app
 * that has nothing else, the pack is not even loaded; nor is it where its answer about the same templates is known.
 */
export class SolutionsChecks implements IPolicyValidationPlugin {
  /** Name of the pack, as findings show it. */
  readonly name = 'AwsSolutions';
  /** Version of cdk-nag. */
  readonly version = version;

  private loaded: CdkNag.AwsSolutionsChecks | undefined;

  constructor(
    private readonly scope?: IConstruct,
    private readonly props?: CdkNag.NagPackProps,
    private readonly known: KnownAnswers = NOTHING_KNOWN,
  ) {}

  /** Validates what the app synthesised, or gives the answers that are known: one for each stack. */
  validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    const stacks = Map.groupBy(ruledResources(context.appConstruct), (resource) => topOf(Stack.of(resource)));
    return together(
      [...stacks].map(([stack, ruled]) =>
        answerTo(this.known, questionAbout(context, ruled), () => this.pack.validateScope(stack)),
      ),
    );
  }

  /** Validates the constructs below a scope. */
  validateScope(scope: IConstruct): PolicyValidationPluginReport {
    return ruledResources(scope).length === 0 ? NOTHING_FOUND : this.pack.validateScope(scope);
  }

  private get pack(): CdkNag.AwsSolutionsChecks {
    return (this.loaded ??= this.loadPack());
  }

  private loadPack() {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() gives a promise; plug-ins answer at once
    const { AwsSolutionsChecks } = require('cdk-nag/lib/packs/aws-solutions') as typeof CdkNag;
    class RuledResources extends AwsSolutionsChecks {
      protected override checkResource(node: CfnResource): void {
        if (isRuled(node)) super.checkResource(node);
      }

      override applyRule(params: CdkNag.IApplyRule): void {
        if (isAbout(params)) super.applyRule(params);
      }
    }
    return new RuledResources(this.scope, this.props);
  }
}

const NOTHING_FOUND: PolicyValidationPluginReport = { success: true, violations: [] };

function together(reports: readonly PolicyValidationPluginReport[]): PolicyValidationPluginReport {
  const violations = reports.flatMap((report) => report.violations);
  return { success: violations.length === 0, violations };
}

function topOf(stack: Stack): Stack {
  return stack.nestedStackParent === undefined ? stack : topOf(stack.nestedStackParent);
}

function ruledResources(scope: IConstruct): readonly CfnResource[] {
  return scope.node.findAll().flatMap((node) => (CfnResource.isCfnResource(node) && isRuled(node) ? [node] : []));
}

/**
 * A rule sees the resources of a stack that there are rules for, their properties as the template has them, and what is
 * acknowledged on a resource or around it. Its answer names the construct.
 */
function questionAbout(
  context: IPolicyValidationContext,
  ruled: readonly CfnResource[],
): Question<PolicyValidationPluginReport> {
  const templates = [...context.stackTemplates, ...nestedTemplates(context)];
  const stacks = new Set(ruled.map((resource) => Stack.of(resource).node.path));
  const seen = templates.filter(({ stackConstructPath }) => stacks.has(stackConstructPath));
  const around = new Set(ruled.flatMap((resource) => resource.node.scopes));
  return {
    kind: 'AwsSolutions',
    about: [
      ...seen.flatMap(({ stackConstructPath, templatePath, accountId = '', region = '' }) => [
        stackConstructPath,
        accountId,
        region,
        ruledText(templatePath),
      ]),
      JSON.stringify(
        ruled.map((resource): readonly unknown[] => [
          resource.node.path,
          Stack.of(resource).resolve(resource.logicalId),
        ]),
      ),
      JSON.stringify([...around].map(({ node }) => [node.path, acknowledgedOn(node)])),
    ],
    isAnswer: isReport,
  };
}

/** A template without the resources that there is no rule for: other assignments are no reason to ask again. */
function ruledText(templatePath: string): string {
  const template = JSON.parse(readFileSync(templatePath, 'utf8')) as {
    readonly Resources?: Readonly<Record<string, Typed>>;
  };
  const ruled = Object.entries(template.Resources ?? {}).filter(([, { Type }]) => hasSolutionsRules(Type));
  return JSON.stringify({ ...template, Resources: Object.fromEntries(ruled) });
}

/** A resource of a template that the CDK wrote. */
interface Typed {
  readonly Type: string;
}

function acknowledgedOn({ metadata }: IConstruct['node']): readonly unknown[] {
  return metadata
    .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
    .map(({ data }): unknown => data);
}

function isReport(value: unknown): value is PolicyValidationPluginReport {
  return typeof value === 'object' && value !== null && 'violations' in value && areViolations(value.violations);
}

/** Classes of resources, and types of custom ones, in the code of a rule. */
const NAMED = /(?<=\binstanceof [\w$.]*\b)Cfn\w+|\bCustom::[\w-]+/g;

const namedIn = new Map<unknown, ReadonlySet<string>>();

/**
 * Tells whether a rule names the kind of a resource. Each rule first asks for the class, and to ask loads the library of a service:
 * of two dozen, most of which no stack has.
 */
export function isAbout({ rule, node }: Pick<CdkNag.IApplyRule, 'rule' | 'node'>): boolean {
  const named = namedIn.get(rule) ?? new Set(String(rule).match(NAMED));
  namedIn.set(rule, named);
  return named.size === 0 || named.has(node.cfnResourceType) || classesOf(node).some((name) => named.has(name));
}

function classesOf({ constructor }: CfnResource): readonly string[] {
  const names: string[] = [];
  for (let own: unknown = constructor; typeof own === 'function'; own = Object.getPrototypeOf(own))
    names.push(own.name);
  return names;
}

function isRuled({ cfnResourceType }: CfnResource): boolean {
  return hasSolutionsRules(cfnResourceType);
}

/** Tells whether the pack is asked about resources of a type. */
export function hasSolutionsRules(type: string): boolean {
  return !WITHOUT_RULES.test(type);
}
