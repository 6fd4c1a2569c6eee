import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type PulumiKind, stackName } from '../../../src/estate/plan/stacks/stacks';
import { findTool, type FoundTool } from '../built-tools';
import type { DirectoryOptions } from './directories';
import type { Team } from './team';

const ESTATE = 'acme';

/**
 * Puts Pulumi on the machine that runs jobs. Its state is in a folder, and its secrets are under a passphrase, whatever a job
 * says: Azure's storage and its vault can't be had here. Everything else is Pulumi's own.
 */
export function addPulumi(team: Team): void {
  const state = join(team.root, 'pulumi-state');
  mkdirSync(state, { recursive: true });
  addCli(team, [
    `export PULUMI_BACKEND_URL='file://${state}' PULUMI_CONFIG_PASSPHRASE='only for this test'`,
    'words=("$@")',
  ]);
}

/** Puts Pulumi on the machine of an engineer whose state is in a bucket, which has no host of its own here. */
export function addPulumiInS3(team: Team): void {
  addCli(team, [
    'words=()',
    'for word in "$@"; do case "$word" in s3:*) word="$word&use_path_style=true" ;; esac; words+=("$word"); done',
  ]);
}

function addCli(team: Team, lines: readonly string[]): void {
  const [cli, host] = [folderOf(findTool('pulumi')), folderOf(findTool('pulumi-language-nodejs'))];
  team.addProgram('pulumi', [
    `export PATH='${host}${delimiter}'"$PATH"`,
    // The host that is built where there is none is too old to say it.
    'export PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true PULUMI_NODEJS_ROOT_DIRECTORY="$PWD"',
    ...lines,
    `exec '${join(cli, 'pulumi')}' "\${words[@]}"`,
  ]);
}

/** Puts a Pulumi on the machine that only notes that somebody asked for it. */
export function noteThatPulumiIsAsked(team: Team): void {
  team.addProgram('pulumi', [`echo "pulumi $*" >> '${notes(team)}'`, 'exit 1']);
}

/** Command lines of Pulumi that jobs ran, or tried to, where the estate has no program. */
export function askedOfPulumi(team: Team): readonly string[] {
  return existsSync(notes(team)) ? readFileSync(notes(team), 'utf8').trim().split('\n') : [];
}

const notes = (team: Team): string => join(team.root, 'asked-of-pulumi');

/** Makes the stack of a directory, as the step `pulumi-stacks` of a deployment tells a person to. */
export async function makeStack(
  team: Team,
  { program, tenant }: Pick<DirectoryOptions, 'program' | 'tenant'>,
  metadataHost: string,
): Promise<void> {
  const stack = stackName(ESTATE, program);
  const set = (key: string, value: string) => team.run('pulumi', 'config', 'set', '--stack', stack, key, value);
  await team.run('pulumi', 'stack', 'init', stack);
  await set('estate', ESTATE);
  await set('program', program);
  await set('azuread:tenantId', tenant.id);
  await set('azuread:metadataHost', metadataHost);
}

/** Names of what the state of a program has, each with its type before it. */
export async function stateOf(team: Team, program: PulumiKind): Promise<readonly string[]> {
  const text = await team.run('pulumi', 'stack', '--stack', stackName(ESTATE, program), '--show-urns');
  return [...text.matchAll(/urn:pulumi:.+/g)].map(([urn]) => {
    const [, , types = '', ...name] = urn.trim().split('::');
    return `${types.split('$').at(-1) ?? ''} ${name.join('::')}`;
  });
}

function folderOf(found: FoundTool): string {
  if ('skipped' in found) throw new Error(found.skipped);
  return found.folder;
}
