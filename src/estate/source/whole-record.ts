import { z } from 'zod';

/** The key that a plain object takes for its prototype when it is assigned to. zod leaves it out of every record. */
const PROTOTYPE = '__proto__';

const Whole = z.core.$constructor<z.ZodRecord>('Whole', (inst, def) => {
  z.ZodRecord.init(inst, def);
  const parseOthers = inst._zod.parse.bind(inst._zod);
  inst._zod.parse = (payload, context) => {
    const input: unknown = payload.value;
    const result = synchronous(parseOthers(payload, context));
    if (typeof input !== 'object' || input === null || !Object.hasOwn(input, PROTOTYPE)) return result;
    const key = synchronous(def.keyType._zod.run({ value: PROTOTYPE, issues: [] }, context));
    const own: unknown = Object.getOwnPropertyDescriptor(input, PROTOTYPE)?.value;
    const value = synchronous(def.valueType._zod.run({ value: own, issues: [] }, context));
    if (key.issues.length > 0) result.issues.push(invalidKey(key, inst));
    else result.issues.push(...z.core.util.prefixIssues(PROTOTYPE, value.issues));
    const field = { value: value.value, enumerable: true, configurable: true, writable: true };
    if (typeof result.value === 'object') Object.defineProperty(result.value, PROTOTYPE, field);
    return result;
  };

  /** The issue as a record has it for any other key. */
  function invalidKey({ issues }: z.core.ParsePayload, record: z.ZodRecord): z.core.$ZodRawIssue {
    const own = issues.map((issue) => z.core.util.finalizeIssue(issue, undefined, z.core.config()));
    return { code: 'invalid_key', origin: 'record', issues: own, input: PROTOTYPE, path: [PROTOTYPE], inst: record };
  }
});

function synchronous<T>(result: T | Promise<T>): T {
  if (result instanceof Promise) throw new Error('a schema of a record must be synchronous');
  return result;
}

/** A record as `z.record` reads it, with a key `__proto__` like any other: AWS accepts it for a tag. */
export function wholeRecord<Key extends z.core.$ZodRecordKey, Value extends z.ZodType>(
  key: Key,
  value: Value,
): z.ZodRecord<Key, Value> {
  return new Whole({ type: 'record', keyType: key, valueType: value }) as unknown as z.ZodRecord<Key, Value>;
}
