import { z } from 'zod';
import { type Issue, issuesOf } from '../../source/finding';
import { valueAt } from '../../../text/values';
import { quotedList } from '../../../text/suggest';
import { isDay } from '../durations';
import { Name } from './rules';

/** Something that only a person can do. */
export interface PersonStep {
  /** Pulumi program that it belongs to. */
  readonly program: 'customers' | 'workforce';
  /** `B2C_1_signupsignin1/claims`. */
  readonly id: string;
  /** Directory, and client at a provider, that it is done in. In another one it is still to do. */
  readonly target: string;
  /** Reason why no program does it. */
  readonly why: string;
  /** Place, as the portal names its pages. */
  readonly where: string;
  /** Value to set there, the same text for the same declaration in whatever order. */
  readonly asks: string;
  /** Sign from outside that it is done. */
  readonly shows: string;
  /** What it costs, in lines that are read before. @default nothing */
  readonly cautions?: readonly string[];
  /** True if its record has the certificates of the metadata that was uploaded. @default false */
  readonly takesCertificates?: boolean;
  /** User flow whose sign-in shows it. @default no sign-in does */
  readonly provedBy?: string;
}

/** A step without the program, which adds itself. */
export type StepWords = Omit<PersonStep, 'program'>;

/** The version that this program writes and reads. */
const VERSION = 1;

const Text = Name;

const StepRecord = z.strictObject({
  step: Text,
  target: Text,
  asks: Text,
  by: Text,
  on: Text,
  note: Text.exactOptional(),
  /** SHA-1 of each certificate that was uploaded, upper-case hex. */
  thumbprints: z.array(Text).min(1).exactOptional(),
  /** Day of the last two sign-ins that looked for it, and what they did not show as declared. */
  proved: z.strictObject({ on: Text, shown: z.array(Text), faults: z.array(Text) }).exactOptional(),
});

const StepsFile = z.strictObject({ version: z.literal(VERSION), done: z.array(StepRecord) });

/**
 * A person's word that a step is done. It counts for what was asked then, word for word: asked for something else, or in another
 * directory, the step is open again.
 */
export type StepRecord = Readonly<z.output<typeof StepRecord>>;

/** A step, and the record that it is done; without one it is open. */
export interface RecordedStep extends PersonStep {
  readonly record?: StepRecord;
}

/** Records of `steps.lock.json`, and what is wrong with the file. */
export interface ParsedRecords {
  readonly records: readonly StepRecord[];
  readonly issues: readonly Issue[];
}

/** @param latestDay the last day that has begun anywhere */
export function parseStepRecords(value: unknown, latestDay: string): ParsedRecords {
  const version = valueAt(value, ['version']);
  if (typeof version === 'number' && version > VERSION) {
    const problem = 'is a newer version of this file than this program reads';
    return failed([
      { ...issue(['version'], problem, `version ${VERSION}; update entra-aws-identity`), value: version },
    ]);
  }
  const parsed = StepsFile.safeParse(value);
  if (!parsed.success)
    return failed(issuesOf(parsed.error, StepsFile, value).map((one) => ({ ...one, file: 'steps' })));
  const { done } = parsed.data;
  const dayFault = (value: string, at: Issue['at']): readonly Issue[] =>
    isDay(value) && value <= latestDay ? [] : [{ ...issue(at, 'is not a day that has begun', 'YYYY-MM-DD'), value }];
  const issues = done.flatMap(({ step, on, proved }, index): readonly Issue[] => [
    ...dayFault(on, ['done', index, 'on']),
    ...(proved === undefined ? [] : dayFault(proved.on, ['done', index, 'proved', 'on'])),
    ...(done.findIndex((other) => other.step === step) === index
      ? []
      : [{ ...issue(['done', index, 'step'], 'has two records', 'one for each step, the latest'), value: step }]),
  ]);
  return { records: issues.length > 0 ? [] : done, issues };
}

function failed(issues: readonly Issue[]): ParsedRecords {
  return { records: [], issues };
}

function issue(at: Issue['at'], problem: string, allowed: string): Issue {
  return { severity: 'error', code: 'steps-file', file: 'steps', at, problem, allowed };
}

/** Steps with their records. A record of what was asked once, and is not any more, is not one. */
export function withRecords(steps: readonly PersonStep[], records: readonly StepRecord[]): readonly RecordedStep[] {
  return steps.map((step) => {
    const record = records.find(
      (one) => one.step === step.id && one.target === step.target && one.asks === step.asks && isWhole(step, one),
    );
    return record === undefined ? step : { ...step, record };
  });
}

/** Tells whether a record has what the step takes: of an upload, what was uploaded. */
function isWhole({ takesCertificates = false }: PersonStep, { thumbprints }: StepRecord): boolean {
  return !takesCertificates || thumbprints !== undefined;
}

/** Records that say nothing of the estate as it is: of another text, or of a step that it does not ask for. */
export function idleRecords(steps: readonly PersonStep[], records: readonly StepRecord[]): readonly Issue[] {
  return records.flatMap((record, index): readonly Issue[] => {
    const { step } = record;
    const asked = steps.find(({ id }) => id === step);
    const at = ['done', index];
    if (asked === undefined) {
      const allowed = `remove the record; steps: ${quotedList(steps.map(({ id }) => id))}`;
      const what = { value: step, problem: 'is not a step that the estate asks for', allowed };
      return [{ severity: 'warning', code: 'unknown-step', file: 'steps', at: [...at, 'step'], ...what }];
    }
    const key = (['target', 'asks'] as const).find((one) => record[one] !== asked[one]);
    const severity = 'warning';
    const allowed = `do it, then run npx --no entra-aws steps done ${step} --by NAME${(asked.takesCertificates ?? false) ? ' --metadata FILE' : ''}`;
    if (key === undefined) {
      const problem = `does not say which certificate was uploaded: the step '${step}' is open`;
      return isWhole(asked, record) ? [] : [{ severity, code: 'step-outdated', file: 'steps', at, problem, allowed }];
    }
    const what = key === 'asks' ? 'asks for' : 'is for';
    const problem = `is not what '${step}' ${what} now, which is '${asked[key]}': the step is open again`;
    return [
      {
        ...{ severity, code: 'step-outdated', file: 'steps', at: [...at, key] },
        ...{ value: record[key], problem, allowed },
      },
    ];
  });
}

/** Text of the file with more records, which take the place of older ones of their steps. */
export function recordsText(records: readonly StepRecord[], ...more: readonly StepRecord[]): string {
  const replaced = new Set(more.map(({ step }) => step));
  const done = [...records.filter(({ step }) => !replaced.has(step)), ...more];
  return `${JSON.stringify({ version: VERSION, done }, undefined, 2)}\n`;
}
