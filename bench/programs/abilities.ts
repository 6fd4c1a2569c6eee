import { compareAbilities } from '../../src/preview/access/abilities';
import { type ComparedSide, Places } from '../../src/preview/compared-side';
import { planEstate } from '../../src/estate/plan/estate-plan';
import { ESTATE_FILE } from '../../src/estate/source/estate-folder';
import { largeEstate, memoryFolder } from '../../test/support/large-estate';
import { managedPolicies, type PolicyDocument } from '../../test/support/permissions/managed-policies';

const SETS = 300;
/** Characters that an inline policy may have. */
const LONGEST = 10_240;

/**
 * Compares what 300 permission sets allow in 20,100 assignments: `abilities.ts CHANGED`, as many sets with another version of the
 * policy that AWS wrote for them. Prints what this took beyond both plans.
 */
function main(changed: number): void {
  const policies = managedPolicies()
    .map(({ versions }) => versions.slice(-2).map(({ document }) => document))
    .filter((two) => two.length === 2 && two.every((one) => JSON.stringify(one).length < LONGEST))
    .slice(0, SETS);
  const files = largeEstate({ accounts: 67, groups: 1, setsOfGroup: SETS });
  const side = (documentOf: (index: number) => PolicyDocument | undefined): ComparedSide => {
    const estate = JSON.parse(String(files[ESTATE_FILE])) as { access: { permissionSets: object[] } };
    estate.access.permissionSets = estate.access.permissionSets.map((set, index) => ({
      ...set,
      managedPolicies: [],
      inlinePolicy: documentOf(index),
    }));
    const plan = planEstate(memoryFolder('large', { ...files, [ESTATE_FILE]: JSON.stringify(estate) }));
    return { estate: plan.estate, access: plan.access, places: new Places({ plan, files: [] }) };
  };
  const before = side((index) => policies[index]?.[0]);
  const after = side((index) => policies[index]?.[index < changed ? 1 : 0]);
  const [start, used, memory] = [performance.now(), process.cpuUsage(), process.memoryUsage.rss()];
  const changes = compareAbilities(before, after)?.changes.length ?? 0;
  const seconds = (performance.now() - start) / 1000;
  const cpu = process.cpuUsage(used).user / 1e6;
  const mebibytes = (process.resourceUsage().maxRSS * 1024 - memory) / 2 ** 20;
  console.log(
    JSON.stringify({ sets: before.estate.access?.permissionSets.length, changed, changes, seconds, cpu, mebibytes }),
  );
}

main(Number(process.argv[2] ?? SETS));
