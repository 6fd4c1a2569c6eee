import type { EstatePlan } from '../estate/plan/planner';
import type { CheckArea } from '../clouds/facts/area';
import type { Facts } from '../clouds/facts/facts';
import type { Reading } from '../clouds/reading';

/** `unknown`: it could not be checked. */
export const OUTCOMES = ['failure', 'warning', 'unknown', 'ok'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** One thing that a check found. */
export interface Observation {
  readonly outcome: Outcome;
  /** Observation, in a sentence that names its subject. */
  readonly message: string;
  /** Advice. */
  readonly advice?: string;
  /** Of an unknown outcome: what the caller must be allowed to do. */
  readonly permission?: string;
  /** Accounts or Regions that were asked, where a check asks several. */
  readonly where?: readonly string[];
}

export interface CheckInput {
  readonly plan: EstatePlan;
  readonly facts: Facts;
  readonly now: Date;
}

/** Ids of the doctor's checks. They are stable: reports and documentation refer to them. */
export type DoctorCheckId =
  | 'access-policies'
  | 'access-permission-sets'
  | 'access-assignments'
  | 'access-other-sets'
  | 'access-provisioned'
  | 'access-applications'
  | 'access-attributes'
  | 'access-pending-groups'
  | 'access-instance-key'
  | 'access-instance-regions'
  | 'access-snapshot'
  | 'saml-token'
  | 'saml-application'
  | 'saml-addresses'
  | 'saml-sign-in'
  | 'saml-metadata'
  | 'saml-certificate'
  | 'saml-other-certificates'
  | 'saml-pulumi-ids'
  | 'saml-permissions'
  | 'saml-owners'
  | 'saml-name-id'
  | 'scim-job'
  | 'scim-token'
  | 'scim-tokens'
  | 'scim-watch'
  | 'scim-mapping'
  | 'scim-scope'
  | 'scim-group-settings'
  | 'scim-people'
  | 'scim-groups'
  | 'access-nested-groups'
  | 'scim-leavers-reader'
  | 'b2c-token'
  | 'b2c-applications'
  | 'b2c-redirect-uris'
  | 'b2c-client-secret'
  | 'b2c-consent'
  | 'b2c-permissions'
  | 'b2c-owners'
  | 'b2c-identity-providers'
  | 'b2c-api-connectors'
  | 'b2c-custom-extensions'
  | 'b2c-user-flows'
  | 'b2c-mfa'
  | 'b2c-steps'
  | 'b2c-keys'
  | 'b2c-tokens'
  | 'hosting-services'
  | 'hosting-health'
  | 'hosting-secrets'
  | 'hosting-alarms'
  | 'hosting-tables'
  | 'console-identity-source'
  | 'console-metadata'
  | 'console-certificates'
  | 'console-provisioning'
  | 'console-mfa'
  | 'emergency-application'
  | 'emergency-certificate'
  | 'emergency-other-certificates'
  | 'emergency-permissions'
  | 'emergency-owners'
  | 'emergency-claims'
  | 'emergency-people'
  | 'emergency-mfa'
  | 'emergency-provider'
  | 'emergency-sign-in-role'
  | 'emergency-roles'
  | 'emergency-alarms'
  | 'emergency-hearing'
  | 'emergency-trail';

/** Ids of what is asked before a deployment. */
export type PreflightCheckId =
  | 'preflight-checkout'
  | 'preflight-accounts'
  | 'preflight-regions'
  | 'preflight-identity-center'
  | 'preflight-key'
  | 'preflight-delegated-administrator'
  | 'preflight-stack-sets'
  | 'preflight-attributes'
  | 'preflight-permission-sets'
  | 'preflight-policies'
  | 'preflight-managed-policies'
  | 'preflight-documents'
  | 'preflight-quotas';

export type CheckId = DoctorCheckId | PreflightCheckId;

/** A question about a deployed estate. It only compares facts: what is read is read before. */
export interface Check {
  /** Id: its row is in `checks/all-checks.ts`. */
  readonly id: CheckId;
  readonly area: CheckArea;
  /** Claim that holds if all is well. */
  readonly title: string;
  /** Examines, and tells what was found; undefined where the estate has nothing to check. */
  readonly run: (input: CheckInput) => readonly Observation[] | undefined;
}

export function ok(message: string): Observation {
  return { outcome: 'ok', message };
}

export function warning(message: string, advice: string): Observation {
  return { outcome: 'warning', message, advice };
}

export function failure(message: string, advice: string): Observation {
  return { outcome: 'failure', message, advice };
}

/** Tells that something could not be checked, and why. */
export function unknown(message: string): Observation {
  return { outcome: 'unknown', message };
}

/** Examines a known value; where it is not known, tells that it could not be checked and why. */
export function examine<T>(reading: Reading<T>, look: (value: T) => readonly Observation[]): readonly Observation[] {
  switch (reading.state) {
    case 'known':
      return look(reading.value);
    case 'denied': {
      const { permission } = reading;
      return [{ outcome: 'unknown', message: 'could not be read', advice: `allow ${permission}`, permission }];
    }
    case 'failed':
      return [unknown(reading.reason)];
  }
}

/** The problems, or, where there are none, that all is well. */
export function okUnless(problems: readonly Observation[], well: string): readonly Observation[] {
  return problems.length > 0 ? problems : [ok(well)];
}
