import { z } from 'zod';

/** Twelve digits, as a string: a leading zero counts (AWS Organizations API, 'Account', Id). */
export const AccountId = z
  .string()
  .regex(/^\d{12}$/, { error: 'is not a valid account id (12 digits in quotes)' })
  .brand<'AccountId'>();
export type AccountId = z.output<typeof AccountId>;

/**
 * Identity Store id of a group or user, in small letters: a GUID, with a ten-digit prefix in older stores, or 32 hexadecimal
 * digits. It is not the Entra object id.
 */
export const PrincipalId = z
  .string()
  .regex(/^(([0-9a-f]{10}-)?[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9a-f]{32})$/, {
    error: 'is not a valid Identity Store group id',
  })
  .toLowerCase()
  .brand<'PrincipalId'>();
export type PrincipalId = z.output<typeof PrincipalId>;

/** ARN of a permission set (IAM Identity Center API, 'PermissionSet'). */
export const PermissionSetArn = z
  .string()
  .regex(/^arn:[\w-]+:sso:::permissionSet\/[^|]+$/, { error: 'must be the ARN of a permission set' })
  .brand<'PermissionSetArn'>();
export type PermissionSetArn = z.output<typeof PermissionSetArn>;

/** Id of an object of Entra ID: a user, group, service principal or registration. */
export const ObjectId = z.string().min(1, { error: 'must not be empty' }).brand<'ObjectId'>();
export type ObjectId = z.output<typeof ObjectId>;

/** Client id of an application of Entra ID, which its service principals in all tenants share. */
export const ClientId = z.string().min(1, { error: 'must not be empty' }).brand<'ClientId'>();
export type ClientId = z.output<typeof ClientId>;

/** An id that a cloud told. @throws Error if it is not one of this kind */
export function readId<Kind extends z.ZodType>(kind: Kind, told: unknown): z.output<Kind> {
  const { success, data, error } = kind.safeParse(told);
  if (success) return data;
  throw new Error(`an id ${error.issues[0]?.message ?? 'is missing'}, got ${JSON.stringify(told)}`);
}
