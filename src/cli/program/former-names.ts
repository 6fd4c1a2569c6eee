/** Commands that have another name now. A script of the repository, which no package has, is named with how to run it. */
const FORMER: ReadonlyMap<string, string> = new Map([
  ['architecture', "a script of the package's own repository, npx tsx scripts/architecture.ts"],
  ['bootstrap', 'npx --no entra-aws sign-in bootstrap'],
  ['build', "a script of the package's own repository, npx tsx scripts/build.ts"],
  ['drill', 'npx --no entra-aws doctor drill'],
  ['emulator', 'npx --no entra-aws start graph'],
  ['finding', 'npx --no entra-aws docs finding'],
  ['handoff', 'npx --no entra-aws deploy handoff'],
  ['preflight', 'npx --no entra-aws deploy check'],
  ['prove', "a script of the package's own repository, npx tsx scripts/prove.ts"],
  ['provision', 'npx --no entra-aws scim provision'],
  ['reconcile', 'npx --no entra-aws deploy repair access'],
  ['recover', 'npx --no entra-aws deploy repair stacks (with --program NAME: npx --no entra-aws deploy repair NAME)'],
  ['reference', "a script of the package's own repository, npm run reference"],
  ['revoke', 'npx --no entra-aws deploy revoke'],
  ['roll-out', 'npx --no entra-aws deploy roll-out'],
  ['rotate-scim-token', 'npx --no entra-aws scim rotate'],
  ['schema', 'npx --no entra-aws docs schema'],
  ['watch', 'npx --no entra-aws preview --watch'],
]);

/** Sentence that answers a former name with the present one; undefined for any other name. */
export function formerName(name: string | undefined): string | undefined {
  const present = name === undefined ? undefined : FORMER.get(name);
  return present === undefined ? undefined : `entra-aws ${name} has another name now: ${present}`;
}
