import type { TableItem } from '../../../support/dynalite';

/** Every policy has its number, held for the same person; versions and histories agree. */
export function expectWholePolicies(items: readonly TableItem[]): void {
  const holders = new Map(items.map(({ pk, oid }) => [pk, oid]));
  const policies = items.filter(({ pk }) => String(pk).startsWith('POLICY#'));
  expect(policies.length).toBeGreaterThan(0);
  for (const { oid, policyNumber, version, history, beneficiary } of policies) {
    expect(holders.get(`NUMBER#${String(policyNumber)}`)).toBe(oid);
    const names = (history as { beneficiary: string }[]).map((entry) => entry.beneficiary);
    expect([names.length, names.at(-1) ?? null]).toEqual([Number(version) - 1, beneficiary]);
  }
}
