import {
  CloudFormationValidatePlugin,
  type IPolicyValidationContext,
  type IPolicyValidationPlugin,
  NestedStack,
  type PolicyValidationPluginReport,
  type PolicyViolatingResource,
  type PolicyViolation,
  type Stack,
} from 'aws-cdk-lib';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { answerTo, type KnownAnswers, NOTHING_KNOWN, type Question } from './known-answers';
import type { Template, TemplateResource } from '../access/kept';
import { type StackTemplates, VALIDATOR, type Validator } from './validator';
import { assignmentResources } from '../access/assignments';

type StackTemplate = StackTemplates[number];

/**
 * The schema's pattern for PrincipalId wants hyphens; newer identity stores also give 32 hexadecimal digits
 * (aws/aws-cdk#38827). Only this message for only this property is dropped.
 */
const FALSE_PRINCIPAL = /^PrincipalId: '[0-9a-f]{32}' does not match pattern/;

/**
 * CloudFormation's own validation of templates, nested ones included: aws-cdk-lib's default plug-in looks at top-level
 * templates alone, and the assignments are in nested ones. They are validated without repeated assignments, a millisecond
 * each, and with references of App Runner's services in another place; only if something is found in one that is nested or
 * was changed so, all are as they stand, so that it is told of every resource. A template whose answer is known is not
 * validated again.
 * Register it on the app: it takes the place of the default plug-in.
 */
export class TemplateValidation extends CloudFormationValidatePlugin {
  private asked: (() => PolicyValidationPluginReport) | undefined;

  constructor(
    private readonly known: KnownAnswers = NOTHING_KNOWN,
    private readonly validator: Validator = VALIDATOR,
  ) {
    super();
  }

  // To ask the library for it loads the schemas. Its optional members are not optional in the sense of
  // `exactOptionalPropertyTypes`; an empty version is left out of the report, as an absent one is.
  /** Version of the schemas. */
  override get version(): string {
    return answerTo(this.known, VERSION, () => this.validator.version);
  }

  /** One rule: that a template is valid by the schemas. */
  override get ruleIds(): string[] {
    return [this.version];
  }

  /** A check to come before all others: it asks, so that a validator in another process answers while they run. */
  get beginning(): IPolicyValidationPlugin {
    const begin = (context: IPolicyValidationContext): PolicyValidationPluginReport => {
      this.asked = this.ask(context);
      return { success: true, violations: [] };
    };
    return { name: `${this.name}, beginning`, validate: begin };
  }

  /** Validates the templates of the app, nested ones too. */
  override validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    const answer = this.asked ?? this.ask(context);
    this.asked = undefined;
    return answer();
  }

  private ask(context: IPolicyValidationContext): () => PolicyValidationPluginReport {
    const stacks = [...context.stackTemplates, ...nestedTemplates(context)];
    const folder = mkdtempSync(join(tmpdir(), 'entra-aws-identity-'));
    const answer = this.askAll(context, shortened(stacks, folder));
    return () => {
      try {
        const report = answer();
        const found = isAbout(context.stackTemplates, report) ? report : this.askAll(context, stacks)();
        return { ...found, violations: withAssignmentPaths(found.violations, context) };
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    };
  }

  private askAll(context: IPolicyValidationContext, stacks: StackTemplates): () => PolicyValidationPluginReport {
    const asked = stacks.map((stack) => ({ stack, question: questionAbout(stack) }));
    const found = asked.map(({ stack, question }) => ({ stack, question, answer: this.known.find(question) }));
    const unknown = found.filter(({ answer }) => answer === undefined);
    const violationsOfEach = this.askAbout(
      context,
      unknown.map(({ stack }) => stack),
    );
    return () => {
      const fresh = violationsOfEach();
      for (const { stack, question } of unknown) this.known.keep(question, fresh.get(stack) ?? []);
      const violations = merged(
        found.flatMap(({ stack, answer }) => placedIn(stack, answer ?? fresh.get(stack) ?? [])),
      );
      return { violations, success: violations.every(({ severity }) => severity !== 'error' && severity !== 'fatal') };
    };
  }

  /**
   * Violations of each template by itself. All are validated at once, so that the rules of all their types are loaded once; a
   * template in which something is found is validated again alone, which says in which order it stands there.
   */
  private askAbout(
    context: IPolicyValidationContext,
    stacks: StackTemplates,
  ): () => ReadonlyMap<StackTemplate, readonly PolicyViolation[]> {
    if (stacks.length === 0) return () => new Map();
    const violationsIn = (stackTemplates: StackTemplates): (() => readonly PolicyViolation[]) => {
      const answer = this.validator.ask({ ...context, stackTemplates });
      return () => answer().filter(({ description }) => !FALSE_PRINCIPAL.test(description));
    };
    const all = violationsIn(stacks);
    return () => {
      const faulty = new Set(all().flatMap(({ violatingResources: at }) => at.map((one) => one.templatePath)));
      const ofOne = (stack: StackTemplate): readonly PolicyViolation[] =>
        faulty.has(stack.templatePath) ? violationsIn([stack])().map(unplaced) : [];
      return new Map(stacks.map((stack) => [stack, ofOne(stack)]));
    };
  }
}

const VERSION: Question<string> = {
  kind: 'version of the validator',
  about: [],
  isAnswer: (value): value is string => typeof value === 'string',
};

/** Findings of one template: without its path, which is another one each time. */
function questionAbout({ stackConstructPath, templatePath, accountId = '', region = '' }: StackTemplate) {
  return {
    kind: 'template',
    about: [stackConstructPath, accountId, region, readFileSync(templatePath, 'utf8')],
    isAnswer: areViolations,
  };
}

/** Tells whether a list is one of violations. */
export function areViolations(value: unknown): value is PolicyViolation[] {
  return Array.isArray(value);
}

function unplaced(violation: PolicyViolation): PolicyViolation {
  return withResources(violation, (resource) => ({ ...resource, templatePath: '' }));
}

function placedIn({ templatePath }: StackTemplate, violations: readonly PolicyViolation[]): readonly PolicyViolation[] {
  return violations.map((violation) => withResources(violation, (resource) => ({ ...resource, templatePath })));
}

function withResources(
  violation: PolicyViolation,
  change: (resource: PolicyViolatingResource) => PolicyViolatingResource,
): PolicyViolation {
  return { ...violation, violatingResources: violation.violatingResources.map(change) };
}

/** One violation a message, as the library tells of several templates. */
function merged(violations: readonly PolicyViolation[]): PolicyViolation[] {
  const same = Map.groupBy(violations, ({ ruleName, severity, description }) =>
    JSON.stringify([ruleName, severity, description]),
  );
  return [...same.values()].flatMap((each) => {
    const violatingResources = each.flatMap((violation) => violation.violatingResources);
    return each.slice(0, 1).map((first) => ({ ...first, violatingResources }));
  });
}

/** Templates in short: what differs is written into the folder; where nothing is left, nothing is. */
function shortened(stacks: StackTemplates, folder: string): StackTemplates {
  const repeated = new RepeatedAssignments();
  return stacks.flatMap((stack) => {
    // The CDK has just written it.
    const whole = JSON.parse(readFileSync(stack.templatePath, 'utf8')) as Template;
    const short = repeated.leaveOut(whole);
    if (short === undefined) return [];
    const text = JSON.stringify(
      short === whole ? withMovedReferences(whole) : plainTemplate(withMovedReferences(short)),
    );
    if (text === JSON.stringify(whole)) return [stack];
    const templatePath = join(folder, basename(stack.templatePath));
    writeFileSync(templatePath, text);
    return [{ ...stack, templatePath }];
  });
}

/** Tells whether all that was found stands in these templates as they are. */
function isAbout(stacks: StackTemplates, { violations }: PolicyValidationPluginReport): boolean {
  const paths = new Set<string | undefined>(stacks.map(({ templatePath }) => templatePath));
  return violations.every(({ violatingResources }) =>
    violatingResources.every(({ templatePath }) => paths.has(templatePath)),
  );
}

/** Properties of App Runner's services whose values are ARNs of configurations that do not change. */
const CONFIGURATIONS = new Set(['AutoScalingConfigurationArn', 'ObservabilityConfigurationArn', 'VpcConnectorArn']);

/**
 * Moves the references of App Runner's services to their configurations from the properties to the metadata of the
 * resource, where a validator still checks that what they refer to exists and has the attribute. In the properties it
 * compiles the schema's patterns of these ARNs, up to 1,011 Unicode word characters, which takes 0.6 s and 220 MiB; a
 * pattern can judge an ARN that is written out, but no reference. An ARN that is written out stays.
 */
export function withMovedReferences(template: Template): Template {
  if (template.Resources === undefined) return template;
  const resources = Object.entries(template.Resources).map(([id, resource]) => [id, moveReferences(resource)] as const);
  return { ...template, Resources: Object.fromEntries(resources) };
}

function moveReferences(resource: TemplateResource): TemplateResource {
  if (resource.Type !== 'AWS::AppRunner::Service' || resource.Properties === undefined) return resource;
  const references: unknown[] = [];
  const properties = JSON.parse(JSON.stringify(resource.Properties), (name, value: unknown) => {
    if (!CONFIGURATIONS.has(name) || typeof value === 'string') return value;
    references.push(value);
    return undefined;
  }) as NonNullable<TemplateResource['Properties']>;
  if (references.length === 0) return resource;
  return { ...resource, Properties: properties, Metadata: { ...resource.Metadata, References: references } };
}

const HASH = /[0-9a-f]{64}/g;
const DIGITS = /^\d+$/;

/**
 * A template without what changes at nearly every edit of an estate and says nothing to a validator, so that what it says of
 * one is known of the next: names and order of the assignments where there is nothing else, what they wait for, which
 * accounts they are in, and the hash in the address of a nested template.
 */
export function plainTemplate(template: Template): Template {
  const { Resources } = template;
  if (Resources === undefined) return template;
  const all = Object.entries(Resources);
  if (all.length > 0 && all.every(([, { Type }]) => Type === ASSIGNMENT)) {
    const texts = all
      .map(([, resource]) => JSON.stringify({ ...withoutDigits(resource), DependsOn: undefined }))
      .toSorted();
    const named = texts.map((text, index) => [`Assignment${index + 1}`, JSON.parse(text) as TemplateResource]);
    return { ...template, Resources: Object.fromEntries(named) as Record<string, TemplateResource> };
  }
  return { ...template, Resources: Object.fromEntries(all.map(([id, resource]) => [id, withPlainAddress(resource)])) };
}

function withoutDigits(resource: TemplateResource): TemplateResource {
  const { Properties } = resource;
  const target = Properties?.['TargetId'];
  if (typeof target !== 'string' || !DIGITS.test(target)) return resource;
  return { ...resource, Properties: { ...Properties, TargetId: '1'.repeat(target.length) } };
}

function withPlainAddress(resource: TemplateResource): TemplateResource {
  const { Type, Properties } = resource;
  if (Type !== 'AWS::CloudFormation::Stack' || Properties?.['TemplateURL'] === undefined) return resource;
  const address: unknown = JSON.parse(JSON.stringify(Properties['TemplateURL']).replace(HASH, '0'.repeat(64)));
  return { ...resource, Properties: { ...Properties, TemplateURL: address } };
}

const ASSIGNMENT = 'AWS::SSO::Assignment';

/**
 * Leaves out assignments in which a validator can find nothing that it did not see before: of all templates that it is
 * given, it keeps the first assignment with each value of each property, and with each set of properties. Strings of
 * digits of one length are one value. A value other than a text or a number refers to something in its own template, and
 * counts again in each. Resources of other types stay, each of them.
 *
 * CloudFormation's schema of AWS::SSO::Assignment judges each property by itself.
 */
export class RepeatedAssignments {
  private readonly seen = new Set<string>();
  private templates = 0;

  /**
   * A template without its repeated assignments; `undefined` if it consists of them. A template that has an assignment
   * twice stays whole: that is a fault, which shows in both together.
   */
  leaveOut(template: Template): Template | undefined {
    this.templates++;
    const all = Object.entries(template.Resources ?? {});
    if (hasTwins(all.map(([, resource]) => resource))) return template;
    // In an order that goes by what they say: so it is the same ones that are kept, whatever else comes and goes.
    const inOrder = all.map(([id, own]) => ({ id, own, text: this.textOf(own) })).toSorted(byText);
    const kept = new Set(inOrder.filter(({ own }) => this.saysMore(own)).map(({ id }) => id));
    if (kept.size === 0 && all.length > 0) return undefined;
    const resources = all.filter(([id]) => kept.has(id));
    return { ...template, Resources: Object.fromEntries(resources.map(([id, own]) => [id, among(kept, own)])) };
  }

  private saysMore(resource: TemplateResource): boolean {
    if (resource.Type !== ASSIGNMENT) return true;
    const { Properties = {}, ...attributes } = resource;
    const facts = [
      Object.keys(Properties).join(),
      ...Object.entries(Properties).map(([name, value]) => `${name}=${this.comparable(value)}`),
      // The path that the CDK's CLI has written into each differs in all, and no validator judges it.
      JSON.stringify({ ...attributes, DependsOn: undefined, Metadata: undefined }),
    ];
    const news = facts.filter((fact) => !this.seen.has(fact));
    for (const fact of news) this.seen.add(fact);
    return news.length > 0;
  }

  private textOf({ Type, Properties = {} }: TemplateResource): string {
    if (Type !== ASSIGNMENT) return '';
    return Object.entries(Properties)
      .map(([name, value]) => `${name}=${this.comparable(value)}`)
      .join();
  }

  private comparable(value: unknown): string {
    const text = JSON.stringify(value);
    if (typeof value === 'object') return `${this.templates} ${text}`;
    // Account ids differ in their digits alone, and no pattern tells one digit from another.
    return typeof value === 'string' && DIGITS.test(value) ? `${value.length} digits` : text;
  }
}

function byText({ text: a }: { readonly text: string }, { text: b }: { readonly text: string }): number {
  return a < b ? -1 : Number(a > b);
}

function hasTwins(resources: readonly TemplateResource[]): boolean {
  const assignments = resources.filter(({ Type }) => Type === ASSIGNMENT);
  return new Set(assignments.map(({ Properties }) => JSON.stringify(Properties))).size < assignments.length;
}

/** A resource that waits for none but the kept ones. */
function among(kept: ReadonlySet<string>, resource: TemplateResource): TemplateResource {
  const { DependsOn: before, ...others } = resource;
  const left = [before ?? []].flat().filter((id) => kept.has(id));
  return left.length === 0 ? others : { ...others, DependsOn: left };
}

/** Templates of the nested stacks of an app, each with the account and the region of the stack around it. */
export function nestedTemplates(context: IPolicyValidationContext): IPolicyValidationContext['stackTemplates'] {
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

/**
 * Violations with the paths of the assignments that they are about. The CDK adds the path of any other resource by itself, but
 * an assignment is a part of one element of its template.
 */
export function withAssignmentPaths(
  violations: readonly PolicyViolation[],
  { appConstruct }: IPolicyValidationContext,
): PolicyViolation[] {
  if (violations.length === 0) return [];
  const shards = new Map(assignmentResources(appConstruct).map((shard) => [shard.stack.templateFile, shard]));
  const placed = (resource: PolicyViolatingResource): PolicyViolatingResource => {
    const { resourceLogicalId = '', templatePath = '' } = resource;
    const constructPath = shards.get(basename(templatePath))?.findPath(resourceLogicalId);
    return constructPath === undefined ? resource : { ...resource, constructPath };
  };
  return violations.map((one) => ({ ...one, violatingResources: one.violatingResources.map(placed) }));
}

function topLevel(stack: Stack): Stack {
  return stack.nestedStackParent === undefined ? stack : topLevel(stack.nestedStackParent);
}
