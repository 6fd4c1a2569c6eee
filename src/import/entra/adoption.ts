import { found, findObject, foundFromTemplate, type FoundObject, type Objects } from '../../clouds/facts/found-objects';
import type { CustomersTenant, WorkforceTenant } from '../../clouds/facts/tenant-facts';
import type { FoundApplication } from '../../clouds/facts/trust-facts';
import { MICROSOFT_GRAPH } from '../../clouds/facts/ways-in';
import type { SignInPolicy } from '../../clouds/facts/workforce-facts';
import { itemsOf, type Reading } from '../../clouds/reading';
import { flowName } from '../../estate/records/flow-properties';
import { type Inputs, objectIn, textIn, textsIn } from '../../estate/source/inputs';
import type { ProgramResource, ProgramRun } from '../../preview/entra/facts';
import { ResourceSearch } from '../../preview/entra/resource-search';
import { type ApplicationChoice, withoutNamesakes } from './choose-applications';
import { isInRole } from './group-words';

/** Resources of a program that exist, and those that a deployment would create. */
export interface Adoption {
  /** Ids by `<type>::<name>`, as the stack's config `adopt` takes them. */
  readonly ids: Readonly<Record<string, string>>;
  /** The same for what is not there. */
  readonly created: readonly string[];
}

/** Finds each resource of the workforce program in a tenant. */
export function adoptWorkforce(run: ProgramRun, tenant: WorkforceTenant): Promise<Adoption> {
  return adopt(run, workforceObjects(tenant), workforceFinders(tenant));
}

/** Finds each resource of the customers program in a directory. Of applications of one name those that are chosen. */
export function adoptCustomers(run: ProgramRun, tenant: CustomersTenant, choice: ApplicationChoice): Promise<Adoption> {
  const applications = withoutNamesakes(tenant.applications, choice);
  return adopt(run, customersObjects({ ...tenant, applications }), customersFinders(tenant));
}

/** Finders of what entragraph makes, by types. A deployment looks for it by itself; an import says what it takes over. */
type Finders = Readonly<Record<string, (inputs: Inputs) => FoundObject | undefined>>;

async function adopt(run: ProgramRun, objects: Objects, finders: Finders): Promise<Adoption> {
  const search = new ResourceSearch<FoundObject>(run, {
    find: async ({ type }, inputs) => finders[type]?.(inputs) ?? (await findObject(type, inputs, objects)),
  });
  const ids: Record<string, string> = {};
  const created: string[] = [];
  for (const resource of run.resources) {
    if (resource.kind !== 'resource' || resource.type.startsWith('pulumi:')) continue;
    const one = await search.find(resource.key);
    if (one === undefined) created.push(nameOf(resource));
    else ids[nameOf(resource)] = one.id;
  }
  return { ids, created };
}

function nameOf({ type, name }: ProgramResource): string {
  return `${type}::${name}`;
}

const none = () => undefined;
const noItems = () => [];
/** A directory of which nothing was read. */
const NOTHING: Objects = {
  named: { group: none, application: none, fromTemplate: none, conditionalAccess: none, claimsPolicy: none },
  ...{ hasGroup: () => false, application: none, principal: none, members: noItems, credentials: noItems },
  // No one can read a token: a stack with `credentials: kept` makes none.
  ...{ assignments: noItems, claims: noItems, jobs: noItems, hasToken: () => false, grants: noItems },
};

function findPolicy(policies: Reading<readonly SignInPolicy[]>, inputs: Inputs, appId?: string) {
  const policy = itemsOf(policies).find(
    ({ name, applications }) =>
      name === textIn(inputs, 'displayName') && (appId === undefined || applications.includes(appId)),
  );
  return policy && found(`/identity/conditionalAccess/policies/${policy.id}`, { objectId: policy.id });
}

function workforceObjects({ application, claims, groups, ...tenant }: WorkforceTenant): Objects {
  const { appId, objectId, servicePrincipalId, templateId, displayName } = application;
  const ofPrincipal =
    <One>(items: readonly One[]) =>
    (id: string): readonly One[] =>
      id === servicePrincipalId ? items : [];
  const isCalled = (name: string, inputs: Inputs): boolean => name === textIn(inputs, 'displayName');
  return {
    ...NOTHING,
    named: {
      ...NOTHING.named,
      group: (inputs) => {
        const group = groups.find((one) => isCalled(one.displayName, inputs) && one.namesakes <= 1);
        return group && found(`/groups/${group.id}`, { objectId: group.id });
      },
      fromTemplate: (inputs) =>
        isCalled(displayName, inputs) && textIn(inputs, 'templateId') === templateId
          ? foundFromTemplate(templateId, { application: objectId, principal: servicePrincipalId })
          : undefined,
      conditionalAccess: (inputs) => findPolicy(tenant.policies, inputs, appId),
      claimsPolicy: (inputs) => {
        const policy = itemsOf(claims).find((one) => isCalled(one.displayName, inputs));
        return policy && found(`/policies/claimsMappingPolicies/${policy.id}`);
      },
    },
    hasGroup: (wanted) => groups.some(({ id }) => id === wanted),
    application: (id) => (id === objectId ? application : undefined),
    principal: (clientId) => (clientId === appId ? servicePrincipalId : undefined),
    members: (group) => groups.find(({ id }) => id === group)?.nested ?? [],
    // A group may be assigned in other roles as well.
    assignments: ofPrincipal(tenant.assignments.filter((one) => isInRole(one, application))),
    claims: ofPrincipal(itemsOf(claims)),
    jobs: ofPrincipal(itemsOf(tenant.jobs)),
  };
}

/** Ids: doc comments of `constructs/graph`. */
function workforceFinders({ application: { certificates, servicePrincipalId } }: WorkforceTenant): Finders {
  const isOurs = (inputs: Inputs): boolean => textIn(inputs, 'servicePrincipalId') === servicePrincipalId;
  const ofJob = (inputs: Inputs): FoundObject | undefined => {
    const job = textIn(inputs, 'jobId')?.split('/').at(-1);
    return job !== undefined && isOurs(inputs) ? found(`${servicePrincipalId}/${job}`) : undefined;
  };
  return {
    'entragraph:index:SamlSigningCertificate': (inputs) => {
      const [subject, end] = [textIn(inputs, 'displayName'), textIn(inputs, 'endDateTime')?.slice(0, 10)];
      const certificate = certificates.find(
        (one) => one.displayName === subject && one.endDateTime.slice(0, 10) === end,
      );
      return certificate && isOurs(inputs) ? found(`${servicePrincipalId}/${certificate.thumbprint}`) : undefined;
    },
    'entragraph:index:SynchronizationSchema': ofJob,
    'entragraph:index:SynchronizationState': ofJob,
  };
}

function customersObjects({ applications, grants, microsoftGraph, policies }: CustomersTenant): Objects {
  return {
    ...NOTHING,
    named: {
      ...NOTHING.named,
      application: (inputs) => {
        const one = findApplication(applications, inputs);
        return one && found(`/applications/${one.objectId}`, { objectId: one.objectId, clientId: one.appId });
      },
      conditionalAccess: (inputs) => findPolicy(policies, inputs),
    },
    principal: (clientId) =>
      clientId === MICROSOFT_GRAPH
        ? microsoftGraph
        : applications.find(({ appId }) => appId === clientId)?.servicePrincipalId,
    grants: (client) => itemsOf(grants).filter(({ clientId }) => clientId === client),
  };
}

function customersFinders({ type, flows }: CustomersTenant): Finders {
  const isB2c = type === 'b2c';
  const flowBy = (key: string) => (inputs: Inputs) => {
    const flow = flows.find((one) => flowName(one.inputs) === textIn(inputs, key));
    return flow && found(flow.id);
  };
  return {
    'entragraph:index:UserFlow': isB2c ? flowBy('userFlowId') : none,
    'entragraph:index:AuthenticationEventsFlow': isB2c ? none : flowBy('displayName'),
  };
}

/** By its identifier, if it has one, or else by name and redirect URIs: neither is unique. */
function findApplication(applications: readonly FoundApplication[], inputs: Inputs): FoundApplication | undefined {
  const [uri] = textsIn(inputs, 'identifierUris');
  if (uri !== undefined) return applications.find(({ identifierUris }) => identifierUris.includes(uri));
  const named = applications.filter(({ displayName }) => displayName === textIn(inputs, 'displayName'));
  const declared = textsIn(objectIn(inputs, 'web'), 'redirectUris');
  const [only, ...more] =
    named.length === 1
      ? named
      : named.filter((one) => one.redirectUris.some((redirect) => declared.includes(redirect)));
  return more.length === 0 ? only : undefined;
}
