import type { Context, Route } from '../../http/context';
import { param } from '../../http/context';
import { madeReply, valuesReply } from '../../http/reply';
import { makersOf } from '../../http/routes';
import { textOf } from '../../json';
import { entityRoutes } from '../entity-routes';
import { flowProviderRoutes } from '../user-flows/provider-routes';
import { attachApplication, createEventsFlow, updateEventsFlow } from './events-flow-service';
import { applicationsOf, EVENTS_FLOW, PROVIDERS } from './events-flow-type';

const PATH = '/identity/authenticationEventsFlows';
const APPLICATIONS = `${PATH}/{id}/conditions/applications/includeApplications`;

const { get, answer, change } = makersOf();

/** User flows of an external tenant (Microsoft Graph, 'authenticationEventsFlow resource type'). */
export const eventsFlowRoutes: readonly Route[] = [
  ...entityRoutes({
    type: EVENTS_FLOW,
    create: (c) => createEventsFlow(c.directory, c.body),
    update: updateEventsFlow,
  }),
  ...flowProviderRoutes({ collection: 'eventsFlows', path: `${PATH}/{id}/${PROVIDERS}`, keepsOne: true }),
  get(APPLICATIONS, (c) => {
    const { id } = c.directory.read('eventsFlows', param(c, 'id'));
    return valuesReply(c, applicationSet(c), applicationsOf(c.directory, id));
  }),
  answer('POST', APPLICATIONS, (c) => {
    const appId = textOf(c.body, 'appId');
    attachApplication(c.directory, param(c, 'id'), appId);
    return madeReply(c, `${applicationSet(c)}/$entity`, { appId });
  }),
  change('DELETE', `${APPLICATIONS}/{appId}`, (c) => {
    const { id } = c.directory.get('eventsFlows', param(c, 'id'));
    c.directory.removeLink(id, 'applications', param(c, 'appId'));
  }),
];

function applicationSet(c: Context): string {
  return `identity/authenticationEventsFlows('${param(c, 'id')}')/conditions/applications/includeApplications`;
}
