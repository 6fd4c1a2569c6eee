import { type Chip, type ChipKind, HEAT_LEVELS, type HeatLevel, type Matrix, type MatrixRow } from './block';
import type { Child } from './html';
import { Html, markup } from './html';
import { count, visible } from './text';

/** The matrix with its filters, which the script of the page shows, and with what the script needs. */
export function matrixOf(matrix: Matrix): Html {
  const accounts = matrix.units.reduce((sum, { rows }) => sum + rows.length, 0);
  return markup`${filtersOf(matrix)}<p class="legend"><output id="shown">${count(accounts, 'account')}</output>
<span><b class="a">Name</b> administrator</span> <span><b class="p">Name</b> pending</span>
${LEGEND.filter(([kind]) => matrix.kinds.includes(kind)).map(([, entry]) => entry)}</p>
<p class="legend">Highest access level ${HEAT_LEVELS.map((level) => markup`<span${heatAttribute(level, false)}></span> `)}
<span${heatAttribute('None', true)}></span> a policy was not read or is too complex</p>
<div class="scroll" tabindex="0" role="region" aria-label="Access matrix, scrollable">
<table id="grid"${matrix.isList && markup` class="list"`}>
<caption class="hidden">Permission sets by account and group</caption>
<thead><tr><th scope="col">Account</th>${headersOf(matrix)}</tr></thead>
${matrix.units.map((unit) => unitOf(unit, matrix))}</table>
</div>
<p id="nothing" class="quiet" hidden>No account matches these filters.</p>
<div id="why" role="status" class="why-panel" hidden><div></div></div>
<script type="application/json" id="data">${safeJson(scriptData(matrix))}</script>
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

function headersOf({ isList, groups }: Matrix): Child {
  if (isList) return markup`<th scope="col">Groups and permission sets</th>`;
  return groups.map(
    ({ name, isPending }) =>
      markup`<th scope="col" title="${name}"><span>${name}</span>${isPending && markup`<small>pending</small>`}</th>`,
  );
}

function unitOf({ ou, rows }: Matrix['units'][number], matrix: Matrix): Html {
  const columns = matrix.isList ? 2 : matrix.groups.length + 1;
  return markup`<tbody>
<tr class="ou"><th scope="rowgroup" colspan="${columns}"><span>${ou} <i>${rows.length}</i></span></th></tr>
${rows.map((row) => rowOf(row, matrix))}</tbody>
`;
}

function rowOf({ account, note, cells }: MatrixRow, { isList, groups }: Matrix): Html {
  const remark = note !== undefined && ` · ${note}`;
  const shown = isList
    ? markup`<td>${cells.map((chips, index) => chips.length > 0 && markup`<p data-g=${index}${heatOf(chips)}><span>${groups[index]?.name}</span>${chips.map(chipOf)}</p>`)}</td>`
    : cells.map((chips) => (chips.length === 0 ? EMPTY : markup`<td${heatOf(chips)}>${chips.map(chipOf)}</td>`));
  return markup`<tr><th scope="row">${account.name}<small>${account.id}${remark}</small></th>${shown}</tr>
`;
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

/** Most cells are. */
const EMPTY = markup`<td></td>`;

const TAGS = { gained: Html.trusted('ins'), lost: Html.trusted('del'), kept: Html.trusted('b') } as const;

function chipOf({ set, isAdministrator, isPending, change, reason, anchor }: Chip): Html {
  const tag = TAGS[change ?? 'kept'];
  const classes = [isAdministrator && 'a', isPending && 'p'].filter(Boolean).join(' ');
  const attributes = [classes !== '' && markup` class="${classes}"`, reason !== undefined && markup` data-r=${reason}`];
  const shown = anchor === undefined ? set : markup`<a href=#s${anchor}>${set}</a>`;
  return markup`<${tag}${attributes}>${shown}</${tag}>`;
}

/** Data of the script, beyond the table: accounts in the order of the rows, and why access exists. */
function scriptData({ groups, isList, units, reasons, causes }: Matrix): unknown {
  return {
    groups: groups.map(({ name }) => visible(name)),
    isList,
    accounts: units.flatMap(({ rows }) =>
      rows.map(({ account: { id, name, email, ou, tags } }) => ({
        id,
        name: visible(name),
        email,
        ou: visible(ou),
        tags: tags.map(visible),
      })),
    ),
    reasons,
    causes: causes.map(({ place, selectors }) => ({ place: visible(place), selectors: selectors.map(visible) })),
  };
}

/** JSON that no HTML parser can leave early: every `<` is written as an escape. */
function safeJson(value: unknown): Html {
  return Html.trusted(JSON.stringify(value).replaceAll('<', '\\u003c'));
}
