import type { Version } from '../http/context';
import types from './types.json';

/** A type of Microsoft's own descriptions. */
export interface DescribedType {
  readonly base?: string;
  /** Properties of its own with their types: `appRole[]`, or `''` for a plain value, and `[]` for a list of these. */
  readonly properties: Readonly<Record<string, string>>;
}

export interface DescribedVersion {
  /** Types of the paths that are in the descriptions. */
  readonly paths: Readonly<Record<string, string>>;
  readonly types: Readonly<Record<string, DescribedType>>;
}

export type DescribedTypes = Readonly<Record<Version, DescribedVersion>>;

const DESCRIBED: DescribedTypes = types;

/** Type of what a path of the emulator names, in Microsoft's types; undefined where they don't have it. */
export function typeOfPath(version: Version, path: string): string | undefined {
  const { paths } = DESCRIBED[version];
  return Object.hasOwn(paths, path) ? paths[path] : undefined;
}

/** Type of a property, inherited ones too; undefined where the type does not have it. */
export function typeOfProperty(version: Version, typeName: string, property: string): string | undefined {
  const type = findType(version, typeName);
  if (type === undefined) return undefined;
  if (Object.hasOwn(type.properties, property)) return type.properties[property];
  return type.base === undefined ? undefined : typeOfProperty(version, type.base, property);
}

/** Says that a type is another one, or is derived from it. */
export function isDerived(version: Version, typeName: string, from: string): boolean {
  if (typeName === from) return true;
  const base = findType(version, typeName)?.base;
  return base !== undefined && isDerived(version, base, from);
}

/** Says that the descriptions have the properties of a type; an open one has none of its own. */
export function isDescribed(version: Version, typeName: string): boolean {
  const type = findType(version, typeName);
  return type !== undefined && (type.base !== undefined || Object.keys(type.properties).length > 0);
}

function findType(version: Version, typeName: string): DescribedType | undefined {
  const { types: all } = DESCRIBED[version];
  return Object.hasOwn(all, typeName) ? all[typeName] : undefined;
}
