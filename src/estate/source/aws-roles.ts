import { z } from 'zod';
import { Document, type ParsedFile, parseWritten, Text } from './aws-policies';
import { AccountId } from './ids';

/** The version that this program writes and reads. A newer file asks for a newer program. */
export const AWS_ROLES_VERSION = 1;

/** Path and name of a role: `service-role/deploy`. */
const RoleName = z.string().regex(/^([\x21-\x7e]+\/)?[\w+=,.@-]{1,64}$/, {
  error: 'is not a valid path and name of a role',
});

const PolicyArn = z.string().regex(/^arn:[\w-]+:iam::(aws|\d{12}):policy\/.+$/, {
  error: 'is not the ARN of a managed policy',
});

const Policy = z.strictObject({ arn: PolicyArn, document: Document });

const Role = z.strictObject({
  name: RoleName,
  trust: Document,
  boundary: PolicyArn.exactOptional(),
  /** Managed policies that are attached, sorted. */
  attached: z.array(PolicyArn),
  /** Sorted by name. */
  inline: z.array(z.strictObject({ name: Text, document: Document })),
});
export type ReadRole = Readonly<z.output<typeof Role>>;

const AccountRoles = z.discriminatedUnion('state', [
  z.strictObject({
    id: AccountId,
    state: z.literal('read'),
    /** Roles of permission sets, by path and name; the estate has their policies. */
    permissionSets: z.array(RoleName),
    /** Roles of others, sorted by name, without those of AWS's services. */
    roles: z.array(Role),
  }),
  z.strictObject({ id: AccountId, state: z.literal('not read'), reason: Text }),
]);
export type AccountRoles = Readonly<z.output<typeof AccountRoles>>;

/** `aws-roles.json`: the roles of the accounts and what they may do, as `npx --no entra-aws snapshot` read them. */
export const AwsRoles = z.strictObject({
  version: z.literal(AWS_ROLES_VERSION),
  /** Active accounts of the organization, sorted by id. */
  accounts: z.array(AccountRoles),
  /** Documents of managed policies that roles have, or have as their boundary, each once, sorted by ARN. */
  policies: z.array(Policy),
});
export type AwsRoles = Readonly<z.output<typeof AwsRoles>>;

/** Reads the value of `aws-roles.json`. */
export function parseAwsRoles(value: unknown): ParsedFile<AwsRoles> {
  return parseWritten(AwsRoles, value, { file: 'roles', version: AWS_ROLES_VERSION });
}
