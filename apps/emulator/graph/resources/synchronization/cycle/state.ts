import { createHash } from 'node:crypto';
import { z } from 'zod';

/** The tie between an object in Entra and one of the target. */
const Link = z.object({
  kind: z.enum(['User', 'Group']),
  targetId: z.string(),
  name: z.string(),
  /** False once somebody went out of scope and was disabled: "the service doesn't manage the user" any more. */
  isManaged: z.boolean(),
  /** False once it was disabled at the target. */
  isActive: z.boolean(),
  /** Ids at the target of the members that a group was given there. */
  members: z.array(z.string()).readonly(),
});

export type Link = Readonly<z.output<typeof Link>>;

/** What a job knows after a cycle. */
export const CycleState = z.object({
  /** By object id. A restart keeps them, unless it resets the data of the connector. */
  links: z.record(z.string(), Link),
  /** The watermark: a digest of each object as the last cycle exported it. One that failed has none, and is tried again. */
  watermark: z.record(z.string(), z.string()),
});

export type CycleState = Readonly<z.output<typeof CycleState>>;

export const FIRST: CycleState = { links: {}, watermark: {} };

export function digestOfState(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64').slice(0, 16);
}
