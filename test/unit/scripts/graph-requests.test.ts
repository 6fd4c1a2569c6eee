import { alternatives, findNeed, type TokenKind } from '../../../apps/emulator/graph/permissions/needs';
import { CATALOGUE, type CataloguedRequest, graphRequestsReference } from '../../../scripts/reference/graph-requests';
import {
  CALL_PERMISSIONS,
  EXTERNAL_PERMISSIONS,
  GRAPH_PERMISSIONS,
  PROVIDER_PERMISSIONS,
} from '../../support/graph-permissions';

const request = (changes: Partial<CataloguedRequest>): CataloguedRequest => ({
  request: 'PATCH /beta/identity/b2cUserFlows/{id}',
  by: ['entragraph'],
  query: [],
  properties: ['defaultLanguageTag'],
  ...changes,
});

test('says of a request what it needs and who describes it', () => {
  expect(graphRequestsReference([request({})])).toContain(
    '- `PATCH /beta/identity/b2cUserFlows/{id}` (entragraph; `defaultLanguageTag`): `IdentityUserFlow.ReadWrite.All`\n',
  );
});

test.each([
  [{ properties: ['applicationClaims'] }, 'PATCH /beta/identity/b2cUserFlows/{id}: the property applicationClaims'],
  [{ request: 'PATCH /v1.0/identity/b2cUserFlows/{id}' }, 'PATCH /v1.0/identity/b2cUserFlows/{id}: the path'],
  [{ request: 'GET /v1.0/chats/{id}', properties: [] }, 'GET /v1.0/chats/{id}: no permissions'],
])('refuses what Microsoft does not describe and has no reason: %j', (changes, problem) => {
  expect(() => graphRequestsReference([request(changes)])).toThrow(problem);
});

/** A request that a token of a kind with these permissions may send. */
const isAllowed = (
  { request: name }: CataloguedRequest,
  held: readonly string[],
  kind: TokenKind = 'application',
): boolean => {
  const [method = '', path = ''] = name.replace(/\/(?:v1\.0|beta)\//, '/').split(' ');
  const need = findNeed({ method, path });
  return need !== undefined && alternatives(need[kind]).some((names) => names.every((one) => held.includes(one)));
};

/** The names of staged deletions, for a message that does without them where the log may not be read. */
const DONE_WITHOUT = 'GET /v1.0/auditLogs/provisioning';

const OF_PROGRAMS = CATALOGUE.filter(
  ({ request, by }) => request !== DONE_WITHOUT && (by.includes('azuread') || by.includes('entragraph')),
);
const DEPLOY = [...new Set([...GRAPH_PERMISSIONS.customers.deploy, ...GRAPH_PERMISSIONS.workforce.deploy])];

test.each(['application', 'delegated'] as const)(
  'the permissions of the deployments are enough for every request of the programs: %s',
  (kind) => {
    // Of what it owns, a person has no permission of its own kind.
    const ofPeople = ['Application.ReadWrite.All', 'Synchronization.ReadWrite.All'];
    // Bicep gives these where an estate names owners of groups, identity providers, or APIs that are called.
    const further = [...PROVIDER_PERMISSIONS.deploy, ...CALL_PERMISSIONS.deploy];
    const some = ['Directory.Read.All', 'User.ReadBasic.All', ...further];
    const all = [...DEPLOY, ...EXTERNAL_PERMISSIONS.deploy, ...some, ...(kind === 'delegated' ? ofPeople : [])];
    expect(OF_PROGRAMS.filter((one) => !isAllowed(one, all, kind)).map(({ request: name }) => name)).toEqual([]);
  },
);

test.each(DEPLOY)('the programs cannot do without %s', (permission) => {
  const rest = DEPLOY.filter((one) => one !== permission);
  expect(OF_PROGRAMS.some((one) => !isAllowed(one, rest))).toBe(true);
});
