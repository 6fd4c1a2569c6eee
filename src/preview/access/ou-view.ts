import { compareText } from '../../estate/source/finding';
import type { Spans, Tree } from '../blocks/block';
import { badge, code, line, name } from '../blocks/make';
import type { Report, ReportAccount } from '../report-types';

/** The OUs as a tree. A path's parent is the longest other path that it begins with, for a name may hold a slash. */
export function buildOuView({ organizationalUnits, accounts, excluded = [] }: Report): Tree | undefined {
  const left = new Set(excluded.map(({ id }) => id));
  const paths = [...new Set(organizationalUnits)].toSorted(compareText);
  const children = Map.groupBy(
    paths.filter((path) => path !== '/'),
    (path) => parentOf(path, paths),
  );
  const byOu = Map.groupBy(accounts, ({ ou }) => ou);
  const node = (path: string, parent: string): Tree => {
    const nested = (children.get(path) ?? []).map((child) => node(child, path));
    const own = byOu.get(path) ?? [];
    const total = nested.reduce((sum, child) => sum + child.total, own.length);
    return {
      label: labelOf(path, parent),
      leaves: own.map((one) => accountSpans(one, left.has(one.id))),
      children: nested,
      total,
    };
  };
  return paths.includes('/') ? node('/', '') : undefined;
}

function accountSpans({ id, name: account, isManagement, state, tags }: ReportAccount, isExcluded: boolean): Spans {
  const management = isManagement ? line` ${badge('management', 'warn')}` : '';
  const inactive = state === 'ACTIVE' ? '' : line` ${badge(wordsOf(state), 'plain')}`;
  const excluded = isExcluded ? line` ${badge('excluded', 'bad')}` : '';
  return line`${name(account, id)}${management}${inactive}${excluded}${tags.flatMap((tag) => line` ${code(tag)}`)}`;
}

/** `PENDING_CLOSURE` in words. */
export function wordsOf(state: string): string {
  return state.toLowerCase().replaceAll('_', ' ');
}

function parentOf(path: string, paths: readonly string[]): string {
  const above = paths.filter((other) => other !== '/' && path.startsWith(`${other}/`));
  return above.toSorted((a, b) => b.length - a.length)[0] ?? '/';
}

function labelOf(path: string, parent: string): string {
  if (path === '/') return 'Root';
  return parent === '/' ? path.slice(1) : path.slice(parent.length + 1);
}
