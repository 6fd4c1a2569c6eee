import type { GraphEmulator } from '../graph';
import { findText, isObject, type Json, type JsonObject, objectOf, objectsOf, textOf } from '../graph/json';
import { parseExpression } from '../graph/resources/synchronization/schema';
import { EMAIL_ADDRESS } from '../saml/xml';
import type { WorkforcePlan } from './plan';

/** IAM Identity Center in the gallery. */
const TEMPLATE = '21ed01d2-ec13-4e9e-86c1-cd546719ebc4';
const JOB = 'aWSSingleSignon';

interface Target {
  /** Address of the SCIM endpoint. */
  readonly address: string;
  readonly token: string;
}

/** Ids of what was made. */
export interface Seeded {
  readonly principalId: string;
  readonly jobId: string;
  /** Federation metadata of the application, as it is now. */
  readonly metadataUrl: string;
}

/** Makes what a plan has and the directory lacks, and starts provisioning to a target on this machine. */
export async function seedWorkforce(emulator: GraphEmulator, plan: WorkforcePlan, target: Target): Promise<Seeded> {
  const graph = new Graph(emulator);
  const groups = new Map<string, string>();
  for (const name of plan.groups) groups.set(name, await findOrMakeGroup(graph, name));
  for (const person of plan.people) await findOrMakePerson(graph, person, groups.get(person.group));
  const principal = await findOrMakeApplication(graph, plan.application);
  const principalId = textOf(principal, 'id');
  const appRoleId = textOf(objectsOf(principal, 'appRoles').find(({ isEnabled }) => isEnabled === true) ?? {}, 'id');
  const path = `/servicePrincipals/${principalId}`;
  const assigned = await graph.list(`${path}/appRoleAssignedTo`);
  for (const name of plan.assignedGroups) {
    const id = groups.get(name);
    if (id === undefined || assigned.some((one) => one['principalId'] === id)) continue;
    await graph.send('POST', `${path}/appRoleAssignedTo`, { appRoleId, principalId: id, resourceId: principalId });
  }
  await findOrMakeTrust(graph, principalId, plan.application);
  const value = Object.entries(secretsOf(plan, target)).map(([key, text]) => ({ key, value: text }));
  await graph.send('PUT', `${path}/synchronization/secrets`, { value });
  const jobId = await findOrMakeJob(graph, `${path}/synchronization/jobs`, plan);
  await graph.send('POST', `${path}/synchronization/jobs/${jobId}/start`);
  const metadataUrl = `${emulator.graphUrl}/${plan.tenantId}/federationmetadata/2007-06/federationmetadata.xml?appid=${textOf(principal, 'appId')}`;
  return { principalId, jobId, metadataUrl };
}

async function findOrMakeGroup(graph: Graph, displayName: string): Promise<string> {
  const found = (await graph.list('/groups')).find((group) => group['displayName'] === displayName);
  const mailNickname = displayName.replaceAll(/[^\w-]/g, '').slice(0, 64);
  const body = { displayName, mailNickname, mailEnabled: false, securityEnabled: true };
  return textOf(found ?? (await graph.send('POST', '/groups', body)), 'id');
}

type Person = WorkforcePlan['people'][number];

async function findOrMakePerson(graph: Graph, person: Person, groupId: string | undefined): Promise<void> {
  const users = await graph.list('/users');
  if (users.some((user) => user['userPrincipalName'] === person.userPrincipalName)) return;
  const { givenName, surname, userPrincipalName } = person;
  const made = await graph.send('POST', '/users', {
    accountEnabled: true,
    displayName: `${givenName} ${surname}`,
    givenName,
    surname,
    userPrincipalName,
    mail: userPrincipalName,
    mailNickname: userPrincipalName.replace(/@.*/, ''),
    passwordProfile: { password: person.password },
  });
  if (groupId !== undefined)
    await graph.send('POST', `/groups/${groupId}/members/$ref`, referenceTo(textOf(made, 'id')));
}

export function referenceTo(id: string): JsonObject {
  return { '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${id}` };
}

async function findOrMakeApplication(graph: Graph, application: WorkforcePlan['application']): Promise<JsonObject> {
  const { displayName, identifier, replyUrls, signOnUrl } = application;
  const principals = await graph.list('/servicePrincipals');
  const found = principals.find((principal) => principal['displayName'] === displayName);
  if (found !== undefined) return found;
  const made = await graph.send('POST', `/applicationTemplates/${TEMPLATE}/instantiate`, { displayName });
  const [id, objectId] = ['servicePrincipal', 'application'].map((name) => textOf(objectOf(made, name), 'id'));
  await graph.send('PATCH', `/servicePrincipals/${id}`, {
    preferredSingleSignOnMode: 'saml',
    loginUrl: signOnUrl,
    appRoleAssignmentRequired: true,
  });
  const web = { redirectUris: [...replyUrls] };
  await graph.send('PATCH', `/applications/${objectId}`, { identifierUris: [identifier], web });
  return graph.send('GET', `/servicePrincipals/${id}`);
}

/** Gives answers a certificate, and the name of a person as the estate declares it. */
async function findOrMakeTrust(graph: Graph, id: string, application: WorkforcePlan['application']): Promise<void> {
  const path = `/servicePrincipals/${id}`;
  const policies = await graph.list(`${path}/claimsMappingPolicies`);
  if (policies.length === 0) await nameBy(graph, path, application);
  const { preferredTokenSigningKeyThumbprint: active } = await graph.send('GET', path);
  if (typeof active !== 'string') await activateCertificate(graph, id, application.certificate);
}

async function nameBy(
  graph: Graph,
  path: string,
  { displayName, nameId }: WorkforcePlan['application'],
): Promise<void> {
  const entry = {
    ...{ Source: 'user', ID: nameId, SamlNameIdFormat: EMAIL_ADDRESS },
    SamlClaimType: 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier',
  };
  const policy = { Version: 1, IncludeBasicClaimSet: 'true', ClaimsSchema: [entry] };
  const made = await graph.send('POST', '/policies/claimsMappingPolicies', {
    displayName: `${displayName} NameID`,
    definition: [JSON.stringify({ ClaimsMappingPolicy: policy })],
  });
  const reference = `https://graph.microsoft.com/v1.0/policies/claimsMappingPolicies/${textOf(made, 'id')}`;
  await graph.send('POST', `${path}/claimsMappingPolicies/$ref`, { '@odata.id': reference });
}

/** Makes a certificate for an application, which signs from now on. */
export async function activateCertificate(graph: Graph, id: string, name: string): Promise<void> {
  const path = `/servicePrincipals/${id}`;
  const made = await graph.send('POST', `${path}/addTokenSigningCertificate`, { displayName: `CN=${name}` });
  await graph.send('PATCH', path, { preferredTokenSigningKeyThumbprint: textOf(made, 'thumbprint') });
}

function secretsOf({ safeguards }: WorkforcePlan, { address, token }: Target): Readonly<Record<string, string>> {
  const settings = safeguards && {
    Enabled: true,
    Recipients: safeguards.notificationEmail,
    DeleteThresholdEnabled: true,
    DeleteThresholdValue: safeguards.deletionThreshold,
  };
  return {
    BaseAddress: address,
    SecretToken: token,
    SyncAll: 'false',
    ...(settings !== undefined && { SyncNotificationSettings: JSON.stringify(settings) }),
  };
}

async function findOrMakeJob(graph: Graph, path: string, { mappings }: WorkforcePlan): Promise<string> {
  const [found] = await graph.list(path);
  if (found !== undefined) return textOf(found, 'id');
  const id = textOf(await graph.send('POST', path, { templateId: JOB }), 'id');
  const schema = await graph.send('GET', `${path}/${id}/schema`);
  await graph.send('PUT', `${path}/${id}/schema`, withMappings(schema, mappings));
  return id;
}

/** A schema with other mappings of users. */
function withMappings(schema: JsonObject, mappings: WorkforcePlan['mappings']): JsonObject {
  const targets = mappings.map(({ target }) => target.toLowerCase());
  const added = mappings.flatMap(({ target, expression }) => {
    const source = expression === undefined ? undefined : parseExpression(expression);
    return source === undefined ? [] : [{ targetAttributeName: target, source, ...LINE }];
  });
  const changed = (mapping: JsonObject): JsonObject => ({
    ...mapping,
    attributeMappings: [
      ...objectsOf(mapping, 'attributeMappings').filter(
        (line) => !targets.includes(textOf(line, 'targetAttributeName').toLowerCase()),
      ),
      ...added,
    ],
  });
  const synchronizationRules = objectsOf(schema, 'synchronizationRules').map((rule) => ({
    ...rule,
    objectMappings: objectsOf(rule, 'objectMappings').map((mapping) =>
      mapping['sourceObjectName'] === 'User' ? changed(mapping) : mapping,
    ),
  }));
  const { id, directories = [] } = schema;
  return { id: id ?? null, directories, synchronizationRules };
}

const LINE = {
  defaultValue: null,
  exportMissingReferences: false,
  flowBehavior: 'FlowWhenChanged',
  flowType: 'Always',
  matchingPriority: 0,
};

/** The emulator's Graph, as the one who deploys. */
export class Graph {
  constructor(private readonly emulator: Pick<GraphEmulator, 'graphUrl' | 'token'>) {}

  /** @throws Error with Graph's words */
  async send(method: string, path: string, body?: JsonObject): Promise<JsonObject> {
    const headers = { authorization: `Bearer ${this.emulator.token()}`, 'content-type': 'application/json' };
    const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
    const response = await fetch(`${this.emulator.graphUrl}/v1.0${path}`, init);
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${text}`);
    const answer = (text === '' ? {} : JSON.parse(text)) as Json;
    return isObject(answer) ? answer : {};
  }

  async list(path: string): Promise<readonly JsonObject[]> {
    const body = await this.send('GET', `${path}?$top=999`);
    return objectsOf(body, 'value').filter((item) => findText(item, 'id') !== undefined);
  }
}
