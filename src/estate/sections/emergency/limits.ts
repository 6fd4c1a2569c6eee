/** AWS STS API, AssumeRoleWithSAML: 15 minutes at least; a chained role lasts for one hour at most. */
export const EMERGENCY_SESSION_SECONDS = { min: 900, max: 3600 } as const;
export const EMERGENCY_SESSION_FAULT = {
  code: 'emergency-session',
  problem: 'is not a valid duration of an emergency sign-in',
  allowed: 'PT15M to PT1H: a chained role session lasts for an hour at most',
} as const;

/** IAM User Guide, 'Switch from a user to an IAM role (console)': path and name together. */
export const EMERGENCY_ROLE_NAME = /^[\w+=,.@-]{1,64}$/;
export const EMERGENCY_ROLE_DESCRIPTION_LENGTH = 1000;

/** Roles times accounts: the policy of the role that switches names each, in at most 10,240 characters (IAM quotas). */
export const EMERGENCY_TARGETS = 100;

/** IAM API, CreateSAMLProvider takes more than a template: one megabyte. */
export const METADATA_CHARACTERS = { min: 1000, max: 500_000 } as const;
