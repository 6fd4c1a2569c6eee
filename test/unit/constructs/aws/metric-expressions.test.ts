import { z } from 'zod';
import { emergencyEstatePlan } from '../../../support/emergency';
import { expressProduction, hostedPlan, production } from '../../../support/hosting';
import { metricMath, metricsOf } from '../../../support/metric-math';
import { hostedSandboxFiles, planFiles } from '../../../support/sandbox';
import { allTemplates } from '../../../support/all-templates';

const Alarm = z.object({
  ComparisonOperator: z.string(),
  Threshold: z.number(),
  Metrics: z.array(z.object({ Expression: z.string().optional() })).optional(),
});
type Alarm = z.infer<typeof Alarm>;

const MANY = 1_000_000;

const all = new Map(
  [hostedPlan(production), hostedPlan(expressProduction), emergencyEstatePlan(), planFiles(hostedSandboxFiles())]
    .flatMap((plan) => [...allTemplates(plan).values()].flatMap(({ Resources }) => Object.entries(Resources)))
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

const isOfAbsence = ({ ComparisonOperator: operator }: Alarm): boolean => operator === 'LessThanThreshold';

test.each(calculated.filter(([, , alarm]) => isOfAbsence(alarm)))(
  'the alarm %s goes off when no metric of %s has a value, and is over when one has',
  (_id, expression, alarm) => {
    expect(isBreaching(alarm, metricMath(expression, alone(expression, '')) ?? MANY)).toBe(true);
    const over = metricsOf(expression).map((metric) => metricMath(expression, alone(expression, metric)) ?? 0);
    expect(over.filter((value) => isBreaching(alarm, value))).toEqual([]);
  },
);

const others = calculated.filter(([, , alarm]) => !isOfAbsence(alarm));

test.each(others)('the alarm %s goes off when one metric of %s alone has a value', (_id, expression, alarm) => {
  const without = metricsOf(expression).filter((metric) => {
    const value = metricMath(expression, alone(expression, metric));
    return value === undefined || !isBreaching(alarm, value);
  });
  expect(without).toEqual([]);
});

test.each(others)('and %s is over when %s has none', (_id, expression, alarm) => {
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
    case 'LessThanThreshold':
      return value < Threshold;
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
