import { App } from 'aws-cdk-lib';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CDK_FLAGS } from '../../stacks/aws/flags';
import type { EstatePlan } from '../../src/estate/plan/planner';
import { AccessStack } from '../../stacks/aws/access-stack';

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DependsOn?: readonly string[];
}

export interface Template {
  readonly Description?: string;
  readonly Parameters?: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, Resource>>;
}

export const ASSIGNMENT = 'AWS::SSO::Assignment';
export const PERMISSION_SET = 'AWS::SSO::PermissionSet';

const TEMPLATE = /\.template\.json$/;

/** A folder for a test file; it goes when its tests are through. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'entra-aws-identity-test-'));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** An app makes its output folder at once, even if nobody synthesises it. */
const OUTPUT = temporaryFolder();

/** An app with the stacks of an estate, without their checks. */
export function accessApp(plan: EstatePlan, outdir = OUTPUT): App {
  const app = new App({
    outdir,
    analyticsReporting: false,
    builtinCloudFormationValidation: false,
    postCliContext: CDK_FLAGS,
  });
  const { access } = plan;
  if (access === undefined) throw new Error('the estate has no access section');
  const { instanceArn: arn, partition } = access.organization;
  for (const stack of access.stacks) {
    new AccessStack(app, `${plan.estate.name}-${stack.role}`, { instance: { arn, partition }, plan: stack });
  }
  return app;
}

/**
 * Texts of an estate's templates, parents and nested ones, by file name. Nothing is validated: that takes most of a
 * synthesis, and a test with many estates has no use for it.
 */
export function templateTexts(plan: EstatePlan): ReadonlyMap<string, string> {
  const outdir = mkdtempSync(join(OUTPUT, 'templates-'));
  try {
    accessApp(plan, outdir).synth();
    const files = readdirSync(outdir).filter((file) => TEMPLATE.test(file));
    return new Map(files.toSorted().map((file) => [file, readFileSync(join(outdir, file), 'utf8')]));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** An estate's templates, parents and nested ones, by file name. */
export function templatesOf(plan: EstatePlan): ReadonlyMap<string, Template> {
  return new Map([...templateTexts(plan)].map(([file, text]) => [file, JSON.parse(text) as Template]));
}

/** The nested templates of an estate, by the number of their shard. */
export function shardTemplates(plan: EstatePlan): ReadonlyMap<number, Template> {
  const shards = [...templatesOf(plan).values()].flatMap((template): [number, Template][] => {
    const number = /^Assignments of shard (\d+)$/.exec(template.Description ?? '')?.[1];
    return number === undefined ? [] : [[Number(number), template]];
  });
  return new Map(shards.toSorted(([a], [b]) => a - b));
}

/** Resources of a type, by their logical ids. */
export function resourcesOf(template: Template, type: string): ReadonlyMap<string, Resource> {
  return new Map(Object.entries(template.Resources).filter(([, resource]) => resource.Type === type));
}

/** Replaces the hashes of assets: they change with every change inside a nested template. */
export const withoutHashes: jest.SnapshotSerializerPlugin = {
  test: (value) => typeof value === 'string' && HASH.test(value),
  serialize: (value: string) => JSON.stringify(value.replaceAll(HASHES, '<hash>')),
};

const HASH = /[0-9a-f]{64}/;
const HASHES = /[0-9a-f]{64}/g;
