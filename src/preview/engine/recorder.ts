import { createHash } from 'node:crypto';
import * as pulumi from '@pulumi/pulumi';
import type { ReadResourceRequest, RegisterResourceRequest } from '@pulumi/pulumi/proto/resource_pb';
import { compareText } from '../../estate/source/finding';
import type { FactInputs, FactValue, ProgramResource, Reference } from '../entra/facts';

/** The part of the runtime's monitor that is listened to. */
interface Monitor {
  registerResource(request: RegisterResourceRequest, done: Done): unknown;
  readResource(request: ReadResourceRequest, done: Done): unknown;
}

type Done = (error: unknown, response: { getUrn(): string } | undefined) => void;

type Values = Readonly<Record<string, unknown>>;

export interface Recorded extends Omit<ProgramResource, 'inputs'> {
  /** As the engine would get them. */
  readonly values: Values;
}

/** Answers a program in place of the engine and its providers, and notes what it registers and looks up. */
export class Recorder implements pulumi.runtime.Mocks {
  protected readonly standIns = new StandIns();
  /** In the order in which they were registered. */
  protected readonly recorded = new Map<string, Recorded>();
  /** Keys of resources and lookups, by what their stand-ins name. */
  private readonly keys = new Map<string, string>();

  /** @param names display names of what exists already, by object id */
  constructor(private readonly names: ReadonlyMap<string, string> = new Map()) {}

  /** Listens to the monitor as well: what mocks are told leaves out parents, dependencies and options. */
  attach(): void {
    const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
    const register = monitor.registerResource.bind(monitor);
    monitor.registerResource = (request, done) =>
      register(request, (error, response) => {
        if (response !== undefined) this.recordResource(response.getUrn(), request);
        done(error, response);
      });
    const read = monitor.readResource.bind(monitor);
    monitor.readResource = (request, done) =>
      read(request, (error, response) => {
        if (response !== undefined) this.recordRead(response.getUrn(), request);
        done(error, response);
      });
  }

  readonly newResource = ({ type, name, inputs }: pulumi.runtime.MockResourceArgs) => {
    const state = this.stateOf(ownerOf(type, name), inputs as Values);
    return { id: String(state['id']), state };
  };

  /** Outputs of a resource, as a program sees them. */
  protected stateOf(owner: string, inputs: Values): Values {
    return { ...this.standIns.outputsOf(owner), ...inputs };
  }

  readonly call = ({ token, inputs }: pulumi.runtime.MockCallArgs): Record<string, unknown> => {
    const values = inputs as Values;
    const owner = ownerOf(token, JSON.stringify(values));
    this.keys.set(owner, owner);
    this.recorded.set(owner, { ...lookup(owner, token, this.nameOfLookup(values)), values });
    const displayName = this.names.get(String(values['objectId']));
    const result = this.standIns.resultOf(owner);
    // What is found by its id has a stand-in for it as well: it tells what came from the lookup.
    return displayName === undefined ? { ...result, ...values } : { ...values, ...result, displayName };
  };

  /** Everything that was registered, sorted by key. */
  resources(): readonly ProgramResource[] {
    return [...this.recorded.values()]
      .map(({ values, ...resource }) => {
        const inputs = this.factsOf(values);
        const needed = [...resource.dependsOn, ...referencesIn(inputs)].filter((key) => this.recorded.has(key));
        return { ...resource, inputs, dependsOn: [...new Set(needed)].toSorted(compareText) };
      })
      .toSorted((a, b) => compareText(a.key, b.key));
  }

  protected recordResource(key: string, request: RegisterResourceRequest): void {
    const [type, name, parent] = [request.getType(), request.getName(), request.getParent()];
    this.keys.set(ownerOf(type, name), key);
    this.recorded.set(key, {
      key,
      kind: request.getCustom() ? 'resource' : 'component',
      type,
      name,
      ...parentOf(parent),
      values: request.getObject()?.toJavaScript() ?? {},
      dependsOn: request.getDependenciesList(),
      aliases: aliasesOf(key, request),
      retainOnDelete: request.getRetainondelete() ?? false,
    });
  }

  private recordRead(key: string, request: ReadResourceRequest): void {
    const [type, name] = [request.getType(), request.getName()];
    this.keys.set(ownerOf(type, name), key);
    this.recorded.set(key, {
      ...lookup(key, type, name),
      ...parentOf(request.getParent()),
      values: { id: request.getId(), ...request.getProperties()?.toJavaScript() },
      dependsOn: request.getDependenciesList(),
    });
  }

  /** The argument that names what is looked up; where it is an output of a resource, that one's name. */
  private nameOfLookup(values: Values): string {
    const known = this.names.get(String(values['objectId']));
    const named = known ?? values['displayName'] ?? values['name'] ?? Object.values(values)[0];
    if (typeof named !== 'string') return JSON.stringify(values);
    const nameOf = ({ owner }: StandInOrigin): string => this.recorded.get(this.keys.get(owner) ?? '')?.name ?? owner;
    const parts = this.standIns.split(named);
    return parts.map((part) => (typeof part === 'string' ? part : nameOf(part))).join('');
  }

  protected factsOf(values: Values): FactInputs {
    return Object.fromEntries(
      Object.entries(values)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => [name, this.factOf(value)]),
    );
  }

  protected factOf(value: unknown): FactValue {
    if (typeof value === 'string') return this.textFact(value);
    if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
    if (Array.isArray(value)) return value.map((item) => this.factOf(item));
    const object = value as Values;
    const kind = object[pulumi.runtime.specialSigKey];
    if (kind === undefined) return this.factsOf(object);
    if (kind === pulumi.runtime.specialSecretSig) return this.secretFact(object);
    if (kind === pulumi.runtime.specialResourceSig) return { $ref: String(object['urn']), property: 'urn' };
    return { $unknown: true };
  }

  /** What is kept of a secret. */
  protected readonly secretFact: (secret: Values) => FactValue = () => ({ $secret: true });

  private textFact(text: string): FactValue {
    if (text === pulumi.runtime.unknownValue) return { $unknown: true };
    const parts = this.standIns.split(text).map((part) => (typeof part === 'string' ? part : this.referenceTo(part)));
    const [only] = parts;
    if (only === undefined) return '';
    return parts.length === 1 ? only : { $text: parts };
  }

  private referenceTo({ owner, property }: StandInOrigin): Reference {
    return { $ref: this.keys.get(owner) ?? owner, property };
  }
}

function lookup(key: string, type: string, name: string) {
  return { key, kind: 'lookup', type, name, dependsOn: [], aliases: [], retainOnDelete: false } as const;
}

function ownerOf(type: string, name: string): string {
  return `${type}::${name}`;
}

function parentOf(parent: string): { readonly parent?: string } {
  return parent === '' ? {} : { parent };
}

function aliasesOf(key: string, request: RegisterResourceRequest): readonly string[] {
  return request
    .getAliasesList()
    .map((alias) => {
      const spec = alias.getSpec();
      if (spec === undefined) return alias.getUrn();
      const [head, types = '', name] = splitUrn(key);
      const own = spec.getType() === '' ? types : [...types.split('$').slice(0, -1), spec.getType()].join('$');
      return [head, own, spec.getName() === '' ? name : spec.getName()].join('::');
    })
    .toSorted(compareText);
}

/** `urn:pulumi:<stack>::<project>`, the types with those of the parents, and the name, which may hold `::` itself. */
function splitUrn(urn: string): readonly string[] {
  const [stack = '', project = '', types = '', ...name] = urn.split('::');
  return [`${stack}::${project}`, types, name.join('::')];
}

function referencesIn(value: FactValue | undefined): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('$ref' in value && typeof value.$ref === 'string') return [value.$ref];
  return Object.values(value).flatMap((entry: FactValue | undefined) => referencesIn(entry));
}

/** Output of a resource or function that a stand-in was made for. */
interface StandInOrigin {
  /** Text that tells the resource apart before it has a URN. */
  readonly owner: string;
  readonly property: string;
}

/** Outputs that are texts wherever a resource or a function of azuread or entragraph has them. */
const TEXT_OUTPUTS: readonly string[] = [
  'id',
  'objectId',
  'clientId',
  'applicationId',
  'applicationObjectId',
  'servicePrincipalId',
  'servicePrincipalObjectId',
  'keyId',
  'thumbprint',
  'certificate',
  'tenantId',
];

/** Outputs that are lists or maps. Programs that look into one get a value that only the deployment gives. */
const STRUCTURED_OUTPUTS: readonly string[] = [
  'appRoles',
  'appRoleIds',
  'oauth2PermissionScopes',
  'oauth2PermissionScopeIds',
  'templateIds',
];

/** Outputs that are lists of texts, of which there is one in the place of all. */
const LIST_OUTPUTS: readonly string[] = ['objectIds'];

/** `value` is that of a password, in azuread. */
const SECRET_OUTPUT = 'value';

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/**
 * Makes ids for what is not deployed, each a UUID of its own, since programs may check that an id is one. Where a stand-in
 * turns up in the input of another resource, it tells which output the input comes from.
 */
class StandIns {
  private readonly origins = new Map<string, StandInOrigin>();

  /** Outputs for a resource: any that it does not have is not looked at. */
  outputsOf(owner: string): Readonly<Record<string, unknown>> {
    return { ...this.textsOf(owner), [SECRET_OUTPUT]: pulumi.secret(this.make(owner, SECRET_OUTPUT)) };
  }

  /** Result of a provider's function. */
  resultOf(owner: string): Readonly<Record<string, unknown>> {
    const structured = STRUCTURED_OUTPUTS.map((property): [string, unknown] => [property, pulumi.runtime.unknownValue]);
    const lists = LIST_OUTPUTS.map((property): [string, unknown] => [property, [this.make(owner, property)]]);
    return { ...this.textsOf(owner), ...Object.fromEntries([...structured, ...lists]) };
  }

  /** A text in its parts: what is given, and what stands for an output. */
  split(text: string): readonly (string | StandInOrigin)[] {
    const found = [...text.matchAll(UUID)].flatMap(({ 0: id, index }) => {
      const origin = this.origins.get(id);
      return origin === undefined ? [] : [{ origin, index, end: index + id.length }];
    });
    const starts = [0, ...found.map(({ end }) => end)];
    const parts = starts.flatMap((start, position) => {
      const next = found[position];
      return [text.slice(start, next?.index), ...(next === undefined ? [] : [next.origin])];
    });
    return parts.filter((part) => part !== '');
  }

  private textsOf(owner: string): Readonly<Record<string, string>> {
    const texts = TEXT_OUTPUTS.map((property) => [property, this.make(owner, property)] as const);
    return Object.fromEntries(texts);
  }

  /** A text that stands for an output, wherever it turns up. */
  make(owner: string, property: string): string {
    const digest = createHash('sha256')
      .update(JSON.stringify([owner, property]))
      .digest('hex');
    const id = digest.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
    this.origins.set(id, { owner, property });
    return id;
  }
}
