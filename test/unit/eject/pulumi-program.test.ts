import { transformSync } from '@swc/core';
import { basename, dirname, join } from 'node:path';
import type { RegisterResourceRequest } from '@pulumi/pulumi/proto/resource_pb';
import { ejectProgram } from '../../../src/eject/pulumi-program';
import { type RecordedProgram, recordProgram } from '../../../src/eject/record-program';
import { diskFolder, listEstates } from '../../../src/estate/load/estate-folder';
import { planEstate } from '../../../src/estate/plan/estate-plan';
import { programsOf } from '../../../src/estate/plan/stacks/stacks';
import { REPOSITORY, SANDBOX } from '../../support/repository';

const NOW = new Date('2026-11-26T00:00:00Z');
const OPTIONS = { now: NOW, config: {} };

const planOf = (folder: string) => planEstate(diskFolder(dirname(folder), basename(folder)));

const ESTATES = ['test/estates', 'test/estates/corpus'].flatMap((folder) =>
  listEstates(join(REPOSITORY, folder)).map((name) => join(REPOSITORY, folder, name)),
);

const PROGRAMS = [SANDBOX, join(REPOSITORY, 'estates/blog'), ...ESTATES].flatMap((folder) =>
  programsOf(planOf(folder).estate).map((program) => [basename(folder), program, folder] as const),
);

/** Runs the text of a program. @returns its outputs */
function runText(text: string): Readonly<Record<string, unknown>> {
  const { code } = transformSync(text, {
    jsc: { parser: { syntax: 'typescript' }, target: 'es2023' },
    module: { type: 'commonjs' },
  });
  const exported = {};
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- lists of another context are no lists to Pulumi
  new Function('require', 'exports', code)(require, exported);
  return { ...exported };
}

function optionsOf(request: RegisterResourceRequest | undefined) {
  if (request === undefined) return undefined;
  return {
    dependsOn: request.getDependenciesList().toSorted(),
    provider: request.getProvider(),
    protect: request.getProtect(),
    version: request.getVersion(),
    aliases: request.getAliasesList().map((alias) => alias.toObject()),
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    secretOutputs: request.getAdditionalsecretoutputsList(),
    deleteBeforeReplace: request.getDeletebeforereplace(),
    retainOnDelete: request.getRetainondelete(),
    timeouts: request.getCustomtimeouts()?.toObject(),
  };
}

/** All that the engine gets to know of the resources; lookups change nothing. */
function registered({ registrations, outputs }: RecordedProgram) {
  const resources = registrations.filter(({ kind }) => kind !== 'lookup');
  const entries = resources.map(({ key, request, ...rest }) => [key, { ...rest, options: optionsOf(request) }]);
  return { resources: Object.fromEntries(entries) as unknown, outputs };
}

test.each(PROGRAMS)('the program of %s for %s registers the same as plain code', async (_name, program, folder) => {
  const plan = planOf(folder);
  const recorded = await recordProgram(program, plan, OPTIONS);
  expect(recorded.registrations.length).toBeGreaterThan(3);
  const text = ejectProgram(recorded);
  expect(text).not.toContain('entra-aws-identity/cli');
  const again = await recordProgram(program, plan, { ...OPTIONS, run: () => runText(text) });
  expect(registered(again)).toEqual(registered(recorded));
});

test('a secret is a reference to the configuration', async () => {
  const recorded = await recordProgram('workforce', planOf(SANDBOX), OPTIONS);
  expect(ejectProgram(recorded)).toContain("{ key: 'SecretToken', value: config.requireSecret('scimToken') }");
});

test('a program that fails is not written', async () => {
  const refuse = (): never => {
    throw new Error('no certificate signs');
  };
  const failing = recordProgram('workforce', planOf(SANDBOX), { ...OPTIONS, run: refuse });
  await expect(failing).rejects.toThrow('sandbox-workforce fails: no certificate signs');
});
