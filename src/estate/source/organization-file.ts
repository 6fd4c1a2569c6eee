import { z } from 'zod';
import { isRegion, regionAdvice } from './aws-regions';
import { AccountId, PrincipalId } from './ids';
import { wholeRecord } from './whole-record';

/** The version that this program writes and reads. A newer file asks for a newer program. */
export const ORGANIZATION_FILE_VERSION = 1;

/** Root or organizational unit (AWS Organizations API, 'OrganizationalUnit', Id). */
const ParentId = z.string().regex(/^(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32})$/, {
  error: 'is not a valid root or OU id (r-… or ou-…)',
});

const OuId = z
  .string()
  .regex(/^ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}$/, { error: 'is not a valid organizational unit id (ou-…)' });

/** `State` of AWS Organizations' Account, which replaced `Status` in 2026; assignments go to ACTIVE accounts only. */
export const AccountState = z.enum(['PENDING_ACTIVATION', 'ACTIVE', 'SUSPENDED', 'PENDING_CLOSURE', 'CLOSED']);
export type AccountState = z.infer<typeof AccountState>;

const Tags = wholeRecord(z.string(), z.string());

const AccountEntry = z.strictObject({
  id: AccountId,
  name: z.string(),
  email: z.string(),
  state: AccountState,
  parentId: ParentId,
  tags: Tags,
});

const OuEntry = z.strictObject({ id: OuId, name: z.string(), parentId: ParentId });

const GroupEntry = z.strictObject({
  id: PrincipalId,
  displayName: z.string(),
  /** Names that it had in earlier snapshots, while the estate used them. */
  previousNames: z.array(z.string()).optional(),
});

const UserEntry = z.strictObject({ id: PrincipalId, userName: z.string() });

const IdentityCenter = z.strictObject({
  instanceArn: z.string().regex(/^arn:aws[\w-]*:sso:::instance\/(sso)?ins-[a-zA-Z0-9-.]{16}$/, {
    error: 'is not a valid ARN of an IAM Identity Center instance (arn:aws:sso:::instance/ssoins-…)',
  }),
  identityStoreId: z.string().regex(/^d-[0-9a-f]{10}$|^[0-9a-f-]{36}$/, {
    error: 'is not a valid identity store id (d- and ten hexadecimal digits)',
  }),
  region: z
    .string()
    .refine(isRegion, { error: ({ input }) => `is not an AWS Region (${regionAdvice(String(input))})` }),
  /** Account that administers IAM Identity Center for the organization, where one is registered. */
  delegatedAdministrator: AccountId.optional(),
});

/** `organization.json`: what the estate is applied to, as `npx --no entra-aws snapshot` read it. Lists are sorted by id. */
export const OrganizationFile = z.strictObject({
  version: z.literal(ORGANIZATION_FILE_VERSION),
  organization: z.strictObject({
    id: z.string().regex(/^o-[a-z0-9]{10,32}$/, { error: 'is not a valid organization id (o-…)' }),
    rootId: z.string().regex(/^r-[0-9a-z]{4,32}$/, { error: 'is not a valid root id (r-…)' }),
    managementAccountId: AccountId,
  }),
  identityCenter: IdentityCenter,
  organizationalUnits: z.array(OuEntry),
  accounts: z.array(AccountEntry),
  groups: z.array(GroupEntry),
  /** Users to whom the estate makes grants, and no others; absent where there are none. */
  users: z.array(UserEntry).optional(),
});
export type OrganizationFile = z.infer<typeof OrganizationFile>;

/** The file before anything was read from AWS: its one text says how to write it. */
export const UnreadOrganization = z.strictObject({
  version: z.literal(ORGANIZATION_FILE_VERSION),
  notReadYet: z.string(),
});
