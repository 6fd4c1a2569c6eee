import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { z } from 'zod';
import { devDependencies } from '../../package.json';
import { addStacks } from '../../stacks/aws/estate-app';
import { CDK_FLAGS } from '../../stacks/aws/flags';
import { METADATA } from '../../stacks/aws/synthesize';
import { imageSourceOf } from '../../stacks/image-source';
import type { EstatePlan } from '../estate/plan/planner';
import { cdkStacks, programsOf, stackName } from '../estate/plan/stacks/stacks';
import { PROJECT } from '../preview/engine/run-program';
import { ejectApp } from './cdk-app';
import { ejectProgram } from './pulumi-program';
import { recordProgram, type RecordOptions } from './record-program';

/** Files by their paths. */
type Files = Readonly<Record<string, string>>;

export interface EjectOptions {
  readonly now: Date;
  /** Text of the file of a stack; undefined where there is none. */
  readonly configText: (stack: string) => string | undefined;
  readonly configOf: (stack: string) => RecordOptions['config'];
  /** Takes the texts, and copies folders of the assembly, which goes afterwards. */
  readonly write: (files: Files, copies: Files) => void;
}

/** Writes an estate as plain code. @throws Error that names what can't be written down */
export async function eject(plan: EstatePlan, options: EjectOptions): Promise<void> {
  const programs = await programFiles(plan, options);
  const directory = mkdtempSync(join(tmpdir(), 'entra-aws-identity-'));
  try {
    const { files, copies } = cdkFiles(plan, directory);
    options.write({ ...projectFiles(plan), ...programs, ...files }, copies);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function cdkFiles(plan: EstatePlan, directory: string): { readonly files: Files; readonly copies: Files } {
  const stacks = cdkStacks(plan);
  if (stacks.length === 0) return { files: {}, copies: {} };
  const app = new App({
    outdir: directory,
    analyticsReporting: false,
    builtinCloudFormationValidation: false,
    treeMetadata: false,
    postCliContext: { ...CDK_FLAGS, ...METADATA },
  });
  addStacks(app, stacks, { plan, sources: { imageOf: imageSourceOf } });
  app.synth();
  const { files, copies } = ejectApp(directory);
  // The paths of the former constructs are in the code: with others, every template would differ.
  const settings = { app: 'node --import tsx cdk/app.ts', pathMetadata: false, assetMetadata: false };
  return {
    files: { 'cdk.json': json({ ...settings, versionReporting: false }), ...below('cdk', files) },
    copies: below('cdk', copies),
  };
}

async function programFiles(plan: EstatePlan, { now, configText, configOf }: EjectOptions): Promise<Files> {
  const files: Record<string, string> = {};
  for (const program of programsOf(plan.estate)) {
    const stack = stackName(plan.estate.name, program);
    const recorded = await recordProgram(program, plan, { now, config: configOf(stack) });
    const config = configText(stack);
    files[`${program}/index.ts`] = ejectProgram(recorded);
    files[`${program}/Pulumi.yaml`] = PULUMI_YAML;
    if (config !== undefined) files[`${program}/Pulumi.${stack}.yaml`] = config;
  }
  return files;
}

/** The project keeps its name, which is in every URN. */
const PULUMI_YAML = `name: ${PROJECT}
main: index.ts
runtime:
  name: nodejs
  options:
    typescript: false
    nodeargs: --import tsx
`;

/** What the code is run with. */
const PACKAGES = ['@pulumi/azuread', '@pulumi/pulumi', 'aws-cdk', 'aws-cdk-lib', 'constructs'] as const;

function projectFiles({ estate }: EstatePlan): Files {
  const { tsx, typescript } = devDependencies;
  const installed = Object.fromEntries(PACKAGES.map((name) => [name, versionOf(name)]));
  const dependencies = { ...installed, tsx, typescript, '@types/node': devDependencies['@types/node'] };
  return {
    'package.json': json({ name: `${estate.name}-identity`, private: true, dependencies }),
    'tsconfig.json': json({
      compilerOptions: { strict: true, module: 'nodenext', target: 'es2023', noEmit: true, skipLibCheck: true },
    }),
    '.gitignore': 'node_modules/\ncdk.out/\n',
  };
}

const Manifest = z.looseObject({ version: z.string() });

/** The version that is installed, which made what is deployed. */
function versionOf(name: string): string {
  return Manifest.parse(JSON.parse(readFileSync(require.resolve(`${name}/package.json`), 'utf8'))).version;
}

function below(folder: string, files: Files): Files {
  return Object.fromEntries(Object.entries(files).map(([path, value]) => [`${folder}/${path}`, value]));
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
