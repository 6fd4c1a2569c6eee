import type { Properties } from '../../../../provider/values';

/** Kinds of objects that may stand in a directory twice, in the words of its portals. */
export type ObjectKind =
  | 'application'
  | 'claims mapping policy'
  | 'client secret'
  | 'Conditional Access policy'
  | 'enterprise application'
  | 'group'
  | 'provisioning job';

/** An object that a program did not mean to make, or whose name it shares. */
export interface SpareObject {
  readonly kind: ObjectKind;
  readonly name: string;
  /** Its id; of a client secret, the id of the key. */
  readonly id: string;
  /** Ids of what the stack has by that name; none for what azuread gave a name of its own while it made it. */
  readonly ours: readonly string[];
  /** Moment of its creation as Graph writes it; undefined where Graph has none. */
  readonly created: string | undefined;
  /** Reason why only a person may delete it, as the end of a sentence. */
  readonly kept?: string;
  /** Reason why a person must be asked about this very one, as the end of a sentence. */
  readonly doubt?: string;
  /** True of a client secret that a run of the stack made, and whose value was lost with the run. */
  readonly isLost?: true;
  /** Request that deletes it. */
  readonly removal: { readonly method: 'DELETE' | 'POST'; readonly path: string; readonly body?: Properties };
}

export interface Candidate extends SpareObject {
  /** Of an application and of its enterprise application. */
  readonly clientId?: string;
}

/** Last part of an id that is a path. */
export const lastPart = (id: string | undefined): string | undefined => id?.split('/').at(-1);
