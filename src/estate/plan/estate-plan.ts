import { checkPolicyRules } from '../sections/access/checks/policy-rules';
import { policyDocuments } from '../sections/access/sets/policy-documents';
import { customersSteps } from '../sections/customers/manual-steps';
import { planEmergency } from '../sections/emergency/emergency-plan';
import type { Estate } from '../sections/estate';
import { checkEstateName } from '../sections/estate-name';
import { SECTIONS, WHOLE_ESTATE } from '../sections/estate-schema';
import type { EstateFacts, Section } from '../sections/section';
import { idleRecords, parseStepRecords, type RecordedStep, withRecords } from '../sections/shared/step-records';
import { consoleSteps } from '../sections/workforce/console-steps';
import { planWatch } from '../sections/workforce/watch';
import type { EstateFolder, FileText } from '../source/estate-folder';
import {
  type AcknowledgementLines,
  type AcknowledgementPlace,
  compareFindings,
  type Finding,
  type Issue,
  type Path,
  type Violation,
} from '../source/finding';
import type { Organization } from '../source/organization';
import { type AwsPlan, type EstatePlan, type Planning, planWith, type RuleFacts, type StepsFile } from './planner';
import { deployedAccounts } from './stacks/stacks';
import { formatPath } from '../../text/values';
import type { YamlDocument } from '../source/yaml-source';
import { locate } from '../source/source-document';

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

function violations({ estate, expanded, policies, awsPolicies, lacksGrants, source }: RuleFacts): readonly Finding[] {
  if (estate.access === undefined) return [];
  const broken = checkPolicyRules(estate.access, {
    expanded,
    documents: policyDocuments({ access: estate.access, organization: expanded?.organization, read: awsPolicies }),
    hasUnreadPolicy: ({ at }) => policies.isUnread(at),
    isSetAside: ({ name }) => estate.setAside.policies.has(name),
    lacksGrants,
  });
  return broken.map((one) => locateViolation(one, source));
}

function readSteps({ customers, workforce }: Estate, { open, report, latestDay }: StepsFile): readonly RecordedStep[] {
  const steps = [
    ...(customers === undefined ? [] : customersSteps(customers)),
    ...(workforce === undefined ? [] : consoleSteps(workforce)),
  ];
  const value = open();
  if (value === undefined) return steps;
  const { records, issues } = parseStepRecords(value, latestDay);
  report([...issues, ...idleRecords(steps, records)]);
  return withRecords(steps, records);
}

/** The accounts that stacks are deployed to; undefined where the organization, which leads to some of them, is unknown. */
function accountsOf(estate: Estate, aws: AwsPlan): readonly string[] | undefined {
  const { access, workforce } = estate;
  const isUnknown =
    (access !== undefined && aws.access === undefined) || (workforce?.alarms !== undefined && aws.watch === undefined);
  const accounts = isUnknown ? undefined : deployedAccounts({ estate, ...aws });
  return accounts?.filter(({ hasStateOnly }) => !hasStateOnly).map(({ account }) => account);
}

/** Gives a violation its line and column, and the YAML that acknowledges it. */
export function locateViolation({ acknowledgedOn: on, ...issue }: Violation, source: YamlDocument): Finding {
  return { ...locate(issue, source), acknowledgement: { on, ...linesFor(issue.code, issue.at, source) } };
}

/** A reason that is too short to be accepted: whoever pastes the lines has to write one. */
const NO_REASON = 'TODO';

/** Lines that fit the style in which the item or its list of acknowledgements is written. */
function linesFor(rule: string, at: Path, source: YamlDocument): Omit<AcknowledgementLines, 'on'> {
  const item = source.collectionAt(at);
  if (item === undefined) throw new Error(`${formatPath(at)} must be a mapping in the file`);
  const list = source.collectionAt([...at, 'acknowledge']);
  const { style, column } = list ?? item;
  const into: AcknowledgementPlace = `${style}-${list === undefined ? 'item' : 'list'}`;
  const key = ' '.repeat(column - 1);
  // A comma may end a list or a mapping in brackets, so these fit in front of entries and where there are none.
  const flowEntry = `{ rule: ${rule}, reason: "${NO_REASON}" }`;
  const blockEntry = (indent: string): readonly string[] => [
    `${indent}- rule: ${rule}`,
    `${indent}  reason: ${NO_REASON}`,
  ];
  switch (into) {
    case 'block-item':
      return { into, lines: [`${key}acknowledge:`, ...blockEntry(`${key}  `)] };
    case 'block-list':
      return { into, lines: blockEntry(key) };
    case 'flow-item':
      return { into, lines: [`acknowledge: [${flowEntry}],`] };
    case 'flow-list':
      return { into, lines: [`${flowEntry},`] };
  }
}
