import { createHash } from 'node:crypto';
import { saidType } from '../../described/described';
import type { EntityType } from '../../directory/directory';
import { badRequest, notImplemented } from '../../graph-error';
import { type Context, makersOf, param, type Route } from '../../context';
import { objectReply } from '../../http/reply';
import { isObject, type Json, type JsonObject, objectOf, textOf, without } from '../../json';
import type { Entity } from '../../store/store';
import { referenceIn } from '../directory/directory-objects';
import { entityRoutes } from '../entity-routes';

/** Steps of a user flow that call an API. */
const STEPS = ['postFederationSignup', 'postAttributeCollection', 'preTokenIssuance'] as const;
const CONFIGURATION = '/identity/b2cUserFlows/{id}/apiConnectorConfiguration';

const CONNECTOR: EntityType = {
  collection: 'apiConnectors',
  name: 'identityApiConnector',
  set: 'identity/apiConnectors',
  required: ['displayName', 'targetUrl', 'authenticationConfiguration'],
  kept: ({ authenticationConfiguration: credentials = null, ...body }) => ({
    ...body,
    ...(isObject(credentials) && { authenticationConfiguration: toldOf(credentials) }),
  }),
  check: (_directory, connector) => {
    if (!/^https:\/\/\S+$/.test(textOf(connector, 'targetUrl'))) throw badRequest("Invalid value for 'targetUrl'.");
  },
};

const { get, change } = makersOf({ version: 'beta' });

/** API connectors, and what user flows of B2C call them for. */
export const connectorRoutes: readonly Route[] = [
  ...entityRoutes({
    type: CONNECTOR,
    // Graph says nothing of one that is in use: it is not taken out of a flow by itself.
    remove: (directory, { id }) => {
      const user = directory.all('userFlows').find((flow) => Object.values(connectorsOf(flow)).includes(id));
      if (user !== undefined) throw badRequest(`The API connector '${id}' is used by the user flow '${user.id}'.`);
      directory.remove('apiConnectors', id);
    },
  }),
  get(
    CONFIGURATION,
    (c) => {
      const flow = c.directory.read('userFlows', param(c, 'id'));
      return objectReply(c, 'identity/b2cUserFlows/apiConnectorConfiguration', configurationView(c, flow));
    },
    'entity',
  ),
  ...STEPS.map((step) =>
    change('PUT', `${CONFIGURATION}/${step}/$ref`, (c) => {
      setConnector(c, step);
    }),
  ),
];

/** Credentials as answers show them, without password and private key; they are replaced as a whole. */
function toldOf(credentials: JsonObject): JsonObject {
  const type = saidType(credentials);
  if (type === 'basicAuthentication') {
    const { username = '' } = credentials;
    if (username === '' || textOf(credentials, 'password') === '')
      throw badRequest("A value is required for 'username' and 'password'.");
    return { '@odata.type': '#microsoft.graph.basicAuthentication', username, password: '******' };
  }
  if (type !== 'pkcs12Certificate') throw notImplemented(`API connectors with '${type}'`);
  // Types of Microsoft Graph, pkcs12Certificate: a password is needed, and empty where there is none.
  if (typeof credentials['password'] !== 'string') throw badRequest("A value is required for 'password'.");
  return {
    '@odata.type': '#microsoft.graph.clientCertificateAuthentication',
    certificateList: [certificateIn(credentials)],
  };
}

/** The file is not decrypted: a digest stands for the thumbprint, and its times are made up. */
function certificateIn(credentials: JsonObject): JsonObject {
  const file = Buffer.from(textOf(credentials, 'pkcs12Value'), 'base64');
  // DER of a sequence.
  if (file[0] !== 0x30) throw badRequest("Invalid value for 'pkcs12Value'.");
  const thumbprint = createHash('sha1').update(file).digest('hex').toUpperCase();
  return { thumbprint, notBefore: 1_767_225_600, notAfter: 1_798_761_600, isActive: true };
}

/** Ids of the connectors of a flow by its steps. */
function connectorsOf(flow: Entity): JsonObject {
  return objectOf(flow, '_apiConnectors');
}

/** Relations are shown where `$expand` names them. @throws GraphError 400 */
function configurationView({ directory, query }: Context, flow: Entity): JsonObject {
  const unknown = query.expand.find((name) => !STEPS.some((step) => step === name));
  if (unknown !== undefined)
    throw badRequest(
      `Could not find a property named '${unknown}' on type 'microsoft.graph.userFlowApiConnectorConfiguration'.`,
      'BadRequest',
    );
  const entries = query.expand.map((step): [string, Json] => {
    const id = textOf(connectorsOf(flow), step);
    return [step, id === '' ? null : directory.get('apiConnectors', id)];
  });
  return Object.fromEntries(entries);
}

/** Id of the connector that a body refers to, by an address of beta as the page of the request has it. @throws GraphError 400 */
function connectorIn(body: JsonObject): string {
  const id = referenceIn(body);
  if (textOf(body, '@odata.id').includes('/beta/identity/apiConnectors/')) return id;
  throw badRequest("Invalid value for '@odata.id': it must be an address of '/beta/identity/apiConnectors'.");
}

/** Sets the connector of a step; an empty body takes it away. */
function setConnector({ directory, body, params }: Context, step: string): void {
  const flow = directory.get('userFlows', params['id'] ?? '');
  const others = without(connectorsOf(flow), step);
  const isEmpty = Object.keys(body).length === 0;
  const set = isEmpty ? {} : { [step]: directory.get('apiConnectors', connectorIn(body)).id };
  directory.put('userFlows', { ...flow, _apiConnectors: { ...others, ...set } });
}
