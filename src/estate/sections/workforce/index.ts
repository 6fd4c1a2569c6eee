import { checkAwsApplication } from './checks/aws-application';
import { checkEditableRules, checkGroups, namesOfGroups } from './checks/groups';
import { checkLeavers } from './checks/leavers';
import { WorkforceEntry } from './schema';
import type { EstateFacts, Section } from '../section';
import { error, type Issues } from '../shared/issue';

export const workforce = {
  schema: WorkforceEntry,
  *check(facts) {
    const { estate, watch } = facts;
    yield* checkTenants(facts);
    if (estate.workforce !== undefined) {
      const { groups, awsApplication } = estate.workforce;
      const known = namesOfGroups(groups, estate.setAside.groups);
      yield* checkGroups(groups, known);
      yield* checkEditableRules(groups, awsApplication?.assignedGroups ?? [], estate.access);
      yield* checkAwsApplication(estate.workforce, estate, known);
    }
    yield* checkLeavers(facts, watch);
  },
} satisfies Section;

/** The two Entra tenants must be two, and an application needs one. */
function* checkTenants({ estate: { workforce }, customers, isSetAside }: EstateFacts): Issues {
  const place = ['workforce', 'tenantId'];
  const tenant = workforce?.tenantId;
  if (tenant !== undefined && customers?.tenantId?.toLowerCase() === tenant.toLowerCase())
    yield error('same-tenant', ['customers', 'tenantId'], {
      value: customers.tenantId,
      problem:
        "is also the tenant of the workforce: a customers' directory must not hold the organization's own people",
      allowed: 'two tenants',
      related: [place],
    });
  if (workforce?.awsApplication !== undefined && tenant === undefined && !isSetAside(place))
    yield error('missing-tenant-id', workforce.awsApplication.at, {
      aboutKey: true,
      problem: 'the application needs a tenant, but the workforce has none',
      allowed: 'workforce.tenantId',
    });
}
