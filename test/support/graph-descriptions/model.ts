import type { DescribedType, DescribedVersion } from '../../../apps/emulator/graph/described/described';

/** A version of Graph as Microsoft describes it, whole. */
export interface Model {
  readonly source: string;
  /** Entity sets and singletons. */
  readonly root: Readonly<Record<string, string>>;
  readonly types: ReadonlyMap<string, DescribedType>;
  readonly enums: ReadonlyMap<string, readonly string[]>;
  readonly operations: readonly Overload[];
}

/** An action or function of objects of a type. */
export interface Overload {
  readonly name: string;
  readonly boundTo: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly answer: string | undefined;
}

/** Types whose objects have paths of their own: what derives from them is not needed for them. */
const COMMON = ['entity', 'directoryObject', 'policyBase'];

const element = (type: string): string => type.replace(/\?$|\[\]$/, '');

/** The part of a version that paths of the emulator name, with all types that may be inside. */
export function partOf(model: Model, paths: readonly string[]): DescribedVersion {
  const operations = paths.flatMap((path) => operationAt(model, path) ?? []);
  const served = paths.flatMap((path) => beginnings(path).flatMap((part) => typeAt(model, part) ?? []));
  const inside = operations.flatMap(({ parameters, answer = '' }) => [...Object.values(parameters), answer]);
  const names = reachable(model, [...served, ...inside]);
  const types = [...model.types].filter(([name]) => names.has(name)).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const used = types.flatMap(([, { properties }]) => Object.values(properties).map(element));
  const roots = new Set(paths.map((path) => path.split('/')[1] ?? ''));
  return {
    source: model.source,
    root: Object.fromEntries(Object.entries(model.root).filter(([name]) => roots.has(name))),
    operations: Object.fromEntries(
      operations.map(({ name, parameters, answer }) => [name, { parameters, ...(answer !== undefined && { answer }) }]),
    ),
    enums: Object.fromEntries([...model.enums].filter(([name]) => used.includes(name) || names.has(name))),
    types: Object.fromEntries(types),
  };
}

/** `/a/b` has the beginnings `/a` and `/a/b`. */
function beginnings(path: string): readonly string[] {
  const segments = path.split('/').slice(1);
  return segments.map((_, index) => `/${segments.slice(0, index + 1).join('/')}`);
}

function operationAt(model: Model, path: string): Overload | undefined {
  const cut = path.lastIndexOf('/');
  const name = path.slice(cut + 1).replace('()', '');
  const bound = typeAt(model, path.slice(0, cut));
  return bound === undefined
    ? undefined
    : model.operations.find((one) => one.name === name && isA(model, element(bound), element(one.boundTo)));
}

/** Type of what a path names; undefined where Microsoft does not describe it as a set or a property. */
function typeAt(model: Model, path: string): string | undefined {
  const [first = '', ...rest] = path.split('/').slice(1);
  return rest.reduce<string | undefined>((type, segment) => {
    if (type === undefined || ['$ref', '$count', '$value'].includes(segment)) return type;
    if (segment.startsWith('{')) return element(type);
    const cast = /^microsoft\.graph\.(?<name>\w+)$/.exec(segment)?.groups?.['name'];
    return cast === undefined ? propertyOf(model, element(type), segment) : type.replace(/^\w+/, cast);
  }, model.root[first]);
}

function propertyOf(model: Model, name: string, property: string): string | undefined {
  const type = model.types.get(name);
  if (type === undefined) return undefined;
  return type.properties[property] ?? type.relations?.[property] ?? propertyOf(model, type.base ?? '', property);
}

export function isA(model: Pick<Model, 'types'>, name: string, wanted: string): boolean {
  const base = model.types.get(name)?.base;
  return name === wanted || (base !== undefined && isA(model, base, wanted));
}

/** Types with their bases, what derives from them, and those of their properties; relations have paths of their own. */
function reachable(model: Model, roots: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (text: string): void => {
    const name = element(text);
    const type = model.types.get(name);
    if (type === undefined) {
      if (model.enums.has(name)) found.add(name);
      return;
    }
    if (found.has(name)) return;
    found.add(name);
    if (type.base !== undefined) visit(type.base);
    Object.values(type.properties).forEach(visit);
    if (COMMON.includes(name)) return;
    for (const [other, { base }] of model.types) if (base === name) visit(other);
  };
  roots.forEach(visit);
  return found;
}
