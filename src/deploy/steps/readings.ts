import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { AzureParameters, AzureValue } from '../../estate/plan/azure-deployments';
import { parseQuietly } from '../../estate/source/json-source';
import { quotedList } from '../../text/suggest';
import type { CommandResult } from './command';
import {
  countDifferences,
  countFailures,
  interruptedIn,
  isSnapshotStale,
  lockOf,
  readPulumiPreview,
} from './engine-output';
import { DONE, pending, type Read, type Reading, unclear } from './step';

const broken = (why: string): Reading => ({ state: 'pending', why, isBroken: true });

/** Longest part of a failed program's output that is shown, so that it does not fill the screen. */
const LONGEST_REASON = 2_000;

/** A check that did not answer: not logged in, no such program, no permission. */
function unknown({ code, stdout, stderr }: CommandResult): Reading {
  const said = stderr.trim() || stdout.trim() || `it ended with exit code ${code} and said nothing`;
  return unclear(said.slice(0, LONGEST_REASON));
}

/** Reads text on standard output, where only exit code 0 is an answer. */
export const answered =
  (read: (text: string) => Reading): Read =>
  (result) =>
    result.code === 0 ? read(result.stdout.trim()) : unknown(result);

/** Reads JSON of a form; another one is no answer. */
export const parsedAnswer = <T>(schema: z.ZodType<T>, otherwise: string, read: (answer: T) => Reading): Read =>
  answered((text) => {
    const { data } = schema.safeParse(parseQuietly(text));
    return data === undefined ? unclear(otherwise) : read(data);
  });

/** Something is listed, whatever it is. */
export const isListed = (otherwise: string): Read => answered((text) => (text === '' ? pending(otherwise) : DONE));

/** Nothing is printed. */
export const isQuiet = (why: string): Read => answered((text) => (text === '' ? DONE : pending(`${why}:\n${text}`)));

/**
 * Nothing differs, or a command that failed printed a sign that something does; without the sign it came to no end.
 *
 * @param reading what the output means then
 */
const unlessSigned =
  (hasSign: (result: CommandResult) => boolean, reading: (stdout: string) => Reading): Read =>
  (result) => {
    if (result.code === 0) return DONE;
    return hasSign(result) ? reading(result.stdout.trim()) : unknown(result);
  };

/** A command of this project whose exit code 1 says that something differs, if it prints this, or else that it failed. */
export const differsIf = (sign: RegExp, why: string): Read =>
  unlessSigned(
    ({ stdout }) => sign.test(stdout),
    () => pending(why),
  );

/** `npx --no entra-aws snapshot --check`. */
export const snapshotCheck: Read = unlessSigned(isSnapshotStale, () => pending('the organization has changed'));

/** `npx --no entra-aws doctor --strict` and `npx --no entra-aws deploy check`, whose exit code 1 says that something is wrong, or that it could not be checked. */
export const doctorCheck: Read = unlessSigned((result) => (countFailures(result) ?? 0) > 0, pending);

/** `npx --no entra-aws deploy repair PROGRAM --check`, which names what is to be recovered and what stands twice. */
export const recoveryCheck: Read = unlessSigned(({ stdout }) => / {2}to do: /.test(stdout), broken);

/** A command that fails with these words asked for what is not there; any other answer is read. */
export const unlessMissing =
  (words: RegExp, otherwise: string, read: Read): Read =>
  (result) =>
    result.code !== 0 && words.test(result.stderr) ? pending(otherwise) : read(result);

/** Something is at an address that `az rest` asks. */
export const isFound = (otherwise: string): Read =>
  unlessMissing(
    /\b(Bad Request|Not Found)\b/,
    otherwise,
    answered(() => DONE),
  );

const Deployments = z.array(
  z.object({ state: z.string(), parameters: z.record(z.string(), z.object({ value: z.json() }).partial()).nullish() }),
);

/** The last deployment of Azure Resource Manager under a name, as it recorded its parameters. */
export const azureDeployment = (wanted: AzureParameters): Read =>
  parsedAnswer(Deployments, 'az did not answer with deployments', ([last]) => {
    if (last === undefined) return pending('never deployed');
    if (last.state !== 'Succeeded') return pending(`the last deployment is ${last.state}`);
    const differences = Object.entries(wanted).flatMap(([name, value]) =>
      differencesOf(name, last.parameters?.[name]?.value, value),
    );
    if (differences.length === 0) return DONE;
    const more = differences.length - MOST_DIFFERENCES;
    const shown = [...differences.slice(0, MOST_DIFFERENCES), ...(more > 0 ? [`and ${more} more`] : [])];
    return pending(`the last deployment had other values:\n${shown.join('\n')}`);
  });

/** Longest list of differences that is shown. */
const MOST_DIFFERENCES = 20;

type Value = AzureValue | undefined;

/** Values that differ below a name. Azure records nothing of a value that is null. */
function differencesOf(name: string, there: Value, here: Value): readonly string[] {
  if (isDeepStrictEqual(there ?? null, here ?? null)) return [];
  const [before, after] = [membersOf(there), membersOf(here)];
  if (before === undefined || after === undefined) return [`${name}: ${inJson(there)} there, ${inJson(here)} here`];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) => differencesOf(`${name}.${key}`, before[key], after[key]));
}

const inJson = (value: Value): string => (value == null ? 'nothing' : JSON.stringify(value));

/** Members by key; those of a list by their names, or their places. */
function membersOf(value: Value): AzureParameters | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!isList(value)) return value;
  return Object.fromEntries(value.map((one, index) => [nameIn(one) ?? String(index), one]));
}

const isList = (value: object): value is readonly AzureValue[] => Array.isArray(value);

function nameIn(value: AzureValue): string | undefined {
  const name = typeof value === 'object' && value !== null && !isList(value) ? value['name'] : undefined;
  return typeof name === 'string' ? name : undefined;
}

/** The account of the credentials. */
export const accountIs = (account: string): Read =>
  answered((text) =>
    text === account
      ? DONE
      : unclear(`these AWS credentials belong to the account ${text}, not to ${account}: choose the right profile`),
  );

/** Status of a stack of CloudFormation, or nothing. A failed creation leaves a stack whose template differs in nothing. */
export const stackStatus: Read = answered(readingOfStatus);

/** The same of `entra-aws deploy repair stacks --stack --check`, which reaches other accounts and exits with 1 where there is something to recover. */
export const checkedStackStatus: Read = (result) => {
  const status = / in \d{12}: ([A-Z_]+|not deployed)$/.exec(result.stdout.trim())?.[1];
  if (status === undefined) return unknown(result);
  return readingOfStatus(status === 'not deployed' ? '' : status);
};

function readingOfStatus(text: string): Reading {
  if (text === '') return pending('never deployed');
  if (/^(CREATE|UPDATE|IMPORT|UPDATE_ROLLBACK)_COMPLETE$/.test(text)) return DONE;
  if (text.endsWith('_IN_PROGRESS') && text !== 'REVIEW_IN_PROGRESS')
    return unclear(`the stack is ${text}: wait until it has ended`);
  const isBroken = /^(ROLLBACK_COMPLETE|ROLLBACK_FAILED|UPDATE_ROLLBACK_FAILED)$/.test(text);
  return (isBroken ? broken : pending)(`the stack is ${text}`);
}

/** Trust of Organizations in stack sets. */
export const isTrusted: Read = answered((text) =>
  text === 'ENABLED' ? DONE : pending(`trusted access of stack sets is ${text || 'off'}`),
);

/** `cdk diff --fail`, whose exit code 1 says that something differs or that it failed. */
export const cdkDiff: Read = (result) => {
  const count = countDifferences(result);
  if (count === undefined) return unknown(result);
  return result.code === 0 && count === 0 ? DONE : pending('the template differs from what is deployed');
};

/** Every wanted name is among those that are there. */
function compareNames(there: readonly unknown[], wanted: readonly string[], otherwise: string): Reading {
  const missing = wanted.filter((name) => !there.includes(name));
  return missing.length === 0 ? DONE : pending(`${otherwise} ${quotedList(missing)}`);
}

/** `pulumi stack ls --json`. Pulumi Cloud puts the organization in front of a name. */
export const hasPulumiStacks = (names: readonly string[]): Read =>
  parsedAnswer(z.array(z.object({ name: z.string() })), 'Pulumi did not answer with stacks', (stacks) => {
    const there = stacks.map(({ name }) => name.split('/').at(-1));
    return compareNames(there, names, 'the backend has no stack');
  });

/** Display names of groups, as a JSON list. A group may lack a name, and the AWS CLI answers null where there is no group. */
export const hasGroups = (wanted: readonly string[]): Read =>
  parsedAnswer(z.array(z.string().nullable()).nullable(), 'AWS did not answer with names of groups', (names) =>
    compareNames(names ?? [], wanted, 'not yet in IAM Identity Center:'),
  );

/** A key of a stack's configuration; Pulumi fails where it is not set. */
export const isConfigured =
  (wanted: string, otherwise: string): Read =>
  ({ code, stdout }) =>
    code === 0 && stdout.trim() === wanted ? DONE : pending(otherwise);

/** `pulumi preview --json`. */
export const pulumiPreview: Read = (result) => {
  const preview = readPulumiPreview(result.stdout);
  const { changes, messages } = preview;
  const lock = result.code === 0 ? undefined : lockOf(`${result.stdout}\n${result.stderr}`);
  if (lock !== undefined) return broken(`the stack is locked by a run that is at work, or was killed:\n${lock}`);
  const interrupted = interruptedIn(preview);
  if (interrupted.length > 0) return broken(`the last run ended while it was at work on\n${interrupted.join('\n')}`);
  if (result.code !== 0 || changes === undefined) {
    const errors = messages.filter(({ severity }) => severity === 'error').map(({ text }) => text);
    return unknown({ ...result, stdout: '', stderr: [...errors, result.stderr.trim()].join('\n') });
  }
  if (changes.length === 0) return DONE;
  const counts = Map.groupBy(changes, ({ op }) => op);
  return pending([...counts].map(([operation, { length }]) => `${operation} ${length}`).join(', '));
};
