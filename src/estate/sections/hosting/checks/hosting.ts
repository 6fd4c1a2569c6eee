import { quotedList } from '../../../../text/suggest';
import type { Issue, Path } from '../../../source/finding';
import type { Organization } from '../../../source/organization';
import type { Estate } from '../../estate';
import { error, masked, placed, warning } from '../../shared/issue';
import { APP_RUNNER_ZONES } from '../app-runner-zones';
import type { CustomDomain, Hosting, OwnNetwork, Platform, PrivateNetwork, ServiceSize } from '../hosting';
import { APP_RUNNER_SIZES, DOMAIN_NAME, FARGATE_SIZES } from '../hosting-limits';
import { originOf } from '../schema';

/** The customer application on AWS. Without the organization, which is reported elsewhere, the account is not checked. */
export function checkHosting(
  hosting: Hosting,
  estate: Estate,
  organization: Organization | undefined,
): readonly Issue[] {
  return [
    ...(organization === undefined ? [] : checkAccount(hosting, organization)),
    ...(hosting.domain === undefined ? [] : checkDomain(hosting.domain, hosting)),
    ...checkWebUrl(hosting, estate),
    ...checkServiceSize(hosting.web, hosting.platform),
    ...checkServiceSize(hosting.api, hosting.platform),
    ...checkNetwork(hosting),
  ];
}

function checkAccount({ at, account }: Hosting, organization: Organization): readonly Issue[] {
  const found = organization.accountById.get(account);
  if (found?.state === 'ACTIVE' || organization.setAside.accounts.has(account)) return [];
  const place = [...at, 'account'];
  if (found === undefined) {
    const allowed = 'an id of organization.json; npx --no entra-aws snapshot reads new accounts';
    return [
      error('hosting-account', place, { value: account, problem: 'is not an account of the organization', allowed }),
    ];
  }
  const problem = `is account ${found.name}, which is ${found.state}`;
  return [error('hosting-account', place, { value: account, problem, allowed: 'an active account' })];
}

/** Checks the size of a service against what the platform offers. */
function checkServiceSize(size: ServiceSize, platform: Platform): readonly Issue[] {
  return [...checkMemory(size, platform), ...(size.minInstances <= size.maxInstances ? [] : [turnedAround(size)])];
}

function checkMemory({ at, cpu, memory }: ServiceSize, platform: Platform): readonly Issue[] {
  const sizes = platform === 'app-runner' ? APP_RUNNER_SIZES : FARGATE_SIZES;
  const offered = sizes[cpu];
  if (offered?.includes(memory) === true) return [];
  if (offered === undefined) {
    const what = {
      value: cpu,
      problem: `is not a CPU size of ${platform}`,
      allowed: `${Object.keys(sizes).join(', ')} units`,
    };
    return [error('service-cpu', [...at, 'cpu'], what)];
  }
  const what = {
    value: memory,
    problem: `is not a memory size for ${cpu} CPU units`,
    allowed: `${offered.join(', ')} MiB`,
  };
  return [error('service-memory', [...at, 'memory'], what)];
}

function turnedAround({ at, minInstances, maxInstances }: ServiceSize): Issue {
  return error('service-scaling', [...at, 'minInstances'], {
    value: minInstances,
    problem: `is more than maxInstances (${maxInstances})`,
    allowed: 'at most maxInstances',
    related: [[...at, 'maxInstances']],
  });
}

/**
 * The public origin of the web, and its place in the circle of client id and redirect URI: the web needs the client id, and
 * the application its origin.
 */
function checkWebUrl(hosting: Hosting, { customers }: Estate): readonly Issue[] {
  const { at, url, domain } = hosting;
  if (url === undefined) return [pending(at)];
  if (domain === undefined) {
    const place = [...at, 'url'];
    return isOrigin(url) ? checkRegistered(url, place, customers) : [noOrigin(url, place)];
  }
  // A faulty one is reported where the domain is checked.
  const isSound = url === originOf(domain) && DOMAIN_NAME.test(domain.name);
  return isSound ? checkRegistered(url, [...domain.at, 'name'], customers) : [];
}

function noOrigin(url: string, at: Path): Issue {
  const allowed = 'an https origin such as https://claims.example.com';
  return error('web-url', at, { value: masked(url), problem: 'is not an origin that customers can open', allowed });
}

function checkRegistered(url: string, at: Path, customers: Estate['customers']): readonly Issue[] {
  const hosts = customers?.webApplication.hosts ?? [];
  if (customers === undefined || hosts.some(({ origin }) => origin === url)) return [];
  return [
    error('unregistered-web-url', at, {
      value: url,
      problem: 'is not a host of the web application, so no one could sign in there',
      allowed: `one of customers.webApplication.hosts: ${quotedList(hosts.map(({ origin }) => origin))}; add it there and run pulumi up`,
      related: [[...customers.webApplication.at, 'hosts']],
    }),
  ];
}

function pending(at: Hosting['at']): Issue {
  return warning('web-url-pending', at, {
    aboutKey: true,
    problem: 'has no url: the web starts, but no one can sign in',
    allowed:
      'after the first deployment, put the address of the web (output WebUrl of the hosting stack) here and under customers.webApplication.hosts, then run pulumi up and cdk deploy once more',
  });
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text && text.startsWith('https://');
}

/** Documentation of what is changed outside of ECS Express Mode. */
const EXPRESS_SOURCE =
  'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/express-service-advanced-customization.html';

/** A domain of one's own for the web. */
function checkDomain(domain: CustomDomain, hosting: Hosting): readonly Issue[] {
  return [
    ...checkZone(domain),
    ...checkUrl(domain, hosting),
    ...(hosting.platform === 'app-runner' ? checkRegion(domain, hosting) : [onExpress(domain)]),
  ];
}

function checkZone({ at, name, hostedZone }: CustomDomain): readonly Issue[] {
  if (name === hostedZone.name || name.endsWith(`.${hostedZone.name}`)) return [];
  return [
    error('domain-outside-zone', [...at, 'name'], {
      value: name,
      problem: `is not in the hosted zone ${hostedZone.name}`,
      allowed: 'the name of the zone, or one that ends with a dot and it',
      related: [[...at, 'hostedZone', 'name']],
    }),
  ];
}

/** A domain tells the address of the web; a second one would contradict it. */
function checkUrl(domain: CustomDomain, { at, url }: Hosting): readonly Issue[] {
  const origin = originOf(domain);
  if (url === undefined || url === origin) return [];
  return [
    error('domain-and-url', [...at, 'url'], {
      value: url,
      problem: 'is not the address of the domain',
      allowed: `${origin}, or no url: the domain tells it`,
      related: [[...domain.at, 'name']],
    }),
  ];
}

function checkRegion({ at }: CustomDomain, { region }: Hosting): readonly Issue[] {
  if (APP_RUNNER_ZONES.has(region)) return [];
  return [
    error('domain-region', at, {
      aboutKey: true,
      problem: `needs the hosted zone of App Runner in ${region}, which is unknown`,
      allowed: `a region of ${quotedList(APP_RUNNER_ZONES.keys())}`,
    }),
  ];
}

function onExpress({ at }: CustomDomain): Issue {
  return error('domain-platform', at, {
    aboutKey: true,
    problem:
      'is for App Runner; a service of ECS Express Mode has no property for a domain: the rule of its listener is changed outside of CloudFormation',
    allowed: `platform: app-runner, or no domain; ${EXPRESS_SOURCE}`,
  });
}

/** Documentation of the defaults of Express Mode. */
const EXPRESS_NETWORK_SOURCE = 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/express-service-work.html';

/** Networks of the services: subnets of one's own, and those of a private API. */
function checkNetwork(hosting: Hosting): readonly Issue[] {
  const { platform, network, privateApi } = hosting;
  if (platform === 'app-runner') return network === undefined ? [] : [onAppRunner(network.at)];
  if (privateApi !== undefined) return checkBesideWeb(privateApi, network);
  return network === undefined ? [inDefaultVpc(hosting)] : [];
}

function onAppRunner(at: Path): Issue {
  return error('network-platform', at, {
    aboutKey: true,
    problem: 'is for ECS Express Mode; App Runner runs its services in a network of its own',
    allowed: 'platform: ecs-express, or no network; privateApi leads App Runner into a VPC',
  });
}

/** Express Mode gives what is in private subnets an internal load balancer, which the web reaches from the same VPC only. */
function checkBesideWeb({ at, vpcId, subnetIds }: PrivateNetwork, network: OwnNetwork | undefined): readonly Issue[] {
  if (network === undefined) {
    return [
      error('private-api-platform', at, {
        aboutKey: true,
        problem: 'needs the web in the same VPC, and ECS Express Mode puts it into the default VPC without a network',
        allowed: `network with vpcId: ${vpcId} and public subnets for the web, or a public API`,
      }),
    ];
  }
  const shared = placed(subnetIds, [...at, 'subnetIds']).filter(({ text }) => network.subnets.includes(text));
  return [
    ...(network.vpcId === vpcId ? [] : [elsewhere(at, vpcId, network)]),
    ...shared.map(({ at: place, text }) =>
      error('private-api-network', place, {
        value: text,
        problem: 'is also a subnet of the web, which is public',
        allowed: 'a private subnet: one whose route table has no internet gateway',
        related: [[...network.at, 'subnets']],
      }),
    ),
  ];
}

function elsewhere(at: Path, vpcId: string, network: OwnNetwork): Issue {
  const found = network.vpcId === undefined ? 'does not name its VPC' : `is in ${network.vpcId}`;
  return error('private-api-network', [...at, 'vpcId'], {
    value: vpcId,
    problem: `must be the VPC of the web, but hosting.network ${found}`,
    allowed: `hosting.network.vpcId: ${vpcId}`,
    related: [network.at],
  });
}

function inDefaultVpc({ at }: Hosting): Issue {
  return warning('default-vpc', [...at, 'platform'], {
    value: 'ecs-express',
    problem: "runs in the account's default VPC, which accounts of a landing zone lack",
    allowed: `network with subnets of your own; ${EXPRESS_NETWORK_SOURCE}`,
  });
}
