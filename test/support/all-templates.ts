import { App } from 'aws-cdk-lib';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import type { KnownAnswers } from '../../constructs/aws/checks/known-answers';
import type { EstatePlan } from '../../src/estate/plan/planner';
import { type CdkStack, cdkStacks } from '../../src/estate/plan/stacks/stacks';
import { addStacks } from '../../stacks/aws/estate-app';
import { CDK_FLAGS } from '../../stacks/aws/flags';
import { type Template, temporaryFolder } from './templates';

const OUTPUT = temporaryFolder();

/** Functions as if they had been bundled before: esbuild is a process. */
const TEXTS: readonly unknown[] = [''];
const BUNDLED: KnownAnswers = { find: ({ isAnswer }) => TEXTS.find(isAnswer), keep: () => undefined };
const IMAGE = { hash: 'a'.repeat(64), command: ['true'] };

/** Templates of an estate's stacks by their names, without the nested ones of access and not validated. */
export function allTemplates(
  plan: EstatePlan,
  isWanted: (stack: CdkStack) => boolean = () => true,
): ReadonlyMap<string, Template> {
  const app = new App({
    outdir: mkdtempSync(join(OUTPUT, 'all-')),
    analyticsReporting: false,
    builtinCloudFormationValidation: false,
    treeMetadata: false,
    postCliContext: CDK_FLAGS,
  });
  const sources = { imageOf: () => IMAGE, known: BUNDLED };
  addStacks(app, cdkStacks(plan).filter(isWanted), { plan, sources });
  return new Map(app.synth().stacks.map(({ stackName, template }) => [stackName, template as Template]));
}

const PSEUDO_PARAMETERS: Readonly<Record<string, string>> = {
  'AWS::AccountId': '210000000001',
  'AWS::Partition': 'aws',
  'AWS::Region': 'eu-west-1',
  'AWS::URLSuffix': 'amazonaws.com',
};

/** A value of a template after deployment. What CloudFormation makes up is a text that names it: `Servicesweb ServiceArn`. */
export function asDeployed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asDeployed);
  if (typeof value !== 'object' || value === null) return value;
  if ('Ref' in value) return PSEUDO_PARAMETERS[String(value.Ref)] ?? String(value.Ref).slice(0, -8);
  if ('Fn::GetAtt' in value) return String(value['Fn::GetAtt']).replace(/[0-9A-F]{8},/, ' ');
  if ('Fn::ImportValue' in value || 'Fn::Select' in value) return JSON.stringify(value);
  if ('Fn::Join' in value) {
    const [separator, parts] = value['Fn::Join'] as readonly [string, readonly unknown[]];
    return parts.map((part) => String(asDeployed(part))).join(separator);
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, asDeployed(inner)]));
}
