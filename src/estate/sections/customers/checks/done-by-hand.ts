import type { DoneByHandRecord, UserFlow } from '../customers';
import { isDay } from '../../durations';
import type { Issue } from '../../../source/finding';
import { manualValues, recordOf } from '../../../../../provider/user-flow/manual-settings';
import { quotedList } from '../../../../text/suggest';
import { duplicates, error, valuesOf, warning } from '../../shared/issue';

/** Records of what a person has set: about a declared setting, once, with its value, on a day that has begun. */
export function checkDoneByHand(flow: UserFlow, latestDay: string): readonly Issue[] {
  const { doneByHand } = flow;
  return [
    ...doneByHand.flatMap((record) => [...checkSetting(record, flow), ...checkDate(record, latestDay)]),
    ...duplicates('duplicate-done-by-hand', valuesOf(doneByHand, 'setting'), {
      problem: 'has two records',
      allowed: 'one for each setting, the latest',
    }),
  ];
}

function checkSetting({ at, setting, value }: DoneByHandRecord, flow: UserFlow): readonly Issue[] {
  const declared = manualValues(flow);
  const wanted = declared.find((one) => one.setting === setting);
  if (wanted === undefined) {
    const problem = 'is not declared by the flow: there is nothing to set by hand';
    const settings = quotedList(declared.map((one) => one.setting));
    const allowed = declared.length === 0 ? 'no record' : `a record of ${settings}`;
    return [error('done-by-hand-setting', [...at, 'setting'], { value: setting, problem, allowed })];
  }
  if (wanted.value === value) return [];
  const outdated = {
    value,
    problem: `is not what the flow declares now, which is '${wanted.value}': the step is open again`,
    allowed: `set it in the portal, then record ${recordOf(wanted)}`,
  };
  return [warning('done-by-hand-outdated', [...at, 'value'], outdated)];
}

function checkDate({ at, on }: DoneByHandRecord, latestDay: string): readonly Issue[] {
  const what = { value: on, allowed: 'the day on which it was done: 2026-11-20' };
  if (!isDay(on)) return [error('done-by-hand-date', [...at, 'on'], { ...what, problem: 'is not a valid date' })];
  if (on <= latestDay) return [];
  return [error('done-by-hand-date', [...at, 'on'], { ...what, problem: 'is in the future' })];
}
