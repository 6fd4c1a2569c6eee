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
    error: 'is not a valid Identity Store id (a GUID, in older stores with ten digits and a hyphen before it)',
  })
  .toLowerCase()
  .brand<'PrincipalId'>();
export type PrincipalId = z.output<typeof PrincipalId>;

/** ARN of a permission set (IAM Identity Center API, 'PermissionSet'). */
export const PermissionSetArn = z
  .string()
  .regex(/^arn:[\w-]+:sso:::permissionSet\/[^|]+$/, { error: 'is not the ARN of a permission set' })
  .brand<'PermissionSetArn'>();
export type PermissionSetArn = z.output<typeof PermissionSetArn>;

/** Id of an object of Entra ID: a user, group, service principal or registration. */
export const ObjectId = z.string().min(1, { error: 'is empty' }).brand<'ObjectId'>();
export type ObjectId = z.output<typeof ObjectId>;

/** Client id of an application of Entra ID, which its service principals in all tenants share. */
export const ClientId = z.string().min(1, { error: 'is empty' }).brand<'ClientId'>();
export type ClientId = z.output<typeof ClientId>;

/** Reads an id from the answer of a cloud. @throws Error if there is none, or it is not of this kind */
export function readId<Kind extends z.ZodType>(kind: Kind, told: unknown): z.output<Kind> {
  if (told === undefined || told === null) throw new Error('the answer lacks an id that it must have');
  const { success, data, error } = kind.safeParse(told);
  if (success) return data;
  const problems = error.issues.map(({ message }) => message).join('; ');
  throw new Error(`the answer has an unexpected id: ${JSON.stringify(told)} ${problems}`);
}
