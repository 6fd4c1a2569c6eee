import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { comparable, compare, type Comparison, type Meant } from './compare';
import { type AccountJournal, type Journal, runFolder, writeJournal } from './journal';
import type { RedactedExchange } from './redact';

/** Result of a step. */
export interface Outcome {
  readonly step: string;
  readonly held: boolean;
  readonly detail: string;
}

/** A run in the tenant or account, or at its stand-in. */
export interface SideRun {
  readonly outcomes: readonly Outcome[];
  readonly exchanges: readonly RedactedExchange[];
  /** Texts that were shown. */
  readonly shown: ReadonlySet<string>;
  /** True if nothing is left of it. */
  readonly isClean: boolean;
  /** Name of the error by which the identity store refused a group or a user; undefined where it did not. */
  readonly refusal?: string | undefined;
}

/** Result of both runs. */
export interface Proof extends Pick<SideRun, 'isClean' | 'refusal'> {
  /** Steps in the tenant or account. */
  readonly tenant: readonly Outcome[];
  /** Steps at the emulator or stand-in. */
  readonly emulator: readonly Outcome[];
  /** Requests that reached the tenant or account, `GET /v1.0/groups/{id}`. */
  readonly seen: ReadonlySet<string>;
  /** True if the person ended it: what is compared are the steps that held on both sides. */
  readonly isInterrupted: boolean;
  /** Undefined where the tenant or account was not asked. */
  readonly comparison: Comparison | undefined;
}

/** A proof, and the person who began it. */
export interface Proving<Run extends Journal | AccountJournal> {
  readonly journal: Run;
  readonly say: (text: string) => void;
  /** True once the person wants it to end: what was made is destroyed, and nothing else is done. */
  readonly isInterrupted: () => boolean;
}

interface Sides {
  /** @param isReduced true without a group and a user, as where they were refused */
  readonly rehearse: (isReduced: boolean) => Promise<SideRun>;
  /** @param known texts that may be shown */
  readonly run: (known: ReadonlySet<string>) => Promise<SideRun>;
  /** Differences that are meant. @default lags of a tenant */
  readonly meant?: Meant;
}

/** Proves at the stand-in, and then in the tenant or account; what failed at the stand-in does not reach it. */
export async function proveBoth(
  { journal, isInterrupted }: Proving<Journal | AccountJournal>,
  { rehearse, run, meant }: Sides,
): Promise<Proof> {
  const rehearsal = await rehearse(false);
  const isSound = rehearsal.outcomes.every(({ held }) => held) && rehearsal.refusal === undefined;
  const rehearsed = { emulator: rehearsal.outcomes, isInterrupted: isInterrupted() };
  if (!isSound || rehearsed.isInterrupted)
    return { ...rehearsed, tenant: [], seen: new Set(), isClean: true, comparison: undefined };
  // From here on something may be there.
  writeJournal(journal);
  const tenant = await run(rehearsal.shown);
  const emulator = tenant.refusal === undefined ? rehearsal : await rehearse(true);
  const wasInterrupted = isInterrupted();
  return {
    ...{ isInterrupted: wasInterrupted, isClean: tenant.isClean, refusal: tenant.refusal },
    tenant: tenant.outcomes,
    emulator: emulator.outcomes,
    seen: new Set(tenant.exchanges.map(({ method, route }) => `${method} ${route}`)),
    comparison: compare(comparable({ tenant, emulator }, wasInterrupted), meant),
  };
}

interface Redactor<Exchange> {
  readonly redact: (step: string, exchange: Exchange) => RedactedExchange;
}

/** Record of one side, in the folder of the run: nothing is kept before it is redacted. */
export class Recording<Exchange> {
  readonly exchanges: RedactedExchange[] = [];
  private step = '';

  constructor(
    private readonly name: string,
    private readonly proving: Proving<Journal | AccountJournal>,
    private readonly redactor: Redactor<Exchange>,
  ) {}

  readonly onStep = (step: string): void => {
    this.step = step;
    this.proving.say(`${this.name}: ${step}`);
  };

  readonly onExchange = (exchange: Exchange): void => {
    const redacted = this.redactor.redact(this.step, exchange);
    this.exchanges.push(redacted);
    const file = join(runFolder(this.proving.journal.mark), `${this.name}.jsonl`);
    appendFileSync(file, `${JSON.stringify(redacted)}\n`, { mode: 0o600 });
  };
}

/** A step, and what it means that it holds; undefined where that can't be seen. */
export type Step = readonly [step: string, meaning: string | (() => string), hold: () => Promise<boolean | undefined>];

interface StepsOptions extends Pick<Proving<Journal>, 'isInterrupted'> {
  readonly destroy: Step[2];
  /** Deletes what is left. @returns how much there was and is, and words for what could not be looked at */
  readonly look: () => Promise<{ readonly found: number; readonly left: number; readonly hidden?: string }>;
  readonly onStep: (step: string) => void;
  /** Takes the error of a step, which has failed then. */
  readonly onError: (error: unknown) => void;
}

/** Runs steps from nothing to nothing: without the first one none of the others, and at the end all is destroyed. */
export async function runSteps(
  [first, ...changes]: readonly [Step, ...Step[]],
  { destroy, look, onStep, onError, isInterrupted }: StepsOptions,
): Promise<Pick<SideRun, 'outcomes' | 'isClean'>> {
  const run = async ([step, meaning, hold]: Step): Promise<Outcome[]> => {
    onStep(step);
    const held = await hold().catch((error: unknown) => {
      onError(error);
      return false;
    });
    return held === undefined ? [] : [{ step, held, detail: typeof meaning === 'string' ? meaning : meaning() }];
  };
  const outcomes = await run(first);
  for (const change of outcomes.every(({ held }) => held) ? changes : [])
    if (!isInterrupted()) outcomes.push(...(await run(change)));
  outcomes.push(...(await run(['destroy', 'all is deleted', destroy])));
  onStep('look');
  try {
    const { found, left, hidden = '' } = await look();
    const isClean = left === 0 && hidden === '';
    const detail = `${found} objects with the mark were left, ${left} are after their deletion${hidden}`;
    return { outcomes: [...outcomes, { step: 'look', held: found === 0 && isClean, detail }], isClean };
  } catch (error) {
    onError(error);
    const unread = { step: 'look', held: false, detail: 'what is left could not be read' };
    return { outcomes: [...outcomes, unread], isClean: false };
  }
}
