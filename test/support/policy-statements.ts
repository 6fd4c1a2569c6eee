import type { Template } from './templates';

/** A statement of a policy. */
export interface Statement {
  readonly Effect: string;
  readonly Action?: string | readonly string[];
  readonly Resource?: unknown;
  readonly NotAction?: unknown;
  readonly NotResource?: unknown;
  readonly Principal?: unknown;
}

type Document = { readonly Statement?: readonly Statement[] } | undefined;

/** Statements of every policy that a role has, or a key or topic about itself, with the policy's logical id. */
export function statementsOf(template: Template): readonly (readonly [string, Statement])[] {
  return Object.entries(template.Resources).flatMap(([id, { Properties = {} }]) => {
    const { PolicyDocument, KeyPolicy, Policies } = Properties as Readonly<Record<string, Document>>;
    if (Policies !== undefined) throw new Error(`${id} has policies inside, which are not looked at`);
    return [PolicyDocument, KeyPolicy].flatMap((document) =>
      (document?.Statement ?? []).map((statement) => [id, statement] as const),
    );
  });
}

export function listOf<T>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}

/** Actions that are allowed on resources with a `*` in them. */
export function wideActions(statements: ReturnType<typeof statementsOf>): readonly string[] {
  return statements
    .filter(([, { Effect }]) => Effect === 'Allow')
    .filter(([, { Resource }]) => listOf(Resource).some((one) => JSON.stringify(one).includes('*')))
    .flatMap(([, { Action }]) => listOf(Action));
}
