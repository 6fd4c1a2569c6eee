import { NOTHING_KNOWN } from '../../../constructs/aws/checks/known-answers';
import { isContinuousIntegration } from '../../deploy/forges/registry';
import { knownAnswers } from '../../preview/engine/kept-answers';
import { chooseEstate } from '../program/chosen-estate';
import { UsageError } from '../program/cli';
import type { Options } from './once';
import { startValidation } from './validation';

/** Starts the validator before all else is loaded, which takes longest of all. */
export async function run(options: Options): Promise<number> {
  const { estates, port } = options;
  if (options.watch) return (await import('./watch.js')).watch(options, port ?? 0);
  if (port !== undefined) throw new UsageError('--port needs --watch');
  const now = dayOf(options);
  const { name } = chooseEstate(options);
  // A preview in a pipeline decides on a change, so it takes no other run's word for anything.
  const known = options.cache && !isContinuousIntegration(process.env) ? knownAnswers() : NOTHING_KNOWN;
  const validation = startValidation({ estates, name, known });
  const { previewOnce } = await import('./once.js');
  return await previewOnce(options, { name, now, known, validation });
}

/** Midnight in UTC of the day that was given, or now. @throws UsageError if it is none */
function dayOf({ day: text }: Options): Date {
  if (text === undefined) return new Date();
  const day = new Date(`${text}T00:00:00Z`);
  const isDay = !Number.isNaN(day.getTime()) && day.toISOString().startsWith(`${text}T`);
  if (isDay) return day;
  throw new UsageError(`--day must be a day, such as 2026-01-31, got '${text}'`);
}
