import { readFileSync } from 'node:fs';
import { appendFile, writeFile } from 'node:fs/promises';
import { changedPaths, openRevision } from '../clouds/git/git-folder';
import { type RunKind, runKindOf } from '../deploy/pipeline/forge-run';
import { type NamedSettings, RENDERERS } from '../deploy/pipeline/render-settings';
import { settingsOf } from '../deploy/pipeline/settings';
import { touchedEstates } from '../deploy/pipeline/touched';
import { diskFolder, listEstates } from '../estate/load/estate-folder';
import { planEstate } from '../estate/plan/estate-plan';
import type * as commands from './commands/pipeline';
import { EXIT } from './program/cli';
import type { OptionsOf } from './program/define';
import { chooseEstate } from './program/estate';

type Options = OptionsOf<typeof commands.ciSettings>;

export async function run(options: Options): Promise<number> {
  const run = runKindOf(process.env, readEvent);
  const all = listEstates(options.estates);
  const base = options.base ?? run?.base;
  const touched = base === undefined ? all : touchedSince(base, { estates: options.estates, all });
  const names = options.estate === undefined ? touched : [chooseEstate(options).name];
  const settings = names.map((name) => settingsIn(options, name, { run, base, isTouched: touched.includes(name) }));
  await write(RENDERERS[options.output](settings), options);
  return EXIT.ok;
}

function readEvent(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** @throws GitError if the revision is not there */
function touchedSince(
  base: string,
  { estates, all }: { readonly estates: string; readonly all: readonly string[] },
): readonly string[] {
  const revision = openRevision(estates, base);
  return touchedEstates(all, { paths: changedPaths(revision), estatesFolder: revision.prefix });
}

interface Known {
  readonly run: RunKind | undefined;
  readonly base: string | undefined;
  readonly isTouched: boolean;
}

/** An estate with errors has settings too: its preview says what is wrong. */
function settingsIn({ estates }: Options, name: string, { run, base = '', isTouched }: Known): NamedSettings {
  return { name, settings: settingsOf(planEstate(diskFolder(estates, name)), { run, base, isTouched }) };
}

async function write(text: string, { output, out }: Options): Promise<void> {
  // A shell runs this file: nothing of one that the repository brings stays in it.
  if (out !== undefined) {
    await writeFile(out, text);
    return;
  }
  const outputs = output === 'github' ? process.env['GITHUB_OUTPUT'] : undefined;
  if (outputs === undefined || outputs === '') process.stdout.write(text);
  else await appendFile(outputs, text);
}
