import type { z } from 'zod';
import { formatPath, type Keys, valueAt } from '../src/text/values';
import { type Fault, faultsOf } from '../src/text/zod-faults';
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
  return faultsOf(parsed.error, schema, inputs)
    .filter((fault) => !isAboutUnknown(inputs, fault.at))
    .map(failureOf);
}

/** An unknown text stands where a list, a number or one of some names belongs. */
function isAboutUnknown(inputs: Properties, path: Keys): boolean {
  return (
    path.some((_, index) => valueAt(inputs, path.slice(0, index + 1)) === UNKNOWN) || hasUnknown(valueAt(inputs, path))
  );
}

function failureOf(fault: Fault): Failure {
  const value = fault.value === undefined ? '' : `${JSON.stringify(fault.value)} `;
  const allowed = fault.allowed === undefined ? '' : `; ${fault.allowed}`;
  return { property: formatPath(fault.at), reason: `${value}${fault.problem}${allowed}` };
}
