import { TEMPLATES } from '../../../constructs/entra/aws-templates';
import { findJobOf } from '../../../provider/functions';
import type { Context } from '../../../provider/resource';
import { Session } from '../../../provider/session';
import type { JobKey } from '../../../provider/synchronization/job';
import { trustCertificateFile } from '../../../provider/trust';
import { USER_AGENT } from '../../clouds/user-agent';
import type { EstatePlan } from '../../estate/plan/planner';
import { programEnvironment } from '../../estate/plan/stacks/stacks';
import type { AwsApplication, ScimSettings } from '../../estate/sections/workforce/workforce';

/** The provisioning that an estate declares. */
export interface DeclaredProvisioning {
  readonly application: AwsApplication;
  readonly scim: ScimSettings;
  readonly tenantId: string | undefined;
}

/** Provisioning of the estate in `file`. @throws Error where nothing is provisioned */
export function declaredProvisioning(file: string, { estate }: EstatePlan): DeclaredProvisioning {
  const application = estate.workforce?.awsApplication;
  const scim = application?.scim;
  if (application !== undefined && scim !== undefined)
    return { application, scim, tenantId: estate.workforce?.tenantId };
  throw new Error(`${file} has no workforce.awsApplication.scim, so there is no provisioning and no SCIM token`);
}

export interface DeployedJob {
  readonly context: Context;
  readonly key: JobKey;
}

/**
 * Signs in to the directory as a deployment does, and finds the job of the estate's AWS application.
 *
 * @throws Error if there is none, or more than one, or the sign-in fails
 */
export async function findDeployedJob(
  { application, tenantId }: DeclaredProvisioning,
  warn: (message: string) => void,
): Promise<DeployedJob> {
  trustCertificateFile(process.env['SSL_CERT_FILE']);
  const session = new Session(USER_AGENT.join('/'));
  const environment = programEnvironment('workforce', process.env);
  session.configure({ ...(tenantId !== undefined && { tenantId }) }, [], environment);
  const context = session.context(warn);
  const { displayName, template } = application;
  return { context, key: await findJobOf(context, { displayName, templateId: TEMPLATES[template].synchronization }) };
}
