import { z } from 'zod';
import { GraphError } from '../graph/error';
import { Text } from '../inputs';
import { type LookUp, theOnly } from '../look-up';
import type { Context } from '../resource';
import { type Properties, textOf } from '../values';
import { statusOf } from './job';

const JobInputs = z.strictObject({ servicePrincipalId: Text, templateId: Text.optional() });
const TemplateInputs = z.strictObject({ servicePrincipalId: Text, factoryTag: Text.optional() });

/** The provisioning job of a service principal. */
export const getSynchronizationJob: LookUp<z.infer<typeof JobInputs>> = {
  schema: JobInputs,
  find: async ({ servicePrincipalId, templateId }, context) => {
    const jobs = await listOf(context, servicePrincipalId, 'jobs');
    const tell = (job: Properties): string => `'${textOf(job['id'])}' of the template '${textOf(job['templateId'])}'`;
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
};

/** The template of provisioning that a service principal offers. */
export const getSynchronizationTemplate: LookUp<z.infer<typeof TemplateInputs>> = {
  schema: TemplateInputs,
  find: async ({ servicePrincipalId, factoryTag }, context) => {
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
};

function of(value: string | undefined, what: string): string {
  return value === undefined ? '' : ` of the ${what} '${value}'`;
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
