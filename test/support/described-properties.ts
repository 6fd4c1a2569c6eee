import type { DescribedType } from '../../apps/emulator/graph/described/described';
import metadata from '../../apps/emulator/graph/described/metadata.json';

const TYPES = Object.values(metadata).map(({ types }): Readonly<Record<string, DescribedType>> => types);

/** Properties and relations that Microsoft's description gives a type in either version of Graph, inherited ones too. */
export function describedProperties(type: string): ReadonlySet<string> {
  const names = (types: Readonly<Record<string, DescribedType>>, name: string): readonly string[] => {
    const { base, properties = {}, relations = {} } = types[name] ?? {};
    const inherited = base === undefined ? [] : names(types, base);
    return [...inherited, ...Object.keys(properties), ...Object.keys(relations)];
  };
  return new Set(TYPES.flatMap((types) => names(types, type)));
}
