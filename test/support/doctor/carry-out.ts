import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { JsonObject } from '../../../apps/emulator/graph/json';
import type { Examination } from '../../../src/doctor/examination';
import type { Call } from '../apps/emulator/support/client';
import { pythonEnvironment } from '../python';
import { REPOSITORY } from '../repository';

/** Words of the commands in a text that begin with a program: quotes hold what has spaces. */
function commandsIn(advice: string, program: string): readonly (readonly string[])[] {
  const one = new RegExp(`(?<![\\w-])${program} (?:'[^']*'|[^\\s;,&]+(?:,[^\\s;,&]+)*| (?!&&))+`, 'g');
  return [...advice.matchAll(one)].map(([text]) =>
    [...text.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? ''),
  );
}

/** Commands of this program that advice names, by their names and options, none of which has a value. */
export function ownCommandsIn(advice: string): readonly (readonly [name: string, ...options: string[]])[] {
  return [...advice.matchAll(/\bentra-aws ((?:[a-z-]+ )+)(--[a-z-]+(?: --[a-z-]+)*)/g)].map(
    ([, name = '', options = '']) => [name.trim(), ...options.split(' ')],
  );
}

/** Advice on what is not well, by the checks that give it. */
export function adviceOf({ checks }: Examination, id: string): readonly string[] {
  const { observations = [] } = checks.find((check) => check.id === id) ?? {};
  return observations.flatMap(({ advice, outcome }) => (advice === undefined || outcome === 'ok' ? [] : [advice]));
}

/** Runs the commands of the AWS CLI that advice names, as whoever reads it would. @throws Error if there is none, or one fails */
export async function carryOutAtAws(advice: string, env: Readonly<Record<string, string>>): Promise<void> {
  const python = pythonEnvironment();
  if (!python.ok) throw new Error(python.reason);
  const commands = commandsIn(advice, 'aws');
  if (commands.length === 0) throw new Error(`no command of AWS in: ${advice}`);
  const cli = join(REPOSITORY, 'test/support/aws_cli.py');
  for (const [, ...words] of commands)
    await promisify(execFile)(python.python, [cli, ...words], {
      env: { PATH: process.env['PATH'], AWS_DEFAULT_REGION: env['AWS_REGION'], ...env },
    });
}

/** Sends the requests to Graph that advice names. @throws Error if there is none, or one fails */
export async function carryOutAtGraph(advice: string, call: Call): Promise<void> {
  const commands = commandsIn(advice, 'az');
  if (commands.length === 0) throw new Error(`no command of Azure in: ${advice}`);
  for (const words of commands) {
    const option = (name: string): string => words[words.indexOf(`--${name}`) + 1] ?? '';
    const path = option('url').replace('https://graph.microsoft.com', '');
    const { status, text } = await call(
      `${option('method').toUpperCase()} ${path}`,
      JSON.parse(option('body')) as JsonObject,
    );
    if (status >= 300) throw new Error(text);
  }
}
