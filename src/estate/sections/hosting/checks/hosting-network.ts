import type { Issue, Path } from '../../../source/finding';
import type { Hosting, OwnNetwork, PrivateNetwork } from '../hosting';
import { NETWORK_SIZE, SECURITY_GROUP_ID, SUBNET_ID, VPC_ID } from '../hosting-limits';
import { duplicates, error, mismatches, placed, warning } from '../../shared/issue';

/** Documentation of the defaults of Express Mode. */
const EXPRESS_NETWORK_SOURCE = 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/express-service-work.html';

/** Networks of the services: subnets of one's own, and those of a private API. */
export function checkNetwork(hosting: Hosting): readonly Issue[] {
  const { platform, network, privateApi } = hosting;
  return [
    ...(network === undefined ? [] : checkOwnNetwork(network, hosting)),
    ...(privateApi === undefined ? [] : checkPrivateApi(privateApi, hosting)),
    // With a private API its absence is an error that says the same.
    ...(platform === 'ecs-express' && (network ?? privateApi) === undefined ? [inDefaultVpc(hosting)] : []),
  ];
}

function checkOwnNetwork({ at, vpcId, subnets, securityGroups }: OwnNetwork, { platform }: Hosting): readonly Issue[] {
  const groups = placed(securityGroups, [...at, 'securityGroups']);
  const group = { pattern: SECURITY_GROUP_ID, problem: 'is not a valid security group id', allowed: 'sg-0a1b2c3d' };
  return [
    ...(platform === 'ecs-express' ? [] : [onAppRunner(at)]),
    ...(vpcId === undefined ? [] : checkVpc(vpcId, at)),
    ...checkSubnets(subnets, [...at, 'subnets']),
    ...tooMany(subnets, [...at, 'subnets'], NETWORK_SIZE.subnets),
    ...mismatches('security-group-id', groups, group),
    ...duplicates('duplicate-security-group', groups, { allowed: 'each security group once' }),
    ...tooMany(securityGroups, [...at, 'securityGroups'], NETWORK_SIZE.securityGroups),
  ];
}

function onAppRunner(at: Path): Issue {
  return error('network-platform', at, {
    aboutKey: true,
    problem: 'is for ECS Express Mode; App Runner runs its services in a network of its own',
    allowed: 'platform: ecs-express, or no network; privateApi leads App Runner into a VPC',
  });
}

function checkPrivateApi(privateApi: PrivateNetwork, hosting: Hosting): readonly Issue[] {
  const { at, vpcId, subnetIds } = privateApi;
  return [
    ...(hosting.platform === 'ecs-express' ? checkBesideWeb(privateApi, hosting.network) : []),
    ...checkVpc(vpcId, at),
    ...checkSubnets(subnetIds, [...at, 'subnetIds']),
  ];
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

function checkVpc(vpcId: string, at: Path): readonly Issue[] {
  const vpc = { pattern: VPC_ID, problem: 'is not a valid VPC id', allowed: 'vpc-0a1b2c3d' };
  return mismatches('vpc-id', [{ at: [...at, 'vpcId'], text: vpcId }], vpc);
}

function checkSubnets(ids: readonly string[], at: Path): readonly Issue[] {
  const subnets = placed(ids, at);
  const few = { problem: `has ${ids.length} subnets`, allowed: 'at least two, in two availability zones' };
  const subnet = { pattern: SUBNET_ID, problem: 'is not a valid subnet id', allowed: 'subnet-0a1b2c3d' };
  return [
    ...(ids.length >= 2 ? [] : [error('too-few-subnets', at, few)]),
    ...mismatches('subnet-id', subnets, subnet),
    ...duplicates('duplicate-subnet', subnets, { allowed: 'each subnet once' }),
  ];
}

function tooMany(ids: readonly string[], at: Path, most: number): readonly Issue[] {
  if (ids.length <= most) return [];
  return [error('network-size', at, { problem: `has ${ids.length} entries`, allowed: `at most ${most}` })];
}

function inDefaultVpc({ at }: Hosting): Issue {
  return warning('default-vpc', [...at, 'platform'], {
    value: 'ecs-express',
    problem: "runs in the account's default VPC, which accounts of a landing zone lack",
    allowed: `network with subnets of your own; ${EXPRESS_NETWORK_SOURCE}`,
  });
}
