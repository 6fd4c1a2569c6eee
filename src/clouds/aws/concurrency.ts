/** Calls to AWS under way at once. */
export const CONCURRENCY = { default: 5, min: 1, max: 20 } as const;
