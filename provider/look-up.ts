import type { z } from 'zod';
import type { Context } from './resource';
import type { Properties } from './values';

/** A function of the package: it finds what a directory has, and changes nothing. */
export interface LookUp<I> {
  /** Shape of the arguments. */
  readonly schema: z.ZodType<I>;
  /** Finds exactly one. @throws Error that says what there is instead */
  readonly find: (inputs: I, context: Context) => Promise<Properties>;
}

/** Finding of one thing among others. */
interface Finding {
  /** Sentence's subject: `user flow 'B2C_1_a'`. */
  readonly what: string;
  readonly found: readonly Properties[];
  /** Rest of the error where there is none, such as the names that there are. */
  readonly none: string;
  /** Text that tells one of several from the others. */
  readonly tell: (one: Properties) => string;
  /** Advice where there are several. */
  readonly several: string;
}

/** The only one that was found. @throws Error if there is none, or more than one */
export function theOnly({ what, found, none, tell, several }: Finding): Properties {
  const [first, ...others] = found;
  if (first === undefined) throw new Error(`there is no ${what}; ${none}`);
  if (others.length === 0) return first;
  throw new Error(`${what} must be one, got ${found.length}: ${found.map(tell).join(', ')}; ${several}`);
}
