import type { Estate } from '../estate';
import type { Issue } from '../finding';
import type { Hosting } from '../hosting';
import { quotedList } from '../suggest';
import { error, masked, warning } from './issue';

/**
 * The public origin of the web, and its place in the circle of client id and redirect URI: the web needs the client id, and
 * the application its origin.
 */
export function checkWebUrl({ at, url }: Hosting, { customers }: Estate): readonly Issue[] {
  if (url === undefined) return [pending(at)];
  const place = [...at, 'url'];
  if (!isOrigin(url)) {
    const allowed = 'an https origin such as https://claims.example.com';
    return [error('web-url', place, { value: masked(url), problem: 'is no origin that customers can open', allowed })];
  }
  const hosts = customers?.webApplication.hosts ?? [];
  if (customers === undefined || hosts.some(({ origin }) => origin === url)) return [];
  return [
    error('unregistered-web-url', place, {
      value: url,
      problem: 'is no host of the web application, so that nobody could sign in there',
      allowed: `one of customers.webApplication.hosts: ${quotedList(hosts.map(({ origin }) => origin))}; add it there and run pulumi up`,
      related: [[...customers.webApplication.at, 'hosts']],
    }),
  ];
}

function pending(at: Hosting['at']): Issue {
  return warning('web-url-pending', at, {
    aboutKey: true,
    problem: 'names no url, so that the web starts, but nobody can sign in',
    allowed:
      'after the first deployment, put the address of the web (output WebUrl of the hosting stack) here and under customers.webApplication.hosts, then run pulumi up and cdk deploy once more',
  });
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text && text.startsWith('https://');
}
