import { z } from 'zod';

// zod looks at structure. A limit is a rule in `meta` (`rules.ts`), which is applied afterwards, so that one fault of meaning
// does not set the whole item aside.

declare module 'zod' {
  interface GlobalMeta {
    /** Things of this estate and organization that a text names; an editor offers them. */
    readonly names?: NamedKind;
  }
}

/** A kind of thing that texts of the estate file name. */
export type NamedKind = 'groups' | 'accounts' | 'accountNames' | 'units' | 'permissionSets' | 'managedPolicies';

/** A text that says something. */
export const Name = z.string().min(1, { error: 'is empty' });
