import { checkAwsApplication } from './checks/aws-application';
import { checkEditableRules } from './checks/editable-rules';
import { checkGroups } from './checks/groups';
import type { Estate } from '../estate';
import type { Issue } from '../../source/finding';
import { checkLeavers } from './checks/leavers';
import { WorkforceEntry } from './schema';
import type { Section } from '../section';
import { checkTenants } from './checks/tenants';
import type { Workforce } from './workforce';

export const workforce = {
  schema: WorkforceEntry,
  check: ({ estate, customers, isSetAside, watch }) => [
    ...checkTenants(customers, estate.workforce, isSetAside),
    ...(estate.workforce === undefined ? [] : checkWorkforce(estate.workforce, estate)),
    ...checkLeavers({ estate, isSetAside }, watch),
  ],
} satisfies Section;

function checkWorkforce(section: Workforce, estate: Estate): readonly Issue[] {
  const { groups, awsApplication } = section;
  return [
    ...checkGroups(groups, estate.setAside.groups),
    ...checkEditableRules(groups, awsApplication?.assignedGroups ?? [], estate.access),
    ...(awsApplication === undefined ? [] : checkAwsApplication(awsApplication, section, estate)),
  ];
}
