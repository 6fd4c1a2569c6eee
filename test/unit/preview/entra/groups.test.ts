import { planEstate } from '../../../../src/estate/plan/estate-plan';
import { ESTATE_FILE } from '../../../../src/estate/source/estate-folder';
import { runPrograms } from '../../../../src/preview/engine/run-program';
import { consequencesOfDeletion, consequencesOfReplacement } from '../../../../src/preview/entra/compare-programs';
import { describeRegistrations, registrationBlocks } from '../../../../src/preview/entra/registrations';
import { forcesReplacement, groupUpdate, resourceType } from '../../../../src/preview/entra/resource-records';
import { ResourceIndex } from '../../../../src/preview/entra/resource-index';
import { memoryFolder } from '../../../support/estate-files';
import { entraReportOf } from '../../../support/preview/entra-reports';
import { sandboxFiles } from '../../../support/sandbox';

const GROUP = 'azuread:index/group:Group';
const MEMBER = 'azuread:index/groupMember:GroupMember';
const ESTATE = `workforce:
  groups:
    - { name: Dynamic, membershipRule: user.department -eq "Security" }
    - { name: Owned, owners: [bo@example.com, ann@example.com], assignableToRoles: true }
    - { name: Outer, nestedGroups: [Owned, Synced] }
    - { name: Synced, adopt: { id: 3e2d1c0b-5555-4666-8777-888899990000 } }
`;

const { estate } = planEstate(memoryFolder({ [ESTATE_FILE]: ESTATE }));
let index: ResourceIndex;

beforeAll(async () => {
  const { programs } = await runPrograms(estate, { now: new Date('2026-11-26T12:00:00Z') });
  index = new ResourceIndex(programs.flatMap(({ resources }) => resources));
});

test('the report says who decides about the members of a group, and who owns it', () => {
  const plain = { origin: 'created', owners: [], assignableToRoles: false, nestedGroups: [], assignedTo: [] };
  expect(describeRegistrations(index, estate).groups).toEqual([
    { ...plain, name: 'Dynamic', membershipRule: 'user.department -eq "Security"' },
    { ...plain, name: 'Outer', nestedGroups: ['Owned', 'Synced'] },
    { ...plain, name: 'Owned', owners: ['ann@example.com', 'bo@example.com'], assignableToRoles: true },
    { ...plain, name: 'Synced', origin: 'adopted' },
  ]);
});

test('and shows it in a column', () => {
  const text = JSON.stringify(registrationBlocks(describeRegistrations(index, estate), 's'));
  for (const part of ['by the rule ', 'groups in it: ', 'Owned, Synced', 'owners: ', 'may get roles of Entra ID'])
    expect(text).toContain(part);
});

test('another rule is a danger: somebody may lose access by it', () => {
  const rule = (text: string) => ({ dynamicMembership: { enabled: true, rule: text } });
  expect(groupUpdate(rule('a'), rule('b'), 'Dynamic').dangers).toEqual([
    'Another rule decides who is in Dynamic: whoever it no longer fits loses what the group gives.',
  ]);
  expect(groupUpdate(rule('a'), rule('a'), 'Dynamic').dangers).toEqual([]);
});

test.each(['types', 'assignableToRole'])('a group whose %s changes is another group, which is a danger', (input) => {
  expect(forcesReplacement(GROUP, input)).toBe(true);
  const owned = index.ofType(GROUP).find((one) => index.labelOf(one) === 'Owned');
  if (owned === undefined) throw new Error('no such group');
  expect(consequencesOfReplacement(owned, index).dangers).toEqual([
    'The group Owned is deleted with its list of members, and whatever it gives access to is lost.',
  ]);
});

test('a group that is taken out of another is told of by both names', () => {
  const [member] = index.ofType(MEMBER);
  if (member === undefined) throw new Error('no group in a group');
  expect(index.labelOf(member)).toMatch(/^(?:Owned|Synced) in Outer$/);
  expect(consequencesOfDeletion(member, index, undefined).dangers.join()).toMatch(
    / is taken out of Outer: its people lose what they have through that group\.$/,
  );
});

test('a group with its earlier name is renamed where it is, with what hangs on it', async () => {
  const base = sandboxFiles();
  const renamed = (base[ESTATE_FILE] ?? '').replaceAll('Claims Developers', 'Claims Engineers');
  const changed = async (estate: string) => {
    const { changes } = await entraReportOf({ ...base, [ESTATE_FILE]: estate }, base);
    return changes?.entra?.resources.map(({ action, key }) => `${action} ${key.split('::').at(-1)}`);
  };
  const kept = renamed.replace('- name: Claims Engineers\n', '$&      previousNames: [Claims Developers]\n');
  expect(await changed(kept)).toEqual(['update workforce-Claims Engineers']);
  expect(await changed(renamed)).toContain('delete workforce-Claims Developers');
});

test('another subject, issuer or audience of a federated credential is a danger', () => {
  const { updated } = resourceType(
    'azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential',
  );
  const trust = { displayName: 'leavers', issuer: 'https://a.example', subject: 'role-a', audiences: ['aud'] };
  expect(updated?.(trust, { ...trust, description: 'other' }, 'leavers').dangers).toEqual([]);
  expect(updated?.(trust, { ...trust, subject: 'role-b' }, 'leavers').dangers).toEqual([
    expect.stringContaining('role-b'),
  ]);
  expect(updated?.(trust, { ...trust, issuer: 'https://b.example' }, 'leavers').dangers).toHaveLength(1);
  expect(updated?.(trust, { ...trust, audiences: ['other'] }, 'leavers').dangers).toHaveLength(1);
});
