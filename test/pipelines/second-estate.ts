import { smallEstate } from '../support/runners/estates';
import type { World } from '../support/runners/world';
import { ESTATE_FILE } from './changes';

/** Access that the second estate gives. */
export const BETA = ['Network Operators has NetworkAudit in shared-network'];

const elsewhere = (set: string): string =>
  `access:\n  managedElsewhere: { permissionSets: [{ name: ${set}, reason: The other estate has it. }] }\n`;

/** Adds a second estate of the same IAM Identity Center to the repository; each leaves alone what the other gives. */
export async function addEstate({ team }: World): Promise<void> {
  await team.entraAws('init', 'beta', '--yes', '--start', 'empty', '--customers', 'none', '--platform', 'none');
  await team.entraAws('snapshot', '--estate', 'beta');
  const beta = smallEstate(team.forge)
    .replaceAll('SecurityAudit]', 'NetworkAudit]')
    .replace('name: SecurityAudit', 'name: NetworkAudit')
    .replace('group: Security Auditors', 'group: Network Operators')
    .replace(/include: .+ \}$/m, 'include: [{ name: shared-network }] }')
    .replace('environments: [acme]', 'environments: [beta]')
    .replace('managedPolicies: [NetworkAudit]', 'managedPolicies: [SecurityAudit]')
    // Those of the instance are the first estate's.
    .replace(/ {2}attributes:\n.+\n/, '')
    .replace('access:\n', elsewhere('SecurityAudit'));
  team.write('estates/beta/estate.yaml', beta);
  team.edit(ESTATE_FILE, 'access:\n', elsewhere('NetworkAudit'));
  for (const estate of ['acme', 'beta']) await team.entraAws('preview', '--estate', estate);
  await team.entraAws('upgrade');
}
