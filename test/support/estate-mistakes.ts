import { changed } from './entra-estate';

/** Kind of mistake in an estate file: what replaces what in the sandbox. */
interface Mistake {
  readonly title: string;
  readonly from: string;
  readonly to: string;
  /** True where it is in how two places go together, which no JSON Schema says. */
  readonly isBetweenPlaces?: true;
}

const GRANT = '    - group: Network Operators\n';
const SET = '    - name: NetworkOperator\n';
const SESSION = 'sessionDuration: PT8H';
const SELECTOR = '          - all: true\n        exclude:\n          - ou: /Sandbox\n';
const USER = (rest: string): string => `    - user: jane@insurance.example.com\n${rest}`;
const REASON = '      reason: Migrates the network until spring.\n';

/** Kinds of mistakes that the preview finds. */
export const MISTAKES: readonly Mistake[] = [
  { title: 'a section that is none', from: 'access:\n', to: 'acess: {}\naccess:\n' },
  { title: 'a key that is none', from: SESSION, to: 'sesionDuration: PT8H' },
  { title: 'a set without a name', from: `${SET}      description`, to: '    - description' },
  { title: 'a duration in words', from: SESSION, to: 'sessionDuration: 8h' },
  { title: 'a session of 13 hours', from: SESSION, to: 'sessionDuration: PT13H' },
  { title: 'a session of 30 minutes', from: SESSION, to: 'sessionDuration: PT30M' },
  { title: 'a session of no time', from: SESSION, to: 'sessionDuration: PT' },
  { title: 'a day of a thirteenth month', from: GRANT, to: USER(`${REASON}      until: 2027-13-30\n`) },
  { title: 'a thirtieth of February', from: GRANT, to: USER(`${REASON}      until: 2027-02-30\n`) },
  { title: 'a day in words', from: 'start: 2026-01-01', to: 'start: next year' },
  { title: 'an account id without quotes', from: "- id: '210000000010'", to: '- id: 210000000010' },
  { title: 'an account id of eleven digits', from: "- id: '210000000010'", to: "- id: '21000000001'" },
  { title: 'an address without @', from: 'emails: [identity@insurance', to: 'emails: [identity.insurance' },
  { title: 'a grant to a group and a user', from: GRANT, to: `${GRANT}      user: jane@insurance.example.com\n` },
  { title: 'a grant to nobody', from: `${GRANT}      permissionSets`, to: '    - permissionSets' },
  { title: 'a grant to a user without a reason', from: GRANT, to: USER('      until: 2027-01-31\n') },
  { title: 'a grant to a group with a reason', from: GRANT, to: `${GRANT}${REASON}` },
  {
    title: 'both forms of an inline policy',
    from: SESSION,
    to: `${SESSION}\n      inlinePolicyFile: policies/systems-operator.json\n      inlinePolicy: { Version: '2012-10-17', Statement: [] }`,
  },
  { title: 'two kinds in a selector', from: '- ou: /Sandbox\n', to: '- ou: /Sandbox\n            all: true\n' },
  { title: 'no kind in a selector', from: '- ou: /Sandbox\n', to: '- {}\n' },
  { title: 'descendants without an OU', from: '- ou: /Sandbox\n', to: '- name: a\n            descendants: true\n' },
  { title: 'all that is false', from: '- all: true', to: '- all: false' },
  { title: 'a number among managed policies', from: '- job-function/NetworkAdministrator', to: '- 12' },
  {
    title: 'a text in place of a list',
    from: 'managedPolicies:\n        - AdministratorAccess',
    to: 'managedPolicies: AdministratorAccess',
  },
  { title: 'a key that is there twice', from: SESSION, to: `${SESSION}\n      sessionDuration: PT4H` },
  { title: 'a tab before a key', from: '      sessionDuration', to: '\tsessionDuration' },
  { title: 'a tag that is a number', from: 'team: network', to: 'team: 7' },
  {
    title: '21 managed policies',
    from: '- AdministratorAccess',
    to: `- ${Array(21).fill('AdministratorAccess').join('\n        - ')}`,
  },
  {
    title: 'a short reason',
    from: "reason: 'Patching, and shells on every machine of its accounts, are its work.'",
    to: 'reason: no',
  },
  { title: 'a name of a set with a space', from: SET, to: '    - name: Network Operator\n' },
  { title: 'another word than those allowed', from: 'deployFrom: management', to: 'deployFrom: here' },
  { title: 'a tenant id that is none', from: 'tenantId: 5f2b7c1e', to: 'tenantId: 5f2b' },
  { title: 'a Region that is none', from: 'region: eu-west-1', to: 'region: eu-west-9' },
  { title: 'an effect that is none', from: 'Effect: Allow', to: 'Effect: allow' },
  { title: 'a policy without its version', from: "        Version: '2012-10-17'\n", to: '' },
  { title: 'a host without https', from: '- https://claims.example.com', to: '- http://claims.example.com' },
  { title: 'logs of 29 days', from: 'retentionDays: 365', to: 'retentionDays: 29' },
  { title: 'a secret of ten days', from: 'period: P180D', to: 'period: P10D' },
  {
    title: 'a boundary of two kinds',
    from: '      permissionsBoundary:\n',
    to: '      permissionsBoundary:\n        managedPolicy: ReadOnlyAccess\n',
  },
  { title: 'no account', from: SELECTOR, to: '          []\n' },
  {
    title: 'a set that is not there',
    from: 'permissionSets: [NetworkOperator]',
    to: 'permissionSets: [NetworkOperater]',
    isBetweenPlaces: true,
  },
  {
    title: 'two sets of a name',
    from: '    - name: SecurityAudit\n',
    to: '    - name: SecurityAdmin\n',
    isBetweenPlaces: true,
  },
];

/** The sandbox with a mistake. */
export const mistaken = (sandbox: string, { from, to }: Mistake): string => changed(sandbox, from, to);
