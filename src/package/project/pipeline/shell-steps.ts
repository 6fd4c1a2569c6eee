import type { Account, Condition, Role, Step } from './model';
import { PULUMI_VERSION } from './versions';

/** Lines for a shell, by which forges without actions of their own do what a step says. */

/** Variable of a role in an account: `AWS_ACCESS_DEPLOY_ROLE`. */
export function awsVariable(account: Account, what: 'ACCOUNT' | 'REGION' | `${Uppercase<Role>}_ROLE`): string {
  return `AWS_${account.toUpperCase()}_${what}`;
}

export function upper(role: Role): Uppercase<Role> {
  const texts = { preview: 'PREVIEW', publish: 'PUBLISH', deploy: 'DEPLOY' } as const;
  return texts[role];
}

/** Test that is true where a condition holds. */
export function shellTest(condition: Condition): string {
  return condition.startsWith('!') ? `[ "$${condition.slice(1)}" != true ]` : `[ "$${condition}" = true ]`;
}

/** Takes on a role where the estate has the account: every AWS SDK reads these variables. */
export function awsLines({ account, role }: Extract<Step, { kind: 'aws' }>): readonly string[] {
  const [region, arn] = [awsVariable(account, 'REGION'), awsVariable(account, `${upper(role)}_ROLE`)];
  return [`export AWS_REGION="$${region}" AWS_ROLE_ARN="$${arn}"`];
}

/** Installs the engine where no image brings it. */
export const PULUMI_LINES: readonly string[] = [
  `command -v pulumi || curl --fail --silent --show-error --location --proto =https https://get.pulumi.com/releases/sdk/pulumi-v${PULUMI_VERSION}-linux-x64.tar.gz | tar --extract --gzip --directory /tmp`,
  'export PATH="$PATH:/tmp/pulumi" PULUMI_SKIP_UPDATE_CHECK=true PULUMI_EXPERIMENTAL=true ARM_USE_OIDC=true',
];

/** Variables by which Pulumi's providers sign in to the directory of a program. */
export function identityPrefix({ program, role }: { readonly program: string; readonly role: Role }): string {
  const prefix = program.toUpperCase();
  return `ARM_TENANT_ID="$${prefix}_TENANT_ID" ARM_CLIENT_ID="$${prefix}_${upper(role)}_CLIENT_ID"`;
}
