import { compareText } from '../../estate/source/finding';
import type { FactValue, Reference } from './facts';
import { isInterpolation, isReference, isSecret, isUnknown } from './facts';
import { isList } from './read-value';

/** Names the output of a resource: `{Claims API: clientId}`. */
export type NameReference = (reference: Reference) => string;

/**
 * A value in one line, for people and for comparing: texts as they are, lists and objects as JSON would write them but with
 * sorted keys, secrets as `[secret]`, what only the deployment knows as `[unknown]`.
 */
export function showValue(value: FactValue, name: NameReference): string {
  return typeof value === 'string' ? value : show(value, name);
}

function show(value: FactValue, name: NameReference): string {
  if (isSecret(value)) return '[secret]';
  if (isUnknown(value)) return '[unknown]';
  if (isReference(value)) return name(value);
  if (isInterpolation(value)) {
    return value.$text.map((part) => (typeof part === 'string' ? part : name(part))).join('');
  }
  if (isList(value)) return `[${value.map((item) => show(item, name)).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).toSorted(([a], [b]) => compareText(a, b));
  const shown = entries.map(([key, item]) => `${key}: ${item === undefined ? '' : show(item, name)}`);
  return `{${shown.join(', ')}}`;
}
