import { z } from 'zod';
import { within } from '../shared/rules';

/** The label of a pull request that lets it change more access than the limits allow. */
export const MASS_CHANGE_LABEL = 'mass-change-approved';

/** The label of a pull request that lets it destroy. */
export const ALLOWING_LABEL = 'allow-destructive';

/** Ways in which a change of access can be too large, in the order of a report. */
export const BOUNDED = ['lost', 'gained', 'administrators', 'waysUp'] as const;
export type Bounded = (typeof BOUNDED)[number];

/** Assignments that the share never holds back: in a small estate, a few are a large part. */
export const LEAST_BOUND = 10;

/** Percent of the assignments before the change. A share above a hundred lets access double, and more. */
export const SHARES = { min: 0, max: 1000 } as const;

interface Default {
  readonly number: number;
  readonly share: number;
}

const DEFAULTS: Readonly<Record<Bounded, Default>> = {
  lost: { number: 100, share: 20 },
  gained: { number: 500, share: 50 },
  administrators: { number: 50, share: 10 },
  waysUp: { number: 0, share: 0 },
};

const ChangeLimitEntry = (of: Bounded) =>
  z
    .strictObject({
      number: z
        .number()
        .meta({
          description: 'Assignments.',
          ...within(
            'change-limit',
            { min: 0, max: Infinity },
            { problem: 'must be a number of assignments', allowed: 'a whole number, 0 or more' },
          ),
        })
        .default(DEFAULTS[of].number),
      share: z
        .number()
        .meta({
          description: `Percent of the assignments before the change; it never bounds below ${LEAST_BOUND} assignments.`,
          ...within('change-limit', SHARES, {
            problem: 'must be a percentage of the assignments before the change',
            allowed: `whole numbers from ${SHARES.min} to ${SHARES.max}`,
          }),
        })
        .default(DEFAULTS[of].share),
    })
    .prefault({});

export const ChangeLimitsEntry = z
  .strictObject({
    lost: ChangeLimitEntry('lost').describe('Assignments that are lost.'),
    gained: ChangeLimitEntry('gained').describe('Assignments that are gained.'),
    administrators: ChangeLimitEntry('administrators').describe(
      'Assignments of administrators: gained ones, and those whose permission set becomes an administrator by the change.',
    ),
    waysUp: ChangeLimitEntry('waysUp').describe(
      'Accounts of groups and users who become administrators, or gain a way up to one, and had neither in any account.',
    ),
  })
  .describe(
    `Most access that a pull request may change without the label \`${MASS_CHANGE_LABEL}\`. Of a number and a share the smaller one counts.`,
  )
  .prefault({});

export type ChangeLimits = Readonly<z.output<typeof ChangeLimitsEntry>>;
export type ChangeLimit = ChangeLimits[Bounded];

/** Limits of an estate that says none. */
export const DEFAULT_LIMITS: ChangeLimits = DEFAULTS;

/** Both limits at once, so that a change which widens them is not judged by what it says itself. */
export function stricterLimits(one: ChangeLimits, another: ChangeLimits): ChangeLimits {
  const stricter = (of: Bounded): ChangeLimit => ({
    number: Math.min(one[of].number, another[of].number),
    share: Math.min(one[of].share, another[of].share),
  });
  return {
    lost: stricter('lost'),
    gained: stricter('gained'),
    administrators: stricter('administrators'),
    waysUp: stricter('waysUp'),
  };
}

/** Assignments that may change, of those before the change. Where there were none, there is nothing to take a share of. */
export function boundOf({ number, share }: ChangeLimit, before: number): number {
  return before === 0 ? number : Math.min(number, Math.max(LEAST_BOUND, Math.floor((before * share) / 100)));
}
