import { PERMISSIONS } from '../../auth/roles';
import type { Context, Route } from '../../http/context';
import { param } from '../../http/context';
import { noContent, objectReply, valuesReply } from '../../http/reply';
import { textOf } from '../../json';
import { referenceIn } from '../directory/directory-objects';
import { entityRoutes } from '../entity-routes';
import { getProvider, providerView } from '../user-flows/provider-routes';
import {
  attachApplication,
  createEventsFlow,
  deleteEventsFlow,
  detachApplication,
  linkProvider,
  unlinkProvider,
  updateEventsFlow,
} from './events-flow-service';
import { applicationsOf, EVENTS_FLOW, PROVIDERS } from './events-flow-type';

const { readEventsFlows, writeEventsFlows } = PERMISSIONS;
const PATH = '/identity/authenticationEventsFlows';
const APPLICATIONS = `${PATH}/{id}/conditions/applications/includeApplications`;

const providerLinkRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: `${PATH}/{id}/${PROVIDERS}`,
    permission: readEventsFlows,
    handle: (c) => {
      const linked = c.directory.links(idOf(c), 'identityProviders');
      const providers = linked.map((id) => providerView(getProvider(c.directory, id)));
      return valuesReply(c, 'Collection(microsoft.graph.identityProviderBase)', providers);
    },
  },
  {
    method: 'POST',
    path: `${PATH}/{id}/${PROVIDERS}/$ref`,
    permission: writeEventsFlows,
    handle: (c) => {
      linkProvider(c.directory, param(c, 'id'), referenceIn(c.body));
      return noContent;
    },
  },
  {
    method: 'DELETE',
    path: `${PATH}/{id}/${PROVIDERS}/{provider}/$ref`,
    permission: writeEventsFlows,
    handle: (c) => {
      unlinkProvider(c.directory, param(c, 'id'), param(c, 'provider'));
      return noContent;
    },
  },
];

const applicationRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: APPLICATIONS,
    permission: readEventsFlows,
    handle: (c) => {
      const id = idOf(c);
      const set = `identity/authenticationEventsFlows('${id}')/conditions/applications/includeApplications`;
      return valuesReply(c, set, applicationsOf(c.directory, id));
    },
  },
  {
    method: 'POST',
    path: APPLICATIONS,
    permission: writeEventsFlows,
    handle: (c) => {
      const appId = textOf(c.body, 'appId');
      attachApplication(c.directory, param(c, 'id'), appId);
      const set = `identity/authenticationEventsFlows('${param(c, 'id')}')/conditions/applications/includeApplications`;
      return { ...objectReply(c, `${set}/$entity`, { appId }), status: 201 };
    },
  },
  {
    method: 'DELETE',
    path: `${APPLICATIONS}/{appId}`,
    permission: writeEventsFlows,
    handle: (c) => {
      detachApplication(c.directory, param(c, 'id'), param(c, 'appId'));
      return noContent;
    },
  },
];

/** User flows of an external tenant (Microsoft Graph, 'authenticationEventsFlow resource type'). */
export const eventsFlowRoutes: readonly Route[] = [
  ...entityRoutes({
    type: EVENTS_FLOW,
    path: PATH,
    read: readEventsFlows,
    write: writeEventsFlows,
    create: (c) => createEventsFlow(c.directory, c.body),
    update: updateEventsFlow,
    remove: deleteEventsFlow,
  }),
  ...providerLinkRoutes,
  ...applicationRoutes,
];

function idOf(c: Context): string {
  return c.directory.read('eventsFlows', param(c, 'id')).id;
}
