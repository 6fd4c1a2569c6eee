import { z } from 'zod';
import { isDay } from '../durations';
import type { Issue } from '../../source/finding';
import { quotedList } from '../../../text/suggest';
import { issuesOf } from '../../source/zod-issues';
import { valueAt } from '../../../text/path';
import type { PersonStep } from './manual-steps';

/** The version that this program writes and reads. */
const VERSION = 1;

const Text = z.string().min(1, { error: 'is empty' });

const StepRecord = z.strictObject({
  step: Text,
  target: Text,
  asks: Text,
  by: Text,
  on: Text,
  note: Text.exactOptional(),
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
  const issues = done.flatMap(({ step, on }, index): readonly Issue[] => [
    ...(isDay(on) && on <= latestDay
      ? []
      : [{ ...issue(['done', index, 'on'], 'is not a day that has begun', 'YYYY-MM-DD'), value: on }]),
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
    const record = records.find((one) => one.step === step.id && one.target === step.target && one.asks === step.asks);
    return record === undefined ? step : { ...step, record };
  });
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
    if (key === undefined) return [];
    const what = key === 'asks' ? 'asks for' : 'is for';
    const problem = `is not what '${step}' ${what} now, which is '${asked[key]}': the step is open again`;
    const allowed = `do it, then run npx --no entra-aws steps done ${step} --by NAME`;
    return [
      {
        ...{ severity: 'warning', code: 'step-outdated', file: 'steps', at: [...at, key] },
        ...{ value: record[key], problem, allowed },
      },
    ];
  });
}

/** Text of the file with one more record, which takes the place of an older one of the step. */
export function recordsText(records: readonly StepRecord[], record: StepRecord): string {
  const done = [...records.filter(({ step }) => step !== record.step), record];
  return `${JSON.stringify({ version: VERSION, done }, undefined, 2)}\n`;
}
