import { createHash } from 'node:crypto';

/** A value by the name that the store has for it. */
export interface Named {
  readonly name: string;
  readonly value: string;
}

/** Values that are handed over, in the order in which they are written. */
export interface NamedHandoff {
  /** Each with the id by which the version knows it. */
  readonly parameters: readonly (Named & { readonly id: string })[];
  readonly secrets: readonly Named[];
  /** Name of the parameter with the version. */
  readonly version: string;
}

/**
 * A digest of everything that is handed over. The secret takes part by the id of its version, so that the digest, which many
 * may read, tells nothing about its value.
 */
export function versionOf(ids: Readonly<Record<string, string | undefined>>, secretVersion: string): string {
  return createHash('sha256')
    .update(JSON.stringify([Object.entries(ids), secretVersion]))
    .digest('hex');
}
