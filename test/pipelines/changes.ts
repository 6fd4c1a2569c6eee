import type { Proposal } from '../support/runners/team';
import { ACCOUNTS } from '../support/runners/estates';
import type { World } from '../support/runners/world';

export const ESTATE_FILE = 'estates/acme/estate.yaml';

/** A list of accounts with further ones. */
export function accountsWith(...names: readonly string[]): string {
  return ACCOUNTS.replace(']', `${names.map((name) => `, { name: ${name} }`).join('')}]`);
}

/** Proposes to replace a text of the estate, and leaves its placement as it was. */
export function propose({ team }: World, from: string, to: string): Promise<Proposal> {
  return team.propose('Change the estate', () => {
    team.edit(ESTATE_FILE, from, to);
  });
}

/** Proposes other accounts for the auditors, with the placement that goes with them. */
export function proposeAccounts({ team }: World, accounts: string, before = ACCOUNTS): Promise<Proposal> {
  return team.propose('Change the accounts of the auditors', async () => {
    team.edit(ESTATE_FILE, before, accounts);
    await team.entraAws('preview', '--estate', 'acme');
  });
}
