import { z } from 'zod';

// What `meta` says goes into the JSON Schema and the reference alone. zod looks at structure; limits are checked later,
// by the checks, so that one fault of meaning does not set the whole item aside.

/** A text that says something. */
export const Name = z.string().min(1, { error: 'is empty' });
