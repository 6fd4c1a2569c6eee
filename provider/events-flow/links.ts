import { convergeLinks, convergeReferences, type LinksGoal, readIds } from '../graph/links';
import type { Context } from '../resource';
import { APPLICATION_TYPE, flowPath, PROVIDERS } from './paths';

// Identity providers and applications of a user flow: sets of ids.

const providersPath = (id: string): string => `${flowPath(id)}/${PROVIDERS}`;
const applicationsPath = (id: string): string => `${flowPath(id)}/conditions/applications/includeApplications`;

/** Ids of the identity providers with which people can sign in. */
export function readIdentityProviders(context: Context, id: string): Promise<readonly string[]> {
  return readIds(context, providersPath(id));
}

/** Makes the flow offer exactly these identity providers. */
export function convergeIdentityProviders(context: Context, id: string, goal: LinksGoal): Promise<void> {
  const links = { path: providersPath(id), collection: '/v1.0/identityProviders' };
  return convergeReferences(context, links, goal);
}

/** Client ids of the applications whose people see the flow. */
export function readApplications(context: Context, id: string): Promise<readonly string[]> {
  return readIds(context, applicationsPath(id), 'appId');
}

/** Makes exactly these applications show the flow. Graph takes each into one flow alone. */
export function convergeApplications(context: Context, id: string, goal: LinksGoal): Promise<void> {
  const path = applicationsPath(id);
  return convergeLinks(context, goal, {
    what: path,
    read: () => readApplications(context, id),
    add: (appId) => {
      const body = { '@odata.type': APPLICATION_TYPE, appId };
      return context.graph.send({ method: 'POST', path, body, once: true, missing: 'lags' });
    },
    pathOf: (appId) => `${path}/${encodeURIComponent(appId)}`,
  });
}
