'use strict';

(() => {
  const grid = document.getElementById('grid');
  const filters = document.getElementById('filters');
  if (!grid || !filters) return;
  const data = JSON.parse(document.getElementById('data').textContent);
  const shown = document.getElementById('shown');
  const why = document.getElementById('why');
  const nothing = document.getElementById('nothing');
  const columns = new CSSStyleSheet();
  document.adoptedStyleSheets = [columns];

  const rows = readRows();
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
  makeCurrent(grid.querySelector('td:not(:empty)'));
  // A browser that restores the form after 'back' has filters set already.
  apply();

  /** The table as it is, read once: what a filter looks at is then in memory. */
  function readRows() {
    const elements = [...grid.querySelectorAll('tbody > tr:not(.ou)')];
    return elements.map((element, index) => {
      const account = data.accounts[index];
      const text = [account.name, account.id, account.email, account.ou, ...account.tags].join('\n').toLowerCase();
      return { element, account, text, cells: readCells(element) };
    });
  }

  function readCells(element) {
    // The arrow keys go from cell to cell.
    for (const link of element.querySelectorAll('td a')) link.tabIndex = -1;
    const holders = data.isList ? element.querySelectorAll('[data-g]') : element.querySelectorAll('td:not(:empty)');
    return [...holders].map((holder) => ({
      element: holder,
      column: data.isList ? Number(holder.dataset.g) : holder.cellIndex - 1,
      chips: [...holder.querySelectorAll('b, ins, del')].map((chip) => ({
        element: chip,
        set: chip.textContent,
        kinds: kindsOf(chip),
      })),
    }));
  }

  /** What the filter 'Show' may ask for, and the chip is. */
  function kindsOf(chip) {
    const change = { INS: ['changed', 'gained'], DEL: ['changed', 'lost'] }[chip.tagName] ?? [];
    return [...change, ...(chip.classList.contains('p') ? ['pending'] : [])];
  }

  function apply() {
    const wanted = readFilters();
    const used = new Set();
    let count = 0;
    for (const row of rows) {
      const isShown = showRow(row, wanted, used);
      row.element.hidden = !isShown;
      if (isShown) count++;
    }
    for (const body of grid.tBodies) body.hidden = !body.querySelector('tr:not(.ou):not([hidden])');
    showColumns(wanted.narrowsCells ? used : undefined);
    const total = rows.length.toLocaleString('en');
    const text = `${count.toLocaleString('en')} of ${total} accounts`;
    shown.textContent = count === rows.length ? `${total} account${rows.length === 1 ? '' : 's'}` : text;
    nothing.hidden = count > 0;
    why.hidden = true;
  }

  function readFilters() {
    const form = new FormData(filters);
    const value = (name) => form.get(name) ?? '';
    const group = value('group') === '' ? undefined : Number(value('group'));
    const [set, show] = [value('set'), value('show')];
    return {
      words: value('text').toLowerCase().split(/\s+/).filter(Boolean),
      ou: value('ou'),
      tag: value('tag'),
      group,
      set,
      show,
      reached: form.has('reached'),
      narrowsCells: group !== undefined || set !== '' || show !== '',
    };
  }

  /** Shows or hides what is in a row, and says whether the row itself is shown. */
  function showRow(row, wanted, used) {
    if (!matchesAccount(row, wanted)) return false;
    let [shownChips, reached] = [0, 0];
    for (const cell of row.cells) {
      const inColumn = wanted.group === undefined || wanted.group === cell.column;
      let visible = 0;
      for (const chip of cell.chips) {
        const isMeant = wanted.set === '' || chip.set === wanted.set;
        const isShown = isMeant && (wanted.show === '' || chip.kinds.includes(wanted.show));
        chip.element.hidden = !isShown;
        if (isShown) visible++;
        // What is lost gives no access any more.
        if (isMeant && inColumn && !chip.kinds.includes('lost')) reached++;
      }
      if (data.isList) cell.element.hidden = !inColumn || visible === 0;
      if (!inColumn || visible === 0) continue;
      used.add(cell.column);
      shownChips += visible;
    }
    return (reached > 0 || !wanted.reached) && (shownChips > 0 || !wanted.narrowsCells);
  }

  function matchesAccount({ account, text }, { words, ou, tag }) {
    if (ou && account.ou !== ou && !account.ou.startsWith(`${ou}/`)) return false;
    if (tag && !account.tags.includes(tag)) return false;
    return words.every((word) => text.includes(word));
  }

  /** Hides the columns that have nothing to show; undefined shows all. */
  function showColumns(used) {
    if (data.isList) return;
    const kept = used && [1, ...[...used].map((column) => column + 2)].map((child) => `:nth-child(${child})`);
    columns.replaceSync(kept ? `#grid tr:not(.ou) > :not(${kept.join()}){display:none}` : '');
    const count = used ? Math.max(used.size, 1) : data.groups.length;
    grid.style.setProperty('--columns', String(count));
    // A header that spans hidden columns would keep their width.
    for (const header of grid.querySelectorAll('.ou > th')) header.colSpan = count + 1;
  }

  function makeCurrent(cell) {
    const before = grid.querySelector('td[tabindex="0"]');
    // Taking the attribute from the focused cell, even to give it back, would lose the focus.
    if (before === cell) return;
    before?.removeAttribute('tabindex');
    if (cell) cell.tabIndex = 0;
  }

  /** Arrow keys go from cell to cell, over what the filters hide. */
  function move(event) {
    const cell = event.target.closest('td');
    const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
    const step = steps[event.key];
    if (!cell || !step || data.isList) return;
    event.preventDefault();
    const next = step[0] === 0 ? besideOf(cell, step[1]) : aboveOrBelow(cell, step[0]);
    focusCell(next);
  }

  /** What has the focus is explained. */
  function focusCell(cell) {
    if (!cell) return;
    makeCurrent(cell);
    cell.focus();
  }

  function besideOf(cell, step) {
    let next = cell;
    do next = step < 0 ? next.previousElementSibling : next.nextElementSibling;
    while (next && getComputedStyle(next).display === 'none');
    return next?.tagName === 'TD' ? next : undefined;
  }

  function aboveOrBelow(cell, step) {
    let index = rows.findIndex(({ element }) => element === cell.parentElement);
    do index += step;
    while (rows[index]?.element.hidden);
    return rows[index]?.element.cells[cell.cellIndex];
  }

  /** Says below the table why the access of a cell exists. */
  function explain(cell) {
    const row = cell && rows.find(({ element }) => element === cell.parentElement);
    const chips = row ? [...cell.querySelectorAll('[data-r]:not([hidden])')] : [];
    why.hidden = chips.length === 0;
    if (chips.length === 0) return;
    const group = (chip) => data.groups[data.isList ? Number(chip.parentElement.dataset.g) : cell.cellIndex - 1];
    const byReason = Map.groupBy(chips, (chip) => `${group(chip)}\n${chip.dataset.r}`);
    why.firstElementChild.replaceChildren(
      ...[...byReason.values()].flatMap((same) => {
        const causes = data.reasons[Number(same[0].dataset.r)].map((position) => data.causes[position]);
        const sets = same.flatMap((chip, index) => [index === 0 ? '' : ', ', linkTo(chip)]);
        const where = `${row.account.name} (${row.account.id})`;
        const have = same[0].classList.contains('p') ? 'will have, as soon as the group is synchronized,' : 'have';
        const line = element('p', `${group(same[0])} ${have} `);
        line.append(...sets, ` in ${where} because of`);
        return [line, list(causes)];
      }),
    );
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
