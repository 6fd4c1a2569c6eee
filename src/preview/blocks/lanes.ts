import type { BlockOf, Lane, LaneBox, LaneStep, Spans } from './block';
import { badge, line, small } from './make';

/** A box or a step with the lanes that it is in. */
export interface Run<T> {
  readonly item: T;
  /** Position of its column; a step follows it. */
  readonly column: number;
  readonly first: number;
  readonly last: number;
}

/** Boxes of the picture, those that lanes share once. */
export function boxesOf(lanes: readonly Lane[]): readonly Run<LaneBox>[] {
  return columnsOf(lanes).flatMap((column) => runsOf(lanes, column, ({ boxes }) => [boxes[column]]));
}

/** Steps of the picture, those between shared boxes once. */
export function stepsOf(lanes: readonly Lane[]): readonly Run<LaneStep>[] {
  return columnsOf(lanes).flatMap((column) =>
    runsOf(lanes, column, ({ boxes }) => boxes.slice(column, column + 2)).flatMap(({ first, ...run }) => {
      const item = lanes[first]?.steps[column];
      return item === undefined ? [] : [{ ...run, first, item }];
    }),
  );
}

function columnsOf(lanes: readonly Lane[]): readonly number[] {
  return [...Array(Math.max(0, ...lanes.map(({ boxes }) => boxes.length))).keys()];
}

type Boxes = readonly (LaneBox | undefined)[];

/** Neighbours with the same boxes as one, under the first of these. */
function runsOf(lanes: readonly Lane[], column: number, boxesIn: (lane: Lane) => Boxes): readonly Run<LaneBox>[] {
  const runs: Run<LaneBox>[] = [];
  let before: Boxes = [];
  lanes.forEach((lane, index) => {
    const boxes = boxesIn(lane);
    const [item] = boxes;
    const run = runs.at(-1);
    if (run?.last === index - 1 && boxes.every((box, position) => box === before[position])) {
      runs.splice(-1, 1, { ...run, last: index });
    } else if (item !== undefined) {
      runs.push({ item, column, first: index, last: index });
    }
    before = boxes;
  });
  return runs;
}

/** The picture as a table for media that have none. The first column is the title of the whole. */
export function lanesTable({ title, columns, lanes }: BlockOf<'lanes'>): BlockOf<'table'> {
  const boxes = boxesOf(lanes);
  const steps = stepsOf(lanes);
  const at = <T>(runs: readonly Run<T>[], column: number, index: number): T | undefined =>
    runs.find((run) => run.column === column && run.first === index)?.item;
  const cell = (column: number, index: number): Spans => {
    const step = at(steps, column - 1, index);
    const box = at(boxes, column, index) ?? (step && lanes[index]?.boxes[column]);
    if (box === undefined) return [];
    const told = step === undefined ? [] : stepSpans(step);
    const notes = box.notes.length === 0 ? '' : small(box.notes.join(', '));
    return line`${box.title}${notes}${told.length > 0 && column > 1 ? line`: ${told}` : ''}`;
  };
  const rows = lanes.map((_, index) => columns.slice(1).map((_name, position) => cell(position + 1, index)));
  return { kind: 'table', label: title, columns: columns.slice(1), rows };
}

function stepSpans({ amount, changes }: LaneStep): Spans {
  const all = [
    ...(amount === undefined ? [] : [line`${amount}`]),
    ...changes.map(({ text, isDanger }) => (isDanger === true ? [badge(text, 'bad')] : line`${text}`)),
  ];
  return all.flatMap((spans, index) => (index === 0 ? spans : line`, ${spans}`));
}

/** The picture in sentences, for people who can't see it. */
export function describeLanes(lanes: readonly Lane[]): string {
  return stepsOf(lanes)
    .map(({ item: { amount, changes }, column, first }) => {
      const [from, to] = lanes[first]?.boxes.slice(column) ?? [];
      const told = [...(amount === undefined ? [] : [amount]), ...changes.map(({ text }) => text)].join(', ');
      return `${from?.title ?? ''} to ${to?.title ?? ''}${told === '' ? '' : `: ${told}`}.`;
    })
    .join(' ');
}
