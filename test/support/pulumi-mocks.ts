import * as pulumi from '@pulumi/pulumi';
import type { RegisterResourceRequest } from '@pulumi/pulumi/proto/resource_pb';

type Values = Readonly<Record<string, unknown>>;

/** A resource as the engine would be asked to register it. */
export interface MockedResource {
  readonly type: string;
  readonly name: string;
  /** Of its parent; empty for a resource of the stack itself. */
  readonly parent: string;
  readonly urn: string;
  /** In plain, secrets included. */
  readonly inputs: Values;
  /** Names of the inputs that are, or hold, a secret. */
  readonly secretInputs: readonly string[];
  /** Names of the outputs that the engine must keep as secrets. */
  readonly secretOutputs: readonly string[];
  /** URNs of what it is made after: its `dependsOn`, and whatever its inputs come from. */
  readonly dependencies: readonly string[];
  /** URN and id of its provider; empty for the default provider. */
  readonly provider: string;
  readonly aliases: readonly string[];
  readonly retainOnDelete: boolean;
  readonly ignoreChanges: readonly string[];
}

/** What is known of a resource before it is made. */
export type NewResource = Pick<MockedResource, 'type' | 'name' | 'inputs'>;

/** A call of a provider's function. */
export interface MockedCall {
  readonly token: string;
  readonly inputs: Values;
}

export interface MockedRun {
  /** Sorted by URN. */
  readonly resources: readonly MockedResource[];
  readonly calls: readonly MockedCall[];
  /** Stack outputs in plain, secrets included. */
  readonly outputs: Values;
  /** Names of the outputs that are, or hold, a secret. */
  readonly secretOutputs: readonly string[];
  /** The only resource of a type, or of a type and a name. @throws Error for none or several, with what there is */
  readonly one: (type: string, name?: string) => MockedResource;
}

export interface MockOptions {
  /** With namespace: `azuread:tenantId`. @default none */
  readonly config?: Readonly<Record<string, string>>;
  /** @default 'sandbox-customers' */
  readonly stack?: string;
  /** Outputs of a resource beside its inputs, by type. @default ids that are made of its name */
  readonly newResource?: Readonly<Record<string, (resource: NewResource) => Values>>;
  /** Results of provider functions, by token. Another function fails the run. @default who deploys, and service principals by client id */
  readonly call?: Readonly<Record<string, (inputs: Values) => Values>>;
  /** Is told the type of each resource and the token of each call as it comes, also of a run that fails. @default nobody */
  readonly onRequest?: (token: string) => void;
}

/** Value that a mocked client secret has. */
export const MOCKED_SECRET = 'a-secret-that-the-service-made';

const PROJECT = 'entra-aws-identity';

/** Outputs that the programs read and a service would make. */
const NEW_RESOURCE: NonNullable<MockOptions['newResource']> = {
  'azuread:index/application:Application': ({ name }) => ({
    id: `/applications/object-of-${name}`,
    clientId: `client-of-${name}`,
  }),
  'azuread:index/applicationPassword:ApplicationPassword': () => ({ value: MOCKED_SECRET }),
};

const CALL: NonNullable<MockOptions['call']> = {
  'azuread:index/getClientConfig:getClientConfig': () => ({
    objectId: 'object-of-deployer',
    clientId: 'client-of-deployer',
    tenantId: 'tenant-of-deployer',
  }),
  'azuread:index/getServicePrincipal:getServicePrincipal': ({ clientId }) => ({
    clientId,
    objectId: `object-of-${String(clientId)}`,
  }),
};

/**
 * Runs a program without an engine, and tells what it would register. One run at a time.
 *
 * @throws Error whatever the program or a mock throws
 */
export async function runProgram(program: () => unknown, options: MockOptions = {}): Promise<MockedRun> {
  const recorder = new Recorder(options);
  await pulumi.runtime.setMocks(recorder, PROJECT, options.stack ?? 'sandbox-customers');
  recorder.attach();
  pulumi.runtime.setAllConfig({ ...options.config });
  const outputs = await settle(program).finally(() => pulumi.runtime.disconnect());
  return recorder.run(outputs);
}

/** The part of the runtime's monitor that is listened to. */
interface Monitor {
  registerResource(request: RegisterResourceRequest, done: (error: unknown, response: unknown) => void): unknown;
}

class Recorder implements pulumi.runtime.Mocks {
  /** The first error of a mock. It is thrown at the end: the runtime would leave a rejection that nobody handles. */
  private failure: Error | undefined;
  private readonly resources: MockedResource[] = [];
  private readonly calls: MockedCall[] = [];
  private readonly options: MockOptions;
  private request: RegisterResourceRequest | undefined;

  constructor(options: MockOptions) {
    this.options = options;
  }

  /** The mocks' own interface leaves out parents, dependencies and options. */
  attach(): void {
    const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
    const register = monitor.registerResource.bind(monitor);
    monitor.registerResource = (request, done) => {
      this.request = request;
      return register(request, done);
    };
  }

  readonly newResource = ({
    type,
    name,
    inputs,
  }: pulumi.runtime.MockResourceArgs): pulumi.runtime.MockResourceResult => {
    const given = inputs as Values;
    const { request } = this;
    this.options.onRequest?.(type);
    if (request === undefined) throw new Error(`${name} is read, which no program does`);
    const resource = recordOf(request, given);
    this.resources.push(resource);
    const make = { ...NEW_RESOURCE, ...this.options.newResource }[type];
    const state: Values = { objectId: `object-of-${name}`, ...given, ...make?.(resource) };
    const { id = `id-of-${name}`, ...outputs } = state;
    return { id: String(id), state: withSecrets(outputs, request.getAdditionalsecretoutputsList()) };
  };

  readonly call = ({ token, inputs }: pulumi.runtime.MockCallArgs): Record<string, unknown> => {
    const given = plain(inputs) as Values;
    this.options.onRequest?.(token);
    this.calls.push({ token, inputs: given });
    const answer = { ...CALL, ...this.options.call }[token];
    if (answer === undefined) this.failure ??= new Error(`no mock for ${token}`);
    return { ...answer?.(given) };
  };

  run({ values, secretOutputs }: Settled): MockedRun {
    if (this.failure !== undefined) throw this.failure;
    const resources = this.resources.toSorted((one, other) => (one.urn < other.urn ? -1 : 1));
    const one = (type: string, name?: string): MockedResource => {
      const found = resources.filter((entry) => entry.type === type && (name ?? entry.name) === entry.name);
      const [only] = found;
      if (only !== undefined && found.length === 1) return only;
      const all = resources.map((entry) => `${entry.type} ${entry.name}`).join('\n');
      throw new Error(`${String(found.length)} of ${type} ${name ?? ''} among:\n${all}`);
    };
    return { resources, calls: this.calls, outputs: values, secretOutputs, one };
  }
}

function recordOf(request: RegisterResourceRequest, inputs: Values): MockedResource {
  const [type, name, parent] = [request.getType(), request.getName(), request.getParent()];
  return {
    type,
    name,
    parent,
    urn: urnOf(parent, type, name),
    inputs: plain(inputs) as Values,
    secretInputs: Object.keys(inputs).filter((key) => holdsSecret(inputs[key])),
    secretOutputs: request.getAdditionalsecretoutputsList(),
    dependencies: request.getDependenciesList().toSorted(),
    provider: request.getProvider(),
    aliases: request.getAliasesList().map((alias) => alias.getUrn() || (alias.getSpec()?.getName() ?? '')),
    retainOnDelete: request.getRetainondelete() ?? false,
    ignoreChanges: request.getIgnorechangesList(),
  };
}

/** As the runtime's mocks make it. */
function urnOf(parent: string, type: string, name: string): string {
  const parentType = parent.split('::')[2]?.split('$').at(-1);
  const qualified = parentType === undefined ? type : `${parentType}$${type}`;
  return `urn:pulumi:${pulumi.runtime.getStack()}::${PROJECT}::${qualified}::${name}`;
}

/** The engine's part: it keeps as secrets what the resource's class says. */
function withSecrets(state: Values, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(state).map(([key, value]) => [key, names.includes(key) ? pulumi.secret(value) : value]),
  );
}

interface Settled {
  readonly values: Values;
  readonly secretOutputs: readonly string[];
}

async function settle(program: () => unknown): Promise<Settled> {
  const entries = Object.entries((program() ?? {}) as Values).map(async ([name, value]) => {
    const output: pulumi.Output<unknown> = pulumi.output(value as object);
    const resolved = await new Promise<unknown>((resolve) => {
      output.apply(resolve);
    });
    return { name, resolved, isSecret: await pulumi.isSecret(output) };
  });
  const settled = await Promise.all(entries);
  return {
    values: Object.fromEntries(settled.map(({ name, resolved }) => [name, resolved])),
    secretOutputs: settled.filter(({ isSecret }) => isSecret).map(({ name }) => name),
  };
}

function holdsSecret(value: unknown): boolean {
  if (pulumi.runtime.isRpcSecret(value)) return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsSecret);
}

function plain(value: unknown): unknown {
  if (pulumi.runtime.isRpcSecret(value)) return plain(pulumi.runtime.unwrapRpcSecret(value));
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plain(entry)]));
}
