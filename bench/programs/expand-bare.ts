import { DEEP, deepEstate } from '../deep-organization';

/** The reference: the same million pairs from plain loops that know the shape of the made-up estate, without provenance. */
const organization = JSON.parse(String(deepEstate()['organization.json'])) as { accounts: { id: string }[] };
const start = performance.now();
const assignments: { group: string; permissionSet: string; account: { id: string } }[] = [];
for (let grant = 0; grant < DEEP.grants; grant++) {
  organization.accounts.forEach((account, index) => {
    if (index === 0 || index % 25 !== grant % 25) return;
    for (let set = 0; set < DEEP.setsOfGrant; set++) {
      assignments.push({ group: `Group ${grant}`, permissionSet: `Set${set}`, account });
    }
  });
}
console.log(JSON.stringify({ assignments: assignments.length, seconds: (performance.now() - start) / 1000 }));
