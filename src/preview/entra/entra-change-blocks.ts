import type { Blocks, Marked } from '../blocks/block';
import { aside, badge, line, marked, name, note, strong } from '../blocks/make';
import { count } from '../blocks/text';
import { ACTION_MARKS } from '../change-marks';
import type { EntraChanges, ResourceChange } from './report-types';
import { ACTION_WORDS, changeCounts, dangersOf } from './words';

/** Changes that a terminal shows. */
const SHOWN_CHANGES = 20;

/** Changes in Entra ID, the dangerous first. */
export function entraChangeBlocks(changes: EntraChanges | undefined): Blocks {
  if (changes === undefined) return [];
  const { notCompared, abandoned, resources } = changes;
  const dangers = dangersOf(changes).length;
  const size = `${changeCounts(changes)}${dangers === 0 ? '' : `; ${count(dangers, 'danger')}`}`;
  const heading = { kind: 'heading', text: 'Changes in Entra ID', level: 3 } as const;
  if (notCompared !== undefined) return [heading, note(line`${strong('NOT COMPARED.')} ${notCompared}`)];
  const items = [
    ...abandoned.map((text) => ({ mark: { text: '!', tone: 'bad' } as const, what: line`${text}` })),
    ...resources.map(changeItem),
  ];
  const unchanged = aside(line`No registration, user flow, group or provisioning changes.`);
  return [{ ...heading, note: size }, items.length === 0 ? unchanged : marked(items, SHOWN_CHANGES)];
}

function changeItem({ action, what, label, inputs, dangers, notes }: ResourceChange): Marked {
  const { mark, tone } = ACTION_MARKS[action];
  return {
    mark,
    what: line`${what} ${name(label)} ${badge(ACTION_WORDS[action], tone)}`,
    dangers,
    notes: notes.map((text) => line`${text}`),
    differences: inputs,
  };
}
