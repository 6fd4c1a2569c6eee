import type { ComparedSide } from '../../src/preview/compared-side';
import { ESTATE_FILE } from '../../src/estate/source/estate-folder';
import { largeEstate } from '../../test/support/large-estate';
import { managedPolicies, type PolicyDocument } from '../../test/support/permissions/managed-policies';
import { report, sideOf } from './compared-sides';

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
    return sideOf({ ...files, [ESTATE_FILE]: JSON.stringify(estate) });
  };
  report(() => [side((index) => policies[index]?.[0]), side((index) => policies[index]?.[index < changed ? 1 : 0])]);
}

main(Number(process.argv[2] ?? SETS));
