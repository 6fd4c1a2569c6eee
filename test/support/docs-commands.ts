import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from './repository';

/**
 * Commands that a page of the docs has below a heading, as they stand: the lines of its blocks of shell, also in lists.
 *
 * @throws Error if there are none, so that a heading that was renamed shows
 */
export function docsCommands(page: string, heading: string): readonly string[] {
  const sections = readFileSync(join(REPOSITORY, 'docs', page), 'utf8').split(/^#+ /m);
  const section = sections.find((text) => text.startsWith(`${heading}\n`)) ?? '';
  const blocks = [...section.matchAll(/^( *)```(?:sh)?\n(.*?)\n\1```$/gms)].map(([, , block = '']) => block);
  if (blocks.length === 0) throw new Error(`docs/${page} has no commands below '${heading}'`);
  return blocks.flatMap((block) => block.split('\n').map((line) => line.trim()));
}

/**
 * Commands that `deploy --dry-run` prints for a step.
 *
 * @throws Error if there are none
 */
export function stepCommands(printed: string, step: string): readonly string[] {
  const part = printed.split(/\n\n/).find((text) => text.startsWith(`${step}: `)) ?? '';
  const commands = [...part.matchAll(/^ +\$ (.+)$/gm)].map(([, command = '']) => command);
  if (commands.length === 0) throw new Error(`deploy prints no commands of the step ${step}:\n${printed}`);
  return commands;
}
