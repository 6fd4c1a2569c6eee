import { App } from 'aws-cdk-lib';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { FAIL_SYNTH_ON_VALIDATION_ERRORS_CONTEXT } from 'aws-cdk-lib/cx-api';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import cdkJson from '../../../cdk.json';
import { AssignmentShard } from '../../../constructs/aws/access/assignment-shard';
import type { JsonObject } from '../../estate/sections/estate';
import type { EstatePlan } from '../../estate/plan/estate-plan';
import { sectionStacks } from '../../estate/plan/section-stacks';
import type { Synthesis, SynthesizedTemplate } from '../facts';
import { addEstateStacks, hasStacks } from '../../../stacks/aws/estate-app';
import { AccessStack } from '../../../stacks/aws/access-stack';
import { imageSourceOf } from '../../../stacks/image-source';
import { reportedIssues } from './validation-report';

const VALIDATION_REPORT = 'validation-report.json';

/**
 * Synthesises an estate as `cdk synth` does, in a temporary folder, and returns the templates and what validation found
 * instead of failing. The plan must have no errors.
 */
export function synthesizeEstate(plan: EstatePlan): Synthesis {
  if (!hasStacks(plan)) return { templates: [], issues: [] };
  const outdir = mkdtempSync(join(tmpdir(), 'entra-aws-identity-'));
  try {
    return synthesizeInto(outdir, plan);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

function synthesizeInto(outdir: string, plan: EstatePlan): Synthesis {
  const app = new App({
    outdir,
    analyticsReporting: false,
    context: { ...cdkJson.context, [FAIL_SYNTH_ON_VALIDATION_ERRORS_CONTEXT]: false },
  });
  addEstateStacks(app, plan, { imageOf: imageSourceOf });
  const assembly = app.synth();
  const report = readJson(join(assembly.directory, VALIDATION_REPORT));
  return {
    templates: [...accessTemplates(app, assembly), ...sectionTemplates(plan, assembly)],
    issues: reportedIssues(report, plan),
  };
}

function accessTemplates(app: App, assembly: CloudAssembly): readonly SynthesizedTemplate[] {
  const read = (file: string): JsonObject => readJson(join(assembly.directory, file)) as JsonObject;
  return app.node.children
    .filter((child) => child instanceof AccessStack)
    .flatMap((stack) => {
      const common = { stack: stack.stackName, role: stack.role };
      const shards = stack.node.findAll().filter((construct) => construct instanceof AssignmentShard);
      return [
        { ...common, template: read(stack.templateFile) },
        ...shards.map((shard) => ({ ...common, shard: shard.number, template: read(shard.templateFile) })),
      ];
    });
}

function sectionTemplates(plan: EstatePlan, assembly: CloudAssembly): readonly SynthesizedTemplate[] {
  return sectionStacks(plan).map(({ name, role }) => ({ stack: name, role, template: templateOf(assembly, name) }));
}

function templateOf(assembly: CloudAssembly, stack: string): JsonObject {
  return assembly.getStackByName(stack).template as JsonObject;
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}
