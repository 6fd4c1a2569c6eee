import { ESTATE_FILE } from '../../../src/estate/source/estate-folder';
import type { EstateFiles } from '../large-estate';
import { edited, sandboxFiles, withRecords } from '../sandbox';

/** The sandbox as it is deployed first, with changes of it, and with less in it. */
export const EDITIONS = ['first', 'changed', 'removed'] as const;
export type Edition = (typeof EDITIONS)[number];

export const EDITION_FILES: Readonly<Record<Edition, EstateFiles>> = {
  first: withRecords(sandboxFiles()),
  changed: withRecords(changed(sandboxFiles())),
  removed: withRecords(removed(sandboxFiles())),
};

function changed(files: EstateFiles): EstateFiles {
  return replaced(
    files,
    ['Run the networks of all accounts.', 'Run the networks.'],
    ['signInFrequency: PT8H', 'signInFrequency: PT4H'],
    ['deletionThreshold: 20', 'deletionThreshold: 30'],
    // Azuread disables a scope before it changes its text.
    ['Lets the application read your policy and its beneficiary.', 'Lets the application read your policy.'],
    ['- https://claims.example.com', '- https://policies.example.com'],
  );
}

function removed(files: EstateFiles): EstateFiles {
  const fewer = edited(files, ({ access, workforce }) => {
    const isLeft = (name: string): boolean => name !== 'Data Analysts';
    if (workforce?.awsApplication?.assignedGroups === undefined) throw new Error('the sandbox assigns no groups');
    workforce.groups = workforce.groups.filter(({ name }) => isLeft(name));
    workforce.awsApplication.assignedGroups = workforce.awsApplication.assignedGroups.filter(isLeft);
    access.grants = access.grants.filter(({ group }) => group === undefined || isLeft(group));
  });
  const estate = JSON.parse(fewer[ESTATE_FILE] ?? '') as {
    readonly customers: {
      readonly apiApplication: { scopes: unknown[] };
      readonly webApplication: { hosts: string[] };
    };
  };
  estate.customers.apiApplication.scopes.pop();
  estate.customers.webApplication.hosts.pop();
  return { ...fewer, [ESTATE_FILE]: JSON.stringify(estate, undefined, 2) };
}

function replaced(files: EstateFiles, ...pairs: readonly (readonly [string, string])[]): EstateFiles {
  let text = files[ESTATE_FILE] ?? '';
  for (const [from, to] of pairs) {
    if (!text.includes(from)) throw new Error(`the sandbox has no '${from}'`);
    text = text.replace(from, to);
  }
  return { ...files, [ESTATE_FILE]: text };
}
