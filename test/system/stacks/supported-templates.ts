import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Resource, Template } from '../../support/templates';

/** Types that moto's CloudFormation makes, of those that the hosting has. */
const SUPPORTED = new Set([
  'AWS::DynamoDB::Table',
  'AWS::Events::Rule',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::Logs::LogGroup',
  'AWS::SNS::Topic',
  'AWS::StepFunctions::StateMachine',
]);

/**
 * Takes out of the templates of a cloud assembly what moto can't make. What refers to it refers to a made-up ARN
 * instead, such as `arn:aws:dropped:::Servicesweb3A624580`. Images are not published either.
 */
export function keepSupported(assembly: string): void {
  for (const file of readdirSync(assembly)) {
    const path = join(assembly, file);
    if (file.endsWith('.assets.json')) {
      const assets = JSON.parse(readFileSync(path, 'utf8')) as object;
      writeFileSync(path, JSON.stringify({ ...assets, dockerImages: {} }));
    }
    if (!file.endsWith('.template.json')) continue;
    writeFileSync(path, JSON.stringify(reduced(JSON.parse(readFileSync(path, 'utf8')) as WholeTemplate)));
  }
}

interface WholeTemplate extends Template {
  readonly Outputs?: Readonly<Record<string, { readonly Export?: { readonly Name: string }; readonly Value: unknown }>>;
}

function reduced(template: WholeTemplate): unknown {
  const kept = Object.entries(template.Resources).filter(([, { Type }]) => SUPPORTED.has(Type));
  const ids = new Set(kept.map(([id]) => id));
  const dropped = new Set(Object.keys(template.Resources).filter((id) => !ids.has(id)));
  return {
    ...(withNames(template, dropped) as object),
    Resources: Object.fromEntries(kept.map(([id, resource]) => [id, withoutDependencies(resource, dropped)])),
  };
}

function withoutDependencies(resource: Resource, dropped: ReadonlySet<string>): unknown {
  const { DependsOn = [], ...rest } = resource;
  const needed = DependsOn.filter((id) => !dropped.has(id));
  return { ...(withNames(rest, dropped) as object), ...(needed.length > 0 && { DependsOn: needed }) };
}

/** Everything that refers to a dropped resource has a made-up ARN instead. */
function withNames(value: unknown, dropped: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((item) => withNames(item, dropped));
  if (typeof value !== 'object' || value === null) return value;
  const { Ref, 'Fn::GetAtt': attribute } = value as { Ref?: string; 'Fn::GetAtt'?: readonly string[] };
  const id = Ref ?? attribute?.[0];
  if (id !== undefined && dropped.has(id)) return `arn:aws:dropped:::${id}`;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withNames(item, dropped)]));
}
