import { PLAIN_KEYS, SECRET_KEYS } from '../../constructs/graph/provider';
import { isInterpolation, isReference, isUnknown, type FactValue, type Reference } from '../preview/entra/facts';
import { Code, print, type Printable, template, upperFirst, VariableNames } from './print';
import { CONFIG, type RecordedProgram, type Registration, USER_ROLE } from './record-program';

/** A Pulumi program that registers the same as a recorded one. @throws Error with each input that can't be written down */
export function ejectProgram(program: RecordedProgram): string {
  return new ProgramWriter(program).text();
}

/** Type of the provider entragraph. */
const PROVIDER = 'pulumi:providers:entragraph';

class ProgramWriter {
  private readonly names = new VariableNames();
  private readonly variables = new Map<string, string>();
  /** Types without an SDK, with the outputs that are used. */
  private readonly classes = new Map<string, Set<string>>();
  private readonly unknown: string[] = [];

  constructor(private readonly program: RecordedProgram) {}

  text(): string {
    const { registrations, outputs } = this.program;
    for (const name of Object.keys(outputs)) this.names.of(name);
    const used = this.usedKeys();
    const wanted = registrations.filter(({ kind, key }) => kind !== 'lookup' || used.has(key));
    for (const { key, name, kind, type } of wanted)
      this.variables.set(key, this.names.of(kind === 'lookup' ? nameOfFunction(type) : name));
    const statements = wanted.map((one) => this.statement(one));
    const exported = Object.entries(outputs).map(
      ([name, value]) => `export const ${name} = ${print(this.code(value, name))};\n`,
    );
    if (this.unknown.length > 0) throw new Error(`${this.unknown.join(', ')}: known to the deployment alone`);
    const body = [...statements, '', ...exported.map((one) => one.trimEnd())].join('\n');
    return [...this.head(body), body, ''].join('\n');
  }

  private usedKeys(): ReadonlySet<string> {
    const { registrations, outputs } = this.program;
    const all = [outputs, ...registrations.map(({ inputs }) => inputs)].flatMap(referencesIn);
    return new Set(all.map(({ $ref }) => $ref));
  }

  private head(body: string): readonly string[] {
    const has = (text: string): boolean => body.includes(text);
    return [
      ...(has('azuread.') ? ["import * as azuread from '@pulumi/azuread';"] : []),
      "import * as pulumi from '@pulumi/pulumi';",
      ...(has('config.') ? ['', 'const config = new pulumi.Config();'] : []),
      ...(has('new GraphProvider(') ? [GRAPH_PROVIDER] : []),
      ...(has('(userRoleOf)') ? [USER_ROLE_OF] : []),
      ...(has('(toPem)') ? [TO_PEM] : []),
      ...[...this.classes].map(([type, used]) => classText(type, [...used])),
      '',
    ];
  }

  private statement(one: Registration): string {
    const { key, kind, type, name, inputs } = one;
    const variable = this.variables.get(key);
    const args = print(
      Object.fromEntries(Object.entries(inputs).map(([input, value]) => [input, this.code(value, `${name}.${input}`)])),
    );
    if (kind === 'lookup') return `const ${variable} = ${this.lookup(type, args)};`;
    const options = print(this.options(one));
    const rest = options === '{}' ? '' : `, ${options}`;
    if (type === PROVIDER) return `const ${variable} = new GraphProvider(${print(name)});`;
    const made =
      kind === 'component'
        ? `new pulumi.ComponentResource(${print(type)}, ${print(name)}, {}${rest})`
        : `new ${this.classOf(type)}(${print(name)}, ${args}${rest})`;
    return `const ${variable} = ${made};`;
  }

  private lookup(type: string, args: string): string {
    const name = type.split(':').at(-1) ?? '';
    if (type.startsWith('azuread:')) return `azuread.${name}Output(${args === '{}' ? '' : args})`;
    const provider = this.program.registrations.find((one) => one.type === PROVIDER);
    const graph = this.variables.get(provider?.key ?? '');
    return `pulumi.runtime.invokeOutput<Record<string, string>>(${print(type)}, ${args}, { provider: ${graph} })`;
  }

  private classOf(type: string): string {
    const name = type.split(':').at(-1) ?? '';
    if (type.startsWith('azuread:')) return `azuread.${name}`;
    if (!this.classes.has(type)) this.classes.set(type, new Set());
    return name;
  }

  private options({ request, parent, type }: Registration): { readonly [key: string]: Printable } {
    if (request === undefined) return {};
    const list = (items: readonly string[]): Printable => (items.length > 0 ? items : undefined);
    const byInputs = [...request.getPropertydependenciesMap().entries()].flatMap(([, one]) => one.getUrnsList());
    const others = request.getDependenciesList().filter((key) => !byInputs.includes(key));
    const aliases = request.getAliasesList().map((alias) => {
      const [spec, urn] = [alias.getSpec(), alias.getUrn()];
      return spec === undefined ? urn : { name: spec.getName() || undefined, type: spec.getType() || undefined };
    });
    const provider = request.getProvider().split('::').slice(0, -1).join('::');
    return {
      parent: this.variable(parent),
      provider: this.variable(provider),
      dependsOn: others.length > 0 ? others.flatMap((key) => this.variable(key) ?? []) : undefined,
      aliases: aliases.length > 0 ? aliases : undefined,
      ignoreChanges: list(request.getIgnorechangesList()),
      replaceOnChanges: list(request.getReplaceonchangesList()),
      additionalSecretOutputs: type.startsWith('azuread:') ? undefined : list(request.getAdditionalsecretoutputsList()),
      deleteBeforeReplace: request.getDeletebeforereplace() || undefined,
      protect: request.getProtect() || undefined,
      retainOnDelete: request.getRetainondelete() || undefined,
    };
  }

  private variable(key: string | undefined): Code | undefined {
    const name = key === undefined ? undefined : this.variables.get(key);
    return name === undefined ? undefined : new Code(name);
  }

  /** A value with code in place of what others give. @param place of it, for a message */
  private code(value: FactValue | undefined, place: string): Printable {
    if (value === undefined || value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) return value.map((item: FactValue, index) => this.code(item, `${place}[${index}]`));
    if (isUnknown(value)) {
      this.unknown.push(place);
      return undefined;
    }
    if (isReference(value)) return this.reference(value);
    if (isInterpolation(value)) return this.interpolation(value.$text);
    const object = value as { readonly [key: string]: FactValue };
    if ('$secret' in object) return this.secret(object['$secret'] ?? null, place);
    return Object.fromEntries(Object.entries(object).map(([key, item]) => [key, this.code(item, `${place}.${key}`)]));
  }

  private interpolation(parts: readonly (string | Reference)[]): Code {
    const [begin, certificate, end] = parts;
    if (begin === PEM[0] && end === PEM[1] && typeof certificate === 'object')
      return new Code(`${this.reference(certificate).text}.apply(toPem)`);
    return template(
      parts.map((part) => (typeof part === 'string' ? part : this.reference(part))),
      'pulumi.interpolate',
    );
  }

  private secret(value: FactValue, place: string): Printable {
    const inside = this.code(value, place);
    if (inside instanceof Code && isReference(value)) return inside;
    return new Code(`pulumi.secret(${print(inside)})`);
  }

  private reference({ $ref: key, property }: Reference): Code {
    if (key === CONFIG) return new Code(`config.requireSecret(${print(property)})`);
    const variable = String(this.variables.get(key));
    if (property === USER_ROLE) return new Code(`${variable}.appRoles.apply(userRoleOf)`);
    const found = this.program.registrations.find((one) => one.key === key);
    if (found?.kind === 'resource' && !['id', 'urn'].includes(property) && !found.type.startsWith('azuread:')) {
      this.classOf(found.type);
      this.classes.get(found.type)?.add(property);
    }
    return new Code(`${variable}.${property}`);
  }
}

function nameOfFunction(type: string): string {
  return (type.split(':').at(-1) ?? '').replace(/^get/, 'found ');
}

function referencesIn(value: FactValue | undefined): readonly Reference[] {
  if (value === undefined || value === null || typeof value !== 'object') return [];
  if (isReference(value)) return [value];
  return Object.values(value).flatMap((item: FactValue | undefined) => referencesIn(item));
}

/** A class of resources of a provider without an SDK for Node, with the outputs that the program uses. */
function classText(type: string, outputs: readonly string[]): string {
  const name = upperFirst(type.split(':').at(-1) ?? '');
  const fields = outputs.map((output) => `  declare readonly ${output}: pulumi.Output<string>;\n`).join('');
  const empty = outputs.map((output) => `${output}: undefined, `).join('');
  return [
    `\nclass ${name} extends pulumi.CustomResource {\n${fields}`,
    '  constructor(name: string, args: pulumi.Inputs, opts?: pulumi.CustomResourceOptions) {\n',
    `    super(${print(type)}, name, { ${empty}...args }, opts);\n  }\n}`,
  ].join('');
}

/** What stands before and after a certificate of a PEM file. */
const PEM = ['-----BEGIN CERTIFICATE-----\n', '\n-----END CERTIFICATE-----\n'] as const;

const TO_PEM = `
function toPem(base64: string): string {
  return ['${PEM[0].trim()}', ...(base64.match(/.{1,64}/g) ?? []), '${PEM[1].trim()}', ''].join('\\n');
}`;

const USER_ROLE_OF = `
/** Id of the role for whoever may use an application that was made from a template. */
function userRoleOf(roles: readonly { displayName: string; enabled: boolean; id: string }[]): string {
  const role = roles.find(({ displayName, enabled }) => displayName === 'User' && enabled);
  if (role === undefined) throw new pulumi.RunError("the application has no enabled role 'User'");
  return role.id;
}`;

const GRAPH_PROVIDER = `
const PLAIN_KEYS = ${print(PLAIN_KEYS)};
const SECRET_KEYS = ${print(SECRET_KEYS)};
/** The provider entragraph signs in with azuread's configuration. */
class GraphProvider extends pulumi.ProviderResource {
  constructor(name: string) {
    const azureadConfig = new pulumi.Config('azuread');
    const inputs: Record<string, pulumi.Input<string>> = {};
    for (const key of PLAIN_KEYS) {
      const value = azureadConfig.get(key);
      if (value !== undefined) inputs[key] = value;
    }
    for (const key of SECRET_KEYS) {
      const value = azureadConfig.getSecret(key);
      if (value !== undefined) inputs[key] = value;
    }
    super('entragraph', name, inputs);
  }
}`;
