import type { Estate } from '../../estate/sections/estate';

/** Changes of what the estate says of the instance of IAM Identity Center, in sentences: no deployment makes them at AWS. */
export function compareInstance(base: Estate, head: Estate): readonly string[] {
  const before = settingsOf(base);
  const after = settingsOf(head);
  const added = after.regions.filter((region) => !before.regions.includes(region));
  const removed = before.regions.filter((region) => !after.regions.includes(region));
  return [
    ...(before.key === after.key ? [] : [`the roles may use ${after.key}, instead of ${before.key}`]),
    ...added.map((region) => `people sign in through ${region} too, once an administrator has added the Region`),
    ...removed.map((region) => `people no longer sign in through ${region}`),
  ];
}

interface Settings {
  readonly key: string;
  readonly regions: readonly string[];
}

function settingsOf({ access }: Estate): Settings {
  const { kmsKey, additionalRegions = [] } = access?.identityCenter ?? {};
  return { key: kmsKey === undefined ? 'no customer-managed key' : `the key ${kmsKey}`, regions: additionalRegions };
}
