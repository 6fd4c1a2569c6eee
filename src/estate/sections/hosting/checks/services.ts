import { apisOf, clientsOf, type Customers } from '../../customers/customers';
import { error, type Issues, repeated } from '../../shared/issue';
import { quotedList } from '../../../../text/suggest';
import { type DeclaredService, type Hosting, runsHere, type Variable } from '../hosting';
import { metadataOf, scopeOf } from '../services';
import { SOURCES } from '../service-schema';

/** Services of a company's own: images, networks, tables, and what their variables name. */
export function* checkServices(hosting: Hosting, customers: Customers | undefined): Issues {
  const { services } = hosting;
  if (services.length === 0) return;
  yield* checkExampleKeys(hosting);
  yield* checkTables(services);
  for (const service of services) {
    yield* checkImage(service, hosting);
    yield* checkPlace(service, hosting);
    for (const variable of service.environment) yield* checkVariable(variable, { service, services, customers });
  }
  yield* checkCircles(services);
}

/** Keys of the example's web and API, which would be of no effect. */
function* checkExampleKeys({ at, exampleKeys, application }: Hosting): Issues {
  for (const key of [...exampleKeys, ...(application === 'repository' ? ['application'] : [])])
    yield error('service-example', [...at, key], {
      aboutKey: true,
      problem: "belongs to the example's web and API, which services of your own replace",
      allowed: `no ${key}; each service has a size of its own, and the outputs of the stack have its address`,
    });
}

/** Private repository of Amazon ECR. */
const ECR_IMAGE = /^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?\/(?<repository>[^@]+)@/;

function* checkImage(service: DeclaredService, { platform }: Hosting): Issues {
  const { at, image, folder } = service;
  const given = [image, folder].filter((one) => one !== undefined).length;
  const [wanted, allowed] = runsHere(service)
    ? [1, 'one of image and folder']
    : [0, 'neither image nor folder: it runs elsewhere'];
  if (given !== wanted)
    yield error('service-image', at, {
      aboutKey: true,
      problem: `has ${['no image', 'an image', 'an image and a folder'][given] ?? 'images'}`,
      allowed,
    });
  if (image?.includes('@') === true && platform === 'app-runner' && !ECR_IMAGE.test(image))
    yield error('service-image', [...at, 'image'], {
      value: image,
      problem: 'is not an image of a private repository of Amazon ECR, which App Runner needs',
      allowed: '<account>.dkr.ecr.<region>.amazonaws.com/<repository>@sha256:…, or platform: ecs-express',
    });
}

function* checkPlace(service: DeclaredService, { privateApi }: Hosting): Issues {
  const { at, tables } = service;
  if (!runsHere(service) && tables.length > 0)
    yield error('service-table', [...at, 'tables'], {
      aboutKey: true,
      problem: 'are of a service that runs elsewhere, which has no role here to read them',
      allowed: 'no tables',
    });
  if (runsHere(service) && !service.public && privateApi === undefined)
    yield error('service-network', [...at, 'public'], {
      aboutKey: true,
      problem: 'is false, and no VPC reaches the service',
      allowed: 'hosting.privateApi with vpcId and subnetIds, or public: true',
    });
}

/** Logical ids are made of names, and are of the whole stack. */
function* checkTables(services: readonly DeclaredService[]): Issues {
  const tables = services.flatMap(({ tables: own }) => own);
  for (const { item, first } of repeated(tables, ({ name }) => name.toLowerCase()))
    yield error('service-table', [...item.at, 'name'], {
      value: item.name,
      problem: 'is the name of another table',
      allowed: 'each name once in all services; a service reads its own tables alone',
      related: [[...first.at, 'name']],
    });
}

interface Around {
  readonly service: DeclaredService;
  readonly services: readonly DeclaredService[];
  readonly customers: Customers | undefined;
}

/** Names of variables that hold secrets, as the pack `AppRunnerChecks` has it. */
const SECRET_NAME = /SECRET|PASSWORD|TOKEN|PRIVATE|_KEYS?$/i;

const GIVEN: readonly string[] = ['PORT', 'AWS_REGION'];

function* checkVariable(variable: Variable, around: Around): Issues {
  const { at, name, value } = variable;
  const keys = SOURCES.filter((key) => variable[key] !== undefined);
  if (keys.length !== 1)
    yield error('service-environment', at, {
      aboutKey: true,
      problem: `has ${keys.length === 0 ? 'no value' : quotedList(keys)}`,
      allowed: `one of ${SOURCES.join(', ')}`,
    });
  if (GIVEN.includes(name))
    yield error('service-environment', [...at, 'name'], {
      value: name,
      problem: 'is always there',
      allowed: 'no such variable',
    });
  // The value may be the secret: it is not shown.
  if (value !== undefined && SECRET_NAME.test(name))
    yield error('service-environment', [...at, 'value'], {
      aboutKey: true,
      problem: `would stand in the template, and ${name} speaks of a secret`,
      allowed: 'clientSecret, or another name',
    });
  for (const key of keys) if (key !== 'value') yield* checkNamed(variable, key, around);
}

function* checkNamed(variable: Variable, key: Named, around: Around): Issues {
  const value = variable[key];
  const { what, names } = knownOf(key, around);
  if (value !== undefined && !names.includes(value))
    yield error('service-environment', [...variable.at, key], {
      value,
      problem: `is not ${what}`,
      allowed: names.length === 0 ? 'a declared one; there is none' : quotedList(names),
    });
}

type Named = Exclude<(typeof SOURCES)[number], 'value'>;

/** What a key may name. Without customers every name of theirs is unknown. */
function knownOf(
  key: Named,
  { service, services, customers }: Around,
): {
  readonly what: string;
  readonly names: readonly string[];
} {
  const apis = customers === undefined ? [] : apisOf(customers);
  const clients = customers === undefined ? [] : clientsOf(customers);
  const callable = runsHere(service) ? services.filter((one) => one !== service && runsHere(one)) : [];
  const scopes = apis.flatMap(({ calledAs, scopes: own }) => own.map(({ value }) => `${calledAs}/${value}`));
  const uses = (['signIn', 'stepUp', 'profileEdit', 'passwordReset'] as const).filter(
    (use) => customers !== undefined && metadataOf(customers, use) !== undefined,
  );
  return {
    clientId: {
      what: 'an application or API of customers',
      names: [...clients, ...apis.filter((api) => api.name !== 'step-up')].map(({ name }) => name),
    },
    clientSecret: {
      what: 'an application of customers with a client secret',
      names: clients.filter(({ clientSecret }) => clientSecret !== undefined).map(({ name }) => name),
    },
    metadataUrl: { what: 'the use of a user flow of customers', names: uses },
    scope: {
      what: 'a scope of an API of customers',
      names: scopes.filter((scope) => customers !== undefined && scopeOf(customers, scope) !== undefined),
    },
    url: {
      what: runsHere(service) ? 'another service that runs here' : 'known before a deployment: it runs elsewhere',
      names: callable.map(({ name }) => name),
    },
    table: { what: 'a table of this service', names: service.tables.map(({ name }) => name) },
  }[key];
}

/** An address is known once its service is there: of two that call each other, neither can be the first. */
function* checkCircles(services: readonly DeclaredService[]): Issues {
  const calls = new Map(
    services.map(({ name, environment }) => [name, environment.flatMap(({ url }) => url ?? [])] as const),
  );
  const reached = (from: string, seen: ReadonlySet<string> = new Set()): ReadonlySet<string> =>
    (calls.get(from) ?? []).reduce((all, next) => (all.has(next) ? all : reached(next, new Set([...all, next]))), seen);
  for (const { name, environment } of services)
    for (const { at, url } of environment)
      if (url !== undefined && url !== name && reached(url).has(name))
        yield error('service-environment', [...at, 'url'], {
          value: url,
          problem: `calls ${name} in turn, so neither can be deployed first`,
          allowed: 'an address in one direction; give the other one a domain of your own as value',
        });
}
