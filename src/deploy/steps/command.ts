import { STATE_PREFIX } from '../../estate/sections/pipeline/pulumi-state';
import { DEFAULT_ESTATES_FOLDER } from '../../estate/source/estate-folder';

/** A command line of another program. It is run without a shell. */
export interface Command {
  readonly words: readonly [program: string, ...args: string[]];
  /** Profile of the AWS credentials, as `AWS_PROFILE`. @default the environment's credentials */
  readonly profile?: string | undefined;
  /** Profile with which Pulumi reads its state, of a command that takes another one besides. @default the same */
  readonly stateProfile?: string | undefined;
}

/** Exit of a command, and what it printed. */
export interface CommandResult {
  /** Exit code; 127 if there is no such program. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Exit code of a command that a person interrupted, as a shell answers. */
export const INTERRUPTED = 130;

/** A command of space-separated words, none of which has a space in it; further words may. */
export function command(words: string, ...more: readonly string[]): Command {
  const [program = words, ...args] = words.split(' ');
  return { words: [program, ...args, ...more] };
}

/** The estate that a command is about. */
export interface EstateLocation {
  readonly estate: string;
  /** Folder of the estates. @default estates */
  readonly estates?: string | undefined;
}

/** A command of this program about an estate. npx runs the program that is installed, and installs none. */
export function entraAws(words: string, { estate, estates }: EstateLocation, options = ''): Command {
  const elsewhere = isElsewhere(estates) ? ['--estates', estates] : [];
  return command(
    `npx --no entra-aws ${words} --estate ${estate}`,
    ...elsewhere,
    ...(options === '' ? [] : options.split(' ')),
  );
}

/** A command of the CDK about stacks of an estate. */
export function cdk(verb: string, { estate, estates }: EstateLocation, words: readonly string[]): Command {
  const elsewhere = isElsewhere(estates) ? ['-c', `estates=${estates}`] : [];
  return command(`npx --no cdk ${verb} -c estate=${estate}`, ...elsewhere, ...words);
}

/** Tells whether a folder of estates must be named, since it is not the one that commands and engines read unasked. */
export function isElsewhere(estates: string | undefined): estates is string {
  return estates !== undefined && estates !== DEFAULT_ESTATES_FOLDER;
}

const PLAIN_WORD = /^[\w./:=@%+,-]+$/;

/** The command as a person types it into a POSIX shell. */
export function shellLine({ words, ...command }: Command): string {
  const prefix = Object.entries(profilesOf(command)).map(([name, profile]) => `${name}=${quoted(profile)}`);
  return [...prefix, ...words.map(quoted)].join(' ');
}

/** Variables that name the profiles of a command. */
export function profilesOf({ profile, stateProfile }: Omit<Command, 'words'>): Readonly<Record<string, string>> {
  return {
    ...(stateProfile !== undefined && { [`${STATE_PREFIX}AWS_PROFILE`]: stateProfile }),
    ...(profile !== undefined && { AWS_PROFILE: profile }),
  };
}

function quoted(word: string): string {
  if (PLAIN_WORD.test(word)) return word;
  return /["$`\\]/.test(word) ? `'${word.replaceAll("'", String.raw`'\''`)}'` : `"${word}"`;
}
