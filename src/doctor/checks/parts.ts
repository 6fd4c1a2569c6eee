import type { AccessFacts } from '../../clouds/facts/access-facts';
import type { CustomersFacts } from '../../clouds/facts/customers-facts';
import type { EmergencyFacts } from '../../clouds/facts/emergency-facts';
import type { HostingFacts } from '../../clouds/facts/hosting-facts';
import type { PreflightFacts } from '../../clouds/facts/preflight-facts';
import type { SamlFacts, WorkforceFacts } from '../../clouds/facts/workforce-facts';
import type { AccessPlan } from '../../estate/sections/access/plan/access-plan';
import type { EstatePlan } from '../../estate/plan/planner';
import type { Customers } from '../../estate/sections/customers/customers';
import type { EmergencyApplication } from '../../estate/sections/emergency/emergency';
import type { EmergencyPlan } from '../../estate/sections/emergency/emergency-plan';
import type { Estate } from '../../estate/sections/estate';
import type { Hosting } from '../../estate/sections/hosting/hosting';
import type { AwsApplication } from '../../estate/sections/workforce/workforce';
import type { CheckInput } from '../check';

// Parts of an estate, each with what was read of it; undefined where the estate lacks it, or it was not read.

interface AccessPart {
  readonly declared: NonNullable<Estate['access']>;
  readonly planned: AccessPlan;
  readonly facts: AccessFacts;
}

export function accessOf({ plan: { estate, access }, facts }: CheckInput): AccessPart | undefined {
  if (estate.access === undefined || access === undefined || facts.access === undefined) return undefined;
  return { declared: estate.access, planned: access, facts: facts.access };
}

interface WorkforcePart {
  readonly declared: AwsApplication;
  readonly facts: WorkforceFacts;
}

export function workforceOf({ plan, facts: { workforce: facts } }: CheckInput): WorkforcePart | undefined {
  const declared = plan.estate.workforce?.awsApplication;
  return declared && facts && { declared, facts };
}

/** The AWS application with what both clouds have of it. */
export function bothOf(input: CheckInput): (WorkforcePart & { readonly access: AccessFacts }) | undefined {
  const [workforce, { access }] = [workforceOf(input), input.facts];
  return workforce && access && { ...workforce, access };
}

interface ScimPart extends WorkforcePart {
  readonly scim: NonNullable<AwsApplication['scim']>;
}

/** The AWS application of an estate that provisions to AWS. */
export function scimOf(input: CheckInput): ScimPart | undefined {
  const workforce = workforceOf(input);
  const scim = workforce?.declared.scim;
  return workforce && scim && { ...workforce, scim };
}

/** The same with what AWS has. */
export function scimAtAwsOf(input: CheckInput): (ScimPart & { readonly access: AccessFacts }) | undefined {
  const [scim, { access }] = [scimOf(input), input.facts];
  return scim && access && { ...scim, access };
}

/** Of either type of directory: the area `b2c` has the name of the first. */
export interface CustomersPart {
  readonly declared: Customers;
  readonly facts: CustomersFacts;
}

export function customersOf({ plan, facts: { customers: facts } }: CheckInput): CustomersPart | undefined {
  const declared = plan.estate.customers;
  return declared && facts && { declared, facts };
}

interface EmergencyPart {
  readonly plan: EmergencyPlan;
  readonly facts: EmergencyFacts;
}

export function emergencyOf({ plan, facts }: CheckInput): EmergencyPart | undefined {
  return plan.emergency && facts.emergency && { plan: plan.emergency, facts: facts.emergency };
}

interface EmergencyEntraPart {
  readonly declared: EmergencyApplication;
  readonly plan: EmergencyPlan;
  readonly facts: SamlFacts;
}

/** The part in Entra ID; undefined where the identity provider is another one. */
export function entraOf(input: CheckInput): EmergencyEntraPart | undefined {
  const found = emergencyOf(input);
  const declared = input.plan.estate.emergency?.application;
  const facts = found?.facts.entra;
  return found && declared && facts && { declared, plan: found.plan, facts };
}

interface HostingPart {
  readonly declared: Hosting;
  readonly facts: HostingFacts;
}

export function hostingOf({ plan, facts: { hosting: facts } }: CheckInput): HostingPart | undefined {
  const declared = plan.estate.hosting;
  return declared && facts && { declared, facts };
}

interface PreflightPart {
  readonly plan: EstatePlan;
  readonly facts: PreflightFacts;
}

export function preflightOf({ plan, facts: { preflight: facts } }: CheckInput): PreflightPart | undefined {
  return facts && { plan, facts };
}
