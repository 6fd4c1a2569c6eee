/** What a check is about; `--only` chooses by it. */
export const AREAS = ['access', 'saml', 'scim', 'b2c', 'hosting', 'console', 'emergency'] as const;
export type Area = (typeof AREAS)[number];
