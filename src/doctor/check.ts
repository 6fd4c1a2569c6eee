import type { Facts } from '../clouds/facts/facts';
import type { EstatePlan } from '../estate/plan/planner';
import type { Reading } from '../clouds/reading';
import type { AccessFacts } from '../clouds/facts/access-facts';
import type { CustomersFacts } from '../clouds/facts/customers-facts';
import type { EmergencyFacts } from '../clouds/facts/emergency-facts';
import type { HostingFacts } from '../clouds/facts/hosting-facts';
import type { PreflightFacts } from '../clouds/facts/preflight-facts';
import type { SamlFacts, WorkforceFacts } from '../clouds/facts/workforce-facts';
import type { AccessPlan } from '../estate/sections/access/plan/access-plan';
import type { Customers } from '../estate/sections/customers/customers';
import type { EmergencyApplication } from '../estate/sections/emergency/emergency';
import type { EmergencyPlan } from '../estate/sections/emergency/emergency-plan';
import type { Estate } from '../estate/sections/estate';
import type { Hosting } from '../estate/sections/hosting/hosting';
import type { AwsApplication } from '../estate/sections/workforce/workforce';

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
  /** When reading began. @default now */
  readonly startedAt?: Date;
}

/** A question about a deployed estate. It only compares facts: what is read is read before. */
export interface Check {
  /** Stable: reports and documentation refer to it. */
  readonly id: string;
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

/** A part of an estate as it is declared, with what was read of it. */
interface Part<Declared, Found> {
  readonly declared: Declared;
  readonly facts: Found;
}

/** Undefined where the estate lacks the part, or it was not read. */
function part<Declared, Found>(
  declared: Declared | undefined,
  facts: Found | undefined,
): Part<Declared, Found> | undefined {
  return declared && facts && { declared, facts };
}

type AccessPart = Part<NonNullable<Estate['access']>, AccessFacts> & { readonly planned: AccessPlan };

export function accessOf({ plan: { estate, access: planned }, facts }: CheckInput): AccessPart | undefined {
  const found = part(estate.access, facts.access);
  return found && planned && { ...found, planned };
}

type WorkforcePart = Part<AwsApplication, WorkforceFacts>;
interface AtAws {
  readonly access: AccessFacts;
}

export function workforceOf({ plan, facts }: CheckInput): WorkforcePart | undefined {
  return part(plan.estate.workforce?.awsApplication, facts.workforce);
}

/** The AWS application with what both clouds have of it. */
export function bothOf(input: CheckInput): (WorkforcePart & AtAws) | undefined {
  const [workforce, { access }] = [workforceOf(input), input.facts];
  return workforce && access && { ...workforce, access };
}

type ScimPart = WorkforcePart & { readonly scim: NonNullable<AwsApplication['scim']> };

/** The AWS application of an estate that provisions to AWS. */
export function scimOf(input: CheckInput): ScimPart | undefined {
  const workforce = workforceOf(input);
  const scim = workforce?.declared.scim;
  return workforce && scim && { ...workforce, scim };
}

/** The same with what AWS has. */
export function scimAtAwsOf(input: CheckInput): (ScimPart & AtAws) | undefined {
  const [scim, { access }] = [scimOf(input), input.facts];
  return scim && access && { ...scim, access };
}

/** Of either type of directory: the area `b2c` has the name of the first. */
export type CustomersPart = Part<Customers, CustomersFacts>;

export function customersOf({ plan, facts }: CheckInput): CustomersPart | undefined {
  return part(plan.estate.customers, facts.customers);
}

interface EmergencyPart {
  readonly plan: EmergencyPlan;
  readonly facts: EmergencyFacts;
}

export function emergencyOf({ plan, facts }: CheckInput): EmergencyPart | undefined {
  return plan.emergency && facts.emergency && { plan: plan.emergency, facts: facts.emergency };
}

/** The part in Entra ID; undefined where the identity provider is another one. */
export function entraOf(
  input: CheckInput,
): (Part<EmergencyApplication, SamlFacts> & Pick<EmergencyPart, 'plan'>) | undefined {
  const found = emergencyOf(input);
  const entra = part(input.plan.estate.emergency?.application, found?.facts.entra);
  return found && entra && { ...entra, plan: found.plan };
}

export function hostingOf({ plan, facts }: CheckInput): Part<Hosting, HostingFacts> | undefined {
  return part(plan.estate.hosting, facts.hosting);
}

/** What is read before a deployment, with the whole plan. */
export function preflightOf({
  plan,
  facts: { preflight: facts },
}: CheckInput): { readonly plan: EstatePlan; readonly facts: PreflightFacts } | undefined {
  return facts && { plan, facts };
}
