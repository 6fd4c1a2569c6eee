import type { z } from 'zod';
import { ForgeError } from './forge';

/** Reads the variables that a pipeline sets. @throws ForgeError that names those that are missing or not valid */
export function parseVariables<Schema extends z.ZodType>(
  schema: Schema,
  variables: Readonly<Record<string, string | undefined>>,
  pipelines: string,
): z.output<Schema> {
  const parsed = schema.safeParse(variables);
  if (parsed.success) return parsed.data;
  const names = new Set(parsed.error.issues.map(({ path }) => path.join('.')));
  throw notSet(pipelines, [...names]);
}

export function notSet(pipelines: string, names: readonly string[]): ForgeError {
  return new ForgeError(
    `run this in ${pipelines}, which sets these variables; missing or not valid: ${names.join(', ')}`,
  );
}
