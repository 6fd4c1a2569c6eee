import * as azuread from '@pulumi/azuread';
import * as pulumi from '@pulumi/pulumi';
import type { ConditionalAccess as ConditionalAccessDefinition } from '../../src/estate/sections/workforce/workforce';
import type { SignInFrequency, SignInRequirement } from '../../src/estate/sections/workforce/conditional-access-schema';
import { groupObjectId, type GroupObjectIds } from './workforce-groups';

export interface ConditionalAccessArgs {
  readonly definition: ConditionalAccessDefinition;
  /** Client id (appId) of the application that the policy is about. */
  readonly applicationId: pulumi.Input<string>;
  /** Entra object ids of the groups, by display name; those that are excluded among them. */
  readonly groupObjectIds: GroupObjectIds;
}

/**
 * A Conditional Access policy for one application: everybody but the excluded groups must give a second factor, or methods
 * of a strength. The whole world and every client are its conditions, so that nothing slips past it.
 *
 * @throws RunError if an excluded group has no object id
 */
export class ConditionalAccess extends pulumi.ComponentResource {
  /** Object id of the policy. */
  readonly policyId: pulumi.Output<string>;

  constructor(name: string, args: ConditionalAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super('identity:entra:ConditionalAccess', name, {}, opts);
    const { displayName, state, requirement, signInFrequency } = args.definition;
    const excludedGroups = args.definition.excludedGroups.map((group) => groupObjectId(args.groupObjectIds, group));
    const policy = new azuread.ConditionalAccessPolicy(
      `${name}-policy`,
      {
        displayName,
        state: state === 'enabled' ? 'enabled' : 'enabledForReportingButNotEnforced',
        conditions: {
          applications: { includedApplications: [args.applicationId] },
          users: { includedUsers: ['All'], ...(excludedGroups.length > 0 && { excludedGroups }) },
          clientAppTypes: ['all'],
        },
        grantControls: { operator: 'OR', ...grantOf(requirement) },
        ...(signInFrequency && { sessionControls: sessionOf(signInFrequency) }),
      },
      { parent: this },
    );
    this.policyId = policy.objectId;
    this.registerOutputs({ policyId: this.policyId });
  }
}

function grantOf(
  requirement: SignInRequirement,
): Omit<azuread.types.input.ConditionalAccessPolicyGrantControls, 'operator'> {
  return requirement.kind === 'mfa'
    ? { builtInControls: ['mfa'] }
    : // The provider takes an id of the tenant's own only with this prefix.
      { authenticationStrengthPolicyId: `/policies/authenticationStrengthPolicies/${requirement.policyId}` };
}

function sessionOf(frequency: SignInFrequency): azuread.types.input.ConditionalAccessPolicySessionControls {
  const signInFrequencyAuthenticationType = 'primaryAndSecondaryAuthentication';
  return frequency.kind === 'every-time'
    ? { signInFrequencyInterval: 'everyTime', signInFrequencyAuthenticationType }
    : {
        signInFrequencyInterval: 'timeBased',
        signInFrequency: frequency.value,
        signInFrequencyPeriod: frequency.unit,
        signInFrequencyAuthenticationType,
      };
}
