import { type Chip, type ChipKind, HEAT_LEVELS, type HeatLevel, type Matrix, type MatrixRow } from './block';
import { bidi, type Child, Html, markup } from './html';
import { count, formatNumber } from '../../text/amounts';
import { kept } from '../../permissions/glob';
import { isolated, visible } from './text';
import { deflateRawSync } from 'node:zlib';

/** Cells up to which a page has the matrix as markup, too. */
const MAX_CELLS = 10_000;

/** The matrix with its filters, which the script of the page shows, and with what the script needs. */
export function matrixOf(matrix: Matrix): Html {
  const accounts = matrix.units.reduce((sum, { rows }) => sum + rows.length, 0);
  const isShort = accounts * matrix.groups.length <= MAX_CELLS;
  return markup`${filtersOf(matrix)}<p class="legend"><output id="shown">${count(accounts, 'account')}</output>
<span><b class="a">Name</b> administrator, boundaries aside</span> <span><b class="p">Name</b> pending</span>
${LEGEND.filter(([kind]) => matrix.kinds.includes(kind)).map(([, entry]) => entry)}</p>
<p class="legend">Highest access level within boundaries ${HEAT_LEVELS.map((level) => markup`<span${heatAttribute(level, false)}></span> `)}
<span${heatAttribute('None', true)}></span> a policy was not read or is too complex</p>
<div class="scroll" tabindex="0" role="region" aria-label="Access matrix, scrollable">
<table id="grid">
<caption class="hidden">Permission sets by account and group</caption>
<thead><tr><th scope="col">Account</th>${matrix.groups.map(headerOf)}</tr></thead>
${isShort && matrix.units.map(unitOf)}</table>
</div>
${!isShort && markup`<noscript><p>A matrix of this size needs JavaScript; preview.json has all of it.</p></noscript>`}
<p id="nothing" class="quiet" hidden>No account matches these filters.</p>
<div id="why" role="status" class="why-panel" hidden><div></div></div>
${packed(scriptData(matrix))}
`;
}

const LEGEND: readonly (readonly [ChipKind, Html])[] = [
  ['gained', markup`<span><ins>Name</ins> gained</span> `],
  ['gained-pending', markup`<span><ins class="p">Name</ins> gained, pending</span> `],
  ['lost', markup`<span><del>Name</del> lost</span> `],
  ['withdrawn', markup`<span><del class="p">Name</del> withdrawn</span>`],
];

function filtersOf({ groups, choices, kinds }: Matrix): Html {
  const isCompared = kinds.includes('gained');
  const shows = [
    ['', 'All access'],
    ...(isCompared
      ? [
          ['changed', 'Changes'],
          ['gained', 'Gained'],
          ['lost', 'Lost'],
        ]
      : []),
    ...(kinds.includes('pending') ? [['pending', 'Pending']] : []),
  ] as const;
  const groupOptions = groups.map(({ name }, index) => markup`<option value="${index}">${name}</option>`);
  const showOptions = shows.map(([value, label]) => markup`<option value="${value}">${label}</option>`);
  const { sets, ous, tags } = choices;
  return markup`<form id="filters" class="filters" hidden>
<label class="grow">Search accounts <input type="search" name="text" placeholder="Name, id, OU or tag" autocomplete="off" spellcheck="false"></label>
${choice('Group', 'group', [markup`<option value="">All groups</option>`, groupOptions])}
${choice('Permission set', 'set', [markup`<option value="">All sets</option>`, optionsOf(sets)])}
${choice('OU', 'ou', [markup`<option value="">All OUs</option>`, optionsOf(ous)])}
${tags.length > 0 && choice('Tag', 'tag', [markup`<option value="">All tags</option>`, optionsOf(tags)])}
${shows.length > 1 && choice('Show', 'show', showOptions)}
<div class="checks">
<label class="check"><input type="checkbox" name="reached"> Only accounts with access</label>
<button type="reset">Reset</button>
</div>
</form>
`;
}

function choice(label: string, name: string, options: Child): Html {
  return markup`<label>${label} <select name="${name}">${options}</select></label>`;
}

function optionsOf(names: readonly string[]): Child {
  return names.map((name) => markup`<option>${name}</option>`);
}

function headerOf({ name, isPending }: Matrix['groups'][number]): Html {
  return markup`<th scope="col" title="${name}"><span>${name}</span>${isPending && markup`<small>pending</small>`}</th>`;
}

function unitHeadOf({ ou, rows }: Matrix['units'][number]): Html {
  return markup`<span>${ou} <i>${rows.length}</i></span>`;
}

function unitOf(unit: Matrix['units'][number]): Html {
  const columns = (unit.rows[0]?.cells.length ?? 0) + 1;
  return markup`<tbody>
<tr class="ou"><th scope="rowgroup" colspan="${columns}">${unitHeadOf(unit)}</th></tr>
${unit.rows.map(rowOf)}</tbody>
`;
}

function rowOf(row: MatrixRow): Html {
  const cells = row.cells.map((chips) => markup`<td${heatOf(chips)}>${chips.map(chipOf)}</td>`);
  return markup`<tr><th scope="row">${rowHeadOf(row)}</th>${cells}</tr>
`;
}

function rowHeadOf({ account, note }: MatrixRow): Html {
  return markup`${bidi(account.name)}<small>${account.id}${note !== undefined && ` · ${note}`}</small>`;
}

/** The word of a level stands in the style sheet: cells repeat it. A question mark is for what may be more. */
function heatAttribute(level: HeatLevel, isUnknown: boolean): Html {
  return markup` data-h=${HEAT_LEVELS.indexOf(level)}${isUnknown && '?'}`;
}

/** The highest level of a cell. Nothing is above the last one. */
function heatOf(chips: readonly Chip[]): Child {
  const heats = chips.flatMap(({ heat }) => heat ?? []);
  const highest = HEAT_LEVELS.findLast((level) => heats.some((heat) => heat.level === level));
  const isOpen = highest !== HEAT_LEVELS.at(-1) && heats.some(({ isUnknown }) => isUnknown);
  return highest && heatAttribute(highest, isOpen);
}

/** Words and steps of the levels, for the style sheet. */
export const HEAT_STYLE = HEAT_LEVELS.map((level, step) => {
  const open = step === 0 ? '? Unknown' : `? ${level} or more`;
  return `[data-h^="${step}"]{--step:${step}}[data-h="${step}"]::before{content:"${level}"}[data-h="${step}?"]::before{content:"${open}"}`;
}).join('');

const TAGS = { gained: Html.trusted('ins'), lost: Html.trusted('del'), kept: Html.trusted('b') } as const;

function chipOf({ set, isAdministrator, isPending, change, reason, anchor }: Chip): Html {
  const tag = TAGS[change ?? 'kept'];
  const classes = [isAdministrator && 'a', isPending && 'p'].filter(Boolean).join(' ');
  const attributes = [classes !== '' && markup` class="${classes}"`, reason !== undefined && markup` data-r=${reason}`];
  const shown = anchor === undefined ? set : markup`<a href=#s${anchor}>${set}</a>`;
  return markup`<${tag}${attributes}>${shown}</${tag}>`;
}

/** Data of the script, which draws the rows that are left: each different chip once, and why access exists. */
function scriptData({ groups, units, reasons, causes }: Matrix): unknown {
  const positionOf = positions();
  const chips: ReturnType<typeof chipData>[] = [];
  const chipAt = (chip: Chip): number => {
    const { set, isAdministrator, isPending, change, reason, anchor } = chip;
    const position = positionOf(JSON.stringify([set, isAdministrator, isPending, change, reason, anchor]));
    chips[position] ??= chipData(chip);
    return position;
  };
  // Most cells are the same few lists.
  const known = new Map<readonly Chip[], readonly unknown[]>();
  const cellData = (cell: readonly Chip[]): readonly unknown[] =>
    kept(known, cell, () => [markup`${heatOf(cell)}`.markup, ...cell.map(chipAt)]);
  const rowData = (row: MatrixRow): unknown => ({
    ...{ id: row.account.id, name: visible(row.account.name), email: row.account.email },
    tags: row.account.tags.map(visible),
    head: rowHeadOf(row).markup,
    cells: row.cells.flatMap((cell, column) => (cell.length === 0 ? [] : [[column, ...cellData(cell)]])),
  });
  return {
    groups: groups.map((group) => ({ name: visible(group.name), head: headerOf(group).markup })),
    units: units.map((unit) => ({
      ou: visible(unit.ou),
      head: unitHeadOf(unit).markup,
      rows: unit.rows.map(rowData),
    })),
    chips,
    reasons,
    causes: causes.map(({ place, selectors }) => ({
      place: visible(place),
      selectors: selectors.map((text) => isolated(visible(text))),
    })),
  };
}

/** `kinds`: those of the filter 'Show'. */
function chipData(chip: Chip) {
  const { set, change, isPending } = chip;
  const kinds = [...(change === undefined ? [] : ['changed', change]), ...(isPending ? ['pending'] : [])];
  return { set: visible(set), kinds, markup: chipOf(chip).markup };
}

/** Characters of rows that a page has as markup: a browser opens a few lists of this size at once. */
const AT_ONCE = 50_000;

/**
 * A list or table of rows. The first are markup; of a long one, all are also data, which the script of the page searches and shows
 * piece by piece.
 */
export function longList(rows: readonly Html[], wrap: (shown: Child) => Html): Child {
  let length = 0;
  const shown = rows.filter(({ markup: row }) => (length += row.length) <= AT_ONCE || length === row.length);
  if (shown.length === rows.length) return wrap(rows);
  return [
    markup`<div class="more"><p class="quiet">${formatNumber(shown.length)} of ${formatNumber(rows.length)} are shown without JavaScript; preview.json has all of them.</p>
<form class="filters" hidden><label class="grow">Search these ${formatNumber(rows.length)} <input type="search" autocomplete="off" spellcheck="false"></label> <output></output></form>
${packed(textsOf(rows))}</div>
`,
    wrap(shown),
  ];
}

/** A value for the script of the page, in a tenth of its size. */
export function packed(value: unknown): Html {
  const text = deflateRawSync(JSON.stringify(value)).toString('base64');
  return markup`<script type="text/plain">${Html.trusted(text)}</script>`;
}

/** Tells each different key its position, from 0. */
export function positions(): (key: string) => number {
  const known = new Map<string, number>();
  return (key) => kept(known, key, () => known.size);
}

/**
 * Rows as tags and texts. Many have the same tags, and texts repeat: a row is the position of its tags, and for each text how much
 * its position differs from that in the row before with the same tags, which is mostly nothing or one.
 */
function textsOf(rows: readonly Html[]): unknown {
  const tags = positions();
  const texts = positions();
  const [allTags, allTexts, latest]: [string[][], string[], number[][]] = [[], [], []];
  const steps = rows.map(({ markup: row }) => {
    const parts = row.split(/(?<=>)([^<]+)(?=<)/);
    const own = parts.filter((_, index) => index % 2 === 0);
    const position = tags(own.join('\0'));
    allTags[position] ??= own;
    const at = parts.flatMap((text, index) => {
      if (index % 2 === 0) return [];
      const found = texts(text);
      allTexts[found] ??= text;
      return [found];
    });
    const before = latest[position] ?? [];
    latest[position] = at;
    return [position, ...at.map((one, index) => one - (before[index] ?? 0))];
  });
  return { tags: allTags, texts: allTexts, steps };
}
