import * as pulumi from '@pulumi/pulumi';

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
