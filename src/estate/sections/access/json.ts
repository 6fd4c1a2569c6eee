import { z } from 'zod';
import { wholeRecord } from '../../source/located';

type JsonValue = z.core.util.JSONType;

const error = 'is not valid JSON: a number is infinite or not a number';

/** As `z.json` has it, whose mappings would lose a key `__proto__`. */
export const Json: z.ZodType<JsonValue, JsonValue> = z
  .lazy(() =>
    z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(Json), wholeRecord(z.string(), Json)], { error }),
  )
  .meta({ id: 'Json', description: 'Any JSON value.' });

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
