import { join } from 'node:path';
import { type RecordedStep, recordsText, type StepRecord } from '../../estate/sections/shared/step-records';
import { parseSamlMetadata } from '../../estate/source/saml-metadata';
import { STEPS_FILE } from '../../estate/source/estate-folder';
import { visibleLines } from '../../estate/source/visible';
import { quotedList, suggestionOrList } from '../../text/suggest';
import type * as commands from './options';
import { EXIT, printed, readGiven, UsageError, writeAtomically } from '../program/cli';
import type { OptionsOf } from '../program/define';
import { readEstate } from '../program/estate';
import { check } from './check';
import type { SoundEstate } from '../program/chosen-estate';

type Options = OptionsOf<typeof commands.steps>;

export async function run(options: Options, [what = 'list', id]: readonly string[]): Promise<number> {
  const estate = readEstate(options);
  if (what === 'check') return check(estate, options, id);
  if (what === 'done') return record(estate, options, id);
  // A record is what a pull request says: no terminal is to obey it.
  return printed(visibleLines(listOf(estate)));
}

function listOf({ name, plan: { steps } }: SoundEstate): string {
  if (steps.length === 0) return `${name} asks for no step that only a person can do\n`;
  const open = steps.filter((step) => step.record === undefined).length;
  return `${steps.map(textOf).join('\n')}\n${open} of ${steps.length} steps are open\n`;
}

function textOf(step: RecordedStep): string {
  const { id, target, why, where, asks, shows, record: done, cautions = [], takesCertificates = false } = step;
  const uploaded = takesCertificates ? ' --metadata FILE' : '';
  const state =
    done === undefined
      ? `open: npx --no entra-aws steps done ${id} --by NAME${uploaded}`
      : `done by ${done.by} on ${done.on}${done.note === undefined ? '' : ` (${done.note})`}`;
  return [
    id,
    `  in     ${target}`,
    `  where  ${where}`,
    `  set    ${asks}`,
    `  why    ${why}`,
    `  shows  ${shows}`,
    ...(done?.thumbprints ?? []).map((thumbprint) => `  upload the certificate ${thumbprint}`),
    ...(done === undefined ? cautions.map((line) => `  ${line}`) : []),
    `  state  ${state}`,
    ...(done === undefined ? [] : provenText(step)),
    '',
  ].join('\n');
}

function provenText({ provedBy, record: done }: RecordedStep): readonly string[] {
  if (provedBy === undefined) return [];
  const { proved } = done ?? {};
  if (proved === undefined) return [`  proof  none: npx --no entra-aws steps check ${provedBy}`];
  return [`  proof  two sign-ins on ${proved.on}: ${[...proved.faults, ...proved.shown].join('; ')}`];
}

async function record({ folder, plan }: SoundEstate, options: Options, id: string | undefined): Promise<number> {
  const { by, note } = options;
  const ids = plan.steps.map((step) => step.id);
  if (id === undefined)
    throw new UsageError(`say which step: npx --no entra-aws steps done STEP; steps: ${quotedList(ids)}`);
  const step = plan.steps.find((one) => one.id === id);
  if (step === undefined) throw new UsageError(`unknown step '${id}'\n(${suggestionOrList(id, ids, 'steps')})`);
  if (by === undefined || by.trim() === '') throw new UsageError('--by must be the name of the person who did it');
  const on = new Date().toISOString().slice(0, 10);
  const made: StepRecord = {
    ...{ step: id, target: step.target, asks: step.asks, by, on },
    ...(note !== undefined && note.trim() !== '' && { note }),
    ...(await uploadOf(step, options)),
  };
  const path = join(folder, STEPS_FILE);
  const older = plan.steps.flatMap((one) => one.record ?? []);
  await writeAtomically(path, recordsText(older, made));
  process.stdout.write(`${path}: ${id} was done by ${by} on ${on}; commit the file\n`);
  return EXIT.ok;
}

/** Certificates of the file that a person uploaded. @throws UsageError unless it is given to the step that takes it */
async function uploadOf(
  { id, takesCertificates = false }: RecordedStep,
  { metadata: file }: Options,
): Promise<Pick<StepRecord, 'thumbprints'>> {
  if (!takesCertificates && file !== undefined) throw new UsageError(`${id} takes no --metadata`);
  if (!takesCertificates) return {};
  if (file === undefined)
    throw new UsageError(`${id} needs --metadata FILE, the federation metadata that was uploaded`);
  const what = 'SAML metadata of an identity provider with the certificate that signs';
  const thumbprints = parseSamlMetadata(await readGiven(file, what))?.thumbprints ?? [];
  if (thumbprints.length === 0) throw new UsageError(`${file} must be ${what}`);
  return { thumbprints: [...thumbprints] };
}
