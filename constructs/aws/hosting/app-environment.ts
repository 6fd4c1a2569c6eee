import { Arn, ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { HandoffParameter } from '../../../src/estate/sections/hosting/handoff';
import { parameterName } from '../../../src/estate/sections/hosting/handoff';

/** A variable whose value the platform reads when it deploys; the template has its ARN alone. */
export type Reference =
  { readonly kind: 'parameter'; readonly arn: string } | ({ readonly kind: 'secret' } & SecretReference);

/** A secret of Secrets Manager, and the key that encrypts it where that is one of the estate. */
export interface SecretReference {
  /** Whole ARN, with the six characters that Secrets Manager adds to the name. */
  readonly arn: string;
  readonly key: IKey | undefined;
}

/** Environment of an application. */
export interface AppEnvironment {
  /** Values that are not secret and belong to the template: names of tables, addresses of services. */
  readonly variables: Readonly<Record<string, string>>;
  readonly references: Readonly<Record<string, Reference>>;
}

/** Parameters of the handoff, by the variables that they become. */
export function parameterReferences(
  scope: Construct,
  estateName: string,
  parameters: Readonly<Record<string, HandoffParameter>>,
): Readonly<Record<string, Reference>> {
  const entries = Object.entries(parameters).map(([variable, parameter]): [string, Reference] => [
    variable,
    { kind: 'parameter', arn: parameterArn(scope, parameterName(estateName, parameter)) },
  ]);
  return Object.fromEntries(entries);
}

function parameterArn(scope: Construct, name: string): string {
  const components = { service: 'ssm', resource: 'parameter', resourceName: name.slice(1) };
  return Arn.format({ ...components, arnFormat: ArnFormat.SLASH_RESOURCE_NAME }, Stack.of(scope));
}

/** Permissions of the role that fills in the references: to read exactly them. */
export function readStatements({ references }: AppEnvironment): readonly PolicyStatement[] {
  const all = Object.values(references);
  const secrets = all.flatMap((one) => (one.kind === 'secret' ? [one] : []));
  const keys = [...new Set(secrets.flatMap(({ key }) => key?.keyArn ?? []))];
  return [
    ['ssm:GetParameters', all.filter(({ kind }) => kind === 'parameter').map(({ arn }) => arn)] as const,
    ['secretsmanager:GetSecretValue', secrets.map(({ arn }) => arn)] as const,
    ['kms:Decrypt', keys] as const,
  ]
    .filter(([, resources]) => resources.length > 0)
    .map(([action, resources]) => new PolicyStatement({ actions: [action], resources: [...resources] }));
}
