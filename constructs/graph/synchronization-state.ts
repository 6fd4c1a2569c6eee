import * as pulumi from '@pulumi/pulumi';

/** A credential as the provisioning template names it: `BaseAddress`, `SecretToken`. */
export interface CredentialArgs {
  readonly key: pulumi.Input<string>;
  readonly value: pulumi.Input<string>;
}

export interface SynchronizationStateArgs {
  /** Object id of the application's service principal. Another one replaces the resource. */
  readonly servicePrincipalId: pulumi.Input<string>;
  /** Id of the job: Graph's, or that of an `azuread.SynchronizationJob`. Another one replaces the resource. */
  readonly jobId: pulumi.Input<string>;
  /** Whether the job runs on its schedule. @default true */
  readonly running?: pulumi.Input<boolean>;
  /** Whether the target must take the credentials before the job is started. @default true */
  readonly validate?: pulumi.Input<boolean>;
  /**
   * Credentials to validate, kept as a secret; others validate anew and lift a quarantine. They are not saved at the service:
   * that is what `azuread.SynchronizationSecret` does. @default those that the service has saved
   */
  readonly credentials?: pulumi.Input<readonly pulumi.Input<CredentialArgs>[]>;
}

/**
 * Whether a provisioning job runs. The credentials are validated, then the job is started; it is paused when the resource is
 * deleted. Make it depend on the job's secrets and on its `SynchronizationSchema`.
 *
 * A job in quarantine is an error with Graph's reason: an update tries to lift the quarantine first, a refresh reports it and
 * makes the next update try. Import: `<object id of the service principal>/<job id>`.
 *
 * Source: https://learn.microsoft.com/graph/api/synchronization-synchronizationjob-start. Needs
 * `Synchronization.ReadWrite.All`.
 */
export class SynchronizationState extends pulumi.CustomResource {
  /** What the job did when it was last read: NotConfigured, NotRun, Active, Paused or Quarantine. */
  declare readonly status: pulumi.Output<string>;

  constructor(name: string, args: SynchronizationStateArgs, opts?: pulumi.CustomResourceOptions) {
    const { credentials } = args;
    const inputs = {
      ...args,
      status: undefined,
      ...(credentials !== undefined && { credentials: pulumi.secret(credentials) }),
    };
    super('entragraph:index:SynchronizationState', name, inputs, opts);
  }
}
