import { createHash } from 'node:crypto';
import { alternatives } from '../../../../permissions/formula';
import type { Statement } from '../../../../permissions/policy';
import type { Region } from '../../../../permissions/region';
import { allowsAll } from '../../../../permissions/side';
import type { Levels, PolicyDocuments } from './policy-documents';

/** Classes of accounts where control policies narrow and deny the same, at whichever level, and on whichever side of a comparison. */
export class ControlClasses {
  private readonly levels = new WeakMap<readonly Statement[], string>();
  private readonly texts = new WeakMap<Statement, string>();

  /** Equal for accounts of one class. */
  keyOf(account: string, { scps, rcps }: PolicyDocuments): string {
    return [scps?.(account), rcps?.(account)]
      .map((levels) => (levels && essential(levels))?.map((level) => this.hashOf(level)).join(' ') ?? 'unread')
      .join(';');
  }

  private hashOf(level: readonly Statement[]): string {
    const known = this.levels.get(level) ?? textHash(level.map((one) => this.textOf(one)).join('\n'));
    this.levels.set(level, known);
    return known;
  }

  private textOf(statement: Statement): string {
    const { effect, source, index, boxes } = statement;
    const known =
      this.texts.get(statement) ??
      JSON.stringify([
        effect,
        source,
        index,
        // A formula is made of maps, of which JSON has nothing.
        boxes.map(({ actions, resources, when }) => [keysOf(actions), keysOf(resources), alternatives(when)]),
      ]);
    this.texts.set(statement, known);
    return known;
  }
}

/** Stands for a text in keys: policies are long. */
export function textHash(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/** Patterns of a region, kept apart: one of resources may have commas itself. */
function keysOf(region: Region): unknown {
  return region.map((part) => [part.within.map(({ key }) => key), part.without.map(({ key }) => key)]);
}

/** Levels that allow the same with less: those that narrow, then all denials, each once. */
export function essential(levels: Levels): Levels {
  const narrowing = levels
    .map((level) => level.filter(({ effect }) => effect === 'Allow'))
    .filter((allows) => !allows.some(allowsAll));
  const everything = levels.flat().find(allowsAll);
  const denials = new Set(levels.flat().filter(({ effect }) => effect === 'Deny'));
  if (everything === undefined) return levels;
  return denials.size === 0 ? narrowing : [...narrowing, [everything, ...denials]];
}
