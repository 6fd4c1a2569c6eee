import type { CheckArea, Facts } from '../clouds/facts/facts';
import type { EstatePlan } from '../estate/plan/planner';
import type { Reading } from '../clouds/reading';

/** `unknown`: it could not be checked. */
export const OUTCOMES = ['failure', 'warning', 'unknown', 'ok'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** One thing that a check found. */
export interface Observation {
  readonly outcome: Outcome;
  /** A sentence that names its subject. */
  readonly message: string;
  readonly advice?: string;
  /** Of an unknown outcome: what the caller must be allowed to do. */
  readonly permission?: string;
  /** Accounts or Regions that were asked, where a check asks several. */
  readonly where?: readonly string[];
}

/** Observations; `false` stands for something that is as it should be. */
export type Observed = readonly (Observation | false)[];

export interface CheckInput {
  readonly plan: EstatePlan;
  readonly facts: Facts;
  readonly now: Date;
}

/** Ids of checks by area. They are stable: reports and documentation refer to them. */
export interface CheckIds {
  readonly access:
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
    | 'access-snapshot';
  readonly saml:
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
    | 'saml-name-id';
  readonly scim:
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
    | 'scim-leavers-reader';
  readonly b2c:
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
    | 'b2c-tokens';
  readonly hosting: 'hosting-services' | 'hosting-health' | 'hosting-secrets' | 'hosting-alarms' | 'hosting-tables';
  readonly console:
    'console-identity-source' | 'console-metadata' | 'console-certificates' | 'console-provisioning' | 'console-mfa';
  readonly emergency:
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
  readonly preflight:
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
}

/** A question about a deployed estate. It only compares facts: what is read is read before. */
export interface Check {
  /** Id: its row is in `checks/all-checks.ts`. */
  readonly id: CheckIds[CheckArea];
  /** Claim that holds if all is well. */
  readonly title: string;
  /** Examines what was read; undefined where the estate has nothing to check. */
  readonly run: (input: CheckInput) => readonly Observation[] | undefined;
}

/** A check of a part of the estate, with what was read of it; an estate without the part has nothing to check. */
export function check<Part>(
  partOf: (input: CheckInput) => Part | undefined,
  { run, ...named }: Omit<Check, 'run'> & { readonly run: (part: Part, input: CheckInput) => Observed | undefined },
): Check {
  return {
    ...named,
    run: (input) => {
      const part = partOf(input);
      const observed = part === undefined ? undefined : run(part, input);
      return observed && present(observed);
    },
  };
}

export function present(observed: Observed): readonly Observation[] {
  return observed.filter((one) => one !== false);
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
export function examine<T>(reading: Reading<T>, look: (value: T) => Observed): readonly Observation[] {
  switch (reading.state) {
    case 'known':
      return present(look(reading.value));
    case 'denied': {
      const { permission } = reading;
      return [{ outcome: 'unknown', message: 'could not be read', advice: `allow ${permission}`, permission }];
    }
    case 'failed':
      return [unknown(reading.reason)];
  }
}

/** The problems, or, where there are none, that all is well. */
export function okUnless(problems: Observed, well: string): readonly Observation[] {
  const found = present(problems);
  return found.length > 0 ? found : [ok(well)];
}
