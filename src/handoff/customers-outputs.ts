import { stateEnvironment } from '../estate/sections/pipeline/pulumi-state';
import { spawnSync } from 'node:child_process';
import { z } from 'zod';
import { hideSecret } from '../text/secrets';
import type { FlowUse } from '../estate/sections/customers/customers';
import { DIRECTORY_TYPES } from '../estate/sections/limits';
import { parseQuietly } from '../estate/source/json-source';
import { HandoffError } from './store';

const FLOW_USES = ['signIn', 'stepUp', 'profileEdit', 'passwordReset'] as const satisfies readonly FlowUse[];

/** Text that Pulumi prints in place of a secret without `--show-secrets`. */
const HIDDEN = '[secret]';

const Identified = z.record(z.string(), z.object({ clientId: z.guid() })).default({});

const Outputs = z.object({
  directoryType: z.enum(DIRECTORY_TYPES).default('b2c'),
  tenantId: z.guid(),
  apiClientId: z.guid(),
  stepUpApiClientId: z.guid().optional(),
  webClientId: z.guid(),
  clientSecret: z
    .string()
    .min(1)
    .refine((value) => value !== HIDDEN, 'is hidden: it was read without --show-secrets'),
  clientSecretExpires: z.iso.datetime(),
  userFlows: z.partialRecord(z.enum(FLOW_USES), z.object({ id: z.string().min(1), metadataUrl: z.url() })),
  scopes: z.array(z.string().min(1)),
  redirectUris: z.array(z.string()).default([]),
  /** Applications and APIs beside the hosted ones, by their names in the estate. */
  applications: Identified,
  apis: Identified,
  clientSecrets: z.record(z.string(), z.object({ clientSecret: z.string(), expires: z.iso.datetime() })).default({}),
});

/** The outputs of the customers program that the hosting stacks need, with their secret. */
export type CustomersOutputs = Readonly<z.infer<typeof Outputs>>;

/** Reads what `pulumi stack output --json --show-secrets` prints. @throws HandoffError with everything that is wrong */
export function parseCustomersOutputs(stack: string, text: string): CustomersOutputs {
  const parsed = Outputs.safeParse(parseJson(stack, text));
  if (parsed.success) {
    const others = Object.values(parsed.data.clientSecrets).map(({ clientSecret }) => clientSecret);
    for (const secret of [parsed.data.clientSecret, ...others]) hideSecret(secret);
    return parsed.data;
  }
  if (isWithoutSecret(text)) {
    throw new HandoffError(
      `The stack ${stack} keeps the client secrets that the web application has, so it can't hand one over. Have it make its ` +
        `own: pulumi config set credentials managed --stack ${stack}, then pulumi up --stack ${stack}`,
    );
  }
  const faults = parsed.error.issues.map(({ path, message }) => `  ${path.join('.') || '(all)'}: ${message}`);
  throw new HandoffError(
    `The outputs of the stack ${stack} are not those of the customers program (stack-outputs):\n${faults.join('\n')}\n` +
      `Deploy it first: pulumi up --stack ${stack}`,
  );
}

/** All is there but the secret, as a stack with the config `credentials: kept` has it. */
function isWithoutSecret(text: string): boolean {
  const parsed = Outputs.omit({ clientSecret: true, clientSecretExpires: true }).safeParse(parseQuietly(text));
  const secret = z.object({ clientSecret: z.unknown().refine((value) => value !== undefined) });
  return parsed.success && !secret.safeParse(parseQuietly(text)).success;
}

/** The parser's own message quotes the text, which holds the secret. */
function parseJson(stack: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new HandoffError(`pulumi stack output --json --stack ${stack} printed something other than JSON`);
  }
}

/** Far above what a stack's outputs can be. */
const MAX_BYTES = 16_000_000;

/**
 * Runs the plain command that reads the outputs of a stack with its secrets. What it writes to standard error goes into the message of a
 * failure, which is printed without the secrets that it quotes.
 *
 * @throws HandoffError if there is no Pulumi, or no such stack
 */
export function readStackOutputs(stack: string): string {
  const args = ['stack', 'output', '--json', '--show-secrets', '--non-interactive', '--stack', stack];
  const { error, status, stdout, stderr } = spawnSync('pulumi', args, {
    encoding: 'utf8',
    env: stateEnvironment(process.env),
    maxBuffer: MAX_BYTES,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (error !== undefined) {
    throw new HandoffError(
      `pulumi can't be run (${error.message}): install it, https://www.pulumi.com/docs/iac/download-install`,
    );
  }
  if (status === 0) return stdout;
  throw new HandoffError(
    `pulumi ${args.join(' ')} failed (exit code ${String(status)}):\n${stderr.trim()}\n${adviceOn(stack, stderr)}`,
  );
}

/** What Pulumi writes of a failure, what to do then, and its code. Texts of Pulumi 3.248. */
const FAILURES: readonly (readonly [text: RegExp, advice: (stack: string) => string])[] = [
  [
    /no stack named|fully qualified name/,
    (stack) =>
      `Choose the backend that has it (pulumi login), in the folder with Pulumi.yaml, or deploy it: pulumi up --stack ${stack} (stack-not-found)`,
  ],
  [
    /constructing secrets manager|failed to decrypt|incorrect passphrase/,
    () =>
      'Set PULUMI_CONFIG_PASSPHRASE, or sign in as somebody who may use the key of the state, such as az login (state-not-decrypted)',
  ],
];

function adviceOn(stack: string, stderr: string): string {
  const [, advice] = FAILURES.find(([text]) => text.test(stderr)) ?? [];
  return (
    advice?.(stack) ?? 'Sign in to the backend (pulumi login), and deploy the stack first: pulumi up (backend-not-read)'
  );
}
