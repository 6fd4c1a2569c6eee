import { quotedList } from '../../../../text/suggest';
import type { Issue, Path } from '../../../source/finding';
import type { Organization } from '../../../source/organization';
import type { Customers, DirectoryType, FlowUse } from '../../customers/customers';
import type { Estate, ParsedEstate } from '../../estate';
import { error, type Issues, masked, placed, warning } from '../../shared/issue';
import { APP_RUNNER_ZONES, DOMAIN_NAME, originOf } from '../schema';
import { HANDOFF_SCOPES } from '../handoff';
import { type CustomDomain, type Hosting, type OwnNetwork, type PrivateNetwork, runsHere } from '../hosting';
import { checkServices } from './services';

/** Sizes that the platforms offer: memory in MiB by CPU units (1024 are a vCPU). */
type Sizes = Readonly<Record<string, readonly number[]>>;

function gibibytes(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => (from + index) * 1024);
}

/** App Runner Developer Guide, 'vCPU and memory supported configurations'. */
const APP_RUNNER_SIZES: Sizes = {
  256: [512, 1024],
  512: [1024],
  1024: [2048, 3072, 4096],
  2048: [4096, 6144],
  4096: [8192, 10_240, 12_288],
};

/** Amazon ECS Developer Guide, 'Task CPU and memory' of Fargate on Linux, up to four vCPUs. */
const FARGATE_SIZES: Sizes = {
  256: [512, 1024, 2048],
  512: gibibytes(1, 4),
  1024: gibibytes(2, 8),
  2048: gibibytes(4, 16),
  4096: gibibytes(8, 30),
};

/** The customer application on AWS. Without the organization, which is reported elsewhere, the account is not checked. */
export function* checkHosting(hosting: Hosting, estate: Estate, organization: Organization | undefined): Issues {
  const { at, url, domain, web, api, services } = hosting;
  if (organization !== undefined) yield* checkAccount(hosting, organization);
  if (domain !== undefined) yield* checkDomain(domain, hosting);
  if (url !== undefined) yield* checkWebUrl(url, hosting, estate);
  else if (services.length === 0)
    yield warning('web-url-pending', at, {
      aboutKey: true,
      problem: 'has no url: the web starts, but no one can sign in',
      allowed:
        'after the first deployment, put the address of the web (output WebUrl of the hosting stack) here and under customers.webApplication.hosts, then run pulumi up and cdk deploy once more',
    });
  const sized = services.length > 0 ? services.filter(runsHere) : [web, api];
  for (const size of sized) {
    yield* checkSize(size, hosting);
    if (size.minInstances > size.maxInstances)
      yield error('service-scaling', [...size.at, 'minInstances'], {
        value: size.minInstances,
        problem: `is more than maxInstances (${size.maxInstances})`,
        allowed: 'at most maxInstances',
        related: [[...size.at, 'maxInstances']],
      });
  }
  yield* checkServices(hosting, estate.customers);
  yield* checkNetwork(hosting);
}

function* checkAccount({ at, account: value }: Hosting, { accountById, setAside }: Organization): Issues {
  const found = accountById.get(value);
  if (found?.state === 'ACTIVE' || setAside.accounts.has(value)) return;
  const unknown = {
    problem: 'is not an account of the organization',
    allowed: 'an id of organization.json; npx --no entra-aws snapshot reads new accounts',
  };
  const inactive = { problem: `is account ${found?.name}, which is ${found?.state}`, allowed: 'an active account' };
  yield error('hosting-account', [...at, 'account'], { value, ...(found === undefined ? unknown : inactive) });
}

/** Checks the size of a service against what the platform offers. */
function* checkSize({ at, cpu, memory }: Hosting['web'], { platform }: Hosting): Issues {
  const sizes = platform === 'app-runner' ? APP_RUNNER_SIZES : FARGATE_SIZES;
  const offered = sizes[cpu];
  if (offered === undefined)
    yield error('service-cpu', [...at, 'cpu'], {
      value: cpu,
      problem: `is not a CPU size of ${platform}`,
      allowed: `${Object.keys(sizes).join(', ')} units`,
    });
  else if (!offered.includes(memory))
    yield error('service-memory', [...at, 'memory'], {
      value: memory,
      problem: `is not a memory size for ${cpu} CPU units`,
      allowed: `${offered.join(', ')} MiB`,
    });
}

/**
 * The public origin of the web, and its place in the circle of client id and redirect URI: the web needs the client id, and
 * the application its origin.
 */
function* checkWebUrl(url: string, { at, domain }: Hosting, { customers }: Estate): Issues {
  // A faulty domain is reported where it is checked.
  if (domain !== undefined && (url !== originOf(domain) || !DOMAIN_NAME.test(domain.name))) return;
  const place = domain === undefined ? [...at, 'url'] : [...domain.at, 'name'];
  if (domain === undefined && !isOrigin(url))
    yield error('web-url', place, {
      value: masked(url),
      problem: 'is not an origin that customers can open',
      allowed: 'an https origin such as https://claims.example.com',
    });
  else if (customers !== undefined) yield* checkRegistered(url, place, customers);
}

function* checkRegistered(url: string, at: Path, { webApplication: { at: web, hosts } }: Customers): Issues {
  if (!hosts.some(({ origin }) => origin === url))
    yield error('unregistered-web-url', at, {
      value: url,
      problem: 'is not a host of the web application, so no one could sign in there',
      allowed: `one of customers.webApplication.hosts: ${quotedList(hosts.map(({ origin }) => origin))}; add it there and run pulumi up`,
      related: [[...web, 'hosts']],
    });
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text && text.startsWith('https://');
}

/** Documentation of what is changed outside of ECS Express Mode, and of its defaults. */
const EXPRESS_SOURCE =
  'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/express-service-advanced-customization.html';
const EXPRESS_NETWORK_SOURCE = 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/express-service-work.html';

/** A domain of one's own for the web: it tells the address of the web, which a second one would contradict. */
function* checkDomain({ at, name, hostedZone }: CustomDomain, { platform, region, ...hosting }: Hosting): Issues {
  const origin = originOf({ name });
  if (name !== hostedZone.name && !name.endsWith(`.${hostedZone.name}`))
    yield error('domain-outside-zone', [...at, 'name'], {
      value: name,
      problem: `is not in the hosted zone ${hostedZone.name}`,
      allowed: 'the name of the zone, or one that ends with a dot and it',
      related: [[...at, 'hostedZone', 'name']],
    });
  if (hosting.url !== undefined && hosting.url !== origin)
    yield error('domain-and-url', [...hosting.at, 'url'], {
      value: hosting.url,
      problem: 'is not the address of the domain',
      allowed: `${origin}, or no url: the domain tells it`,
      related: [[...at, 'name']],
    });
  if (platform === 'ecs-express')
    yield error('domain-platform', at, {
      aboutKey: true,
      problem:
        'is for App Runner; a service of ECS Express Mode has no property for a domain: the rule of its listener is changed outside of CloudFormation',
      allowed: `platform: app-runner, or no domain; ${EXPRESS_SOURCE}`,
    });
  else if (!APP_RUNNER_ZONES.has(region))
    yield error('domain-region', at, {
      aboutKey: true,
      problem: `needs the hosted zone of App Runner in ${region}, which is unknown`,
      allowed: `a region of ${quotedList(APP_RUNNER_ZONES.keys())}`,
    });
}

/** Networks of the services: subnets of one's own, and those of a private API. */
function* checkNetwork({ at, platform, network, privateApi }: Hosting): Issues {
  if (platform === 'app-runner') {
    if (network !== undefined)
      yield error('network-platform', network.at, {
        aboutKey: true,
        problem: 'is for ECS Express Mode; App Runner runs its services in a network of its own',
        allowed: 'platform: ecs-express, or no network; privateApi leads App Runner into a VPC',
      });
  } else if (privateApi !== undefined) yield* checkPrivateApi(privateApi, network);
  else if (network === undefined)
    yield warning('default-vpc', [...at, 'platform'], {
      value: platform,
      problem: "runs in the account's default VPC, which accounts of a landing zone lack",
      allowed: `network with subnets of your own; ${EXPRESS_NETWORK_SOURCE}`,
    });
}

/** Express Mode gives what is in private subnets an internal load balancer, which the web reaches from the same VPC only. */
function* checkPrivateApi({ at, vpcId, subnetIds }: PrivateNetwork, network: OwnNetwork | undefined): Issues {
  if (network === undefined) {
    yield error('private-api-platform', at, {
      aboutKey: true,
      problem: 'needs the web in the same VPC, and ECS Express Mode puts it into the default VPC without a network',
      allowed: `network with vpcId: ${vpcId} and public subnets for the web, or a public API`,
    });
    return;
  }
  const found = network.vpcId === undefined ? 'does not name its VPC' : `is in ${network.vpcId}`;
  if (network.vpcId !== vpcId)
    yield error('private-api-network', [...at, 'vpcId'], {
      value: vpcId,
      problem: `must be the VPC of the web, but hosting.network ${found}`,
      allowed: `hosting.network.vpcId: ${vpcId}`,
      related: [network.at],
    });
  for (const { at: place, text: value } of placed(subnetIds, [...at, 'subnetIds']))
    if (network.subnets.includes(value))
      yield error('private-api-network', place, {
        value,
        problem: 'is also a subnet of the web, which is public',
        allowed: 'a private subnet: one whose route table has no internet gateway',
        related: [[...network.at, 'subnets']],
      });
}

const USES: Readonly<Record<DirectoryType, readonly FlowUse[]>> = {
  b2c: ['signIn', 'stepUp', 'profileEdit', 'passwordReset'],
  'external-id': ['signIn'],
};

type Missing = Pick<Issue, 'code' | 'problem' | 'allowed' | 'related'>;

/** The example is of no use without the customers' directory, its user flows and the two scopes that it asks for. */
export function* checkHostedCustomers({ at, services }: Hosting, { estate, isSetAside }: ParsedEstate): Issues {
  if (isSetAside(['customers']) || services.length > 0) return;
  if (estate.customers !== undefined) {
    for (const { code, ...what } of missingParts(estate.customers)) yield error(code, at, { aboutKey: true, ...what });
    return;
  }
  const problem = 'needs the ids that the customers program hands over, and the estate has no customers';
  yield error('hosting-without-customers', at, { aboutKey: true, problem, allowed: 'a customers section' });
}

function* missingParts({ at, directoryType, userFlows, apiApplication: api, stepUp }: Customers): Iterable<Missing> {
  const { writeScope } = HANDOFF_SCOPES;
  const uses = USES[directoryType].filter((wanted) => !userFlows.some(({ use }) => use === wanted));
  const scopes = Object.values(HANDOFF_SCOPES).filter((one) => !api.scopes.some(({ value }) => value === one));
  if (uses.length > 0)
    yield {
      code: 'hosting-user-flow',
      problem: `needs a user flow for each use, and there is none for ${quotedList(uses)}`,
      allowed: 'one for each in customers.userFlows',
      related: [[...at, 'userFlows']],
    };
  if (scopes.length > 0)
    yield {
      code: 'hosting-scope',
      problem: `needs scopes that the API does not define: ${quotedList(scopes)}`,
      allowed: 'each in customers.apiApplication.scopes',
      related: [[...api.at, 'scopes']],
    };
  // The API writes for tokens of the step-up application alone, so that the scope for writing must be its.
  if (directoryType === 'external-id' && stepUp?.scopes.includes(writeScope) !== true)
    yield {
      code: 'hosting-step-up',
      problem: `needs a second factor for the scope ${writeScope}, and nothing asks for it`,
      allowed: `customers.stepUp with ${writeScope} among its scopes`,
      related: [stepUp?.at ?? at],
    };
}
