import { apisOf, authorityOf, type Customers, fullName } from '../customers/customers';
import type { Estate } from '../estate';
import { clientIdName, clientSecretName, HANDOFF_VARIABLES, parameterName, sessionKeysName } from './handoff';
import type { DeclaredService, Hosting, ServiceName, ServiceSize, Variable } from './hosting';

/** Where a service gets its image from. */
export type ServiceImage =
  /** The example's, from this package or the team's repository. */
  | { readonly kind: 'example'; readonly app: ServiceName; readonly from: Hosting['application'] }
  | { readonly kind: 'folder'; readonly folder: string }
  /** `registry/repository@sha256:…` */
  | { readonly kind: 'digest'; readonly image: string };

/** An image that the deployment makes. */
export type BuiltImage = Exclude<ServiceImage, { readonly kind: 'digest' }>;

/** Tells an image that the deployment makes from one that is there. */
export function isBuilt(image: ServiceImage | undefined): image is BuiltImage {
  return image !== undefined && image.kind !== 'digest';
}

/** Images that a deployment of an estate makes. */
export function builtImagesOf(estate: Source): readonly BuiltImage[] {
  return hostedServicesOf(estate)
    .map(({ image }) => image)
    .filter(isBuilt);
}

/** Value of a variable. Whatever is secret, or known after a deployment only, is a reference. */
export type Value =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'region' }
  /** Name of an SSM parameter, which the handoff writes. */
  | { readonly kind: 'parameter'; readonly name: string }
  /** Name of a secret of Secrets Manager. */
  | { readonly kind: 'secret'; readonly name: string }
  /** Address of another service. */
  | { readonly kind: 'url'; readonly service: string }
  | { readonly kind: 'table'; readonly table: string };

/** A DynamoDB table that one service uses. Keys are texts. */
export interface ServiceTable {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey?: string;
  /** Attribute by whose time items go. */
  readonly expiresBy?: string;
  /** Reason why it is not restored, even in production. */
  readonly unrestored?: string;
}

/** A service as constructs, report and checks need it: the example's web and API are two of them. */
export interface HostedService {
  readonly name: string;
  /** Name in sentences: `the API`. */
  readonly word: string;
  /** Name as a title. */
  readonly title: string;
  readonly platform: Hosting['platform'] | 'elsewhere';
  /** Undefined of a service elsewhere. */
  readonly image: ServiceImage | undefined;
  readonly port: number;
  readonly healthPath: string;
  readonly size: ServiceSize;
  readonly isPublic: boolean;
  readonly environment: Readonly<Record<string, Value>>;
  readonly tables: readonly ServiceTable[];
  /** Callers whom the firewall counts: people by their addresses, or the web for all people. */
  readonly callers: 'people' | 'web';
  /** Paths to which a sign-in comes back with a long query. */
  readonly callbacks: readonly string[];
}

type Source = Pick<Estate, 'name' | 'hosting' | 'customers'>;

/** Services of an estate: those that it declares, or else the example's two. */
export function servicesOf({ name, hosting, customers }: Source): readonly HostedService[] {
  if (hosting === undefined) return [];
  if (hosting.services.length === 0) return exampleOf({ estateName: name, hosting, customers });
  return hosting.services.map((service) =>
    ownService(service, { estateName: name, customers, platform: hosting.platform }),
  );
}

/** Services that run here. */
export function hostedServicesOf(estate: Source): readonly HostedService[] {
  return servicesOf(estate).filter(({ platform }) => platform !== 'elsewhere');
}

/** Services in an order in which each comes after those whose addresses it needs. Checks refuse circles. */
export function inOrder(services: readonly HostedService[]): readonly HostedService[] {
  const ordered = new Set<HostedService>();
  const visit = (service: HostedService, above: readonly HostedService[]): void => {
    if (above.includes(service)) return;
    for (const other of services) if (needsAddress(service, other)) visit(other, [...above, service]);
    ordered.add(service);
  };
  for (const service of services) visit(service, []);
  return [...ordered];
}

/** Tells whether a service calls another one. */
export function needsAddress({ environment }: Pick<HostedService, 'environment'>, { name }: HostedService): boolean {
  return Object.values(environment).some((value) => value.kind === 'url' && value.service === name);
}

/** Names of the secrets whose values the services have, each once. */
export function secretNamesOf(services: readonly HostedService[]): readonly string[] {
  const values = services.flatMap(({ environment }) => Object.values(environment));
  return [...new Set(values.flatMap((value) => (value.kind === 'secret' ? [value.name] : [])))];
}

/** `order-desk` as part of a logical id or of an output: `OrderDesk`. */
export function pascalCase(name: string): string {
  return name.replace(/(?:^|-)([a-z0-9])/g, (_all, letter: string) => letter.toUpperCase());
}

interface Surroundings {
  readonly estateName: string;
  readonly customers: Customers | undefined;
  readonly platform: Hosting['platform'];
}

const REGION: Value = { kind: 'region' };

function ownService(service: DeclaredService, surroundings: Surroundings): HostedService {
  const platform = service.runs === 'here' ? surroundings.platform : 'elsewhere';
  const { name, image, folder, port, healthPath, tables, environment } = service;
  const values = environment.flatMap((variable) => {
    const value = valueOf(variable, surroundings);
    return value === undefined ? [] : [[variable.name, value] as const];
  });
  return {
    ...{ name, word: name, title: name, platform, port, healthPath, size: service },
    image: imageOf(image, folder),
    isPublic: service.public,
    environment: { ...Object.fromEntries(values), ...(platform !== 'elsewhere' && { AWS_REGION: REGION }) },
    tables: tables.map((table) => ({
      ...table,
      ...(table.expiresBy !== undefined && { unrestored: 'Its items expire, and old ones must not return.' }),
    })),
    callers: 'people',
    callbacks: callbacksOf(environment, surroundings),
  };
}

function imageOf(image: string | undefined, folder: string | undefined): ServiceImage | undefined {
  if (folder !== undefined) return { kind: 'folder', folder };
  return image === undefined ? undefined : { kind: 'digest', image };
}

/** Undefined where the estate lacks what a variable names, which is a finding. */
function valueOf(variable: Variable, { estateName, customers }: Omit<Surroundings, 'platform'>): Value | undefined {
  const { value, clientId, clientSecret, metadataUrl, scope, url, table } = variable;
  if (value !== undefined) return { kind: 'text', text: value };
  if (clientId !== undefined) return { kind: 'parameter', name: clientIdName(estateName, clientId) };
  if (clientSecret !== undefined) return { kind: 'secret', name: clientSecretName(estateName, clientSecret) };
  if (url !== undefined) return { kind: 'url', service: url };
  if (table !== undefined) return { kind: 'table', table };
  const text =
    scope === undefined ? customers && metadataOf(customers, metadataUrl) : customers && scopeOf(customers, scope);
  return text === undefined ? undefined : { kind: 'text', text };
}

/** Address of the metadata of the flow with a use; in External ID, of the directory. */
export function metadataOf(customers: Customers, use: Variable['metadataUrl']): string | undefined {
  const flow = customers.userFlows.find((one) => one.use === use);
  return flow && `${authorityOf(customers, flow.id)}/v2.0/.well-known/openid-configuration`;
}

/** Full name of the scope `<API>/<value>`. */
export function scopeOf(customers: Customers, scope: string): string | undefined {
  const [name = '', ...rest] = scope.split('/');
  const value = rest.join('/');
  const api = apisOf(customers).find(
    ({ calledAs, scopes }) => calledAs === name && scopes.some((one) => one.value === value),
  );
  return api && fullName(api, value);
}

/** Paths of the redirect URIs of the applications whose ids a service has. */
function callbacksOf(
  environment: readonly Variable[],
  { customers }: Pick<Surroundings, 'customers'>,
): readonly string[] {
  const names = new Set(environment.flatMap(({ clientId }) => clientId ?? []));
  const own = customers?.applications.filter(({ name }) => names.has(name)) ?? [];
  const uris = own.flatMap(({ redirectUris = [] }) => redirectUris.map(({ uri }) => uri));
  const paths = uris.flatMap((uri) => (/^https?:/.test(uri) ? (URL.parse(uri)?.pathname ?? []) : []));
  const hosted = names.has('web') ? Object.values(customers?.webApplication.callbacks ?? {}) : [];
  return [...new Set([...paths, ...hosted])].toSorted();
}

/** Addresses of load balancers in front of an application, whose `X-Forwarded-For` it believes. */
const PROXIES = '1';

/**
 * Origin of the web while the estate has none: a name that no resolver knows (RFC 6761). The web starts, and no one can sign
 * in.
 */
const NO_ORIGIN = 'https://pending.invalid';

function text(value: string): Value {
  return { kind: 'text', text: value };
}

interface Example extends Omit<Surroundings, 'platform'> {
  readonly hosting: Hosting;
}

/** The web and the API of the example, each with a table. */
function exampleOf(example: Example): readonly [web: HostedService, api: HostedService] {
  const { hosting, customers } = example;
  const shared = (app: ServiceName) => ({
    ...{ name: app, platform: hosting.platform, healthPath: '/healthz', size: hosting[app] },
    image: { kind: 'example', app, from: hosting.application } as const,
  });
  return [
    {
      ...{ ...shared('web'), word: 'web', title: 'Web', port: 5000, isPublic: true, callers: 'people' },
      environment: webEnvironment(example),
      tables: [SESSIONS],
      callbacks: Object.values(customers?.webApplication.callbacks ?? {}),
    },
    {
      ...{ ...shared('api'), word: 'API', title: 'API', port: 5001, isPublic: hosting.privateApi === undefined },
      ...{ callers: 'web', callbacks: [] },
      environment: {
        ...typeVariable(customers),
        POLICIES_TABLE: { kind: 'table', table: 'policies' },
        ...{ ...BEHIND_PROXY, ...handed('api', example) },
      },
      tables: [{ name: 'policies', partitionKey: 'pk' }],
    },
  ];
}

type Environment = HostedService['environment'];

function webEnvironment(example: Example): Environment {
  const { estateName, hosting, customers } = example;
  const { signIn = '', stepUp = '' } = customers?.webApplication.callbacks ?? {};
  return {
    ...{
      ...typeVariable(customers),
      BASE_URL: text(hosting.url ?? NO_ORIGIN),
      API_URL: { kind: 'url', service: 'api' },
    },
    ...{ SIGN_IN_CALLBACK: text(signIn), STEP_UP_CALLBACK: text(stepUp) },
    ...{ SESSIONS_TABLE: { kind: 'table', table: 'sessions' }, ...BEHIND_PROXY, ...handed('web', example) },
    WEB_CLIENT_SECRET: { kind: 'secret', name: clientSecretName(estateName) },
    SESSION_KEYS: { kind: 'secret', name: sessionKeysName(estateName) },
  };
}

/** B2C is what the applications take where nothing is said: its templates name no type. */
function typeVariable({ directoryType }: Partial<Pick<Customers, 'directoryType'>> = {}): Environment {
  return directoryType === 'external-id' ? { DIRECTORY_TYPE: text(directoryType) } : {};
}

function handed(app: ServiceName, { estateName, customers }: Example): Environment {
  const parameters = Object.entries(HANDOFF_VARIABLES[customers?.directoryType ?? 'b2c'][app]);
  return Object.fromEntries(
    parameters.map(([variable, id]) => [variable, { kind: 'parameter', name: parameterName(estateName, id) }]),
  );
}

const BEHIND_PROXY: Environment = { AWS_REGION: REGION, TRUST_PROXY: text(PROXIES) };

const SESSIONS: ServiceTable = {
  ...{ name: 'sessions', partitionKey: 'id', expiresBy: 'expiresAt' },
  unrestored: 'A session that is lost costs a sign-in, and an old one must not return.',
};
