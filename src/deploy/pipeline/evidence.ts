import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import { FORGES } from '../../estate/sections/pipeline/forges/registry';
import { FORMATS, formatted } from '../../text/formats';
import { parseWritten } from './written-file';

/** Variable in which a step finds the results of the steps before it. */
export const RESULTS_VARIABLE = 'ENTRA_AWS_RESULTS';

const StepResult = z.strictObject({
  /** Command line of the step. */
  step: z.string(),
  result: z.enum(['succeeded', 'failed', 'not-run']),
  /** Why it failed. */
  why: z.string().exactOptional(),
  /** Absent where it did not run. */
  began: z.iso.datetime().exactOptional(),
  ended: z.iso.datetime().exactOptional(),
});
/** Result of a step of a job. */
export type StepResult = z.output<typeof StepResult>;

const StepResults = z.array(StepResult);

/** @throws Error where the text is not what a job hands on */
export function parseResults(text: string): readonly StepResult[] {
  return parseWritten(StepResults, {
    file: `the variable ${RESULTS_VARIABLE}`,
    text,
    command: 'npx --no entra-aws ci deploy',
  });
}

const Approval = z.strictObject({
  /** Name of the person at the forge. */
  by: z.string(),
  /** Absent where the forge does not say it. */
  at: z.string().exactOptional(),
  comment: z.string().exactOptional(),
});

const Change = z.strictObject({
  /** Number of the pull request or merge request. */
  number: z.int(),
  approvals: z.array(Approval),
});

/** What the forge says, or why it does not. */
const said = <T extends z.ZodType>(value: T) =>
  z.discriminatedUnion('state', [
    z.strictObject({ state: z.literal('known'), value }),
    z.strictObject({ state: z.literal('unknown'), reason: z.string() }),
  ]);

const EvidenceRecord = z.strictObject({
  version: z.literal(FORMATS['evidence-record']),
  /** Version of the program that wrote it. */
  program: z.string(),
  estate: z.string(),
  /** Commit that was deployed. */
  commit: z.string(),
  /** Commit that was deployed before; absent where nothing was. */
  before: z.string().exactOptional(),
  forge: z.enum(FORGES),
  /** Page of the run. */
  run: z.string(),
  began: z.iso.datetime(),
  ended: z.iso.datetime(),
  result: z.enum(['succeeded', 'failed']),
  /** Pull requests that came since what was deployed before, of a first deployment with its commit alone, with who approved each. */
  changes: said(z.array(Change)),
  /** Approvals of the environment in which the deployment ran. */
  approvals: said(z.array(Approval)),
  plan: z.strictObject({
    /** SHA-256 of the JSON of the three keys below, without white space. */
    sha256: z.string(),
    /** Who gains and who loses access, in Markdown, as the approver was shown it; absent where there was none. */
    preview: z.string().exactOptional(),
    /** Answers of the engines, as the approver was shown them. */
    engines: z.array(z.strictObject({ step: z.string(), command: z.string(), state: z.string(), text: z.string() })),
    /** Digests of the images by their names. */
    images: z.record(z.string(), z.string()),
  }),
  /** Steps of the deployment, in their order. */
  steps: StepResults,
});
/** Record of a deployment: what was approved, by whom, and how it ended. */
export type EvidenceRecord = z.output<typeof EvidenceRecord>;

/** Reads what is listed of a record. */
export const GatheredRecord = EvidenceRecord.omit({ plan: true, steps: true }).extend({
  /** Name in the bucket. */
  key: z.string(),
  /** SHA-256 of the plan. */
  plan: z.string(),
  /** Steps that failed. */
  failed: z.array(z.string()),
});
/** A record that is there, without its plan. */
export type GatheredRecord = z.output<typeof GatheredRecord>;

type Plan = EvidenceRecord['plan'];

/** Digest of a plan. */
export function planDigest({ preview, engines, images }: Omit<Plan, 'sha256'>): string {
  return sha256(JSON.stringify({ ...(preview !== undefined && { preview }), engines, images }));
}

const sha256 = (data: string): string => createHash('sha256').update(data).digest('hex');

/** A record as it is kept: its name has the time of its end and the SHA-256 of its text. */
export interface KeptRecord {
  readonly key: string;
  readonly body: Buffer;
}

/** @throws Error that says what to do, where a record is too long */
export function packed(record: Omit<EvidenceRecord, 'version'>): KeptRecord {
  const text = formatted('evidence-record', record);
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_BYTES)
    throw new Error(
      `the record of this deployment must have at most ${MAX_BYTES} bytes, got ${bytes}, so it was not kept. What was deployed stays deployed. Store the artifacts of ${record.run}, which have the plan, before the forge deletes them, and deploy less at once`,
    );
  return { key: keyOf(record, text), body: gzipSync(text) };
}

const keyOf = ({ ended }: Pick<EvidenceRecord, 'ended'>, text: string): string =>
  `${ended.replaceAll(/:|\.\d+/g, '')}-${sha256(text)}.json.gz`;

const KEY = /^\d{4}-\d{2}-\d{2}T\d{6}Z-(?<digest>[0-9a-f]{64})\.json\.gz$/;
/** Longest text of a record, in bytes; packed it has fewer. */
export const MAX_BYTES = 16 * 1024 * 1024;

/** Reads a record. @throws Error that says what is wrong with it */
export function unpacked({ key, body }: { readonly key: string; readonly body: Uint8Array }): EvidenceRecord {
  const { digest } = KEY.exec(key)?.groups ?? {};
  if (digest === undefined) throw new Error('no deployment gives a record such a name');
  const text = gunzipSync(body, { maxOutputLength: MAX_BYTES }).toString('utf8');
  if (sha256(text) !== digest) throw new Error(`its text has the SHA-256 ${sha256(text)}, but its name says ${digest}`);
  const record = parseWritten(EvidenceRecord, { file: key, text, command: 'npx --no entra-aws ci evidence' });
  if (keyOf(record, text) !== key) throw new Error(`its name has another time than its end, ${record.ended}`);
  if (planDigest(record.plan) !== record.plan.sha256)
    throw new Error('its plan does not have the SHA-256 that the record states');
  return record;
}
