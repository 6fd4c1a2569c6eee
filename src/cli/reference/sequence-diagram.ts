/** Who takes part, from left to right. */
interface Participant {
  readonly id: string;
  readonly label: string;
}

/** What goes from one to another. */
interface Message {
  readonly kind: 'message';
  readonly from: string;
  readonly to: string;
  readonly isReply: boolean;
  readonly text: string;
}

/** What one of them does by itself. */
interface Note {
  readonly kind: 'note';
  readonly over: string;
  readonly text: string;
}

type Step = Message | Note;

interface Diagram {
  readonly title: string;
  readonly participants: readonly Participant[];
  readonly steps: readonly Step[];
}

interface Row {
  readonly svg: string;
  readonly height: number;
}

const LANE = 200;
const MARGIN = 24;
const TOP = 92;
const LINE = 16;
const GAP = 16;
/** Pixels of a character on average, at the size of the texts. */
const CHARACTER = 6.4;
const NOTE_WIDTH = 190;

const STYLE = `
  .paper { fill: #fff } text { fill: #1d2126; font: 12.5px system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; text-anchor: middle }
  .title { font-size: 17px; font-weight: 600; text-anchor: start } .head { fill: #0b5c87 } .head + text { fill: #fff; font-weight: 600 }
  text { paint-order: stroke; stroke: #fff; stroke-width: 4px } :is(.head, .note) + text { stroke: none }
  .lane { stroke: #c4ccd3 } .line { stroke: #3b4650; stroke-width: 1.4; fill: none } .reply { stroke-dasharray: 5 4 }
  .tip { fill: #3b4650 } .note { fill: #fdf3d8; stroke: #d9c489 }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #0d1117 } text { fill: #e4e7ea; stroke: #0d1117 } .head { fill: #79bde6 } .head + text { fill: #0d1a22 }
    .lane { stroke: #3a434b } .line { stroke: #b6c0c9 } .tip { fill: #b6c0c9 } .note { fill: #33290f; stroke: #6b5a26 }
  }`;

/**
 * Draws a sequence diagram as SVG, in the colours of the reader's choice.
 * @param source in a part of Mermaid's language: `title`, `participant A as Name`, `A->>B: text`, `A-->>B: text`, `Note over A: text`
 * @throws Error for a line that is none of these
 */
export function drawSequence(source: string): string {
  const diagram = parse(source);
  const lanes = new Map(diagram.participants.map(({ id }, index) => [id, MARGIN + LANE * (index + 0.5)]));
  const width = 2 * MARGIN + LANE * diagram.participants.length;
  let y = TOP + GAP;
  const rows = diagram.steps.map((step) => {
    const row = step.kind === 'note' ? noteRow(step, { lanes, y }) : messageRow(step, { lanes, y });
    y += row.height;
    return row.svg;
  });
  const height = y + MARGIN;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escape(diagram.title)}">`,
    `<style>${STYLE}\n</style>`,
    `<rect class="paper" width="${width}" height="${height}" rx="10"/>`,
    `<text class="title" x="${MARGIN}" y="34">${escape(diagram.title)}</text>`,
    ...diagram.participants.map(({ id, label }) =>
      headOf(label, { x: placeOf(lanes, id), bottom: height - MARGIN / 2 }),
    ),
    ...rows,
    '</svg>\n',
  ].join('\n');
}

function parse(source: string): Diagram {
  const participants: Participant[] = [];
  const steps: Step[] = [];
  let title = '';
  for (const line of source.split('\n').map((text) => text.trim())) {
    const [, id, label] = /^participant (\w+) as (.+)$/.exec(line) ?? [];
    const heading = /^title (.+)$/.exec(line)?.[1];
    const step = findStep(line);
    if (id !== undefined && label !== undefined) participants.push({ id, label });
    else if (step !== undefined) steps.push(step);
    else if (heading !== undefined) title = heading;
    else if (line !== '' && line !== 'sequenceDiagram') throw new Error(`no line of a sequence diagram: ${line}`);
  }
  return { title, participants, steps };
}

function findStep(line: string): Step | undefined {
  const [, from, arrow, to, text] = /^(\w+)(--?)>>(\w+): (.+)$/.exec(line) ?? [];
  if (from !== undefined && to !== undefined && text !== undefined) {
    return { kind: 'message', from, to, text, isReply: arrow === '--' };
  }
  const [, over, note] = /^Note over (\w+): (.+)$/.exec(line) ?? [];
  return over === undefined || note === undefined ? undefined : { kind: 'note', over, text: note };
}

interface Place {
  /** Middle of each participant's lane. */
  readonly lanes: ReadonlyMap<string, number>;
  readonly y: number;
}

function messageRow({ from, to, text, isReply }: Message, { lanes, y }: Place): Row {
  const [start, end] = [placeOf(lanes, from), placeOf(lanes, to)];
  const lines = wrap(text, Math.abs(end - start) - GAP);
  const at = y + lines.length * LINE;
  const tip = end + (end > start ? -9 : 9);
  const svg = [
    textAt(lines, { x: (start + end) / 2, y: y + LINE - 5 }),
    `<path class="line${isReply ? ' reply' : ''}" d="M${start} ${at}H${tip}"/>`,
    `<path class="tip" d="M${end} ${at}L${tip} ${at - 5}V${at + 5}Z"/>`,
  ].join('');
  return { svg, height: lines.length * LINE + GAP };
}

function noteRow({ over, text }: Note, { lanes, y }: Place): Row {
  const x = placeOf(lanes, over);
  const lines = wrap(text, NOTE_WIDTH - GAP);
  const height = lines.length * LINE + 10;
  const box = `<rect class="note" x="${x - NOTE_WIDTH / 2}" y="${y}" width="${NOTE_WIDTH}" height="${height}" rx="5"/>`;
  return { svg: box + textAt(lines, { x, y: y + LINE + 1 }), height: height + GAP };
}

function headOf(label: string, { x, bottom }: { readonly x: number; readonly bottom: number }): string {
  const width = LANE - GAP;
  return [
    `<path class="lane" d="M${x} ${TOP}V${bottom}"/>`,
    `<rect class="head" x="${x - width / 2}" y="${TOP - 38}" width="${width}" height="38" rx="6"/>`,
    textAt([label], { x, y: TOP - 15 }),
  ].join('');
}

function textAt(lines: readonly string[], { x, y }: { readonly x: number; readonly y: number }): string {
  const spans = lines.map((line, index) => `<tspan x="${x}" y="${y + index * LINE}">${escape(line)}</tspan>`);
  return `<text>${spans.join('')}</text>`;
}

/** Lines of whole words. */
function wrap(text: string, pixels: number): readonly string[] {
  return text.split(' ').reduce<readonly string[]>((lines, word) => {
    const longer = [...lines.slice(-1), word].join(' ');
    return longer.length * CHARACTER <= pixels ? [...lines.slice(0, -1), longer] : [...lines, word];
  }, []);
}

/** @throws Error for a lane that no participant has */
function placeOf(lanes: ReadonlyMap<string, number>, id: string): number {
  const place = lanes.get(id);
  if (place === undefined) throw new Error(`no participant ${id}`);
  return place;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
