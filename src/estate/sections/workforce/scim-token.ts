import { z } from 'zod';
import type { ScimSettings } from './workforce';

/** Days before the token's end from which on people are reminded. AWS tells of it from the first of them on too. */
export const REMINDER_DAYS = [90, 30, 7, 1] as const;

/** Id of a reminder. The day is a part of it: another token has reminders of its own. */
export function reminderId(days: number, expires: string): string {
  return `Reminder${days}-${expires}`;
}

/** Place where a person gets a token. */
export const TOKEN_SOURCE =
  'IAM Identity Center shows it once: Settings > Identity source > Actions > Manage provisioning > Generate token';

const ScimToken = z
  .string()
  .regex(/^\S+$/, { error: 'is empty or has blanks in it' })
  .regex(/^(?!bearer)/i, { error: "starts with 'Bearer', which the service adds by itself" });

/** Faults in the form of a token. No text has the token. */
export function problemsOfToken(token: string): readonly string[] {
  return ScimToken.safeParse(token).error?.issues.map(({ message }) => message) ?? [];
}

/** Keys of the credentials that a provisioning job is saved with, besides those that it is validated with. */
export const ASSIGNED_ONLY = { key: 'SyncAll', value: 'false' } as const;

/** Credentials that Entra ID presents to the endpoint. The value of the token is whatever the caller keeps it as. */
export function scimCredentials<Token>(
  { endpoint }: Pick<ScimSettings, 'endpoint'>,
  token: Token,
): readonly { readonly key: string; readonly value: string | Token }[] {
  return [
    { key: 'BaseAddress', value: endpoint },
    { key: 'SecretToken', value: token },
  ];
}
