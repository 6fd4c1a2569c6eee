import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** A text that a command of this project wrote. */
export interface Written {
  readonly file: string;
  readonly text: string;
  /** `npx --no entra-aws preview` */
  readonly command: string;
}

/** Reads what a command wrote. @throws Error that names the file and the command where it holds anything else */
export function parseWritten<Schema extends z.ZodType>(
  schema: Schema,
  { file, text, command }: Written,
): z.output<Schema> {
  const parsed = schema.safeParse(parseJson(text, `${file} must be what ${command} writes`));
  if (parsed.success) return parsed.data;
  throw new Error(`${file} must be what ${command} writes:\n${z.prettifyError(parsed.error)}`);
}

/** Reads a file that a command wrote. @throws Error that names the file and the command where it holds anything else */
export function readWritten<Schema extends z.ZodType>(schema: Schema, file: string, command: string): z.output<Schema> {
  return parseWritten(schema, { file, text: readFileSync(file, 'utf8'), command });
}

function parseJson(text: string, demand: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${demand}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
