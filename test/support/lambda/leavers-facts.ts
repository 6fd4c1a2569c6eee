import type { Facts, Plan, Rules } from '../../../lambda/leavers/decide';
import { decide } from '../../../lambda/leavers/decide';
import { nameKey } from '../../../src/estate/source/names';
import type { Directory, Observation, StoreUser } from '../../../lambda/leavers/people';

export const NOW = new Date('2026-11-25T05:00:00.000Z');

export const RULES: Rules = {
  gracePeriodDays: 30,
  schedule: 'daily',
  maxPerRun: 10,
  maxShare: 50,
  breakGlassUsers: [],
};

export function daysAgo(days: number): string {
  return new Date(NOW.getTime() - days * 86_400_000).toISOString();
}

export function directoryOf(...identifiers: readonly string[]): Directory {
  const known = new Set(identifiers.map(nameKey));
  return { size: known.size, asOf: NOW, has: (identifier) => known.has(nameKey(identifier)) };
}

/** A user as provisioning writes it, with the object id as external id. */
export function user(id: string, changes: Partial<StoreUser> = {}): StoreUser {
  return {
    id,
    userName: `${id}@example.com`,
    isEnabled: true,
    externalIds: [`entra-${id}`],
    emails: [`${id}@mail.example.com`],
    ...changes,
  };
}

/** Somebody who was seen gone in every daily run for 40 days, yesterday's the last. */
export function seen(userId: string, changes: Partial<Observation> = {}): Observation {
  return {
    userId,
    userName: `${userId}@example.com`,
    absence: 'unknown to Entra ID',
    since: daysAgo(40),
    lastSeen: daysAgo(1),
    sightings: 40,
    ...changes,
  };
}

interface Given extends Partial<Facts> {
  readonly rules?: Partial<Rules>;
}

/** The decision where everybody is known to Entra ID by object id but those whose id is capital. */
export function decisionOf({ rules, ...facts }: Given): ReturnType<typeof decide> {
  const users = facts.users ?? [];
  const known = users.filter(({ id }) => id !== id.toUpperCase()).map(({ id }) => `entra-${id}`);
  const directory = facts.directory ?? directoryOf('entra-somebody', ...known);
  return decide(
    { directory, observations: [], lastSize: undefined, now: NOW, ...facts, users },
    { ...RULES, ...rules },
  );
}

export function planOf(given: Given): Plan {
  const decision = decisionOf(given);
  if (decision.kind === 'refusal') throw new Error(decision.reason);
  return decision;
}

export function reasonOf(given: Given): string | undefined {
  const decision = decisionOf(given);
  return decision.kind === 'refusal' ? decision.reason : undefined;
}

export function idsOf(users: readonly StoreUser[]): readonly string[] {
  return users.map(({ id }) => id);
}

/** Enabled people whom Entra ID knows. */
export function colleagues(count: number): readonly StoreUser[] {
  return Array.from({ length: count }, (_, index) => user(`colleague${index}`));
}
