import * as pulumi from '@pulumi/pulumi';

/** A credential as the provisioning template names it: `BaseAddress`, `SecretToken`. */
export interface CredentialArgs {
  /** Name in the template. */
  readonly key: pulumi.Input<string>;
  /** The credential itself. */
  readonly value: pulumi.Input<string>;
}

/** Address that is told of trouble, and the number of people whom one cycle may delete. */
export interface SafeguardsArgs {
  /** Address that is told of a quarantine and of deletions that are held back. */
  readonly notificationEmail: pulumi.Input<string>;
  /** People whom one cycle may delete; beyond that, the deletions are held back for a person to decide. 1 or more. */
  readonly deletionThreshold: pulumi.Input<number>;
}

export interface SynchronizationStateArgs {
  /** Object id of the application's service principal. Another one replaces the resource. */
  readonly servicePrincipalId: pulumi.Input<string>;
  /** Id of the job: Graph's, or that of an `azuread.SynchronizationJob`. Another one replaces the resource. */
  readonly jobId: pulumi.Input<string>;
  /** True if the job runs on its schedule. @default true */
  readonly running?: pulumi.Input<boolean>;
  /** True if the target must take the credentials before the job is started. @default true */
  readonly validate?: pulumi.Input<boolean>;
  /**
   * Credentials, kept as a secret. The target must take them, and only then are they saved at the service; `SyncAll` and
   * `SyncNotificationSettings` are saved with them. While the job does not run, they are neither validated nor saved.
   * @default those that the service has saved
   */
  readonly credentials?: pulumi.Input<readonly pulumi.Input<CredentialArgs>[]>;
  /**
   * Notification address and threshold of accidental deletions. Graph answers whether they are saved and never what they are,
   * so that a refresh finds only that they are gone. Saved with the credentials, before a job starts.
   * @default as they are in the portal
   */
  readonly safeguards?: pulumi.Input<SafeguardsArgs>;
  /**
   * Moment of a quarantine for `TooManyDeletes`, as its error says it: this one is lifted, and so its deletions go through. It
   * has no effect on any other. @default none
   */
  readonly acceptDeletions?: pulumi.Input<string>;
}

/**
 * State of a provisioning job: running or paused. The credentials are validated and saved, then the job is started; it
 * is paused when the resource is deleted. Credentials that the target refuses change nothing: a running job goes on
 * with those that it has, and the next update validates again, whatever it is given. Make it depend on what first saves
 * the job's secrets, and on its `SynchronizationSchema`.
 *
 * A job in quarantine is an error with Graph's reason, which a refresh reports too. An update lifts a quarantine that is about
 * credentials. One for `TooManyDeletes` it lifts only if `acceptDeletions` names it, and any other one never. Import: `<object id of the service principal>/<job id>`.
 *
 * Source: https://learn.microsoft.com/graph/api/synchronization-synchronizationjob-start. Needs
 * `Synchronization.ReadWrite.All`.
 */
export class SynchronizationState extends pulumi.CustomResource {
  /** State of the job when it was last read: NotConfigured, NotRun, Active, Paused or Quarantine. */
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
