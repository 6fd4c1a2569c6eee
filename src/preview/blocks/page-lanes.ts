import type { BlockOf, Lane, LaneBox, LaneStep } from './block';
import { type Html, markup } from './html';
import { boxesOf, describeLanes, type Run, stepsOf } from './lanes';
import { wrap } from './text';

/** The whole, drawn once for wide and once for narrow windows: the style sheet shows the one that fits. */
export function lanesOf({ id, title, lanes }: BlockOf<'lanes'>): Html {
  const words = describeLanes(lanes);
  const drawing = (picture: LanesPicture, css: string): Html =>
    markup`<svg class="${css}" role="img" aria-labelledby="${id}-${css} ${id}-${css}-desc" ${viewBoxOf(picture)}>
<title id="${id}-${css}">${title}</title>
<desc id="${id}-${css}-desc">${words}</desc>
${contentsOf(picture)}</svg>
`;
  return markup`<figure class="lanes">
${drawing(drawAcross(lanes), 'across')}${drawing(drawDown(lanes), 'down')}</figure>
`;
}

/** Room of a picture, and a pixel around it for the lines at its edge. */
export function viewBoxOf({ width, height }: LanesPicture): Html {
  return markup`viewBox="-1 -1 ${width + 2} ${height + 2}"`;
}

/** Everything that is drawn, without the frame. */
export function contentsOf({ boxes, steps }: LanesPicture): Html {
  return markup`${steps.map(stepOf)}${boxes.map(boxOf)}`;
}

function stepOf({ path, isDanger, texts }: PlacedStep): Html {
  return markup`<path${isDanger && markup` class="bad"`} d="${path}"/>${texts.map(textOf)}
`;
}

/** Texts are cut at the edge of their box, however wide their letters are. */
function boxOf({ column, x, y, width, height, texts }: PlacedBox): Html {
  const area = markup`x="${x}" y="${y}" width="${width}" height="${height}"`;
  return markup`<g class="c${column}"><rect ${area} rx="9"/><svg ${area}>${texts.map(textOf)}</svg></g>
`;
}

function textOf({ text, x, y, css }: PlacedText): Html {
  return markup`<text class="${css}" x="${x}" y="${y}">${text}</text>`;
}

/** A line of text where it is drawn. */
interface PlacedText {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  /** `title`, `note`, `amount`, or the tone of a change. */
  readonly css: string;
}

interface PlacedBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly column: number;
  /** Relative to the box. */
  readonly texts: readonly PlacedText[];
}

interface PlacedStep {
  /** As SVG writes it. */
  readonly path: string;
  readonly isDanger: boolean;
  readonly texts: readonly PlacedText[];
}

/** Everything that the page draws. */
export interface LanesPicture {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly PlacedBox[];
  readonly steps: readonly PlacedStep[];
}

/** In pixels: distance from one line of text to the next, between two lanes, and around the texts of a box. */
const LINE = { title: 18, note: 15 } as const;
const BETWEEN = 14;
const PADDING = 11;

/** `note`: characters of an average width that fit. */
interface Fits {
  readonly title: number;
  readonly note: number;
}

function textsOf(
  { title, notes }: LaneBox,
  fits: Fits,
): readonly { readonly text: string; readonly css: keyof typeof LINE }[] {
  return [
    ...wrap(title, fits.title, 3).map((text) => ({ text, css: 'title' as const })),
    ...notes.flatMap((note) => wrap(note, fits.note, 2).map((text) => ({ text, css: 'note' as const }))),
  ];
}

function heightOf(box: LaneBox, fits: Fits): number {
  return textsOf(box, fits).reduce((sum, { css }) => sum + LINE[css], 2 * PADDING);
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The box's texts below each other, in its middle. */
function placeTexts(
  box: LaneBox,
  fits: Fits,
  { x, height }: { readonly x: number; readonly height: number },
): readonly PlacedText[] {
  let y = (height - heightOf(box, fits)) / 2 + PADDING - 4;
  return textsOf(box, fits).map(({ text, css }) => {
    y += LINE[css];
    return { text, css, x, y };
  });
}

const ACROSS = { box: 164, gap: 40, labelledGap: 128, fits: { title: 17, note: 22 }, label: 20 } as const;

/** Columns from left to right, for a wide window. */
export function drawAcross(lanes: readonly Lane[]): LanesPicture {
  const [boxes, steps] = [boxesOf(lanes), stepsOf(lanes)];
  const pitch = pitchOf(boxes, steps);
  const starts = startsOf(
    boxes,
    () => ACROSS.box,
    (column) => (isLabelled(steps, column) ? ACROSS.labelledGap : ACROSS.gap),
  );
  const x = (column: number): number => starts[column] ?? 0;
  return {
    width: x(starts.length - 1),
    height: pitch * lanes.length - BETWEEN,
    boxes: boxes.map(({ item, column, first, last }) => {
      const size: Size = { width: ACROSS.box, height: pitch * (last - first + 1) - BETWEEN };
      return {
        ...size,
        column,
        x: x(column),
        y: pitch * first,
        texts: placeTexts(item, ACROSS.fits, { x: 14, height: size.height }),
      };
    }),
    steps: steps.map(({ item, column, first, last }) => {
      const from = x(column) + ACROSS.box;
      const to = x(column + 1);
      const y = (pitch * (first + last + 1) - BETWEEN) / 2;
      const middle = (from + to) / 2 - 3;
      return {
        path: `M${from},${y}H${to - 1}m-6,-4l6,4l-6,4`,
        isDanger: isDanger(item),
        texts: labelsOf(item, ACROSS.label).map((label, index) => {
          const below = item.amount === undefined ? index + 1 : index;
          return { ...label, x: middle, y: below === 0 ? y - 7 : y + 2 + LINE.note * below };
        }),
      };
    }),
  };
}

/** From the middle of a lane to that of the next one. Labels are around it: one above, the others below. */
function pitchOf(boxes: readonly Run<LaneBox>[], steps: readonly Run<LaneStep>[]): number {
  return Math.max(
    76,
    ...steps.map(({ item }) => 36 + LINE.note * item.changes.length),
    ...boxes.map(({ item, first, last }) => (heightOf(item, ACROSS.fits) + BETWEEN) / (last - first + 1)),
  );
}

/** Width of a small window without its margins. */
const WIDTH = 343;
const GAP = 24;
const MARGIN = 3;
/** Average widths. */
const TITLE_CHARACTER = 7.1;
const NOTE_CHARACTER = 5.7;

/** Columns from top to bottom, for a narrow window. */
export function drawDown(lanes: readonly Lane[]): LanesPicture {
  const [boxes, steps] = [boxesOf(lanes), stepsOf(lanes)];
  const pitch = (WIDTH + MARGIN) / lanes.length;
  const widthOf = ({ first, last }: Run<unknown>): number => pitch * (last - first + 1) - MARGIN;
  const fitsOf = (run: Run<unknown>): Fits => fitsIn(widthOf(run) - 6);
  const heights = (column: number): number =>
    Math.max(...boxes.filter((run) => run.column === column).map((run) => heightOf(run.item, fitsOf(run))));
  const labels = (run: Run<LaneStep>): readonly Label[] => labelsOf(run.item, fitsIn(widthOf(run)).note);
  const room = (column: number): number =>
    Math.max(0, ...steps.filter((run) => run.column === column).map((run) => labels(run).length * LINE.note + 8));
  const starts = startsOf(boxes, heights, (column) => GAP + room(column));
  const y = (column: number): number => starts[column] ?? 0;
  return {
    width: WIDTH,
    height: y(starts.length - 1),
    boxes: boxes.map((run) => {
      const { item, column, first } = run;
      const size: Size = { width: widthOf(run), height: heights(column) };
      return {
        ...size,
        column,
        x: pitch * first,
        y: y(column),
        texts: placeTexts(item, fitsOf(run), { x: size.width / 2, height: size.height }),
      };
    }),
    steps: steps.map((run) => {
      const { item, column, first } = run;
      const x = pitch * first + widthOf(run) / 2;
      const [top, bottom] = [y(column) + heights(column), y(column + 1)];
      const texts = labels(run);
      const start = texts.length === 0 ? top : top + 10 + texts.length * LINE.note;
      return {
        path: `${texts.length === 0 ? '' : `M${x},${top}V${top + 5}`}M${x},${start}V${bottom - 1}m-4,-6l4,6l4,-6`,
        isDanger: isDanger(item),
        texts: texts.map((label, index) => ({ ...label, x, y: top + 2 + LINE.note * (index + 1) })),
      };
    }),
  };
}

function fitsIn(width: number): Fits {
  return { title: Math.floor(width / TITLE_CHARACTER), note: Math.floor(width / NOTE_CHARACTER) };
}

type Label = Pick<PlacedText, 'text' | 'css'>;

function labelsOf({ amount, changes }: LaneStep, fits: number): readonly Label[] {
  return [
    ...(amount === undefined ? [] : wrap(amount, fits, 2).map((text) => ({ text, css: 'amount' }))),
    ...changes.flatMap(({ text, tone, isDanger: marks }) =>
      wrap(marks === true ? `! ${text}` : text, fits, 2).map((shown) => ({ text: shown, css: tone })),
    ),
  ];
}

function isDanger({ changes }: LaneStep): boolean {
  return changes.some((change) => change.isDanger === true);
}

function isLabelled(steps: readonly Run<LaneStep>[], column: number): boolean {
  return steps.some((run) => run.column === column && (run.item.amount !== undefined || run.item.changes.length > 0));
}

/** Start of each column, and the end of the last one. */
function startsOf(
  boxes: readonly Run<LaneBox>[],
  sizeOf: (column: number) => number,
  gapAfter: (column: number) => number,
): readonly number[] {
  const last = Math.max(...boxes.map(({ column }) => column));
  const starts = [0];
  for (let column = 0; column <= last; column++) {
    starts.push((starts[column] ?? 0) + sizeOf(column) + (column === last ? 0 : gapAfter(column)));
  }
  return starts;
}
