import type { Literal } from '../../../src/permissions/formula';
import type { PolicyDocument, PolicyStatement } from './managed-policies';

/** A request without condition keys, so that every condition of IAM is decided: none has a value to compare. */
export interface BareRequest {
  readonly action: string;
  readonly resource: string;
}

/** IAM's rule, with regular expressions for patterns. */
export function allowsBare(document: PolicyDocument, request: BareRequest): boolean {
  const about = statementsOf(document).filter((one) => isAbout(one, request, document.Version === '2012-10-17'));
  return about.some(({ Effect }) => Effect === 'Allow') && !about.some(({ Effect }) => Effect === 'Deny');
}

/** The same of a literal of the library. A policy variable has no value that a resource could fit. */
export function holdsBare({ kind, condition }: Literal): boolean {
  return kind === 'condition' && condition !== undefined && holdsWithoutKey(condition.operator, condition.values);
}

export function statementsOf({ Statement }: PolicyDocument): readonly PolicyStatement[] {
  return listOf(Statement);
}

export function listOf<One>(value: One | readonly One[] | undefined): readonly One[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly One[]) : [value as One];
}

function isAbout(one: PolicyStatement, { action, resource }: BareRequest, hasVariables: boolean): boolean {
  const named = (value: PolicyStatement['Action']): boolean =>
    listOf(value).some((each) => fits(each.toLowerCase(), action.toLowerCase(), false));
  const reached = (value: PolicyStatement['Resource']): boolean =>
    listOf(value).some((each) => fits(each, resource, hasVariables));
  const holds = Object.entries(one.Condition ?? {}).every(([operator, keys]) =>
    Object.values(keys).every((value) => holdsWithoutKey(operator.toLowerCase(), listOf(value).map(String))),
  );
  return (
    holds &&
    (one.Action === undefined ? !named(one.NotAction) : named(one.Action)) &&
    (one.Resource === undefined ? !reached(one.NotResource) : reached(one.Resource))
  );
}

function holdsWithoutKey(operator: string, values: readonly string[]): boolean {
  if (operator.startsWith('forallvalues:') || operator.endsWith('ifexists')) return true;
  if (operator.startsWith('foranyvalue:')) return false;
  return operator === 'null' ? values.includes('true') : operator.includes('not');
}

const PARTS: Readonly<Record<string, string>> = { '*': '.*', '?': '.', '${*}': '\\*', '${?}': '\\?', '${$}': '\\$' };

function fits(pattern: string, text: string, hasVariables: boolean): boolean {
  const parts = pattern.match(hasVariables ? /\$\{[^}]*\}|[^]/g : /[^]/g) ?? [];
  if (parts.some((part) => part.length > 1 && PARTS[part] === undefined)) return false;
  const source = parts.map((part) => PARTS[part] ?? part.replace(/[\\^$.|+()[\]{}]/, '\\$&')).join('');
  return new RegExp(`^${source}$`, 's').test(text);
}
