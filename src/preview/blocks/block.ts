/** Weight of a badge or a mark. */
export type Tone = 'good' | 'bad' | 'warn' | 'pending' | 'plain';

interface SpanBodies {
  readonly text: { readonly text: string };
  /** The name of something in the estate or in a cloud, with its id where people need it to find the thing. */
  readonly name: { readonly text: string; readonly id?: string };
  readonly code: { readonly text: string };
  /** A line of a file. */
  readonly place: { readonly text: string };
  readonly strong: { readonly text: string };
  readonly quiet: { readonly text: string };
  /** A second line of a table's cell. */
  readonly small: { readonly text: string };
  readonly link: { readonly text: string; readonly href: string };
  /** A quiet text with an explanation elsewhere; a terminal, which says addresses once, shows the text alone. */
  readonly explained: { readonly text: string; readonly href: string };
  readonly badge: { readonly text: string; readonly tone: Tone };
  /** Several, separated by commas. A renderer with little room names the first and counts the rest. */
  readonly names: { readonly items: Spans };
  /** Several, each on a line of its own where there is room. */
  readonly lines: { readonly items: readonly Spans[] };
}

type SpanOf<K extends keyof SpanBodies> = { readonly [P in K]: { readonly kind: P } & SpanBodies[P] }[K];

/** A part of a line. No renderer takes a text for markup. */
export type Span = SpanOf<keyof SpanBodies>;

export type SpanRenderers<R> = { readonly [K in keyof SpanBodies]: (span: SpanOf<K>) => R };

export function renderSpan<K extends keyof SpanBodies, R>(span: SpanOf<K>, renderers: SpanRenderers<R>): R {
  return renderers[span.kind](span);
}

export type Spans = readonly Span[];

/** An input of a resource before and after a change. */
export interface Difference {
  readonly name: string;
  readonly before?: string;
  readonly after?: string;
  readonly forcesReplacement: boolean;
}

/** A change, a finding or the outcome of a check: its mark says which kind. */
export interface Marked {
  /** A sign, such as `+`, or a word, such as `error`. */
  readonly mark: { readonly text: string; readonly tone: Tone };
  readonly what: Spans;
  /** Its place: first in a line that a terminal can open, below on a page. */
  readonly at?: Spans;
  /** Things in which it holds: `in 2 accounts`. */
  readonly within?: { readonly text: string; readonly items: Spans };
  /** Consequences that must not be overlooked. */
  readonly dangers?: readonly string[];
  readonly notes?: readonly Spans[];
  /** Its single steps. */
  readonly details?: readonly { readonly text: string; readonly tone: Tone }[];
  readonly differences?: readonly Difference[];
  /** Reasons and places. */
  readonly why?: Spans;
  /** Lines to paste as they are. */
  readonly paste?: { readonly title: string; readonly label: string; readonly lines: readonly string[] };
}

/** A number with its label. */
export interface Figure {
  readonly label: string;
  readonly value: number;
  readonly note?: string | undefined;
  readonly tone?: Tone | undefined;
}

export type Medium = 'terminal' | 'markdown' | 'page';

interface BlockBodies {
  readonly heading: { readonly text: string; readonly note?: string; readonly level: 3 | 4 };
  readonly paragraph: { readonly spans: Spans; readonly tone?: 'quiet' | 'note' };
  readonly table: { readonly label: string; readonly columns: readonly string[]; readonly rows: Rows };
  /** `limit`: items that a terminal shows. */
  readonly list: { readonly items: readonly Spans[]; readonly isNumbered?: boolean; readonly limit: number };
  /** Terms, each with what holds for it. */
  readonly facts: { readonly entries: readonly Fact[] };
  readonly marked: { readonly items: readonly Marked[]; readonly limit: number };
  readonly figures: { readonly items: readonly Figure[] };
  /** Blocks that a page can close, under a title. */
  /** `anchor`: number by which chips of the matrix refer to it. */
  readonly fold: {
    readonly title: Spans;
    readonly isOpen: boolean;
    readonly blocks: Blocks;
    readonly anchor?: number;
  };
  /** Text as it is, such as a policy. */
  readonly text: { readonly label: string; readonly text: string };
  readonly matrix: { readonly matrix: Matrix };
  /** `noun`: what a leaf is. */
  readonly tree: { readonly noun: string; readonly tree: Tree };
  readonly graph: { readonly id: string; readonly title: string; readonly graph: Graph };
  /** The whole as a picture. `columns`: what the boxes of each column are. */
  readonly lanes: {
    readonly id: string;
    readonly title: string;
    readonly columns: readonly string[];
    readonly lanes: readonly Lane[];
  };
}

export type BlockKind = keyof BlockBodies;

export type BlockOf<K extends BlockKind> = { readonly [P in K]: { readonly kind: P } & BlockBodies[P] }[K];

/** Everything that a report is made of. Renderers know these and nothing of what is reported. */
export type Block = BlockOf<BlockKind>;

export type BlockRenderers<R> = { readonly [K in BlockKind]: (block: BlockOf<K>) => R };

export function renderBlock<K extends BlockKind, R>(block: BlockOf<K>, renderers: BlockRenderers<R>): R {
  return renderers[block.kind](block);
}

/** Blocks for some media: a terminal summarizes, and a comment has a limit. */
export interface Only {
  readonly kind: 'only';
  readonly media: readonly Medium[];
  readonly blocks: Blocks;
}

export type Blocks = readonly (Block | Only)[];

export function blocksFor(medium: Medium, blocks: Blocks): readonly Block[] {
  return blocks.flatMap((block) => {
    if (block.kind !== 'only') return [block];
    return block.media.includes(medium) ? blocksFor(medium, block.blocks) : [];
  });
}

export type Rows = readonly (readonly Spans[])[];
export type Fact = readonly [term: string, what: Spans];

/** Something that holds leaves and further trees. */
export interface Tree {
  readonly label: string;
  readonly leaves: readonly Spans[];
  readonly children: readonly Tree[];
  /** Leaves here and below. */
  readonly total: number;
}

/** A part of a report, with a title and an anchor. */
export interface Section {
  readonly id: string;
  readonly title: string;
  /** Title in a list of sections. @default title */
  readonly short?: string;
  /** The section in one phrase. Empty where the title says it all. */
  readonly lead?: Spans;
  readonly blocks: Blocks;
}

/** A box of the picture. Lanes beside each other that hold the same one share it. */
export interface LaneBox {
  readonly title: string;
  readonly notes: readonly string[];
}

/** A change on the way from one box to the next. */
export interface LaneChange {
  readonly text: string;
  readonly tone: 'good' | 'bad' | 'plain';
  /** True if it must not be overlooked: what is deleted or replaced, and what is dangerous. */
  readonly isDanger?: boolean;
}

/** The way from one box to the next. */
export interface LaneStep {
  /** Amount: `45 assignments`. */
  readonly amount?: string | undefined;
  readonly changes: readonly LaneChange[];
}

/** Boxes in the order of the columns, and the steps between them: one fewer. A lane may end early. */
export interface Lane {
  readonly boxes: readonly LaneBox[];
  readonly steps: readonly LaneStep[];
}

/** Words for what a node is about; the picture colours by it. */
export const FAMILY_WORDS = {
  application: 'application',
  credential: 'secret or certificate',
  permission: 'consent, assignment or policy',
  flow: 'user flow',
  group: 'group',
  provisioning: 'provisioning',
  other: 'other',
} as const;

export type Family = keyof typeof FAMILY_WORDS;

/** A node of the picture: a resource, or many of one type that would fill it. */
export interface GraphNode {
  readonly id: string;
  readonly what: string;
  readonly label: string;
  readonly family: Family;
  /** True if it exists already and is only looked up. */
  readonly isLookup: boolean;
  /** Its change; `mixed` where it stands for several. */
  readonly change?: Action | 'mixed';
}

export interface GraphEdge {
  /** The needed one. */
  readonly from: string;
  readonly to: string;
}

export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** Access levels that a cell of the matrix may have, from the least to the most. */
export const HEAT_LEVELS = [
  'None',
  'List',
  'Read',
  'Tagging',
  'Write',
  'Permissions management',
  'Administrator',
] as const;

export type HeatLevel = (typeof HEAT_LEVELS)[number];

/** A permission set in a cell of the matrix. */
export interface Chip {
  readonly set: string;
  readonly isAdministrator: boolean;
  readonly isPending: boolean;
  /** Against the base; `lost` chips are no longer there. */
  readonly change?: 'gained' | 'lost';
  /** Position in the matrix's `reasons`; absent for what is lost. */
  readonly reason?: number | undefined;
  /** Highest access level of the set in the account; `isUnknown` if it may be more. Absent for what is lost. */
  readonly heat?: { readonly level: HeatLevel; readonly isUnknown: boolean } | undefined;
  /** Anchor of the set's fold; absent where the estate has no such set any more. */
  readonly anchor?: number | undefined;
}

export interface MatrixRow {
  readonly account: {
    readonly id: string;
    readonly name: string;
    readonly email: string;
    readonly ou: string;
    readonly tags: readonly string[];
  };
  /** `management`, or a state that is not the usual one. */
  readonly note?: string;
  /** One list of chips a column, in the order of `groups`. */
  readonly cells: readonly (readonly Chip[])[];
}

/** The access matrix: accounts by groups, rows under the OU of their accounts. */
export interface Matrix {
  readonly groups: readonly { readonly name: string; readonly isPending: boolean }[];
  readonly units: readonly { readonly ou: string; readonly rows: readonly MatrixRow[] }[];
  /** Each different list of positions in `causes`. */
  readonly reasons: readonly (readonly number[])[];
  readonly causes: readonly { readonly place: string; readonly selectors: readonly string[] }[];
  /** Names that the filters offer. */
  readonly choices: {
    readonly sets: readonly string[];
    readonly ous: readonly string[];
    readonly tags: readonly string[];
  };
  /** Kinds of chips besides the usual ones. */
  readonly kinds: readonly ChipKind[];
}

export type ChipKind = 'pending' | 'gained' | 'gained-pending' | 'lost' | 'withdrawn';

/** Effects of a deployment on a resource: the sign, with its tone, and the word, with the tone of its badge. */
export const ACTIONS = {
  create: { sign: '+', tone: 'good', word: 'created', wordTone: 'good' },
  update: { sign: '~', tone: 'warn', word: 'changed', wordTone: 'plain' },
  replace: { sign: '±', tone: 'bad', word: 'replaced', wordTone: 'bad' },
  delete: { sign: '-', tone: 'bad', word: 'deleted', wordTone: 'bad' },
} as const;

export type Action = keyof typeof ACTIONS;

export interface ActionCounts {
  readonly created: number;
  readonly updated: number;
  readonly replaced: number;
  readonly deleted: number;
}

export function countActions(all: readonly { readonly action: Action }[]): ActionCounts {
  const of = (action: Action): number => all.filter((one) => one.action === action).length;
  return { created: of('create'), updated: of('update'), replaced: of('replace'), deleted: of('delete') };
}
