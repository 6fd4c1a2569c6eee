import { checkInputs } from '../../../provider/check';
import { resourceType } from '../../../provider/resource-types';
import type { Properties } from '../../../provider/values';
import { FakeGraph } from '../../support/fake-graph';
import { GraphStack } from '../../support/graph-stack';

const NAME = 'Sign up and sign in';
const APPLICATION = '63856651-13d9-4784-9abf-20758d509e19';
const base: Properties = { displayName: NAME, identityProviders: ['EmailPassword-OAUTH'] };

let graph: FakeGraph;
let stack: GraphStack;

beforeEach(async () => {
  graph = await new FakeGraph().start();
  stack = new GraphStack(graph, 'AuthenticationEventsFlow');
});

afterEach(() => graph.stop());

const flow = () => graph.eventsFlows.named(NAME);

test.each<[Properties, string, string]>([
  [{ displayName: '' }, 'displayName', '"" is empty'],
  [{ identityProviders: [] }, 'identityProviders', 'is empty; Graph takes no user flow without one'],
  [{ priority: 5 }, 'priority', "unknown key 'priority'"],
  [
    { attributes: [{ attribute: 'City' }, { attribute: 'city' }] },
    'attributes[1].attribute',
    "'city' is listed already, as attributes[0]; a flow asks for an attribute once",
  ],
])('refuses %j at %s', (inputs, property, reason) => {
  const { failures } = checkInputs(resourceType('AuthenticationEventsFlow'), { ...base, ...inputs }, undefined);
  expect(failures).toEqual([{ property, reason: expect.stringContaining(reason) as string }]);
});

test('creates a flow in the form of the documentation, with its attributes looked up and its application attached', async () => {
  await stack.up({
    ...base,
    attributes: [{ attribute: 'email' }, { attribute: 'Given Name', label: 'First name', isOptional: true }],
    applications: [APPLICATION],
  });
  expect(flow().body).toMatchObject({
    '@odata.type': '#microsoft.graph.externalUsersSelfServiceSignUpEventsFlow',
    onInteractiveAuthFlowStart: {
      '@odata.type': '#microsoft.graph.onInteractiveAuthFlowStartExternalUsersSelfServiceSignUp',
      isSignUpAllowed: true,
    },
    onAttributeCollection: {
      '@odata.type': '#microsoft.graph.onAttributeCollectionExternalUsersSelfServiceSignUp',
      attributes: [{ id: 'email' }, { id: 'givenName' }],
      attributeCollectionPage: {
        views: [
          {
            inputs: [
              { attribute: 'email', hidden: true, editable: false, required: true },
              { attribute: 'givenName', label: 'First name', hidden: false, editable: true, required: false },
            ],
          },
        ],
      },
    },
  });
  expect([...flow().providers]).toEqual(['EmailPassword-OAUTH']);
  expect([...flow().applications]).toEqual([APPLICATION]);
});

test('creates a flow with a page also where no attribute is declared, since Graph adds none later', async () => {
  await stack.up(base);
  expect(flow().body).toMatchObject({ onAttributeCollection: { attributes: [{ id: 'email' }] } });
});

test('takes over a flow of the name instead of creating a second one', async () => {
  await stack.up(base);
  const other = new GraphStack(graph, 'AuthenticationEventsFlow');
  graph.take();
  await other.up({ ...base, isSignUpAllowed: false });
  expect(graph.eventsFlows.all.size).toBe(1);
  expect(other.warnings).toEqual([`the user flow '${NAME}' exists already and is taken over`]);
  expect(flow().body).toMatchObject({ onInteractiveAuthFlowStart: { isSignUpAllowed: false } });
});

test('sends nothing but what differs, and a whole page where one attribute does', async () => {
  const attributes = [{ attribute: 'email' }, { attribute: 'givenName' }];
  await stack.up({ ...base, attributes });
  graph.take();
  await stack.up({ ...base, attributes: [...attributes, { attribute: 'city' }] });
  const patches = graph.requests.filter(({ method }) => method === 'PATCH');
  expect(patches.map(({ body }) => Object.keys(body))).toEqual([['@odata.type', 'onAttributeCollection']]);
  expect(JSON.stringify(patches[0]?.body)).toMatch(/email.*givenName.*city/);
});

test('shows what somebody changed by hand, and puts it right', async () => {
  await stack.up({ ...base, applications: [APPLICATION] });
  flow().applications.clear();
  flow().body['onInteractiveAuthFlowStart'] = { isSignUpAllowed: false };
  await stack.refresh();
  const difference = stack.preview({ ...base, applications: [APPLICATION] });
  expect([...difference.changes.keys()]).toEqual(['isSignUpAllowed', 'applications[0]']);
  await stack.up({ ...base, applications: [APPLICATION] });
  expect([...flow().applications]).toEqual([APPLICATION]);
});

test('does not say that a change was made that does not read back', async () => {
  await stack.up(base);
  graph.eventsFlows.forgetsChanges = true;
  await expect(stack.up({ ...base, isSignUpAllowed: false })).rejects.toThrow(
    `the user flow '${NAME}' as declared: not so after 180 s`,
  );
});

test("tells Graph's reason where an application is in another flow", async () => {
  await stack.up({ ...base, applications: [APPLICATION] });
  const other = new GraphStack(graph, 'AuthenticationEventsFlow');
  const declared = { ...base, displayName: 'Another', applications: [APPLICATION] };
  await expect(other.up(declared)).rejects.toThrow('The application is attached to a user flow already.');
  // It exists, so that the next run must find it.
  expect(other.stored?.id).toBeDefined();
});

test('names the attributes of the directory where it has no such one', async () => {
  await expect(stack.up({ ...base, attributes: [{ attribute: 'shoeSize' }] })).rejects.toThrow(
    "the directory has no user attribute 'shoeSize'; attributes: 'email', 'givenName'",
  );
});

test('reads all of a flow on import', async () => {
  await stack.up({ ...base, attributes: [{ attribute: 'email' }], applications: [APPLICATION] });
  const { id = '' } = stack.stored ?? {};
  const live = await resourceType('AuthenticationEventsFlow').read(id, undefined, stack.context);
  expect(live?.inputs).toEqual({
    displayName: NAME,
    isSignUpAllowed: true,
    identityProviders: ['EmailPassword-OAUTH'],
    attributes: [{ attribute: 'email', label: 'Email Address', isOptional: false }],
    applications: [APPLICATION],
  });
});

test('deletes a flow, and takes one that is gone for deleted', async () => {
  await stack.up(base);
  graph.eventsFlows.all.clear();
  await stack.destroy();
  expect(stack.stored).toBeUndefined();
});
