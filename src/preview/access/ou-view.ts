import { compareText } from '../../estate/source/finding';
import type { Report, ReportAccount } from '../report-types';

/** An organizational unit with what is in it. */
export interface OuNode {
  readonly path: string;
  /** What the path adds to the parent's. */
  readonly label: string;
  readonly accounts: readonly ReportAccount[];
  readonly children: readonly OuNode[];
  /** Accounts here and in all units below. */
  readonly total: number;
}

/** The OUs as a tree. A path's parent is the longest other path that it begins with, for a name may hold a slash. */
export function buildOuView({ organizationalUnits, accounts }: Report): OuNode | undefined {
  const paths = [...new Set(organizationalUnits)].toSorted(compareText);
  const children = Map.groupBy(
    paths.filter((path) => path !== '/'),
    (path) => parentOf(path, paths),
  );
  const byOu = Map.groupBy(accounts, ({ ou }) => ou);
  const node = (path: string, parent: string): OuNode => {
    const nested = (children.get(path) ?? []).map((child) => node(child, path));
    const own = byOu.get(path) ?? [];
    const total = nested.reduce((sum, child) => sum + child.total, own.length);
    return { path, label: labelOf(path, parent), accounts: own, children: nested, total };
  };
  return paths.includes('/') ? node('/', '') : undefined;
}

function parentOf(path: string, paths: readonly string[]): string {
  const above = paths.filter((other) => other !== '/' && path.startsWith(`${other}/`));
  return above.toSorted((a, b) => b.length - a.length)[0] ?? '/';
}

function labelOf(path: string, parent: string): string {
  if (path === '/') return 'Root';
  return parent === '/' ? path.slice(1) : path.slice(parent.length + 1);
}
