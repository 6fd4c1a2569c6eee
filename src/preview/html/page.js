'use strict';

(() => {
  /** Rows and cells that are added at once. */
  const [ROWS, CELLS] = [50, 10_000];
  /** Rows of a list in a print, which no one scrolls. */
  const PRINTED = 2_000;
  const matrix = document.getElementById('grid');

  for (const more of document.querySelectorAll('.more')) openList(more);
  if (matrix) openMatrix(matrix, document.getElementById('filters'));

  async function unpack(holder) {
    const { textContent: text } = holder.querySelector('script[type="text/plain"]');
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'))).json();
  }

  const wordsOf = (text) => text.toLowerCase().split(/\s+/).filter(Boolean);
  const numberText = (value) => value.toLocaleString('en');

  /** A button that shows more, after what there is more of. */
  function moreButton(after, show) {
    const button = element('button', 'Show more');
    button.type = 'button';
    button.addEventListener('click', show);
    after.after(button);
    return button;
  }

  /** Shows a long list, a piece at a time, of the rows that have the words looked for. */
  async function openList(more) {
    const [holder, form, shown] = [more.nextElementSibling, more.querySelector('form'), more.querySelector('output')];
    const list = holder.querySelector('tbody') ?? holder;
    const note = more.querySelector('p');
    const { tags, texts, steps } = await unpack(more);
    const latest = [];
    const rows = steps.map(([own, ...row]) => {
      const before = latest[own] ?? [];
      latest[own] = row.map((step, index) => step + (before[index] ?? 0));
      return { tags: tags[own], texts: latest[own] };
    });
    const readable = element('textarea', '');
    const words = texts.map((text) => {
      readable.innerHTML = text;
      return readable.value.toLowerCase();
    });
    let [found, count] = [rows, 0];

    const draw = (from, to) => list.insertAdjacentHTML('beforeend', found.slice(from, to).map(markupOf).join(''));

    function show() {
      draw(count, count + ROWS);
      count = Math.min(found.length, count + ROWS);
      shown.textContent = `${numberText(count)} of ${numberText(found.length)}`;
      button.hidden = count === found.length;
    }

    function beforePrint() {
      draw(count, PRINTED);
      const printed = Math.max(count, Math.min(found.length, PRINTED));
      const only = found === rows ? '' : `, of those with '${form.querySelector('input').value.trim()}'`;
      const rest = printed < rows.length ? '; preview.json has all of them' : '';
      note.textContent = `${numberText(printed)} of ${numberText(rows.length)} are printed${only}${rest}.`;
      note.hidden = false;
    }

    function afterPrint() {
      list.replaceChildren(...[...list.children].slice(0, count));
      note.hidden = true;
    }

    function markupOf(row) {
      return row.tags.map((tag, index) => tag + (texts[row.texts[index]] ?? '')).join('');
    }

    function search() {
      const having = wordsOf(form.querySelector('input').value).map(
        (word) => new Set(words.flatMap((text, index) => (text.includes(word) ? [index] : []))),
      );
      found =
        having.length === 0
          ? rows
          : rows.filter((row) => having.every((some) => row.texts.some((text) => some.has(text))));
      count = 0;
      list.replaceChildren();
      show();
    }

    const button = moreButton(holder, show);
    form.addEventListener('input', search);
    form.addEventListener('submit', (event) => event.preventDefault());
    addEventListener('beforeprint', beforePrint);
    addEventListener('afterprint', afterPrint);
    form.hidden = false;
    note.hidden = true;
    search();
  }

  async function openMatrix(grid, filters) {
    const shown = document.getElementById('shown');
    const why = document.getElementById('why');
    const nothing = document.getElementById('nothing');
    const header = grid.tHead.rows[0];
    const first = header.cells[0].outerHTML;
    const data = await unpack(grid.closest('section'));
    const rows = data.units.flatMap((unit) =>
      unit.rows.map((row) => {
        const text = [row.name, row.id, row.email, unit.ou, ...row.tags].join('\n').toLowerCase();
        return { ...row, unit, text };
      }),
    );
    let [found, columns, count] = [rows, [], 0];

    filters.hidden = false;
    filters.addEventListener('input', apply);
    filters.addEventListener('submit', (event) => event.preventDefault());
    filters.addEventListener('reset', () => setTimeout(apply));
    grid.addEventListener('click', (event) => {
      // The explanation has the same link.
      if (!event.ctrlKey && !event.metaKey) event.preventDefault();
      focusCell(event.target.closest('td'));
    });
    grid.addEventListener('focusin', (event) => explain(event.target.closest('td')));
    grid.addEventListener('keydown', move);
    const button = moreButton(grid.closest('.scroll'), showMore);
    // A browser that restores the form after 'back' has filters set already.
    apply();

    /** Draws the rows that are left, with the columns that they have something in. */
    function apply() {
      const wanted = readFilters();
      found = rows.flatMap((row) => narrowed(row, wanted));
      columns = [...new Set(found.flatMap(({ cells }) => cells.map(([column]) => column)))].sort((a, b) => a - b);
      header.innerHTML = first + columns.map((column) => data.groups[column].head).join('');
      grid.style.setProperty('--columns', String(Math.max(columns.length, 1)));
      for (const body of [...grid.tBodies]) body.remove();
      count = 0;
      showMore();
      const total = `${numberText(rows.length)} account${rows.length === 1 ? '' : 's'}`;
      shown.textContent = found.length === rows.length ? total : `${numberText(found.length)} of ${total}`;
      nothing.hidden = found.length > 0;
      why.hidden = true;
      makeCurrent(grid.querySelector('td:not(:empty)'));
    }

    function showMore() {
      const next = found.slice(count, count + Math.ceil(CELLS / (columns.length + 1)));
      const bodies = [...Map.groupBy(next, ({ unit }) => unit)].map(([unit, some]) => {
        const head = `<tr class="ou"><th scope="rowgroup" colspan="${columns.length + 1}">${unit.head}</th></tr>`;
        return `<tbody>${found[count - 1]?.unit === unit ? '' : head}${some.map(markupOf).join('')}</tbody>`;
      });
      grid.insertAdjacentHTML('beforeend', bodies.join(''));
      // The arrow keys go from cell to cell.
      for (const link of grid.querySelectorAll('td a')) link.tabIndex = -1;
      count += next.length;
      button.hidden = count === found.length;
    }

    function markupOf({ head, cells }) {
      const byColumn = new Map(cells.map((cell) => [cell[0], cell]));
      const shownCells = columns.map((column) => {
        const [, heat = '', ...chips] = byColumn.get(column) ?? [];
        return `<td${heat}>${chips.map((chip) => data.chips[chip].markup).join('')}</td>`;
      });
      return `<tr><th scope="row">${head}</th>${shownCells.join('')}</tr>`;
    }

    function readFilters() {
      const form = new FormData(filters);
      const value = (name) => form.get(name) ?? '';
      const group = value('group') === '' ? undefined : Number(value('group'));
      const [set, show] = [value('set'), value('show')];
      return {
        words: wordsOf(value('text')),
        ou: value('ou'),
        tag: value('tag'),
        group,
        set,
        show,
        reached: form.has('reached'),
        narrowsCells: group !== undefined || set !== '' || show !== '',
      };
    }

    /** The row with what is left of its cells; nothing where it is not shown. */
    function narrowed(row, wanted) {
      if (!matchesAccount(row, wanted)) return [];
      const { group, set, show } = wanted;
      const only = (cells, isMeant) =>
        cells
          .map(([column, heat, ...chips]) => [column, heat, ...chips.filter((chip) => isMeant(data.chips[chip]))])
          .filter((cell) => cell.length > 2);
      const inColumn = row.cells.filter(([column]) => group === undefined || group === column);
      const meant = only(inColumn, (chip) => set === '' || chip.set === set);
      // What is lost gives no access any more.
      if (wanted.reached && only(meant, ({ kinds }) => !kinds.includes('lost')).length === 0) return [];
      const cells = only(meant, ({ kinds }) => show === '' || kinds.includes(show));
      return cells.length > 0 || !wanted.narrowsCells ? [{ ...row, cells }] : [];
    }

    function matchesAccount({ unit, tags, text }, { words, ou, tag }) {
      if (ou && unit.ou !== ou && !unit.ou.startsWith(`${ou}/`)) return false;
      if (tag && !tags.includes(tag)) return false;
      return words.every((word) => text.includes(word));
    }

    function makeCurrent(cell) {
      const before = grid.querySelector('td[tabindex="0"]');
      // Taking the attribute from the focused cell, even to give it back, would lose the focus.
      if (before === cell) return;
      before?.removeAttribute('tabindex');
      if (cell) cell.tabIndex = 0;
    }

    const drawnRows = () => [...grid.querySelectorAll('tbody > tr:not(.ou)')];

    /** Arrow keys go from cell to cell. */
    function move(event) {
      const cell = event.target.closest('td');
      const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
      const step = steps[event.key];
      if (!cell || !step) return;
      event.preventDefault();
      const drawn = drawnRows();
      const next = drawn[drawn.indexOf(cell.parentElement) + step[0]]?.cells[cell.cellIndex + step[1]];
      if (next?.tagName === 'TD') focusCell(next);
    }

    /** What has the focus is explained. */
    function focusCell(cell) {
      if (!cell) return;
      makeCurrent(cell);
      cell.focus();
    }

    /** Says below the table why the access of a cell exists. */
    function explain(cell) {
      const chips = cell ? [...cell.querySelectorAll('[data-r]')] : [];
      why.hidden = chips.length === 0;
      if (chips.length === 0) return;
      const row = found[drawnRows().indexOf(cell.parentElement)];
      const group = () => element('bdi', data.groups[columns[cell.cellIndex - 1]].name);
      const byReason = Map.groupBy(chips, (chip) => chip.dataset.r);
      why.firstElementChild.replaceChildren(
        ...[...byReason].flatMap(([reason, same]) => {
          const causes = data.reasons[Number(reason)].map((position) => data.causes[position]);
          const sets = same.flatMap((chip, index) => [index === 0 ? '' : ', ', linkTo(chip)]);
          const have = same[0].classList.contains('p') ? 'will have, as soon as the group is synchronized,' : 'have';
          const line = element('p', '');
          line.append(group(), ` ${have} `, ...sets, ' in ', element('bdi', row.name), ` (${row.id}) because of`);
          return [line, list(causes)];
        }),
      );
    }
  }

  /** The set of a chip, with a link to what it allows. */
  function linkTo(chip) {
    const link = element('a', chip.textContent);
    link.href = chip.querySelector('a').getAttribute('href');
    return link;
  }

  function list(causes) {
    const items = element('ul', '');
    items.append(
      ...causes.map(({ place, selectors }) => {
        const item = element('li', 'the grant at ');
        item.append(element('code', place), `: ${selectors.join(', ')}`);
        return item;
      }),
    );
    return items;
  }

  function element(name, text) {
    const created = document.createElement(name);
    created.textContent = text;
    return created;
  }
})();
