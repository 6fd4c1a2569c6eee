import { z } from 'zod';
import type { FindingCode } from '../../source/finding-codes';

/** Words about a text that can't be parsed. */
interface Fault {
  /** @default 'invalid-value' */
  readonly code?: FindingCode;
  readonly problem: string;
  readonly allowed: string;
}

/** Makes a transformation of a schema of a parser, so that a text is parsed once: nothing downstream parses it again. */
export function parsed<T>(parse: (text: string) => T | undefined, { problem, ...params }: Fault) {
  return (text: string, context: z.core.$RefinementCtx<string>): T => {
    const value = parse(text);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: problem, params });
    return z.NEVER;
  };
}
