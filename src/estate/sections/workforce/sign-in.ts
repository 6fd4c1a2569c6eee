/** Proof that people must give to sign in: any second factor, or methods of a strength. */
export type SignInRequirement =
  | { readonly kind: 'mfa' }
  /** `policyId` is that of an authentication strength in Entra ID, built in or of the tenant. */
  | { readonly kind: 'authentication-strength'; readonly policyId: string };

/** Time that a sign-in lasts before people give their factors again. */
export type SignInFrequency =
  | { readonly kind: 'every-time' }
  | { readonly kind: 'period'; readonly value: number; readonly unit: 'hours' | 'days' };

/** Built-in authentication strengths, the same in every tenant (Microsoft Entra, 'Conditional Access authentication strength'). */
export const AUTHENTICATION_STRENGTHS: Readonly<Record<string, string>> = {
  multifactor: '00000000-0000-0000-0000-000000000002',
  passwordless: '00000000-0000-0000-0000-000000000003',
  'phishing-resistant': '00000000-0000-0000-0000-000000000004',
};

/** Microsoft Graph, 'signInFrequencySessionControl': hours up to 23, days up to 365. */
const FREQUENCY_LIMITS = { hours: 23, days: 365 } as const;
const FREQUENCY = /^(?:PT(?<hours>\d{1,3})H|P(?<days>\d{1,3})D)$/;

/** `PT8H`, `P7D` or `everyTime`; undefined if it is none of these or out of range. */
export function parseSignInFrequency(text: string): SignInFrequency | undefined {
  if (text === 'everyTime') return { kind: 'every-time' };
  const { hours, days } = FREQUENCY.exec(text)?.groups ?? {};
  const unit = hours === undefined ? 'days' : 'hours';
  const value = Number(hours ?? days ?? 0);
  return value >= 1 && value <= FREQUENCY_LIMITS[unit] ? { kind: 'period', value, unit } : undefined;
}
