import { randomInt } from 'node:crypto';
import { z } from 'zod';
import { PageError } from '../../base/own-pages';
import type { Parts } from '../parts';
import type { Flow } from '../registrations';
import { Channel } from '../store/inbox';
import type { User } from '../store/users';

/** A code that proves an e-mail address or a telephone number. */
const Challenge = z.object({
  channel: Channel,
  to: z.string(),
  /** Undefined where no one is to get one: an address without an account looks like any other. */
  code: z.string().exactOptional(),
  purpose: z.string(),
  /** Epoch milliseconds. */
  expiresAt: z.number(),
  attemptsLeft: z.int(),
  sendsLeft: z.int(),
});

type Challenge = Readonly<z.output<typeof Challenge>>;

/** Life of a code, attempts that it takes, and codes that a journey gets. */
const LIFE_MILLISECONDS = 10 * 60_000;
const ATTEMPTS = 5;
const SENDS = 5;

export type Addressee = Pick<Challenge, 'channel' | 'to' | 'purpose'> & {
  /** A message goes out. @default true */
  readonly exists?: boolean;
};

/** Sends a code. */
export function sendCode(parts: Parts, { exists = true, ...addressee }: Addressee, sendsLeft = SENDS): Challenge {
  const code = String(randomInt(1_000_000)).padStart(6, '0');
  const now = parts.now();
  if (exists) parts.inbox.add({ ...addressee, code, sentAt: now.toISOString() });
  return {
    ...addressee,
    ...(exists && { code }),
    expiresAt: now.getTime() + LIFE_MILLISECONDS,
    attemptsLeft: ATTEMPTS,
    sendsLeft: sendsLeft - 1,
  };
}

/** Sends another code in place of the last. @returns undefined where the journey had all of its codes */
export function sendAgain(parts: Parts, challenge: Challenge): Challenge | undefined {
  const { channel, to, purpose, code, sendsLeft } = challenge;
  if (sendsLeft <= 0) return undefined;
  return sendCode(parts, { channel, to, purpose, exists: code !== undefined }, sendsLeft);
}

type Answer =
  | { readonly kind: 'right' }
  /** With the challenge that is left. */
  | { readonly kind: 'wrong'; readonly challenge: Challenge; readonly text: string };

/** Compares a code, and counts the attempt. */
export function answer(challenge: Challenge, given: string, now: Date): Answer {
  if (challenge.attemptsLeft <= 0) return wrong(challenge, 'You have entered too many wrong codes. Ask for a new one.');
  if (now.getTime() >= challenge.expiresAt) return wrong(challenge, 'The code has expired. Ask for a new one.');
  if (challenge.code !== undefined && given.replaceAll(/\s/g, '') === challenge.code) return { kind: 'right' };
  const used = { ...challenge, attemptsLeft: challenge.attemptsLeft - 1 };
  return wrong(used, 'That code is not right. Check it and try again.');
}

function wrong(challenge: Challenge, text: string): Answer {
  return { kind: 'wrong', challenge, text };
}

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

/** One request of a person in the middle of a flow. */
export interface Visit<S extends Step = Step> {
  readonly parts: Parts;
  readonly flow: Flow;
  readonly step: S;
  /** The person who has signed in, if anybody has. */
  readonly accountId: string | undefined;
  /** The address that the application expects. */
  readonly loginHint: string | undefined;
}

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly type?: 'text' | 'email' | 'password' | 'tel';
  readonly autocomplete?: string | undefined;
  readonly value?: string | undefined;
  readonly hint?: string;
  readonly optional?: boolean | undefined;
  /** Six digits. */
  readonly isCode?: boolean;
}

export interface Button {
  readonly action: string;
  readonly label: string;
}

/** The content of a page of a flow. */
interface FormView {
  readonly title: string;
  readonly lead?: string;
  readonly fields: readonly Field[];
  readonly submit: Button;
  /** Further ways on, which leave the fields alone. */
  readonly others?: readonly Button[];
  /** It says where messages are to be found. */
  readonly showsInbox?: boolean;
}

type Action<S extends Step> = (visit: Visit<S>, form: Form) => Outcome | Promise<Outcome>;

/** A page and what its buttons do. `cancel` is on every page. */
export interface StepPage<S extends Step> {
  readonly view: (visit: Visit<S>) => FormView;
  readonly actions: Readonly<Record<string, Action<S>>>;
}

/** The step of a certain page. */
export type StepAt<At extends Step['at']> = Extract<Step, { readonly at: At }>;

/** The person who has signed in. @throws PageError if the account was deleted meanwhile */
export function getUser({ parts, accountId = '' }: Visit): User {
  const user = parts.users.find(accountId);
  if (user !== undefined) return user;
  throw new PageError(400, 'Your account no longer exists. Go back to the application and start again.');
}
