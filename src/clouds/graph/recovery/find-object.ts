import { GraphError } from '../../../../provider/graph/error';
import { isProperties, isSame, mappingsIn, type Properties, textOf } from '../../../../provider/values';
import { type Inputs, textIn } from '../../../estate/source/inputs';
import * as facts from '../../facts/found-objects';
import type { FoundObject, Objects } from '../../facts/found-objects';
import { textsOf } from '../directory';
import { applicationOf, findPrincipal, readClaims } from '../read-application';
import { readAssignments } from '../read-groups';
import { readJobs } from '../read-provisioning';
import { readConsents, readFederated } from '../read-trust';
import { type Graph, judge, listNamed, type Maker, objectAt, ownership } from './named-objects';

/**
 * Finds what a resource of a type is in the directory; undefined if it is not there. With `Application.ReadWrite.OwnedBy` no one may
 * read the parts of an application that no one owns, and a program makes none before it has an owner.
 *
 * @throws GraphError
 */
export async function findObject(type: string, inputs: Inputs, maker: Maker): Promise<FoundObject | undefined> {
  try {
    return await facts.findObject(type, inputs, objectsOf(maker));
  } catch (error) {
    const principal = textIn(inputs, 'servicePrincipalId');
    if (!(error instanceof GraphError) || error.status !== 403 || principal === undefined) throw error;
    if ((await ownership(maker.graph, principal.slice(1), maker.owners)) !== 'none') throw error;
    return undefined;
  }
}

/** A directory that is read object by object. */
function objectsOf(maker: Maker): Objects {
  const { graph } = maker;
  return {
    named: {
      group: named(maker, GROUP),
      application: named(maker, APPLICATION),
      fromTemplate: named(maker, FROM_TEMPLATE),
      conditionalAccess: named(maker, CONDITIONAL_ACCESS),
      claimsPolicy: named(maker, CLAIMS_POLICY),
    },
    hasGroup: async (id) => (await graph.find(`/v1.0/groups/${id}`)) !== undefined,
    application: async (id) => {
      const application = await graph.find(`/v1.0/applications/${id}`);
      return application && applicationOf(application, undefined);
    },
    principal: (clientId) => principalId(graph, clientId),
    members: async (id) => {
      const all = await graph.list(`/beta/groups/${id}/members`, { query: { $select: 'id', $top: '999' } });
      return all.map((member) => textOf(member['id']));
    },
    credentials: (application) => readFederated(graph, application),
    assignments: (principal) => readAssignments(graph, principal),
    claims: (principal) => readClaims(graph, principal),
    jobs: (principal) => readJobs(graph, principal),
    hasToken: async (principal) => {
      const secrets = await graph.find(`/v1.0/servicePrincipals/${principal}/synchronization/secrets`);
      return Array.isArray(secrets?.['value']) && secrets['value'].length > 0;
    },
    grants: (client) => readConsents(graph, `clientId eq '${client}'`),
  };
}

async function principalId(graph: Graph, clientId: string): Promise<string | undefined> {
  const principal = await findPrincipal(graph, clientId);
  return principal && textOf(principal['id']);
}

/** Objects of a name of which only a judgement tells which one a resource stands for. */
interface NamedObjects {
  readonly path: string;
  /** Tells whether a run made an object, by who owns it or by what it contains. */
  readonly isOurs: (object: Properties, maker: Maker, inputs: Inputs) => boolean | Promise<boolean>;
  /** Tells whether it may be the object at all. @default any of the name may */
  readonly fits?: (object: Properties, inputs: Inputs) => boolean;
  /** Adds what else the resource needs; undefined where that is not there. */
  readonly complete?: (object: FoundObject, of: Properties, { graph }: Maker) => Promise<FoundObject | undefined>;
}

function named(maker: Maker, { path, isOurs, fits = () => true, complete }: NamedObjects) {
  return async (inputs: Inputs): Promise<FoundObject | undefined> => {
    const name = textIn(inputs, 'displayName');
    if (name === undefined) return undefined;
    const fitting = (await listNamed(maker.graph, path, name)).filter((one) => fits(one, inputs));
    const [first, ...others] = await judge(fitting, maker, async (one) => isOurs(one, maker, inputs));
    if (first === undefined) return undefined;
    const object = objectAt(path, first, others);
    return complete === undefined ? object : complete(object, first.properties, maker);
  };
}

const GROUP: NamedObjects = {
  path: 'groups',
  isOurs: async ({ id }, { graph, owners }) => (await ownership(graph, `groups/${textOf(id)}`, owners)) === 'own',
  complete: async (object, { id, groupTypes }, { graph }) => {
    // Its members would be given access; a program makes groups without members, unless by a rule, which it then sets.
    const isDynamic = textsOf(groupTypes).includes('DynamicMembership');
    return { ...object, doubt: !isDynamic && (await hasMembers(graph, textOf(id))) ? 'it has members' : undefined };
  },
};

const APPLICATION: NamedObjects = {
  path: 'applications',
  isOurs: async (application, maker) => (await holderOf(application, maker)) === 'own',
  complete: (object, { appId }) =>
    Promise.resolve({ ...object, outputs: { ...object.outputs, clientId: textOf(appId) } }),
};

/** The template made its service principal as well, which the id has too. */
const FROM_TEMPLATE: NamedObjects = {
  path: 'applications',
  fits: ({ applicationTemplateId }, inputs) => applicationTemplateId === textIn(inputs, 'templateId'),
  // Graph may give the application no owner; only administrators of applications may instantiate a template.
  isOurs: async (application, maker) => (await holderOf(application, maker)) !== 'foreign',
  complete: async (object, { id, appId, applicationTemplateId: template }, { graph }) => {
    const principal = await principalId(graph, textOf(appId));
    if (principal === undefined) return undefined;
    return { ...object, ...facts.foundFromTemplate(textOf(template), { application: textOf(id), principal }) };
  },
};

/** It has no owner, so that its content tells whether the run made it. */
const CONDITIONAL_ACCESS: NamedObjects = {
  path: 'identity/conditionalAccess/policies',
  isOurs: (policy, _, { state, conditions }) => isAsDeclared({ state, conditions }, policy),
};

/** Graph tells neither its day nor an owner. */
const CLAIMS_POLICY: NamedObjects = {
  path: 'policies/claimsMappingPolicies',
  isOurs: async ({ id, definition }, { graph }, { definitions }) =>
    isSame(definition, definitions) && !(await isApplied(graph, textOf(id))),
};

/** Tells whether a claims mapping policy applies to an application. @throws GraphError */
export async function isApplied(graph: Graph, id: string): Promise<boolean> {
  return (await graph.list(`/v1.0/policies/claimsMappingPolicies/${id}/appliesTo`)).length > 0;
}

/** Compares what azuread declares with Graph's object, which calls `includedUsers` `includeUsers`. */
function isAsDeclared(declared: unknown, actual: unknown): boolean {
  if (Array.isArray(declared)) {
    if (!Array.isArray(actual) || declared.length !== actual.length) return false;
    return declared.every((item) => actual.some((one) => isAsDeclared(item, one)));
  }
  if (!isProperties(declared)) return declared === actual;
  if (!isProperties(actual)) return false;
  return Object.entries(declared).every(([key, value]) => {
    return value === undefined || isAsDeclared(value, actual[key.replace(/^(in|ex)cluded/, '$1clude')]);
  });
}

/**
 * Tells whether a group has a member, of any type: v1.0 leaves service principals out ('List group members').
 *
 * @throws GraphError
 */
export async function hasMembers(graph: Graph, id: string): Promise<boolean> {
  const { value } = await graph.send({
    method: 'GET',
    path: `/beta/groups/${id}/members`,
    query: { $select: 'id', $top: '1' },
  });
  return Array.isArray(value) && value.length > 0;
}

/**
 * Tells who has an application in their hands: by its owners, and by credentials. A run leaves none behind; somebody who made it could
 * hand it over with a secret of theirs.
 */
async function holderOf(application: Properties, { graph, owners }: Maker): Promise<'own' | 'none' | 'foreign'> {
  const { passwordCredentials, keyCredentials } = application;
  const id = textOf(application['id']);
  if ([passwordCredentials, keyCredentials].some((all) => mappingsIn(all).length > 0)) return 'foreign';
  const holder = await ownership(graph, `applications/${id}`, owners);
  if (holder === 'foreign') return holder;
  return (await readFederated(graph, id)).length === 0 ? holder : 'foreign';
}
