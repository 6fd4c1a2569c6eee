import * as azuread from '@pulumi/azuread';
import * as pulumi from '@pulumi/pulumi';
import type { ConditionalAccess as ConditionalAccessDefinition } from '../../src/estate/sections/workforce/workforce';
import type { SignInFrequency } from '../../src/estate/sections/workforce/conditional-access-schema';
import { type SignInRule, signInRules } from '../../src/estate/sections/workforce/sign-in-rules';
import { groupObjectId, type GroupObjectIds } from './workforce-groups';

export interface ConditionalAccessArgs {
  readonly definition: ConditionalAccessDefinition;
  /** Client id (appId) of the application that the policy is about. */
  readonly applicationId: pulumi.Input<string>;
  /** Entra object ids of the groups, by display name; those that are excluded among them. */
  readonly groupObjectIds: GroupObjectIds;
}

/**
 * Conditional Access policies for one application: everybody but the excluded groups must give a second factor, or methods of a
 * strength, and where the estate says so have a device; others block sign-ins at risk or from elsewhere. The whole world and
 * every client are the conditions of the first, so that nothing slips past it.
 *
 * @throws RunError if an excluded group has no object id
 */
export class ConditionalAccess extends pulumi.ComponentResource {
  /** Object id of the policy that says what people must prove. */
  readonly policyId: pulumi.Output<string>;

  constructor(name: string, args: ConditionalAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super('identity:entra:ConditionalAccess', name, {}, opts);
    const { definition, applicationId } = args;
    const excludedGroups = definition.excludedGroups.map((group) => groupObjectId(args.groupObjectIds, group));
    const [first] = signInRules(definition).map(
      (rule) =>
        new azuread.ConditionalAccessPolicy(
          `${name}-${rule.key}`,
          {
            displayName: rule.displayName,
            state: definition.state === 'enabled' ? 'enabled' : 'enabledForReportingButNotEnforced',
            conditions: {
              applications: { includedApplications: [applicationId] },
              users: { includedUsers: ['All'], ...(excludedGroups.length > 0 && { excludedGroups }) },
              clientAppTypes: ['all'],
              ...conditionsOf(rule),
            },
            grantControls: grantOf(rule),
            ...(rule.signInFrequency && { sessionControls: sessionOf(rule.signInFrequency) }),
          },
          { parent: this },
        ),
    );
    if (first === undefined) throw new Error(`${name} has no Conditional Access policy`);
    this.policyId = first.objectId;
    this.registerOutputs({ policyId: this.policyId });
  }
}

function conditionsOf({ signInRiskLevels, userRiskLevels, excludedLocations }: SignInRule) {
  return {
    ...(signInRiskLevels && { signInRiskLevels: [...signInRiskLevels] }),
    ...(userRiskLevels && { userRiskLevels: [...userRiskLevels] }),
    ...(excludedLocations && {
      locations: { includedLocations: ['All'], excludedLocations: [...excludedLocations] },
    }),
  };
}

/** One control means the same with either operator. */
function grantOf({ controls, strength }: SignInRule): azuread.types.input.ConditionalAccessPolicyGrantControls {
  const isMore = controls.length + (strength === undefined ? 0 : 1) > 1;
  return {
    operator: isMore ? 'AND' : 'OR',
    ...(controls.length > 0 && { builtInControls: [...controls] }),
    // The provider takes an id of the tenant's own only with this prefix.
    ...(strength !== undefined && {
      authenticationStrengthPolicyId: `/policies/authenticationStrengthPolicies/${strength}`,
    }),
  };
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
