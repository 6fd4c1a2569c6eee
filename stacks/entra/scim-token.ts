import * as pulumi from '@pulumi/pulumi';
import { z } from 'zod';
import { daysBetween, inDays, type DayFindings } from '../../constructs/entra/day';

/** Days before the token's end from which on every deployment says so. AWS warns from then on too. */
const RENEW_DAYS = 90;
/** AWS gives every token one year: https://docs.aws.amazon.com/singlesignon/latest/userguide/provision-automatically.html */
const LIFE_DAYS = 366;

const TOKEN = 'scimToken';
const EXPIRES = 'scimTokenExpires';

/** What stack configuration has of the token. */
export interface ScimTokenConfig {
  readonly token: string | undefined;
  /** Whether the stack's file has it encrypted. */
  readonly isSecret: boolean;
  readonly expires: string | undefined;
}

/** The token, which has been checked. */
export function requireScimToken(): pulumi.Output<string> {
  return new pulumi.Config().requireSecret(TOKEN);
}

export function readScimTokenConfig(config: pulumi.Config): ScimTokenConfig {
  return { token: config.get(TOKEN), isSecret: isSecret(`${config.name}:${TOKEN}`), expires: config.get(EXPIRES) };
}

/** The SDK exports it, but leaves it out of its types. */
function isSecret(key: string): boolean {
  const { isConfigSecret } = pulumi.runtime as unknown as { readonly isConfigSecret: (key: string) => boolean };
  return isConfigSecret(key);
}

/** What is wrong with the token's configuration on a day. No message has the token. */
export function checkScimToken({ token, isSecret, expires }: ScimTokenConfig, day: string): DayFindings {
  const tokenErrors = token === undefined ? [`is missing; ${SET_TOKEN}`] : problemsOf(token, isSecret);
  const { errors, warnings } = checkExpiry(expires, day);
  return { errors: [...tokenErrors.map((problem) => `config ${TOKEN}: ${problem}`), ...errors], warnings };
}

const SET_TOKEN =
  'set it by `pulumi config set --secret scimToken`, which asks for the access token that IAM Identity Center shows once ' +
  '(Settings > Identity source > Actions > Manage provisioning > Generate token)';
const SET_EXPIRES =
  'set it by `pulumi config set scimTokenExpires 2027-01-31`, with the day that Manage provisioning shows';

const Token = z
  .string()
  .regex(/^\S+$/, { error: `is empty or has blanks in it; ${SET_TOKEN}` })
  .regex(/^(?!bearer)/i, { error: `starts with 'Bearer', which the service adds by itself; ${SET_TOKEN}` });

function problemsOf(token: string, isSecret: boolean): readonly string[] {
  const { error } = Token.safeParse(token);
  const problems = error?.issues.map(({ message }) => message) ?? [];
  const plain = `is in plain in the stack's file; delete that token in IAM Identity Center and make another one; ${SET_TOKEN}`;
  return isSecret ? problems : [plain, ...problems];
}

function checkExpiry(expires: string | undefined, day: string): DayFindings {
  if (expires === undefined) return refused(`is missing; ${SET_EXPIRES}`);
  if (!z.iso.date().safeParse(expires).success) return refused(`'${expires}' is no day (YYYY-MM-DD); ${SET_EXPIRES}`);
  const left = daysBetween(day, expires);
  if (left <= 0) return refused(`the SCIM token ended on ${expires}; ${SET_TOKEN}; then ${SET_EXPIRES}`);
  if (left > LIFE_DAYS) {
    return refused(`'${expires}' is more than a year away, but AWS's tokens live for one year; ${SET_EXPIRES}`);
  }
  const warning =
    `config ${EXPIRES}: the SCIM token ends on ${expires} (${inDays(day, expires)}), and provisioning with it; generate a ` +
    'second one in IAM Identity Center, set scimToken and scimTokenExpires, run `pulumi up`, and delete the old one there';
  return { errors: [], warnings: left <= RENEW_DAYS ? [warning] : [] };
}

function refused(problem: string): DayFindings {
  return { errors: [`config ${EXPIRES}: ${problem}`], warnings: [] };
}
