/** Limits of what the estate file may say of people who have left. */

export const GRACE_DAYS = { min: 1, max: 365 } as const;
export const GRACE_FAULT = {
  code: 'leavers-grace-period',
  problem: 'is not a valid grace period',
  allowed: `whole days from P${GRACE_DAYS.min}D to P${GRACE_DAYS.max}D`,
} as const;
export const PER_RUN = { min: 1, max: 100 } as const;
/** Percent. */
export const SHARE = { min: 1, max: 50 } as const;

/** Issuer of an account's outbound identity federation, as `aws iam enable-outbound-web-identity-federation` answers it. */
export const TOKEN_ISSUER = /^https:\/\/[0-9a-f-]{36}\.tokens\.sts\.global\.api\.aws$/;

/** Ways in which the function signs in to Entra ID. */
export const SIGN_IN_WAYS = 'federation, or secretArn: arn:aws:secretsmanager:<region>:<account>:secret:<name>';

export const SECRET_ARN = /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]{1,512}$/;
