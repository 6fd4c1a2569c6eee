import type { z } from 'zod';
import { issuesOf, valueAt } from '../src/estate/source/zod-issues';
import { formatPath, type Issue, type Path } from '../src/estate/source/finding';
import type { Failure, ResourceType } from './resource';
import { hasUnknown, UNKNOWN, type Properties } from './values';

/** Fills in defaults and finds what is wrong with the inputs. What is not known yet is checked when it is. */
export function checkInputs(
  type: ResourceType<Properties>,
  news: Properties,
  olds: Properties | undefined,
): { readonly inputs: Properties; readonly failures: readonly Failure[] } {
  const inputs = type.withDefaults(news);
  const ofShape = shapeFailures(type.schema, inputs);
  // Rules read inputs of the right shape only.
  const ofRules = ofShape.length > 0 ? [] : (type.rules?.(inputs, olds) ?? []);
  return { inputs, failures: [...ofShape, ...ofRules] };
}

/** Finds what does not have the shape of a schema, apart from what is not known yet. */
export function shapeFailures(schema: z.ZodType, inputs: Properties): readonly Failure[] {
  const parsed = schema.safeParse(inputs);
  if (parsed.success) return [];
  return issuesOf(parsed.error, schema, inputs)
    .filter((issue) => !isAboutUnknown(inputs, issue.at))
    .map(failureOf);
}

/** An unknown text stands where a list, a number or one of some names belongs. */
function isAboutUnknown(inputs: Properties, path: Path): boolean {
  return (
    path.some((_, index) => valueAt(inputs, path.slice(0, index + 1)) === UNKNOWN) || hasUnknown(valueAt(inputs, path))
  );
}

function failureOf(issue: Issue): Failure {
  const value = issue.value === undefined ? '' : `${JSON.stringify(issue.value)} `;
  const allowed = issue.allowed === undefined ? '' : `; ${issue.allowed}`;
  return { property: formatPath(issue.at), reason: `${value}${issue.problem}${allowed}` };
}
