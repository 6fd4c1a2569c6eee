import { readFileSync } from 'node:fs';
import ts from 'typescript';
import declared from '../../provider/declared.json';

/** Properties of a mapping, each with those inside of it: of a list, those of its items. */
export interface Shape {
  readonly [property: string]: Shape;
}

const AZUREAD = 'azuread:index/';

/** Every input that a resource type takes, by its token. @throws Error for a type of neither plug-in */
export function inputShapeOf(token: string): Shape {
  if (token.startsWith(AZUREAD)) return azureadShape(token);
  const found = Object.entries(declared.resources).find(([name]) => name === token);
  if (found === undefined) throw new Error(`${token} is a resource of neither azuread nor entragraph`);
  return describedShape(found[1].inputProperties);
}

/** As far as it is of interest; every property has a type or a reference. */
interface Described {
  readonly type?: string;
  readonly $ref?: string;
}
type DescribedProperties = Readonly<Record<string, Described & { readonly items?: Described }>>;

/** Of entragraph's own schema. */
function describedShape(properties: DescribedProperties): Shape {
  const types: Readonly<Record<string, { readonly type: string; readonly properties?: DescribedProperties }>> =
    declared.types;
  const entries = Object.entries(properties).map(([name, { $ref, items }]) => {
    const type = types[($ref ?? items?.$ref ?? '').replace('#/types/', '')];
    return [name, describedShape(type?.properties ?? {})] as const;
  });
  return Object.fromEntries(entries);
}

/** Of azuread's types: `azuread:index/group:Group` has `GroupArgs` in `group.d.ts`, and what is inside of it in `types/input.d.ts`. */
function azureadShape(token: string): Shape {
  const [file = '', name = ''] = token.slice(AZUREAD.length).split(':');
  const inside = interfacesIn(require.resolve('@pulumi/azuread/types/input.d.ts'));
  const args = interfacesIn(require.resolve(`@pulumi/azuread/${file}.d.ts`)).get(`${name}Args`);
  if (args === undefined) throw new Error(`azuread has no arguments of ${token}`);
  return typedShape(args, inside);
}

/** Types of properties as text, by the name of the interface. */
type Interfaces = ReadonlyMap<string, ReadonlyMap<string, string>>;

function typedShape(properties: ReadonlyMap<string, string>, inside: Interfaces): Shape {
  const entries = [...properties].map(([name, type]) => {
    const inner = inside.get(/\binputs\.(\w+)/.exec(type)?.[1] ?? '');
    return [name, typedShape(inner ?? new Map<string, string>(), inside)] as const;
  });
  return Object.fromEntries(entries);
}

const read = new Map<string, Interfaces>();

function interfacesIn(file: string): Interfaces {
  const known = read.get(file);
  if (known !== undefined) return known;
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  const found = new Map(
    source.statements
      .filter((statement) => ts.isInterfaceDeclaration(statement))
      .map(({ name, members }) => {
        const properties = members.filter((member) => ts.isPropertySignature(member));
        return [
          name.text,
          new Map(properties.map((one) => [one.name.getText(source), one.type?.getText(source) ?? ''])),
        ] as const;
      }),
  );
  read.set(file, found);
  return found;
}

/** Paths of inputs that a resource leaves out, `api.oauth2PermissionScopes.enabled`; of what it leaves out, nothing inside. */
export function leftOut(shape: Shape, inputs: unknown): readonly string[] {
  if (Array.isArray(inputs)) return inputs.flatMap((item) => leftOut(shape, item));
  const given = typeof inputs === 'object' && inputs !== null ? Object.entries(inputs) : [];
  const values = new Map<string, unknown>(given);
  return Object.entries(shape).flatMap(([name, inside]) => {
    const value = values.get(name);
    if (value === undefined) return [name];
    return leftOut(inside, value).map((path) => `${name}.${path}`);
  });
}
