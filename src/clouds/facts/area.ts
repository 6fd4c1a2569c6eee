/** Areas of checks; `--only` chooses by it. */
export const AREAS = ['access', 'saml', 'scim', 'b2c', 'hosting', 'console', 'emergency'] as const;
export type Area = (typeof AREAS)[number];
