/** Commands that have another name now. A script of the repository, which no package has, is named with how to run it. */
const FORMER: ReadonlyMap<string, string> = new Map([
  ['architecture', "a script of the package's own repository, npx tsx scripts/architecture.ts"],
  ['bootstrap', 'entra-aws sign-in bootstrap'],
  ['build', "a script of the package's own repository, npx tsx scripts/build.ts"],
  ['drill', 'entra-aws doctor drill'],
  ['emulator', 'entra-aws start graph'],
  ['finding', 'entra-aws docs finding'],
  ['handoff', 'entra-aws deploy handoff'],
  ['preflight', 'entra-aws deploy check'],
  ['prove', "a script of the package's own repository, npx tsx scripts/prove.ts"],
  ['provision', 'entra-aws scim provision'],
  ['reconcile', 'entra-aws deploy repair access'],
  ['recover', 'entra-aws deploy repair stacks (with --program NAME: entra-aws deploy repair NAME)'],
  ['reference', "a script of the package's own repository, npm run reference"],
  ['revoke', 'entra-aws deploy revoke'],
  ['roll-out', 'entra-aws deploy roll-out'],
  ['rotate-scim-token', 'entra-aws scim rotate'],
  ['schema', 'entra-aws docs schema'],
  ['watch', 'entra-aws preview --watch'],
]);

/** Sentence that answers a former name with the present one; undefined for any other name. */
export function formerName(name: string | undefined): string | undefined {
  const present = name === undefined ? undefined : FORMER.get(name);
  return present === undefined ? undefined : `entra-aws ${name} has another name now: ${present}`;
}
