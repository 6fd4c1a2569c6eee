import { checkAwsApplication } from './checks/aws-application';
import { checkEditableRules } from './checks/editable-rules';
import { checkGroups } from './checks/groups';
import type { Estate } from '../estate';
import type { Issue } from '../../source/finding';
import { checkLeavers } from '../leavers/checks/leavers';
import { WorkforceEntry } from './schema';
import type { Section } from '../section';
import { checkTenants } from '../shared/tenants';
import type { Workforce, WorkforceAlarms } from './workforce';
import { checkAlarmEmails } from '../shared/alarm-emails';
import { error } from '../shared/issue';

export const workforce = {
  schema: WorkforceEntry,
  check: ({ estate, customers, isSetAside, watch }) => [
    ...checkTenants(customers, estate.workforce, isSetAside),
    ...(estate.workforce === undefined ? [] : checkWorkforce(estate.workforce, estate)),
    ...checkLeavers({ estate, isSetAside }, watch),
  ],
} satisfies Section;

function checkWorkforce(section: Workforce, estate: Estate): readonly Issue[] {
  const { groups, awsApplication, alarms } = section;
  return [
    ...checkGroups(groups, estate.setAside.groups),
    ...checkEditableRules(groups, awsApplication?.assignedGroups ?? [], estate.access),
    ...(awsApplication === undefined ? [] : checkAwsApplication(awsApplication, section, estate)),
    ...(alarms === undefined ? [] : checkWorkforceAlarms(alarms)),
  ];
}

/** Checks the addresses that are told of what needs a person. */
function checkWorkforceAlarms({ at, emails }: WorkforceAlarms): readonly Issue[] {
  const place = [...at, 'emails'];
  const none = { problem: 'lists no one', allowed: 'at least one address, or no alarms' };
  return [...(emails.length > 0 ? [] : [error('no-alarm-email', place, none)]), ...checkAlarmEmails(place, emails)];
}
