import * as pulumi from '@pulumi/pulumi';

export interface GetSynchronizationTemplateArgs {
  /** Object id of the application's service principal. */
  readonly servicePrincipalId: pulumi.Input<string>;
  /** Factory tag of the template, such as `aWSSingleSignon`, where there are several. @default the only template */
  readonly factoryTag?: pulumi.Input<string>;
}

export interface GetSynchronizationTemplateResult {
  /** Id of the template, from which a job is made: `templateId` of an `azuread.SynchronizationJob`. */
  readonly templateId: string;
  /** Its factory tag: the kind of provisioning that it is for. */
  readonly factoryTag: string;
}

/**
 * Looks up the template of provisioning that a service principal offers. Fails if there is none or more than one. Needs `Synchronization.Read.All`.
 */
export function getSynchronizationTemplateOutput(
  args: GetSynchronizationTemplateArgs,
  opts?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetSynchronizationTemplateResult> {
  return pulumi.runtime.invokeOutput('entragraph:index:getSynchronizationTemplate', { ...args }, opts);
}
