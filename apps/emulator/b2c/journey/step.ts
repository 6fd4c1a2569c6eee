import type { Challenge } from './challenge';

/** Where somebody is in a journey; kept on this side, so that no form can skip a step. */
export type Step =
  | { readonly at: 'sign-in' }
  | { readonly at: 'sign-up-email' }
  | { readonly at: 'sign-up-code'; readonly challenge: Challenge }
  | { readonly at: 'sign-up-details'; readonly email: string }
  | { readonly at: 'factor-start' }
  | { readonly at: 'factor-code'; readonly challenge: Challenge }
  | { readonly at: 'profile' }
  | { readonly at: 'reset-email' }
  | { readonly at: 'reset-code'; readonly challenge: Challenge }
  | { readonly at: 'reset-password'; readonly email: string };

/** What a form sent: text fields alone. */
export type Form = Readonly<Record<string, string>>;

/** What is wrong with a form, by field; `form` for all of it. */
export type Faults = Readonly<Record<string, string>>;

/** What becomes of a form. */
export type Outcome =
  | { readonly kind: 'goto'; readonly step: Step; /** Said on the next page. */ readonly notice?: string }
  | { readonly kind: 'invalid'; readonly faults: Faults; /** Where the attempt is counted. */ readonly step?: Step }
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'refused'; readonly code: 'AADB2C90118' | 'AADB2C90091' };

/** What the library is told; `accountId` signs somebody in. */
export interface Result {
  readonly accountId?: string;
  readonly methods?: readonly string[];
  /** The step of the flow that is done. */
  readonly done?: 'mfa' | 'profile' | 'reset';
}

export function goto(step: Step, notice?: string): Outcome {
  return { kind: 'goto', step, ...(notice !== undefined && { notice }) };
}

export function invalid(faults: Faults, step?: Step): Outcome {
  return { kind: 'invalid', faults, ...(step !== undefined && { step }) };
}
