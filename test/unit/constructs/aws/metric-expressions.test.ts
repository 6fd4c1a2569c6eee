import { App } from 'aws-cdk-lib';
import { z } from 'zod';
import { cdkStacks } from '../../../../src/estate/plan/stacks/stacks';
import type { EstatePlan } from '../../../../src/estate/plan/planner';
import { addStacks } from '../../../../stacks/aws/estate-app';
import { CDK_FLAGS } from '../../../../stacks/aws/flags';
import { emergencyEstatePlan } from '../../../support/emergency';
import { expressProduction, hostedPlan, production } from '../../../support/hosting';
import { metricMath, metricsOf } from '../../../support/metric-math';
import { hostedSandboxFiles, planFiles } from '../../../support/sandbox';
import { temporaryFolder } from '../../../support/templates';

const Alarm = z.object({
  ComparisonOperator: z.string(),
  Threshold: z.number(),
  Metrics: z.array(z.object({ Expression: z.string().optional() })).optional(),
});
type Alarm = z.infer<typeof Alarm>;

const OUTPUT = temporaryFolder();
const MANY = 1_000_000;

/** Every template of the estates, not validated. */
function resourcesOf(
  plan: EstatePlan,
): readonly (readonly [string, { readonly Type: string; readonly Properties?: unknown }])[] {
  const app = new App({
    outdir: OUTPUT,
    analyticsReporting: false,
    builtinCloudFormationValidation: false,
    postCliContext: CDK_FLAGS,
  });
  addStacks(app, cdkStacks(plan), { plan, sources: { imageOf: () => ({ hash: 'a'.repeat(64), command: ['true'] }) } });
  const Template = z.object({
    Resources: z.record(z.string(), z.object({ Type: z.string(), Properties: z.unknown().optional() })),
  });
  return app.synth().stacks.flatMap(({ template }) => Object.entries(Template.parse(template).Resources));
}

const all = new Map(
  [hostedPlan(production), hostedPlan(expressProduction), emergencyEstatePlan(), planFiles(hostedSandboxFiles())]
    .flatMap(resourcesOf)
    .map(([id, resource]) => [`${id} ${JSON.stringify(resource)}`, [id, resource] as const]),
);
const ofType = (type: string) => [...all.values()].filter(([, { Type }]) => Type === type);
const calculated = ofType('AWS::CloudWatch::Alarm').flatMap(([id, { Properties }]) => {
  const alarm = Alarm.parse(Properties);
  const expressions = alarm.Metrics?.flatMap(({ Expression }) => Expression ?? []) ?? [];
  return expressions.map((expression) => [id, expression, alarm] as const);
});
const drawn = ofType('AWS::CloudWatch::Dashboard').flatMap(([id, { Properties }]) =>
  [...JSON.stringify(Properties).matchAll(/\\*"expression\\*":\\*"(.*?)\\*"/g)].map(
    ([, expression = '']) => [id, expression] as const,
  ),
);

/** Values of a period in which one metric of an expression has a value, and the others have none. */
function alone(expression: string, only: string): Readonly<Record<string, number | undefined>> {
  return Object.fromEntries(metricsOf(expression).map((id) => [id, id === only ? MANY : undefined]));
}

test.each(calculated)('the alarm %s goes off when one metric of %s alone has a value', (_id, expression, alarm) => {
  const without = metricsOf(expression).filter((metric) => {
    const value = metricMath(expression, alone(expression, metric));
    return value === undefined || !isBreaching(alarm, value);
  });
  expect(without).toEqual([]);
});

test.each(calculated)('and %s is over when %s has none', (_id, expression, alarm) => {
  const value = metricMath(expression, alone(expression, ''));
  expect(value).toBeDefined();
  expect(isBreaching(alarm, value ?? MANY)).toBe(false);
});

test.each(drawn)('the graph of %s has a value where one metric of %s has one', (_id, expression) => {
  const without = metricsOf(expression).filter(
    (metric) => metricMath(expression, alone(expression, metric)) === undefined,
  );
  expect(without).toEqual([]);
});

function isBreaching({ ComparisonOperator: operator, Threshold }: Alarm, value: number): boolean {
  switch (operator) {
    case 'GreaterThanOrEqualToThreshold':
      return value >= Threshold;
    case 'GreaterThanThreshold':
      return value > Threshold;
    default:
      throw new Error(`the comparison ${operator} is not known`);
  }
}

test.each([
  ['a + b', { a: 1, b: undefined }, undefined],
  ['a + 2 * b', { a: 1, b: 3 }, 7],
  ['SUM([a, b])', { a: 1, b: undefined }, undefined],
  ['SUM([FILL(a, 0), FILL(b, 0)])', { a: 1, b: undefined }, 1],
  ['1000 * MAX([FILL(a, 0), b])', { a: undefined, b: 0.5 }, 500],
  ['(a - b) / b', { a: 6, b: 2 }, 2],
])('%s of %j is %p', (expression, values, value) => {
  expect(metricMath(expression, values)).toBe(value);
});
