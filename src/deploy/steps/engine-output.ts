import { z } from 'zod';
import type { CommandResult } from './command';
import { parseQuietly } from '../../estate/source/json-source';

/** Stacks that `cdk diff` finds to differ, or undefined where it came to no end. */
export const countDifferences = (result: CommandResult): number | undefined =>
  numberAfter('Number of stacks with differences: ', result);

/**
 * Resources of a stack that `cdk drift` finds to be changed, or undefined where it did not look. It ends well, with none
 * found, also where the assembly lacks the stack and where CloudFormation had no results: it does not name the stack then.
 */
export function countDrifted(stack: string, result: CommandResult): number | undefined {
  const isNamed = textOf(result)
    .split('\n')
    .some((line) => line === `Stack ${stack}` || line.startsWith(`Stack ${stack} `));
  return isNamed ? numberAfter('Number of resources with drift: ', result) : undefined;
}

/**
 * Resources that `cdk drift` could not look at: CloudFormation does not support their type, or was not allowed to. It says
 * nothing of none.
 */
export const countUnchecked = (result: CommandResult): number =>
  numberAfter('Number of resources with drift: \\d+ \\(', result) ?? 0;

/** Words with which `npx --no entra-aws snapshot --check` goes on after the file's path where it fails the check. */
export const STALE_SNAPSHOT = 'is stale; run npx --no entra-aws snapshot to update it';

/** Tells whether `npx --no entra-aws snapshot --check` says that the file is not what AWS has. */
export function isSnapshotStale({ stdout }: CommandResult): boolean {
  return stdout.includes(` ${STALE_SNAPSHOT}`);
}

/** Failures that `npx --no entra-aws doctor` found, or undefined where it came to no end. */
export function countFailures({ stdout }: CommandResult): number | undefined {
  const found = /^(\d+) failures?, \d+ warnings?, /m.exec(stdout)?.[1];
  return found === undefined ? undefined : Number(found);
}

/** In continuous integration the CDK tells most on stdout, elsewhere on stderr. */
const textOf = ({ stdout, stderr }: CommandResult): string => `${stdout}\n${stderr}`;

function numberAfter(pattern: string, result: CommandResult): number | undefined {
  const found = new RegExp(`${pattern}(\\d+)`).exec(textOf(result));
  return found?.[1] === undefined ? undefined : Number(found[1]);
}

/** An operation on a resource: `update`, `create-replacement`. */
const Operation = z.object({ op: z.string(), urn: z.string() });
export type Operation = Readonly<z.infer<typeof Operation>>;

/** The part that is read. Values of resources are in it too, and are left there. */
const Printed = z.object({
  steps: z.array(Operation).min(1).optional(),
  diagnostics: z.array(z.object({ message: z.string(), severity: z.string().default('note') })).default([]),
});

/** Answer of `pulumi preview --json`. */
export interface PulumiPreview {
  /** Operations that change something at the service; undefined where it looked at no resource, the stack's own included. */
  readonly changes: readonly Operation[] | undefined;
  /** Warnings and errors. */
  readonly messages: readonly PulumiMessage[];
}

interface PulumiMessage {
  readonly severity: string;
  readonly text: string;
}

/** Operations that change nothing (pkg/engine/update.go, HasChanges), and `refresh`, which `--refresh` shows. */
const UNCHANGED: ReadonlySet<string> = new Set(['same', 'read', 'read-discard', 'read-replacement', 'refresh']);

const TOLD: ReadonlySet<string> = new Set(['error', 'warning', 'note']);

/** Parses what Pulumi printed; without changes and messages if that is not an answer. */
export function readPulumiPreview(stdout: string): PulumiPreview {
  const { steps, diagnostics } = Printed.safeParse(parseQuietly(stdout)).data ?? { diagnostics: [] };
  return {
    changes: steps?.filter(({ op }) => !UNCHANGED.has(op)),
    messages: diagnostics
      .filter(({ severity }) => TOLD.has(severity))
      // Some begin with what they are: `warning: using ...`.
      .map(({ severity, message }) => ({ severity, text: message.trim().replace(`${severity}: `, '') })),
  };
}

/**
 * The lock of a stack in what Pulumi printed: who holds it, and since when; undefined where it is not locked. Source: Pulumi,
 * pkg/backend/diy/lock.go; Pulumi Cloud says that another update is in progress.
 */
export function lockOf(printed: string): string | undefined {
  if (!/currently locked by|Another update is currently in progress/.test(printed)) return undefined;
  const holders = printed.split('\n').filter((line) => /created by |currently in progress/.test(line));
  return holders.map((line) => line.trim()).join('\n') || 'it does not say by whom';
}

/**
 * Operations that a run had begun when it ended, as a preview warns of them: `urn, interrupted while creating`; none after a
 * run that came to its end. Source: Pulumi, pkg/resource/deploy/deployment_executor.go.
 */
export function interruptedIn({ messages }: PulumiPreview): readonly string[] {
  return messages.flatMap(({ text }) => [...text.matchAll(/\* (\S.*), interrupted while (\w+)/g)].map(inWords));
}

/** `creating Group workforce-Auditors` */
function inWords([, urn = '', doing = '']: RegExpMatchArray): string {
  const [, , types = '', ...name] = urn.split('::');
  return `${doing} ${types.split(':').at(-1) ?? types} ${name.join('::')}`;
}
