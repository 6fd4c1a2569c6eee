import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { type CloudAssembly, FAIL_SYNTH_ON_VALIDATION_ERRORS_CONTEXT } from 'aws-cdk-lib/cx-api';
import { z } from 'zod';
import { assignmentKeyOf, AssignmentShard } from '../../../constructs/aws/access/assignments';
import { nameOf } from '../../../constructs/aws/access/permission-sets';
import type { KnownAnswers } from '../../../constructs/aws/checks/known-answers';
import type { Validator } from '../../../constructs/aws/checks/validator';
import { addEstateStacks, type ImageSources } from '../../../stacks/aws/estate-app';
import { CDK_FLAGS } from '../../../stacks/aws/flags';
import type { EstatePlan } from '../../estate/plan/planner';
import { type CdkStack, cdkStacks } from '../../estate/plan/stacks/stacks';
import { POLICY_RULE_IDS } from '../../estate/sections/access/policy-rules';
import type { JsonObject } from '../../estate/sections/estate';
import type { Issue, Path } from '../../estate/source/finding';
import { ruleName } from '../../estate/source/finding-codes';
import type { Synthesis, SynthesizedTemplate } from '../facts';

const VALIDATION_REPORT = 'validation-report.json';

export interface AppSources {
  readonly imageOf: ImageSources;
  readonly known: KnownAnswers;
  readonly validator: Validator | undefined;
  readonly stacks: readonly CdkStack[];
}

/** Synthesises stacks of an estate in a temporary folder. */
export function synthesizeApp(plan: EstatePlan, sources: AppSources): Synthesis {
  const outdir = mkdtempSync(join(tmpdir(), 'entra-aws-identity-'));
  try {
    return synthesizeInto(outdir, plan, sources);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

function synthesizeInto(outdir: string, plan: EstatePlan, sources: AppSources): Synthesis {
  const app = new App({
    outdir,
    analyticsReporting: false,
    // A twentieth of a synthesis, and nothing here reads it.
    treeMetadata: false,
    context: { [FAIL_SYNTH_ON_VALIDATION_ERRORS_CONTEXT]: false },
    postCliContext: CDK_FLAGS,
  });
  addEstateStacks(app, plan, sources);
  const assembly = app.synth();
  const report = readJson(join(assembly.directory, VALIDATION_REPORT));
  return {
    templates: templatesOf(app, sources.stacks, assembly),
    issues: reportedIssues(report, plan),
  };
}

function templatesOf(app: App, stacks: readonly CdkStack[], assembly: CloudAssembly): readonly SynthesizedTemplate[] {
  const read = ({ templateFile }: Stack): JsonObject => readJson(join(assembly.directory, templateFile)) as JsonObject;
  return stacks.flatMap(({ name, kind }) => {
    const stack = Stack.of(app.node.findChild(name));
    const shards = stack.node.findAll().filter((construct) => construct instanceof AssignmentShard);
    const common = { stack: name, role: kind };
    return [
      { ...common, template: read(stack) },
      ...shards.map((shard) => ({ ...common, shard: shard.number, template: read(shard) })),
    ];
  });
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** The part of CDK's validation report that is read. */
const Report = z.object({
  pluginReports: z.array(
    z.object({
      pluginName: z.string(),
      /** Has the error of a plug-in that failed; the CDK then reports no violations of it. */
      metadata: z.looseObject({ error: z.string().optional() }).optional(),
      violations: z.array(
        z.object({
          ruleName: z.string(),
          description: z.string(),
          severity: z.string().optional(),
          violatingConstructs: z.array(
            z.object({
              constructPath: z.string().optional(),
              cloudFormationResource: z.object({ templatePath: z.string() }).optional(),
            }),
          ),
        }),
      ),
    }),
  ),
});
type Violation = z.infer<typeof Report>['pluginReports'][number]['violations'][number];

const OWN_RULES: ReadonlySet<string> = new Set(POLICY_RULE_IDS);

/**
 * Findings of CDK's validation report but for those of `IdentityCenterChecks`, which the model has found before
 * (`ruleViolations`), each at the permission set, grant or section that it comes from.
 *
 * @throws Error if a check failed: templates that were not checked are not sound
 */
function reportedIssues(report: unknown, plan: EstatePlan): readonly Issue[] {
  const locate = new ConstructLocator(plan);
  const { pluginReports } = Report.parse(report);
  for (const { pluginName, metadata } of pluginReports) {
    if (metadata?.error !== undefined)
      throw new Error(`${pluginName} could not check the templates: ${metadata.error}`);
  }
  return pluginReports.flatMap(({ violations }) =>
    violations.filter(({ ruleName }) => !OWN_RULES.has(ruleName)).flatMap((violation) => issuesOf(violation, locate)),
  );
}

/** One issue a place: a rule that all assignments of a grant break is one finding with a count. */
function issuesOf(violation: Violation, locate: ConstructLocator): readonly Issue[] {
  const paths = violation.violatingConstructs.map((one) => locate.pathOf(constructPathOf(one)));
  const byPlace = Map.groupBy(paths, (path) => JSON.stringify(path));
  return [...byPlace.values()].map((same): Issue => {
    const [at = []] = same;
    return {
      severity: violation.severity === 'error' || violation.severity === 'fatal' ? 'error' : 'warning',
      code: ruleName(violation.ruleName),
      at,
      problem: same.length === 1 ? violation.description : `${violation.description} (${same.length} resources)`,
    };
  });
}

/** Path of a construct; of what a template has at no construct, that of its stack. */
function constructPathOf({ constructPath, cloudFormationResource }: Violation['violatingConstructs'][number]): string {
  return constructPath || basename(cloudFormationResource?.templatePath ?? '', '.template.json');
}

/** Finds the place in the estate file that a construct was made from. */
class ConstructLocator {
  private readonly sets: ReadonlyMap<string, Path>;
  private readonly grants: ReadonlyMap<string, Path>;

  private readonly sections: ReadonlyMap<string, Path>;

  constructor(plan: EstatePlan) {
    const stacks = plan.access?.stacks ?? [];
    const others = cdkStacks(plan).filter(({ section }) => section !== 'access');
    this.sections = new Map(others.map(({ name, section }) => [name, [section]]));
    this.sets = new Map(stacks.flatMap((stack) => stack.permissionSets.map((set) => [set.name, set.at])));
    this.grants = new Map(
      stacks.flatMap((stack) =>
        stack.shards.flatMap((shard) =>
          shard.assignments.map(({ key, assignment }) => [key, assignment.causes[0]?.grant.at ?? ['access', 'grants']]),
        ),
      ),
    );
  }

  /** A path is `<stack>/<part of the stack>/<item>/…`. */
  pathOf(constructPath: string): Path {
    const [stack = '', part = '', id = '', ...rest] = constructPath.split('/');
    const section = this.sections.get(stack);
    if (section !== undefined) return section;
    const at =
      part === 'PermissionSets' ? this.sets.get(nameOf(id)) : this.grants.get(assignmentKeyOf(rest.at(-1) ?? ''));
    return at ?? ['access'];
  }
}
