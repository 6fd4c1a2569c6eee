import type { Issue, Path } from '../../../source/finding';
import type { Hosting, OwnNetwork, PrivateNetwork } from '../hosting';
import { error, placed, warning } from '../../shared/issue';

/** Documentation of the defaults of Express Mode. */
const EXPRESS_NETWORK_SOURCE = 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/express-service-work.html';

/** Networks of the services: subnets of one's own, and those of a private API. */
export function checkNetwork(hosting: Hosting): readonly Issue[] {
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
