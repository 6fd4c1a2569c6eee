import { z } from 'zod';
import { valueAt } from '../../text/values';
import { type FileRole, type Issue, issuesOf, type Path, type Place } from './finding';
import { AccountId } from './ids';

/** The version that this program writes and reads. A newer file asks for a newer program. */
export const AWS_POLICIES_VERSION = 1;

/** Most characters of a document that is kept. The longest of an AWS managed policy has 25,000. */
export const MOST_DOCUMENT_CHARACTERS = 100_000;

export const Text = z.string().min(1);
export const Document = z.record(z.string(), z.unknown());

/** Path and name of an AWS managed policy: `job-function/ViewOnlyAccess`. */
const ManagedName = z.string().regex(/^([\w+=,.@-]+\/)*[\w+=,.@-]+$/, {
  error: 'is not a valid path and name of an AWS managed policy',
});

const ManagedPolicy = z.strictObject({
  name: ManagedName,
  version: z.string().regex(/^v\d+$/, { error: 'is not a valid version of a policy (v and a number)' }),
  /** Day on which AWS made this version. */
  changed: z.iso.date(),
  document: Document,
});
export type ReadManagedPolicy = z.output<typeof ManagedPolicy>;

/** Root, organizational unit or account. */
const Target = z.union([
  z.string().regex(/^(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32})$/, {
    error: 'is not a valid id of a root, OU or account',
  }),
  AccountId,
]);

const ControlPolicy = z.strictObject({
  id: z.string().regex(/^p-[0-9a-zA-Z_]{8,128}$/, { error: 'is not a valid id of a policy (p-…)' }),
  name: Text,
  targets: z.array(Target).min(1),
  document: Document,
});

/** Policies of one type, at every level. Those that are attached nowhere bind nothing and are left out. */
const ControlPolicies = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('read'), policies: z.array(ControlPolicy) }),
  /** The organization does not use the type: nothing is bound by it. */
  z.strictObject({ state: z.literal('not enabled') }),
  z.strictObject({ state: z.literal('not read'), reason: Text }),
]);
export type ReadControlPolicies = Readonly<z.output<typeof ControlPolicies>>;

/** `aws-policies.json`: documents in AWS that decide what access lets people do, as `npx --no entra-aws snapshot` read them. */
export const AwsPolicies = z.strictObject({
  version: z.literal(AWS_POLICIES_VERSION),
  /** AWS managed policies of the estate's permission sets and boundaries, sorted by name. */
  managedPolicies: z.array(ManagedPolicy),
  /** Managed policies that were not read, and why. */
  notRead: z.array(z.strictObject({ name: ManagedName, reason: Text })).exactOptional(),
  serviceControlPolicies: ControlPolicies,
  resourceControlPolicies: ControlPolicies,
});
export type AwsPolicies = Readonly<z.output<typeof AwsPolicies>>;

/** The file as it was read, with the places of what is in it. */
export interface ReadPolicies {
  readonly policies: AwsPolicies;
  readonly placeOf: (at: Path) => Place;
}

/** A file that `snapshot` writes, as far as this version reads it. */
export interface ParsedFile<File> {
  readonly parsed?: File;
  readonly issues: readonly Issue[];
}

/** Reads the value of a file that `snapshot` writes. */
export function parseWritten<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  { file, version: own }: { readonly file: FileRole; readonly version: number },
): ParsedFile<z.output<Schema>> {
  const version = valueAt(value, ['version']);
  if (typeof version === 'number' && version > own) return { issues: [newerVersion(version, { file, own })] };
  const parsed = schema.safeParse(value);
  if (parsed.success) return { parsed: parsed.data, issues: [] };
  return { issues: issuesOf(parsed.error, schema, value).map((issue) => ({ ...issue, file })) };
}

/** Reads the value of `aws-policies.json`. */
export function parseAwsPolicies(value: unknown): ParsedFile<AwsPolicies> {
  return parseWritten(AwsPolicies, value, { file: 'policies', version: AWS_POLICIES_VERSION });
}

function newerVersion(version: number, { file, own }: { readonly file: FileRole; readonly own: number }): Issue {
  return {
    severity: 'error',
    code: 'aws-policies-file',
    file,
    at: ['version'],
    value: version,
    problem: 'is a newer version of this file than this program reads',
    allowed: `version ${own}; update entra-aws-identity, or write the file again with npx --no entra-aws snapshot`,
  };
}

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
