import * as pulumi from '@pulumi/pulumi';

export interface GetSynchronizationJobArgs {
  /** Object id of the application's service principal. */
  readonly servicePrincipalId: pulumi.Input<string>;
  /** Id of the template that the job was made from, where there are several. @default the only job, of whatever template */
  readonly templateId?: pulumi.Input<string>;
}

export interface GetSynchronizationJobResult {
  /** Graph's id of the job, which `SynchronizationSchema` and `SynchronizationState` take. */
  readonly jobId: string;
  /** Id of the template that it was made from. */
  readonly templateId: string;
  /** True if it runs on its schedule. */
  readonly isRunning: boolean;
  /** State of the job: NotConfigured, NotRun, Active, Paused or Quarantine. */
  readonly status: string;
}

/**
 * Looks up the provisioning job of a service principal. Fails if there is none or more than one.
 * Needs `Synchronization.Read.All`.
 */
export function getSynchronizationJobOutput(
  args: GetSynchronizationJobArgs,
  opts?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetSynchronizationJobResult> {
  return pulumi.runtime.invokeOutput('entragraph:index:getSynchronizationJob', { ...args }, opts);
}
