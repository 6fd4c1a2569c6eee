import { checkInputs } from '../../../provider/check';
import { resourceType } from '../../../provider/resource-types';
import { FakeGraph } from '../../support/fake-graph';
import type { ServicePrincipal } from '../../support/fake-graph-service-principals';
import { fixDay } from '../../support/fixed-day';
import { GraphStack } from '../../support/graph-stack';
import type { Properties } from '../../../provider/values';

const TODAY = '2026-11-25';
fixDay(TODAY);

const declared: Properties = { servicePrincipalId: 'sp-1', displayName: 'CN=AWS', endDateTime: '2028-06-01T00:00:00Z' };

let graph: FakeGraph;
let principal: ServicePrincipal;
let stack: GraphStack;

beforeEach(async () => {
  graph = await new FakeGraph().start();
  principal = graph.servicePrincipals.add('sp-1');
  stack = new GraphStack(graph, 'SamlSigningCertificate');
});

afterEach(async () => {
  jest.setSystemTime(new Date(TODAY));
  await graph.stop();
});

const ends = () =>
  principal.body.keyCredentials.filter(({ usage }) => usage === 'Verify').map(({ endDateTime }) => endDateTime);
const active = () => principal.body['preferredTokenSigningKeyThumbprint'];
const thumbprint = (of: GraphStack) => of.stored?.state['thumbprint'];
const failuresOf = (inputs: Properties, olds?: Properties) =>
  checkInputs(resourceType('SamlSigningCertificate'), { ...declared, ...inputs }, olds).failures;

test.each<[Properties, string, string]>([
  [{ displayName: 'AWS' }, 'displayName', `"AWS" must start with CN=, as in 'CN=AWS IAM Identity Center'`],
  [{ endDateTime: 'in a year' }, 'endDateTime', `"in a year" must be a time in UTC, as in '2029-01-31T00:00:00Z'`],
  [
    { endDateTime: '2020-01-01T00:00:00Z' },
    'endDateTime',
    "'2020-01-01T00:00:00Z' is past: a certificate that has expired signs nothing, so it is not added",
  ],
])('%j is refused at %s', (inputs, property, reason) => {
  expect(failuresOf(inputs)).toEqual([{ property, reason }]);
});

test('Graph signs for three years at most', () => {
  expect(failuresOf({ endDateTime: '2099-01-01T00:00:00Z' })[0]?.reason).toMatch(
    /^'2099-01-01T00:00:00Z' is more than 3 years away; the latest is 20/,
  );
});

test('one that exists may expire, but not be activated after that', () => {
  const expired = { ...declared, endDateTime: '2020-01-01T00:00:00Z' };
  expect(failuresOf({ ...expired, active: true }, { ...expired, active: true })).toEqual([]);
  expect(failuresOf({ ...expired, active: true }, { ...expired, active: false })[0]?.reason).toContain(
    'so it is not activated',
  );
});

test('adds and activates by thumbprint; the answer with the private part is not kept', async () => {
  const { id, state } = await stack.up(declared);
  expect(id).toBe(`sp-1/${String(active())}`);
  expect(Object.keys(state).toSorted()).toEqual([
    'active',
    'certificate',
    'displayName',
    'endDateTime',
    'isActive',
    'servicePrincipalId',
    'startDateTime',
    'thumbprint',
  ]);
  await stack.refresh();
  expect([...stack.preview(declared).changes]).toEqual([]);
});

test('another spelling of the same instant is no difference', async () => {
  await stack.up(declared);
  expect([...stack.preview({ ...declared, endDateTime: '2028-06-01T00:00:00.000Z' }).changes]).toEqual([]);
});

test('rotates with overlap: adds, moves the activation, removes only the retired one', async () => {
  const next = new GraphStack(graph, 'SamlSigningCertificate');
  const second = { ...declared, endDateTime: '2029-01-01T00:00:00Z' };
  await stack.up(declared);
  await next.up({ ...second, active: false });
  expect(active()).toBe(thumbprint(stack));
  await stack.up({ ...declared, active: false });
  await next.up({ ...second, active: true });
  expect(active()).toBe(thumbprint(next));
  expect(ends()).toEqual(['2028-06-01T00:00:00Z', '2029-01-01T00:00:00Z']);
  await stack.destroy();
  expect(ends()).toEqual(['2029-01-01T00:00:00Z']);
  expect(principal.body.passwordCredentials).toHaveLength(1);
  expect([active(), principal.body['preferredSingleSignOnMode']]).toEqual([thumbprint(next), 'saml']);
  expect(stack.warnings).toEqual([]);
});

test.each([{ endDateTime: '2029-01-01T00:00:00Z' }, { displayName: 'CN=AWS 2' }])(
  'the certificate that signs is not replaced: %j',
  (change) => {
    const [property] = Object.keys(change);
    const was = { ...declared, active: true };
    expect(failuresOf(change, was).map((failure) => failure.property)).toEqual([property]);
    expect(failuresOf(change, { ...was, active: false })).toEqual([]);
    expect(failuresOf({ ...change, active: false }, was)).toEqual([]);
    expect(failuresOf({ ...change, servicePrincipalId: 'sp-2' }, was)).toEqual([]);
    expect(failuresOf(change, { ...was, endDateTime: '2026-11-24T00:00:00Z' })).toEqual([]);
  },
);

test('a renamed certificate is a new one, which does not sign in place of the one that AWS trusts', async () => {
  await stack.up(declared);
  const signs = active();
  const renamed = new GraphStack(graph, 'SamlSigningCertificate');
  graph.take();
  await expect(renamed.up({ ...declared, displayName: 'CN=AWS 2' })).rejects.toThrow(
    "'CN=AWS 2' would sign at once in place of 'CN=AWS'",
  );
  expect(graph.take().filter((line) => !line.startsWith('GET'))).toEqual([]);
  expect([active(), ends()]).toEqual([signs, ['2028-06-01T00:00:00Z']]);
});

test('one that has ended gives way at once', async () => {
  await stack.up({ ...declared, endDateTime: '2026-11-26T00:00:00Z' });
  jest.setSystemTime(new Date('2026-11-27T00:00:00Z'));
  const next = new GraphStack(graph, 'SamlSigningCertificate');
  await next.up({ ...declared, displayName: 'CN=AWS 2' });
  expect(active()).toBe(thumbprint(next));
});

test('a certificate that waits is replaced, and what signs stays', async () => {
  await stack.up(declared);
  const next = new GraphStack(graph, 'SamlSigningCertificate');
  const waiting = { ...declared, displayName: 'CN=AWS 2', active: false };
  await next.up(waiting);
  await next.up({ ...waiting, endDateTime: '2029-01-01T00:00:00Z' });
  expect(ends()).toEqual(['2028-06-01T00:00:00Z', '2029-01-01T00:00:00Z']);
  expect(active()).toBe(thumbprint(stack));
});

test('the last one takes SAML mode with it, so that the application can be deleted', async () => {
  await stack.up(declared);
  await stack.destroy();
  expect(principal.body).toMatchObject({
    preferredSingleSignOnMode: null,
    preferredTokenSigningKeyThumbprint: null,
    keyCredentials: [],
    passwordCredentials: [],
  });
});

test('removing the active one of two says that none signs', async () => {
  await new GraphStack(graph, 'SamlSigningCertificate').up({
    ...declared,
    endDateTime: '2029-01-01T00:00:00Z',
    active: false,
  });
  await stack.up(declared);
  await stack.destroy();
  expect(stack.warnings).toEqual([expect.stringContaining('none of the 1 that remain is activated')]);
  expect(principal.body['preferredSingleSignOnMode']).toBe('saml');
});

test('two certificates of one application at once do not undo each other', async () => {
  const other = new GraphStack(graph, 'SamlSigningCertificate');
  const shared = { ...stack.context };
  Object.assign(other, { context: { ...other.context, locks: shared.locks } });
  await Promise.all([
    stack.up(declared),
    other.up({ ...declared, endDateTime: '2029-01-01T00:00:00Z', active: false }),
  ]);
  await Promise.all([stack.destroy(), other.destroy()]);
  expect(principal.body).toMatchObject({
    keyCredentials: [],
    passwordCredentials: [],
    preferredSingleSignOnMode: null,
  });
});

test('a refresh finds that another one was activated', async () => {
  await stack.up(declared);
  principal.body['preferredTokenSigningKeyThumbprint'] = 'F'.repeat(40);
  await stack.refresh();
  expect([...stack.preview(declared).changes]).toEqual([['active', 'update']]);
  await stack.up(declared);
  expect(active()).toBe(thumbprint(stack));
});

test('takes over what an earlier attempt left', async () => {
  await stack.up(declared);
  const again = new GraphStack(graph, 'SamlSigningCertificate');
  await again.up(declared);
  expect(ends()).toHaveLength(1);
  expect(again.warnings).toEqual([
    "the signing certificate 'CN=AWS' until 2028-06-01T00:00:00Z exists already and is taken over",
  ]);
});

test('is imported by thumbprint, and gone with its service principal', async () => {
  const { id } = await stack.up(declared);
  const imported = new GraphStack(graph, 'SamlSigningCertificate');
  expect((await imported.import(id.toLowerCase())).inputs).toEqual({ ...declared, active: true });
  graph.servicePrincipals.all.clear();
  await stack.destroy();
  expect(await imported.refresh()).toBeUndefined();
  await expect(imported.import('sp-1')).rejects.toThrow(
    "the id of a signing certificate must be <object id of the service principal>/<thumbprint>, got 'sp-1'",
  );
});
