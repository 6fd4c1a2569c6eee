import type { JsonObject } from '../estate';
import { isObject } from './json';
import { compileGlob } from '../../source/glob';

/** A statement of an IAM policy document; lists are lists, even where the document has a single string. */
export interface Statement {
  readonly effect: string;
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly resources: readonly string[];
  readonly notResources: readonly string[];
  readonly conditions: readonly Condition[];
}

/** A comparison of a condition key. */
export interface Condition {
  /** In lower case: `stringnotlike`. */
  readonly operator: string;
  /** In lower case: `iam:passedtoservice`. */
  readonly key: string;
  readonly values: readonly string[];
}

/** The statements of a policy document. What is malformed reads as empty: `checkInlinePolicy` reports it. */
export function statementsOf(document: JsonObject): readonly Statement[] {
  return asList(document['Statement'])
    .filter(isObject)
    .map((statement) => ({
      effect: typeof statement['Effect'] === 'string' ? statement['Effect'] : '',
      actions: strings(statement['Action']),
      notActions: strings(statement['NotAction']),
      resources: strings(statement['Resource']),
      notResources: strings(statement['NotResource']),
      conditions: conditionsOf(statement['Condition']),
    }));
}

/** A value that may be written alone or in a list, as IAM has it. */
export function asList(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly unknown[]) : [value];
}
/** An operator that compares nothing, or none at all, restricts nothing. */
function conditionsOf(value: unknown): readonly Condition[] {
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([operator, keys]) =>
    Object.entries(isObject(keys) ? keys : {}).map(([key, values]) => ({
      operator: operator.toLowerCase(),
      key: key.toLowerCase(),
      values: strings(values),
    })),
  );
}

function strings(value: unknown): readonly string[] {
  return asList(value).filter((item) => typeof item === 'string');
}

/** Tells whether an `Allow` statement covers the action, by itself or by a wildcard. Actions are compared without case. */
export function allowsAction(statement: Statement, action: string): boolean {
  return statement.effect === 'Allow' && coversAction(statement, action);
}

/** Tells whether a statement is about the action, by itself or by a wildcard. Actions are compared without case. */
export function coversAction({ actions, notActions }: Statement, action: string): boolean {
  const covers = (pattern: string): boolean => compileGlob(pattern.toLowerCase())(action.toLowerCase());
  return notActions.length > 0 ? !notActions.some(covers) : actions.some(covers);
}
