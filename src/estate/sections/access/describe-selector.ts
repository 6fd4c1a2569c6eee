import type { Selector } from '../estate';

/** A selector as the estate file has it, on one line: `ou: /Workloads`. */
export function describeSelector(selector: Selector): string {
  switch (selector.kind) {
    case 'ou':
      return `ou: ${selector.ou}${selector.descendants ? '' : ' (without descendants)'}`;
    case 'id':
      return `id: ${selector.id}`;
    case 'name':
      return `name: ${selector.name}`;
    case 'tags':
      return `tags: ${selector.tags.map(({ key, value }) => `${key}=${value}`).join(', ')}`;
    case 'all':
      return 'all: true';
  }
}
