import type { JsonObject } from '../../json';

/** The attribute, constant or function that an expression is, in Graph's form. @returns undefined if it is none of them */
export function parseExpression(expression: string): JsonObject | undefined {
  const text = expression.trim();
  const attribute = /^\[(?<name>[^[\]]+)\]$/.exec(text)?.groups?.['name'];
  if (attribute !== undefined) return { expression: text, name: attribute, type: 'Attribute', parameters: [] };
  const constant = /^"(?<value>[^"]*)"$/.exec(text)?.groups?.['value'];
  if (constant !== undefined) return { expression: text, name: constant, type: 'Constant', parameters: [] };
  const call = /^(?<name>[A-Za-z]\w*)\((?<inside>.*)\)$/s.exec(text)?.groups;
  return call === undefined ? undefined : parseCall(text, call);
}

function parseCall(
  expression: string,
  { name = '', inside = '' }: Record<string, string | undefined>,
): JsonObject | undefined {
  const parts = splitArguments(inside);
  const given = parts?.map((part, index) => ({ key: `p${index}`, text: part })).filter(({ text }) => text !== '') ?? [];
  const parameters = given.map(({ key, text }) => ({ key, value: parseExpression(text) ?? null }));
  if (parts === undefined || parameters.some(({ value }) => value === null)) return undefined;
  return { expression, name, type: 'Function', parameters };
}

/** Cuts at the commas of the outermost level. @returns undefined where quotes or parentheses do not match */
function splitArguments(text: string): readonly string[] | undefined {
  // A quoted text, an attribute or one other character; inside the first two, no character means anything.
  const pieces = text.match(/"[^"]*"|\[[^[\]]*\]|[^"]/g) ?? [];
  if (pieces.join('') !== text) return undefined;
  const parts = [''];
  let depth = 0;
  for (const piece of pieces) {
    depth += depthChange(piece);
    if (depth < 0) return undefined;
    if (piece === ',' && depth === 0) parts.push('');
    else parts.push(`${parts.pop() ?? ''}${piece}`);
  }
  return depth === 0 ? parts.map((part) => part.trim()) : undefined;
}

function depthChange(piece: string): number {
  if (piece === '(') return 1;
  return piece === ')' ? -1 : 0;
}
