/** Areas of checks; `--only` chooses by it. */
export const AREAS = ['access', 'saml', 'scim', 'b2c', 'hosting', 'console', 'emergency'] as const;
export type Area = (typeof AREAS)[number];

/** Areas of all checks: those of the doctor, and what is asked before a deployment. */
export type CheckArea = Area | 'preflight';
