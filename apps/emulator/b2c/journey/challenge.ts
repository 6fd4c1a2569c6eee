import { randomInt } from 'node:crypto';
import { z } from 'zod';
import type { Parts } from '../parts';
import { Channel } from '../store/inbox';

/** A code that proves an e-mail address or a telephone number. */
export const Challenge = z.object({
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

export type Challenge = Readonly<z.output<typeof Challenge>>;

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

export type Answer =
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
