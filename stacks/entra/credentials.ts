import * as pulumi from '@pulumi/pulumi';
import { daysBetween, inDays } from '../../constructs/entra/periods';
import { problemsOfToken, REMINDER_DAYS, TOKEN_SOURCE } from '../../src/estate/sections/workforce/scim-token';
import type { ScimSettings } from '../../src/estate/sections/workforce/workforce';
import { formatPath } from '../../src/text/values';
import { quotedList } from '../../src/text/suggest';

const KEY = 'credentials';
const WAYS = ['managed', 'kept'] as const;

/**
 * Way in which a stack deals with passwords that no one can read: the token of provisioning, and the client secrets. `kept`:
 * those that the directory has stay as they are, and none is made; so a stack adopts what exists without a change.
 */
type CredentialsWay = (typeof WAYS)[number];

/** Config `credentials` of the stack that runs. @default managed @throws RunError for any other word */
export function readCredentialsWay(): CredentialsWay {
  const given = new pulumi.Config().get(KEY) ?? 'managed';
  const way = WAYS.find((one) => one === given);
  if (way !== undefined) return way;
  throw new pulumi.RunError(`config ${KEY} must be one of ${quotedList(WAYS)}, got '${given}'`);
}

/** AWS gives every token one year: https://docs.aws.amazon.com/singlesignon/latest/userguide/provision-automatically.html */
const LIFE_DAYS = 366;

const TOKEN = 'scimToken';

/** The token as stack configuration has it. */
interface ScimTokenConfig {
  readonly token: string | undefined;
  /** True if the stack's file has it encrypted. */
  readonly isSecret: boolean;
}

/** The token, which has been checked. */
export function requireScimToken(): pulumi.Output<string> {
  return new pulumi.Config().requireSecret(TOKEN);
}

export function readScimTokenConfig(config: pulumi.Config): ScimTokenConfig {
  return { token: config.get(TOKEN), isSecret: isConfigSecret(`${config.name}:${TOKEN}`) };
}

/** Tells whether the stack's file has a value encrypted. The SDK exports it, but leaves it out of its types. */
export function isConfigSecret(key: string): boolean {
  const runtime = pulumi.runtime as unknown as { readonly isConfigSecret: (key: string) => boolean };
  return runtime.isConfigSecret(key);
}

/** Faults of the token's configuration. No message has the token. */
export function checkScimToken({ token, isSecret }: ScimTokenConfig): readonly string[] {
  const problems = token === undefined ? [`is missing; ${SET_TOKEN}`] : problemsOf(token, isSecret);
  return problems.map((problem) => `config ${TOKEN}: ${problem}`);
}

const SET_TOKEN = `set it by \`pulumi config set --secret scimToken\`, which asks for the access token; ${TOKEN_SOURCE}`;

function problemsOf(token: string, isSecret: boolean): readonly string[] {
  const plain = `is in plain in the stack's file; delete that token in IAM Identity Center and make another one; ${SET_TOKEN}`;
  const problems = problemsOfToken(token).map((problem) => `${problem}; ${SET_TOKEN}`);
  return isSecret ? problems : [plain, ...problems];
}

/**
 * Warnings about the token's end, by the day that the estate records for it. They only warn: the record is not a
 * credential, and a job whose token ended is in quarantine, which fails the deployment with Graph's reason.
 */
export function checkTokenExpiry({ at, tokenExpires }: ScimSettings, day: string): readonly string[] {
  const problem = expiryProblem(tokenExpires, day);
  return problem === undefined ? [] : [`${formatPath([...at, 'tokenExpires'])}: ${problem}`];
}

const ROTATE = "and provisioning with it; rotate it: npx --no entra-aws docs operations 'Rotate the SCIM token'";

function expiryProblem(tokenExpires: string, day: string): string | undefined {
  const left = daysBetween(day, tokenExpires);
  if (left <= 0) return `the SCIM token ended on ${tokenExpires}, ${ROTATE}`;
  if (left <= REMINDER_DAYS[0])
    return `the SCIM token ends on ${tokenExpires} (${inDays(day, tokenExpires)}), ${ROTATE}`;
  if (left <= LIFE_DAYS) return undefined;
  return `'${tokenExpires}' is more than a year away, but AWS's tokens live for one year; set the day that Manage provisioning shows`;
}
