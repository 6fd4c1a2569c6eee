import metadata from '../../apps/emulator/graph/described/types.json';

interface Described {
  readonly base?: string;
  readonly properties: Readonly<Record<string, string>>;
}

const TYPES = Object.values(metadata).map(({ types }): Readonly<Record<string, Described>> => types);

/** Properties that Microsoft's description gives a type in either version of Graph, inherited ones too. */
export function describedProperties(type: string): ReadonlySet<string> {
  const names = (types: Readonly<Record<string, Described>>, name: string): readonly string[] => {
    const found = types[name];
    if (found === undefined) return [];
    return [...(found.base === undefined ? [] : names(types, found.base)), ...Object.keys(found.properties)];
  };
  return new Set(TYPES.flatMap((types) => names(types, type)));
}
