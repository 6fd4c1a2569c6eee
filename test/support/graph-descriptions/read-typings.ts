import { readFileSync } from 'node:fs';
import ts from 'typescript';
import type { DescribedType } from '../../../apps/emulator/graph/described/described';
import type { Model } from './model';
import { isA } from './model';

const element = (type: string): string => type.replace(/\?$|\[\]$/, '');

/** The same description as npm has it for TypeScript, which leaves out entity sets and operations: those are of another version. */
export function readTypings(
  file: string,
  source: string,
  { root, operations }: Pick<Model, 'root' | 'operations'>,
): Model {
  const { statements } = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  const enums = new Map(statements.filter(ts.isTypeAliasDeclaration).flatMap(enumOf));
  const whole = new Map(statements.filter(ts.isInterfaceDeclaration).map(typeOf));
  const types = new Map([...whole].map(([name, type]) => [name, withRelations({ types: whole }, type)]));
  return { source, root, operations, enums, types };
}

function enumOf({ name, type }: ts.TypeAliasDeclaration): readonly (readonly [string, readonly string[]])[] {
  if (!ts.isUnionTypeNode(type)) return [];
  const members = type.types.filter(ts.isLiteralTypeNode).map(({ literal }) => literal);
  return [[graphName(name.text), members.filter(ts.isStringLiteral).map(({ text }) => text)]];
}

function typeOf(one: ts.InterfaceDeclaration): readonly [string, DescribedType] {
  const base = one.heritageClauses?.[0]?.types[0]?.expression;
  const members = one.members.filter(ts.isPropertySignature);
  const properties = members.map(({ name, type }) => [nameText(name), typeText(type)] as const);
  return [
    graphName(one.name.text),
    {
      ...(base !== undefined && ts.isIdentifier(base) && { base: graphName(base.text) }),
      properties: Object.fromEntries(properties),
    },
  ];
}

/** Objects of entity types are referred to, never inside. */
function withRelations(model: Pick<Model, 'types'>, { base, properties }: DescribedType): DescribedType {
  const isRelation = ([, type]: readonly [string, string]): boolean => isA(model, element(type), 'entity');
  const all = Object.entries(properties);
  const relations = all.filter(isRelation);
  return {
    ...(base !== undefined && { base }),
    properties: Object.fromEntries(all.filter((one) => !isRelation(one))),
    ...(relations.length > 0 && { relations: Object.fromEntries(relations) }),
  };
}

function nameText(name: ts.PropertyName): string {
  return ts.isIdentifier(name) || ts.isStringLiteral(name) ? name.text : '';
}

/** `NullableOption<string>` is `string?`, and a list is one whether it may be null or not. */
function typeText(type: ts.TypeNode | undefined): string {
  if (type === undefined) return 'any';
  if (ts.isArrayTypeNode(type)) return `${element(typeText(type.elementType))}[]`;
  if (ts.isTypeReferenceNode(type) && ts.isIdentifier(type.typeName)) {
    const [argument] = type.typeArguments ?? [];
    if (argument === undefined) return type.typeName.text === 'Date' ? 'string' : graphName(type.typeName.text);
    const text = typeText(argument);
    return text.endsWith('[]') ? text : `${text}?`;
  }
  const keyword = ts.tokenToString(type.kind) ?? '';
  return ['string', 'number', 'boolean'].includes(keyword) ? keyword : 'any';
}

/** Names as Graph writes them: `appRole`. */
function graphName(name: string): string {
  return `${name.slice(0, 1).toLowerCase()}${name.slice(1)}`;
}
