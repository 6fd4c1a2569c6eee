import { z } from 'zod';
import { parseQuietly } from '../../estate/source/parse-quietly';

/** An operation on a resource: `update`, `create-replacement`. */
const Operation = z.object({ op: z.string(), urn: z.string() });
export type Operation = Readonly<z.infer<typeof Operation>>;

/** The part that is read. Values of resources are in it too, and are left there. */
const Printed = z.object({
  steps: z.array(Operation).min(1).optional(),
  diagnostics: z.array(z.object({ message: z.string(), severity: z.string().default('note') })).default([]),
});

/** Answer of `pulumi preview --json`. */
export interface PulumiPreview {
  /** Operations that change something at the service; undefined where it looked at no resource, the stack's own included. */
  readonly changes: readonly Operation[] | undefined;
  /** Warnings and errors. */
  readonly messages: readonly PulumiMessage[];
}

export interface PulumiMessage {
  readonly severity: string;
  readonly text: string;
}

/** Operations that change nothing (pkg/engine/update.go, HasChanges), and `refresh`, which `--refresh` shows. */
const UNCHANGED: ReadonlySet<string> = new Set(['same', 'read', 'read-discard', 'read-replacement', 'refresh']);

const TOLD: ReadonlySet<string> = new Set(['error', 'warning', 'note']);

/** Parses what Pulumi printed; without changes and messages if that is not an answer. */
export function readPulumiPreview(stdout: string): PulumiPreview {
  const { steps, diagnostics } = Printed.safeParse(parseQuietly(stdout)).data ?? { diagnostics: [] };
  return {
    changes: steps?.filter(({ op }) => !UNCHANGED.has(op)),
    messages: diagnostics
      .filter(({ severity }) => TOLD.has(severity))
      // Some begin with what they are: `warning: using ...`.
      .map(({ severity, message }) => ({ severity, text: message.trim().replace(`${severity}: `, '') })),
  };
}
