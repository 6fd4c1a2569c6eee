import type { Estate } from '../../estate';
import type { Issue, Path } from '../../../source/finding';
import type { Hosting } from '../hosting';
import { originOf } from '../schema';
import { DOMAIN_NAME } from '../hosting-limits';
import { quotedList } from '../../../../text/suggest';
import { error, masked, warning } from '../../shared/issue';

/**
 * The public origin of the web, and its place in the circle of client id and redirect URI: the web needs the client id, and
 * the application its origin.
 */
export function checkWebUrl(hosting: Hosting, { customers }: Estate): readonly Issue[] {
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
