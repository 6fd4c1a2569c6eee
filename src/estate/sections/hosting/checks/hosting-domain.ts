import { APP_RUNNER_ZONES } from '../app-runner-zones';
import type { Issue } from '../../../source/finding';
import type { CustomDomain, Hosting } from '../hosting';
import { originOf } from '../schema';
import { quotedList } from '../../../../text/suggest';
import { error } from '../../shared/issue';

/** Documentation of what is changed outside of ECS Express Mode. */
const EXPRESS_SOURCE =
  'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/express-service-advanced-customization.html';

/** A domain of one's own for the web. */
export function checkDomain(domain: CustomDomain, hosting: Hosting): readonly Issue[] {
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
