import { z } from 'zod';
import { Challenge } from './challenge';

function at<At extends string, Shape extends z.ZodRawShape>(name: At, shape: Shape) {
  return z.object({ at: z.literal(name), ...shape }).readonly();
}

/** The place of a person in a journey; kept on this side, so that no form can skip a step. */
export const Step = z.discriminatedUnion('at', [
  at('sign-in', {}),
  at('sign-up-email', {}),
  at('sign-up-code', { challenge: Challenge }),
  at('sign-up-details', { email: z.string() }),
  at('factor-start', {}),
  at('factor-code', { challenge: Challenge }),
  at('profile', {}),
  at('reset-email', {}),
  at('reset-code', { challenge: Challenge }),
  at('reset-password', { email: z.string() }),
]);

export type Step = z.output<typeof Step>;

/** The text fields of a form. */
export type Form = Readonly<Record<string, string>>;

/** Faults of a form, by field; `form` for all of it. */
export type Faults = Readonly<Record<string, string>>;

/** The outcome of a form. */
export type Outcome =
  | { readonly kind: 'goto'; readonly step: Step; /** Said on the next page. */ readonly notice: string | undefined }
  | {
      readonly kind: 'invalid';
      readonly faults: Faults;
      /** The attempt is counted there. */
      readonly step: Step | undefined;
    }
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'refused'; readonly code: 'AADB2C90118' | 'AADB2C90091' };

/** The answer to the library; `accountId` signs somebody in. */
export interface Result {
  readonly accountId?: string;
  readonly methods?: readonly string[];
  /** The step of the flow that is done. */
  readonly done?: 'mfa' | 'profile' | 'reset';
}

export function goto(step: Step, notice?: string): Outcome {
  return { kind: 'goto', step, notice };
}

export function invalid(faults: Faults, step?: Step): Outcome {
  return { kind: 'invalid', faults, step };
}
