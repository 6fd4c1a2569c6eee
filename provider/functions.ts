import { z } from 'zod';
import { quotedList, suggestionOrList } from '../src/text/suggest';
import { FLOW_TYPE, FLOWS, readEventsFlow } from './events-flow/events-flow';
import { GraphError } from './graph/error';
import { readOrGone } from './graph/steps';
import { Text } from './inputs';
import type { Context } from './resource';
import { type JobKey, statusOf } from './synchronization/job';
import { readFlow } from './user-flow/read-flow';
import { mappingsIn, present, type Properties, textOf } from './values';

/** A function of the package: it finds what a directory has, and changes nothing. */
interface LookUp {
  /** Shape of the arguments. */
  readonly schema: z.ZodType;
  /** Finds exactly one. @throws Error that says what there is instead */
  readonly find: (inputs: Properties, context: Context) => Promise<Properties>;
}

function lookUpBy<Shape extends z.ZodType>(
  schema: Shape,
  find: (inputs: z.output<Shape>, context: Context) => Promise<Properties>,
): LookUp {
  return { schema, find: (inputs, context) => find(schema.parse(inputs), context) };
}

/** Finding of one thing among others. */
interface Finding {
  /** Sentence's subject: `user flow 'B2C_1_a'`. */
  readonly what: string;
  readonly found: readonly Properties[];
  /** Rest of the error where there is none, such as the names that there are. */
  readonly none: string;
  /** Text that tells one of several from the others. @default its id */
  readonly tell?: (one: Properties) => string;
  /** Advice where there are several. */
  readonly several: string;
}

/** The only one that was found. @throws Error if there is none, or more than one */
function theOnly({ what, found, none, tell = ({ id }) => textOf(id), several }: Finding): Properties {
  const [first, ...others] = found;
  if (first === undefined) throw new Error(`there is no ${what}; ${none}`);
  if (others.length === 0) return first;
  throw new Error(`${what} must be one, got ${found.length}: ${found.map(tell).join(', ')}; ${several}`);
}

/** Inputs of a flow that was found. @throws Error where it is gone by now */
function inputsOf(live: { readonly inputs: Properties } | undefined, name: string): Properties {
  if (live !== undefined) return live.inputs;
  throw new Error(`the user flow '${name}' was deleted while it was looked up`);
}

/** Every function of the package, by the last part of its token. */
export const FUNCTIONS: Readonly<Record<string, LookUp>> = {
  getAuthenticationEventsFlow: lookUpBy(z.strictObject({ displayName: Text }), async ({ displayName }, context) => {
    const flows = (await context.graph.list(FLOWS)).filter((flow) => flow['@odata.type'] === FLOW_TYPE);
    const names = flows.map((flow) => textOf(flow['displayName']));
    const { id } = theOnly({
      what: `user flow '${displayName}' in this directory`,
      found: flows.filter((one) => one['displayName'] === displayName),
      none: suggestionOrList(displayName, names, 'user flows'),
      several: 'rename all but one',
    });
    const flowId = textOf(id);
    const inputs = inputsOf(await readEventsFlow(flowId, undefined, context), displayName);
    const { isSignUpAllowed, identityProviders } = inputs;
    return present({ flowId, displayName, isSignUpAllowed, identityProviders });
  }),
  // Of both at once: with one of the two alone, no permission of owners is enough.
  getOwners: lookUpBy(
    z.strictObject({ applicationObjectId: Text, servicePrincipalId: Text }),
    async ({ applicationObjectId, servicePrincipalId }, context) => {
      const ofBoth = async (): Promise<readonly string[] | undefined> => {
        const ofApplication = await ownersOf(context, `applications/${encodeURIComponent(applicationObjectId)}`);
        const ofPrincipal = await ownersOf(context, `servicePrincipals/${encodeURIComponent(servicePrincipalId)}`);
        const both = ofApplication.filter((id) => ofPrincipal.includes(id));
        return both.length === 0 ? undefined : both;
      };
      // A replica that lags shows an application without those who were made its owners a moment ago.
      return { objectIds: (await readOrGone(context, ofBoth)) ?? [] };
    },
  ),
  getSynchronizationJob: lookUpBy(
    z.strictObject({ servicePrincipalId: Text, templateId: Text.optional() }),
    async ({ servicePrincipalId, templateId }, context) => {
      const jobs = await listOf(context, servicePrincipalId, 'jobs');
      const tell = (one: Properties): string => `'${textOf(one['id'])}' of the template '${textOf(one['templateId'])}'`;
      const job = theOnly({
        what: `synchronization job${of(templateId, 'template')} of the service principal '${servicePrincipalId}'`,
        found: jobs.filter((one) => templateId === undefined || one['templateId'] === templateId),
        none: `jobs: ${jobs.map(tell).join(', ') || 'none'}`,
        tell,
        several: templateId === undefined ? 'say which by templateId' : 'delete all but one',
      });
      const { isRunning, code } = statusOf(job);
      return { jobId: textOf(job['id']), templateId: textOf(job['templateId']), isRunning, status: code };
    },
  ),
  getSynchronizationTemplate: lookUpBy(
    z.strictObject({ servicePrincipalId: Text, factoryTag: Text.optional() }),
    async ({ servicePrincipalId, factoryTag }, context) => {
      const templates = await listOf(context, servicePrincipalId, 'templates');
      const tell = (one: Properties): string =>
        `'${textOf(one['id'])}' with the factory tag '${textOf(one['factoryTag'])}'`;
      const template = theOnly({
        what: `synchronization template${of(factoryTag, 'factory tag')} of the service principal '${servicePrincipalId}'`,
        found: templates.filter((one) => factoryTag === undefined || one['factoryTag'] === factoryTag),
        none: `templates: ${templates.map(tell).join(', ') || 'none'}`,
        tell,
        several: factoryTag === undefined ? 'say which by factoryTag' : 'Graph should know one of each factory tag',
      });
      return { templateId: textOf(template['id']), factoryTag: textOf(template['factoryTag']) };
    },
  ),
  getUserFlow: lookUpBy(z.strictObject({ userFlowId: Text }), async ({ userFlowId: wanted }, context) => {
    const flows = await context.graph.list('/beta/identity/b2cUserFlows');
    const { id } = theOnly({
      what: `user flow '${wanted}' in this directory`,
      // Ids that differ in case alone mean the same flow.
      found: flows.filter((flow) => textOf(flow['id']).toLowerCase() === wanted.toLowerCase()),
      none: suggestionOrList(
        wanted,
        flows.map((flow) => textOf(flow['id'])),
        'user flows',
      ),
      several: 'delete all but one',
    });
    const userFlowId = textOf(id);
    const inputs = inputsOf(await readFlow(userFlowId, undefined, context), wanted);
    const { userFlowType, userFlowTypeVersion, identityProviders = [], attributes } = inputs;
    const ids = mappingsIn(attributes).map(({ attribute }) => textOf(attribute));
    return present({ userFlowId, userFlowType, userFlowTypeVersion, identityProviders, attributes: ids });
  }),
};

/** A function of the package. @throws Error if there is no such function */
export function lookUp(token: string): LookUp {
  const found = FUNCTIONS[token];
  if (found !== undefined) return found;
  throw new Error(`unknown function '${token}'; functions: ${quotedList(Object.keys(FUNCTIONS))}`);
}

function of(value: string | undefined, what: string): string {
  return value === undefined ? '' : ` of the ${what} '${value}'`;
}

async function ownersOf({ graph }: Context, object: string): Promise<readonly string[]> {
  const owners = await graph.list(`/v1.0/${object}/owners`, { query: { $select: 'id' }, missing: 'lags' });
  return owners.map(({ id }) => textOf(id));
}

async function listOf(
  { graph }: Context,
  servicePrincipalId: string,
  what: 'jobs' | 'templates',
): Promise<readonly Properties[]> {
  const path = `/v1.0/servicePrincipals/${encodeURIComponent(servicePrincipalId)}/synchronization/${what}`;
  try {
    return await graph.list(path);
  } catch (error) {
    if (!(error instanceof GraphError) || !error.isNotFound) throw error;
    throw new Error(
      `there is no service principal '${servicePrincipalId}' in this directory; servicePrincipalId must be an object id, ` +
        'not the client id of the application',
    );
  }
}

/** Names of the application that a provisioning job belongs to, as an estate knows it. */
export interface ApplicationNames {
  /** Name of the enterprise application. */
  readonly displayName: string;
  /** Template of its job: `aWSSingleSignon`. */
  readonly templateId: string;
}

/** Finds the provisioning job of an application by their names. @throws Error if there is none, or more than one */
export async function findJobOf({ graph }: Context, { displayName, templateId }: ApplicationNames): Promise<JobKey> {
  const idOf = (finding: Pick<Finding, 'what' | 'found' | 'tell' | 'several'>): string => {
    const what = `${finding.what} in this directory`;
    return textOf(theOnly({ ...finding, what, none: 'run the workforce program first' })['id']);
  };
  const query = { $filter: `displayName eq '${displayName.replaceAll("'", "''")}'`, $select: 'id,displayName,appId' };
  const principals = await graph.list('/v1.0/servicePrincipals', { query });
  const servicePrincipalId = idOf({
    what: `enterprise application '${displayName}'`,
    found: principals,
    tell: ({ appId }) => textOf(appId),
    // People may sign in by each of them.
    several: 'give the others other names',
  });
  const jobs = await graph.list(`/v1.0/servicePrincipals/${servicePrincipalId}/synchronization/jobs`);
  const ours = jobs.filter((job) => job['templateId'] === templateId);
  const what = `provisioning job of '${displayName}'`;
  return { servicePrincipalId, jobId: idOf({ what, found: ours, several: 'delete all but one in the portal' }) };
}
