import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HandoffId } from '../../../../../src/estate/sections/hosting/handoff';
import { type Handoff, handoffOf } from '../../../../../src/handoff/handoff';
import { clientSecretName, parameterName, sessionKeysName } from '../../../../../src/estate/sections/hosting/handoff';
import type { ServiceName } from '../../../../../src/estate/sections/hosting/hosting';
import { CLIENT_SECRET, outputsOf } from '../../../../support/handoff/outputs';
import type { HostingTemplates } from '../../../../support/hosting';
import type { Resource, Template } from '../../../../support/templates';
import { REPOSITORY } from '../../../../support/repository';

interface Pair {
  readonly Name: string;
  readonly Value: unknown;
}

interface Variables {
  readonly plain: readonly Pair[];
  readonly references: readonly Pair[];
}

/** Parameters that were handed over, by their names in AWS. */
function parametersOf({ ids }: Handoff): ReadonlyMap<string, string> {
  const all = Object.entries(ids) as readonly (readonly [HandoffId, string])[];
  return new Map(all.map(([id, value]) => [parameterName('sandbox', id), value]));
}

const SECRETS: ReadonlyMap<unknown, string> = new Map([
  [clientSecretName('sandbox'), CLIENT_SECRET],
  [sessionKeysName('sandbox'), 'A'.repeat(43)],
]);

/**
 * The environment that a process in the container of a service has: what its image sets, and over it what the platform makes
 * of the template, with the values that `npx --no entra-aws deploy handoff` wrote. @throws Error for a reference to what is neither handed over
 * nor made by the stacks
 */
export function deployedEnvironment(
  templates: HostingTemplates,
  service: ServiceName,
  handoff = handoffOf(outputsOf()),
): Record<string, string> {
  const parameters = parametersOf(handoff);
  const { plain, references } = variablesOf(templates.services, service);
  return {
    ...imageEnvironment(),
    ...Object.fromEntries(plain.map(({ Name, Value }) => [Name, plainValue(templates, Value)])),
    ...Object.fromEntries(
      references.map(({ Name, Value }) => [
        Name,
        parameters.get(parameterIn(Value)) ?? referredSecret(templates, Value),
      ]),
    ),
  };
}

function variablesOf({ Resources }: Template, service: ServiceName): Variables {
  const found = Object.values(Resources).find(({ Properties }) => Properties['ServiceName'] === `sandbox-${service}`);
  const { SourceConfiguration, PrimaryContainer } = found?.Properties as Record<string, Record<string, unknown>>;
  if (PrimaryContainer !== undefined) {
    const secrets = PrimaryContainer['Secrets'] as readonly { readonly Name: string; readonly ValueFrom: unknown }[];
    return {
      plain: PrimaryContainer['Environment'] as readonly Pair[],
      references: secrets.map(({ Name, ValueFrom }) => ({ Name, Value: ValueFrom })),
    };
  }
  const { ImageConfiguration } = SourceConfiguration?.['ImageRepository'] as Record<string, Record<string, Pair[]>>;
  return {
    plain: ImageConfiguration?.['RuntimeEnvironmentVariables'] ?? [],
    references: ImageConfiguration?.['RuntimeEnvironmentSecrets'] ?? [],
  };
}

/** `ENV` of the last stage of an image. */
function imageEnvironment(): Record<string, string> {
  const text = readFileSync(join(REPOSITORY, 'apps/service/Dockerfile'), 'utf8');
  const last = text.split(/^FROM /m).at(-1) ?? '';
  const pairs = /^ENV (.*)$/m.exec(last)?.[1]?.split(' ') ?? [];
  return Object.fromEntries(pairs.map((pair) => pair.split('=', 2) as [string, string]));
}

function plainValue(templates: HostingTemplates, value: unknown): string {
  if (typeof value === 'string') return value;
  const [intrinsic, argument] = Object.entries(value as Record<string, unknown>)[0] ?? [];
  if (intrinsic === 'Fn::Join') {
    const [separator, parts] = argument as [string, readonly unknown[]];
    return parts.map((part) => plainValue(templates, part)).join(separator);
  }
  // A host that a platform gives.
  if (intrinsic === 'Fn::GetAtt') return 'abc123.eu-west-1.awsapprunner.com';
  const [id, { Type }] = importedResource(templates, value);
  if (Type !== 'AWS::DynamoDB::Table') throw new Error(`${id} is a ${Type}, and no value of an environment`);
  return `sandbox-hosting-data-${id}-1ABCDEFGHIJKL`;
}

/** Name of the parameter that an ARN is of, and nothing for another reference. */
function parameterIn(value: unknown): string {
  return typeof value === 'string' ? value.replace(/^arn:aws:ssm:eu-west-1:210000000011:parameter/, '') : '';
}

function referredSecret(templates: HostingTemplates, value: unknown): string {
  const found =
    typeof value === 'string' ? undefined : SECRETS.get(importedResource(templates, value)[1].Properties['Name']);
  if (found === undefined) throw new Error(`nothing hands over ${JSON.stringify(value)}`);
  return found;
}

/** The resource of the data stack whose export is imported. */
function importedResource({ data }: HostingTemplates, value: unknown): readonly [string, Resource] {
  const name = (value as Record<string, string>)['Fn::ImportValue']?.split(':')[1];
  const { Outputs } = data as unknown as { Outputs: Record<string, { Value: { Ref: string } }> };
  const id = name === undefined ? undefined : Outputs[name]?.Value.Ref;
  const resource = id === undefined ? undefined : data.Resources[id];
  if (id === undefined || resource === undefined) throw new Error(`nothing exports ${JSON.stringify(value)}`);
  return [id, resource];
}
