import * as pulumi from '@pulumi/pulumi';

export interface SamlSigningCertificateArgs {
  /** Object id of the application's service principal. Another one replaces the certificate. */
  readonly servicePrincipalId: pulumi.Input<string>;
  /** Subject, with `CN=` in front. With `endDateTime` it tells the application's certificates apart. Another one replaces it. */
  readonly displayName: pulumi.Input<string>;
  /** End of its life in UTC, such as `2029-01-31T00:00:00Z`; three years ahead at most. Another one replaces it. */
  readonly endDateTime: pulumi.Input<string>;
  /**
   * True for the certificate that signs. One of an application's certificates at a time: a certificate without it is
   * kept ready, before its turn or after. @default true
   */
  readonly active?: pulumi.Input<boolean>;
}

/**
 * A certificate with which Entra ID signs the SAML answers for an application, added and, if wanted, activated.
 *
 * To rotate with overlap: add a second one with `active: false`, give its `certificate` to the application, move `active`
 * over, and drop the first one; only the dropped one is removed. While a certificate signs, no new one signs at once: another
 * `displayName` or `endDateTime` of it is refused, and so is a second one with `active: true`. When the last one goes, the service principal leaves SAML mode, since Graph would refuse
 * to delete the application otherwise. Import: `<object id of the service principal>/<thumbprint>`.
 *
 * Source: https://learn.microsoft.com/graph/api/serviceprincipal-addtokensigningcertificate. Needs
 * `Application.ReadWrite.OwnedBy` for an application of one's own, else `Application.ReadWrite.All`.
 */
export class SamlSigningCertificate extends pulumi.CustomResource {
  /** SHA-1 of the certificate in upper-case hex, as the portal shows it. */
  declare readonly thumbprint: pulumi.Output<string>;
  /** The public certificate: base64 of DER. */
  declare readonly certificate: pulumi.Output<string>;
  /** Start of its life. */
  declare readonly startDateTime: pulumi.Output<string>;
  /** End of its life. */
  declare readonly endDateTime: pulumi.Output<string>;
  /** True if it signed when it was last read. */
  declare readonly isActive: pulumi.Output<boolean>;

  constructor(name: string, args: SamlSigningCertificateArgs, opts?: pulumi.CustomResourceOptions) {
    const outputs = { thumbprint: undefined, certificate: undefined, startDateTime: undefined, isActive: undefined };
    super('entragraph:index:SamlSigningCertificate', name, { ...args, ...outputs }, opts);
  }
}

/** Moment at which an attribute is written. */
export type AttributeFlowType = 'Always' | 'ObjectAddOnly' | 'MultiValueAddOnly' | 'AttributeAddOnly';

/** Rule by which an attribute is written, changed or not. */
export type AttributeFlowBehavior = 'FlowWhenChanged' | 'FlowAlways';

/** A mapping to set or to remove. Exactly one of `sourceAttribute`, `constant`, `expression` and `remove`. */
export interface AttributeMappingArgs {
  /** Kind of objects, as the schema names it at the source. @default 'User' */
  readonly objectName?: pulumi.Input<string>;
  /** Name of the synchronization rule; needed only where several map the objects. @default the only one */
  readonly rule?: pulumi.Input<string>;
  /** Attribute at the target, such as `externalId`. */
  readonly targetAttribute: pulumi.Input<string>;
  /** Attribute of the directory, such as `objectId`. @default none */
  readonly sourceAttribute?: pulumi.Input<string>;
  /** The same text for everybody. @default none */
  readonly constant?: pulumi.Input<string>;
  /** Expression as the portal takes it, such as `Switch([IsSoftDeleted], , "False", "True")`. @default none */
  readonly expression?: pulumi.Input<string>;
  /** True to remove the mapping of the target attribute. @default false */
  readonly remove?: pulumi.Input<boolean>;
  /** Value where the source has none. @default as it is; none for a new mapping */
  readonly defaultValue?: pulumi.Input<string>;
  /** Moment at which the attribute is written. @default as it is; 'Always' for a new mapping */
  readonly flowType?: pulumi.Input<AttributeFlowType>;
  /** Rule by which the attribute is written. @default as it is; 'FlowWhenChanged' for a new mapping */
  readonly flowBehavior?: pulumi.Input<AttributeFlowBehavior>;
  /** Rank by which objects are matched, 1 to 10; 0 if the attribute does not match. @default as it is; 0 for a new mapping */
  readonly matchingPriority?: pulumi.Input<number>;
}

export interface SynchronizationSchemaArgs {
  /** Object id of the application's service principal. Another one replaces the edits. */
  readonly servicePrincipalId: pulumi.Input<string>;
  /** Id of the job: Graph's, or that of an `azuread.SynchronizationJob`. Another one replaces the edits. */
  readonly jobId: pulumi.Input<string>;
  /** The edits, in any order. What they do not name stays as Graph has it. */
  readonly attributeMappings: pulumi.Input<readonly pulumi.Input<AttributeMappingArgs>[]>;
  /**
   * Moment of a quarantine for `TooManyDeletes`, as its error says it, whose deletions may go through when the job starts over.
   * @default none: while Entra ID holds deletions back, mappings do not change
   */
  readonly acceptDeletions?: pulumi.Input<string>;
}

/**
 * Edits of the attribute mappings of a provisioning job. The schema is read, changed where an edit says so, and written back;
 * a running job is paused meanwhile and then starts over as by the portal's 'Restart provisioning', which evaluates everybody
 * again and forces no deletion. An edit that is declared no more is taken back, and so
 * are all when the resource is deleted, unless somebody changed the mapping since then.
 *
 * It fails if the edits would leave no attribute by which objects are matched. Import, without edits:
 * `<object id of the service principal>/<job id>`.
 *
 * Source: https://learn.microsoft.com/graph/api/synchronization-synchronizationschema-update. Needs
 * `Synchronization.ReadWrite.All`.
 */
export class SynchronizationSchema extends pulumi.CustomResource {
  constructor(name: string, args: SynchronizationSchemaArgs, opts?: pulumi.CustomResourceOptions) {
    super('entragraph:index:SynchronizationSchema', name, { ...args }, opts);
  }
}

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
