import { z } from 'zod';
import { assignmentKeyOf } from '../../../constructs/aws/access/assignment-resources';
import { nameOf } from '../../../constructs/aws/access/construct-id';
import type { EstatePlan } from '../../estate/plan/estate-plan';
import { ruleName } from '../../estate/source/finding-codes';
import type { Issue, Path } from '../../estate/source/finding';
import { POLICY_RULE_IDS } from '../../estate/sections/access/policy-rules';
import { cdkStacks } from '../../estate/plan/stacks';

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
          violatingConstructs: z.array(z.object({ constructPath: z.string().optional() })),
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
export function reportedIssues(report: unknown, plan: EstatePlan): readonly Issue[] {
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
  const paths = violation.violatingConstructs.map(({ constructPath }) => locate.pathOf(constructPath ?? ''));
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
