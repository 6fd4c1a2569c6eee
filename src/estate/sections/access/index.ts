import { checkAcknowledgements } from './checks/acknowledgements';
import { checkDocument, INLINE, MANAGED } from './checks/documents';
import {
  checkDuplicateGrants,
  checkExcludedAccounts,
  checkGrantable,
  checkManagedElsewhere,
  checkUserGrants,
} from './checks/grants';
import { checkDeployment, checkInstance, checkInstanceHome, checkQuotas } from './checks/instance';
import { checkPolicies, checkPolicyReferences } from './checks/policies';
import { checkReferences } from './checks/references';
import type { Access, Estate } from '../estate';
import type { ExpandedAccess } from './plan/access-plan';
import { writtenSets } from './plan/management-copies';
import { checkRenamedGroups } from './plan/expand';
import { AccessEntry } from './schema';
import type { Section } from '../section';
import { duplicates, type Issues, valuesOf } from '../shared/issue';
import { AccountFinder } from './plan/select';

export const access = {
  schema: AccessEntry,
  *check({ estate, organization, access: expanded, latestDay }) {
    if (estate.access === undefined) return;
    yield* checkDefinitions(estate.access, organization?.partition ?? 'aws');
    yield* checkUserGrants(estate.access, latestDay);
    if (expanded !== undefined) yield* checkExpanded(estate, estate.access, expanded);
  },
} satisfies Section;

/** Checks that need the estate file alone. */
function* checkDefinitions(section: Access, partition: string): Issues {
  const { policies = [], identityCenter } = section;
  const own = policies.filter((policy) => policy.kind === 'own');
  for (const set of writtenSets(section)) {
    const { at, inlinePolicy: policy } = set;
    yield* checkPolicies(set, partition);
    if (policy !== undefined) yield* checkDocument({ at, policy, kind: INLINE }, partition);
  }
  for (const { at, document: policy } of own) yield* checkDocument({ at, policy, kind: MANAGED }, partition);
  yield* duplicates('duplicate-policy-name', valuesOf(own, 'name'), {
    problem: 'is the name of two policies',
    allowed: 'each name once: an account has a name once, whatever the path',
  });
  if (identityCenter !== undefined) yield* checkInstance(identityCenter);
  yield* checkManagedElsewhere(section);
  yield* checkDuplicateGrants(section);
  yield* checkAcknowledgements(section);
}

/** Checks that need the organization too. */
function* checkExpanded(estate: Estate, section: Access, expanded: ExpandedAccess): Issues {
  const { organization, expansion, stacks } = expanded;
  const finder = new AccountFinder(organization);
  if (section.identityCenter !== undefined) yield* checkInstanceHome(section.identityCenter, organization);
  yield* checkExcludedAccounts(section, organization);
  yield* checkReferences(estate, section, { organization, finder });
  yield* checkPolicyReferences(estate, section, { organization, finder, expansion });
  yield* checkRenamedGroups(estate, section, organization);
  yield* checkGrantable(section, expansion, finder);
  yield* checkDeployment(section, expansion, organization);
  yield* checkQuotas(section, expansion, stacks);
}
