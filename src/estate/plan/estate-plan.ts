import { locateViolation } from '../sections/access/acknowledgement-lines';
import { checkPolicyRules } from '../sections/access/checks/policy-rules';
import {
  customersSteps,
  idleRecords,
  parseStepRecords,
  type RecordedStep,
  withRecords,
} from '../sections/customers/manual-steps';
import { planEmergency } from '../sections/emergency/emergency-plan';
import type { Estate } from '../sections/estate';
import { checkEstateName } from '../sections/estate-name';
import { SECTIONS, WHOLE_ESTATE } from '../sections/estate-schema';
import type { EstateFacts, Section } from '../sections/section';
import { planWatch } from '../sections/workforce/watch';
import type { EstateFolder, FileText } from '../source/estate-folder';
import { compareFindings, type Finding, type Issue } from '../source/finding';
import type { Organization } from '../source/organization';
import { type AwsPlan, type EstatePlan, type Planning, planWith, type RuleFacts, type StepsFile } from './planner';
import { deployedAccounts } from './stacks/stacks';

/** Reads, checks and expands an estate. All findings come at once; nothing throws for what the files hold. */
export function planEstate(folder: EstateFolder): EstatePlan {
  return planWith(WHOLE, folder);
}

/** Everything that keeps an estate from being deployed, or that a person should see before: sorted by place. */
export function allFindings({ findings, ruleViolations }: EstatePlan): readonly Finding[] {
  return [...findings, ...ruleViolations].toSorted(compareFindings);
}

/** All sections, and every check. */
const WHOLE: Planning = { form: WHOLE_ESTATE, checkName: checkEstateName, planOthers, check, violations, readSteps };

function planOthers(
  estate: Estate,
  organization: Organization,
  metadata: FileText | undefined,
): Pick<EstatePlan, 'watch' | 'emergency'> {
  const watch = planWatch(estate, organization);
  const emergency = planEmergency(estate, organization, metadata?.kind === 'text' ? metadata.text : undefined);
  return { ...(watch && { watch }), ...(emergency && { emergency }) };
}

function check(facts: Omit<EstateFacts, 'accounts'>, aws: AwsPlan): readonly Issue[] {
  const sections: readonly Section[] = Object.values(SECTIONS);
  const all = { ...facts, accounts: accountsOf(facts.estate, aws) };
  return sections.flatMap((section) => [...section.check(all)]);
}

function violations({ estate, expanded, policies, lacksGrants, source }: RuleFacts): readonly Finding[] {
  if (estate.access === undefined) return [];
  const broken = checkPolicyRules(estate.access, {
    expanded,
    hasUnreadPolicy: ({ at }) => policies.isUnread(at),
    isSetAside: ({ name }) => estate.setAside.policies.has(name),
    lacksGrants,
  });
  return broken.map((one) => locateViolation(one, source));
}

function readSteps({ customers }: Estate, { open, report, latestDay }: StepsFile): readonly RecordedStep[] {
  const steps = customers === undefined ? [] : customersSteps(customers);
  const value = open();
  if (value === undefined) return steps;
  const { records, issues } = parseStepRecords(value, latestDay);
  report([...issues, ...idleRecords(steps, records)]);
  return withRecords(steps, records);
}

/** The accounts that are deployed to; undefined where the organization, which leads to some of them, is unknown. */
function accountsOf(estate: Estate, aws: AwsPlan): readonly string[] | undefined {
  const { access, workforce } = estate;
  const isUnknown =
    (access !== undefined && aws.access === undefined) || (workforce?.alarms !== undefined && aws.watch === undefined);
  return isUnknown ? undefined : deployedAccounts({ estate, ...aws }).map(({ account }) => account);
}
