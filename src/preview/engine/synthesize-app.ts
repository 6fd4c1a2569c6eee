import { App, Stack } from 'aws-cdk-lib';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { FAIL_SYNTH_ON_VALIDATION_ERRORS_CONTEXT } from 'aws-cdk-lib/cx-api';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AssignmentShard } from '../../../constructs/aws/access/assignment-shard';
import type { KnownAnswers } from '../../../constructs/aws/checks/known-answers';
import type { Validator } from '../../../constructs/aws/checks/validator';
import type { JsonObject } from '../../estate/sections/estate';
import type { EstatePlan } from '../../estate/plan/estate-plan';
import { cdkStacks } from '../../estate/plan/stacks';
import type { Synthesis, SynthesizedTemplate } from '../facts';
import type { ImageSources } from '../../../stacks/aws/estate-app';
import { addEstateStacks } from '../../../stacks/aws/estate-app';
import { CDK_FLAGS } from '../../../stacks/aws/flags';
import { reportedIssues } from './validation-report';

const VALIDATION_REPORT = 'validation-report.json';

export interface AppSources {
  readonly imageOf: ImageSources;
  readonly known: KnownAnswers;
  readonly validator: Validator | undefined;
}

/** Synthesises the CDK app of an estate in a temporary folder. */
export function synthesizeApp(plan: EstatePlan, sources: AppSources): Synthesis {
  const outdir = mkdtempSync(join(tmpdir(), 'entra-aws-identity-'));
  try {
    return synthesizeInto(outdir, plan, sources);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

function synthesizeInto(outdir: string, plan: EstatePlan, sources: AppSources): Synthesis {
  const app = new App({
    outdir,
    analyticsReporting: false,
    // A twentieth of a synthesis, and nothing here reads it.
    treeMetadata: false,
    context: { [FAIL_SYNTH_ON_VALIDATION_ERRORS_CONTEXT]: false },
    postCliContext: CDK_FLAGS,
  });
  addEstateStacks(app, plan, sources);
  const assembly = app.synth();
  const report = readJson(join(assembly.directory, VALIDATION_REPORT));
  return {
    templates: templatesOf(app, plan, assembly),
    issues: reportedIssues(report, plan),
  };
}

function templatesOf(app: App, plan: EstatePlan, assembly: CloudAssembly): readonly SynthesizedTemplate[] {
  const read = ({ templateFile }: Stack): JsonObject => readJson(join(assembly.directory, templateFile)) as JsonObject;
  return cdkStacks(plan).flatMap(({ name, kind }) => {
    const stack = Stack.of(app.node.findChild(name));
    const shards = stack.node.findAll().filter((construct) => construct instanceof AssignmentShard);
    const common = { stack: name, role: kind };
    return [
      { ...common, template: read(stack) },
      ...shards.map((shard) => ({ ...common, shard: shard.number, template: read(shard) })),
    ];
  });
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}
