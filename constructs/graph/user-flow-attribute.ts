import * as pulumi from '@pulumi/pulumi';

/** Type of an attribute's values. */
export type UserFlowAttributeType = 'string' | 'boolean' | 'int64' | 'stringCollection' | 'dateTime';

export interface UserFlowAttributeArgs {
  /** Name, unique in the directory. Another one replaces the attribute, and what people entered is lost. */
  readonly displayName: pulumi.Input<string>;
  /** Type of its values. Another one replaces the attribute, and what people entered is lost. */
  readonly dataType: pulumi.Input<UserFlowAttributeType>;
  /** Text that explains it. @default none */
  readonly description?: pulumi.Input<string>;
}

/**
 * A user attribute of one's own in a directory of customers, which user flows ask for and tokens carry. Its id is what a user flow
 * names: `extension_<application id without hyphens>_<name>`. An attribute that
 * exists under the name is taken over if it has the same type. Import by id:
 * `pulumi import --generate-code=false entragraph:index:UserFlowAttribute <name> extension_<application id>_<name>`.
 *
 * Source: https://learn.microsoft.com/graph/api/resources/identityuserflowattribute. Needs `IdentityUserFlow.ReadWrite.All`.
 */
export class UserFlowAttribute extends pulumi.CustomResource {
  constructor(name: string, args: UserFlowAttributeArgs, opts?: pulumi.CustomResourceOptions) {
    super('entragraph:index:UserFlowAttribute', name, { ...args }, opts);
  }
}
