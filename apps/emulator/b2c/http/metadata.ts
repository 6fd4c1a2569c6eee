import type { Parts } from '../parts';
import { issuerOf } from '../parts';
import type { Flow } from '../registrations';
import { serviceOf } from '../services/service';

/** Where a flow's endpoints are, for browsers or for applications. */
export function authorityOf({ registrations }: Pick<Parts, 'registrations'>, origin: string, flow: Flow): string {
  return `${origin}${serviceOf(registrations).pathOf(registrations, flow)}`;
}

/** OpenID metadata of a flow, with the members that the service's has. */
export function metadataOf(parts: Parts, flow: Flow): Readonly<Record<string, unknown>> {
  const { registrations, origins } = parts;
  return serviceOf(registrations).metadataOf(registrations, flow, {
    issuer: issuerOf(parts),
    browser: authorityOf(parts, origins.browser, flow),
    applications: authorityOf(parts, origins.applications, flow),
  });
}
