import { quotedList } from '../../src/text/suggest';
import type { Context } from '../resource';
import { type Properties, textOf } from '../values';
import type { JobKey } from './job';

/** Names of the application that a provisioning job belongs to, as an estate knows it. */
export interface ApplicationNames {
  /** Name of the enterprise application. */
  readonly displayName: string;
  /** Template of its job: `aWSSingleSignon`. */
  readonly templateId: string;
}

/** Finds the provisioning job of an application by their names. @throws Error if there is none, or more than one */
export async function findJobOf(context: Context, { displayName, templateId }: ApplicationNames): Promise<JobKey> {
  const query = { $filter: `displayName eq '${displayName.replaceAll("'", "''")}'`, $select: 'id,displayName,appId' };
  const principals = await context.graph.list('/v1.0/servicePrincipals', { query });
  const servicePrincipalId = theOnly(`enterprise application '${displayName}'`, principals, 'appId');
  const jobs = await context.graph.list(`/v1.0/servicePrincipals/${servicePrincipalId}/synchronization/jobs`);
  const ours = jobs.filter((job) => job['templateId'] === templateId);
  return { servicePrincipalId, jobId: theOnly(`provisioning job of '${displayName}'`, ours, 'id') };
}

function theOnly(what: string, found: readonly Properties[], told: string): string {
  const [first, ...others] = found;
  if (first !== undefined && others.length === 0) return textOf(first['id']);
  if (first === undefined) throw new Error(`there is no ${what} in this directory: run the workforce program first`);
  throw new Error(
    `there are ${found.length} of ${what} in this directory (${quotedList(found.map((one) => textOf(one[told])))})`,
  );
}
