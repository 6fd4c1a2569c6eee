import { checkInputs } from '../../../provider/check';
import { resourceType } from '../../../provider/resource-types';
import { FakeGraph } from '../../support/fake-graph';
import { GraphStack } from '../../support/graph-stack';
import { UNKNOWN, type Properties } from '../../../provider/values';

const ID = 'B2C_1_signupsignin1';
const base: Properties = { userFlowId: ID, userFlowType: 'signUpOrSignIn' };

let graph: FakeGraph;
let stack: GraphStack;

beforeEach(async () => {
  graph = await new FakeGraph().start();
  stack = new GraphStack(graph, 'UserFlow');
});

afterEach(() => graph.stop());

const flow = () => graph.flows.flow(ID);

describe('check', () => {
  const failuresOf = (inputs: Properties) =>
    checkInputs(resourceType('UserFlow'), { ...base, ...inputs }, undefined).failures;

  test.each<[Properties, string, string]>([
    [
      { userFlowId: 'signupsignin1' },
      'userFlowId',
      '"signupsignin1" must be the prefix B2C_1_ and 1 to 58 letters, digits, _ or -; Graph would add the prefix by itself',
    ],
    [
      { userFlowType: 'signup' },
      'userFlowType',
      '"signup" is not one of the allowed values; signUp, signIn, signUpOrSignIn, passwordReset, profileUpdate, resourceOwner',
    ],
    [
      { multifactor: { state: 'always' } },
      'multifactor.state',
      '"always" is not one of the allowed values; off, on, conditional',
    ],
    [{ identityProvider: [] }, 'identityProvider', "unknown key 'identityProvider'; did you mean 'identityProviders'?"],
    [
      { attributes: [{ attribute: 'City', userInputType: 'textbox' }] },
      'attributes[0].userInputType',
      '"textbox" is not one of the allowed values; textBox, dateTimeDropdown, radioSingleSelect, dropdownSingleSelect, emailBox, checkboxMultiSelect',
    ],
    [
      { attributes: [{ attribute: 'City' }, { attribute: 'city' }] },
      'attributes[1].attribute',
      "'city' is listed already, as attributes[0]; a flow asks for an attribute once",
    ],
    [
      { attributes: [{ attribute: 'City', requiresVerification: true }] },
      'attributes[0].requiresVerification',
      "'City' can't be verified; only an e-mail address or a phone number can",
    ],
    [
      { languages: ['de'] },
      'languages',
      'need isLanguageCustomizationEnabled: true; without it the flow shows one language only',
    ],
    [
      { languages: ['de'], isLanguageCustomizationEnabled: true, defaultLanguageTag: 'en' },
      'defaultLanguageTag',
      "'en' is not among languages",
    ],
  ])('%j is refused at %s', (inputs, property, reason) => {
    expect(failuresOf(inputs)).toEqual([{ property, reason }]);
  });

  test('a missing input names what is expected', () => {
    const { failures } = checkInputs(resourceType('UserFlow'), { userFlowId: ID }, undefined);
    expect(failures.map(({ property }) => property)).toEqual(['userFlowType']);
    expect(failures[0]?.reason).toContain('expected signUp or signIn');
  });

  test('what is not known yet is no fault', () => {
    expect(
      failuresOf({
        userFlowId: UNKNOWN,
        attributes: UNKNOWN,
        multifactor: { state: UNKNOWN },
        claims: UNKNOWN,
        identityProviders: ['a', UNKNOWN],
      }),
    ).toEqual([]);
  });

  test('fills in the defaults of Graph, and sorts what is a set', () => {
    const { inputs } = checkInputs(
      resourceType('UserFlow'),
      { ...base, attributes: [{ attribute: 'City' }], identityProviders: ['b', 'a'] },
      undefined,
    );
    expect(inputs).toEqual({
      ...base,
      userFlowTypeVersion: 3,
      attributes: [{ attribute: 'City', isOptional: false, requiresVerification: false, userInputType: 'textBox' }],
      identityProviders: ['a', 'b'],
    });
  });
});

describe('diff', () => {
  test('ignores what Graph adds by itself', async () => {
    graph.flows.addsByItself = ['email'];
    await stack.up({ ...base, attributes: [{ attribute: 'givenName' }] });
    expect(flow().order).toEqual(['email', 'givenName']);
    flow().body['somethingNew'] = { a: 1 };
    await stack.refresh();
    expect([...stack.preview({ ...base, attributes: [{ attribute: 'givenName' }] }).changes]).toEqual([]);
  });

  test('names the property, and replaces only for name, type and version', async () => {
    await stack.up({ ...base, attributes: [{ attribute: 'city' }] });
    const changed = stack.preview({
      ...base,
      attributes: [{ attribute: 'city', isOptional: true }, { attribute: 'surname' }],
      userFlowType: 'signIn',
    });
    expect([...changed.changes]).toEqual([
      ['userFlowType', 'update'],
      ['attributes[0].isOptional', 'update'],
      ['attributes[1]', 'add'],
    ]);
    expect(changed.replaces).toEqual(['userFlowType']);
    expect(stack.preview({ ...base, attributes: [] }).replaces).toEqual([]);
  });

  test('another type under the same name deletes the old flow first', async () => {
    await stack.up(base);
    expect(stack.preview({ ...base, userFlowType: 'signIn' }).isDeletedFirst).toBe(true);
    expect(stack.preview({ ...base, userFlowId: 'B2C_1_b', userFlowType: 'signIn' }).isDeletedFirst).toBe(false);
    await stack.up({ ...base, userFlowType: 'signIn' });
    expect(flow().body['userFlowType']).toBe('signIn');
  });

  test('a declaration that leaves something out does not manage it', async () => {
    await stack.up({ ...base, identityProviders: ['a'] });
    expect([...stack.preview(base).changes]).toEqual([]);
  });

  test('what the state alone has is a change where it is left out', async () => {
    await stack.up({ ...base, claims: ['emails'], multifactor: { state: 'on' } });
    expect([...stack.preview({ ...base, claims: ['emails'] }).changes]).toEqual([['multifactor', 'delete']]);
    expect([...stack.preview(base).changes.keys()]).toEqual(['multifactor', 'claims']);
  });
});

describe('create', () => {
  test('looks first, creates once, and reads back', async () => {
    await stack.up({ ...base, attributes: [{ attribute: 'Given Name' }, { attribute: 'City' }] });
    expect(graph.take().filter((line) => !line.startsWith('GET'))).toEqual([
      'POST /beta/identity/b2cUserFlows',
      `POST /beta/identity/b2cUserFlows/${ID}/userAttributeAssignments`,
      `POST /beta/identity/b2cUserFlows/${ID}/userAttributeAssignments`,
    ]);
    expect(flow().assignments.get('givenName')).toMatchObject({ displayName: 'Given Name', isOptional: false });
  });

  test('takes over a flow of the same type, and says so', async () => {
    await stack.up(base);
    const second = new GraphStack(graph, 'UserFlow');
    await second.up({ ...base, attributes: [{ attribute: 'city' }] });
    expect(graph.flows.flows.size).toBe(1);
    expect(second.warnings).toEqual([`the user flow '${ID}' exists already and is taken over`]);
  });

  test('refuses a flow of another type', async () => {
    await stack.up({ ...base, userFlowType: 'passwordReset' });
    await expect(new GraphStack(graph, 'UserFlow').up(base)).rejects.toThrow(
      `the directory has a user flow '${ID}' already, but of another type (passwordReset, version 3); choose another userFlowId, or delete that flow`,
    );
  });

  test('refuses a flow whose id differs in case, which a change of the case alone would delete afterwards', async () => {
    await stack.up(base);
    await expect(stack.up({ ...base, userFlowId: 'B2C_1_SignUpSignIn1' })).rejects.toThrow(
      `the directory has a user flow '${ID}', and ids that differ from it in case alone mean the same flow; declare it by that id, or delete that flow`,
    );
    expect(flow().body['id']).toBe(ID);
  });

  test('names the attributes that there are if one is unknown, and keeps the flow in the state', async () => {
    await expect(stack.up({ ...base, attributes: [{ attribute: 'Shoe Size' }] })).rejects.toThrow(
      "the directory has no user attribute 'Shoe Size'; attributes: 'email', 'givenName', 'surname', 'city', 'extension_0a1b_Plan'",
    );
    expect(stack.stored?.id).toBe(ID);
    await stack.up({ ...base, attributes: [{ attribute: 'surname' }] });
    expect(flow().order).toEqual(['surname']);
  });

  test('an error says what Graph said, with its request id', async () => {
    graph.fault = ({ method }) => (method === 'PATCH' ? 400 : undefined);
    await expect(stack.up({ ...base, defaultLanguageTag: 'de' })).rejects.toThrow(
      `PATCH /beta/identity/b2cUserFlows/${ID}: 400 Refused: This directory does not support it. ` +
        '(request-id 11111111-2222-3333-4444-555555555555)',
    );
  });
});

describe('settings that Graph has no property for', () => {
  const declared = { ...base, multifactor: { state: 'on', method: 'email' }, claims: ['objectId', 'emails'] };

  test('are sent in no request, and a refresh leaves them as declared', async () => {
    await stack.up(declared);
    await stack.refresh();
    expect([...stack.preview(declared).changes]).toEqual([]);
    await stack.up({ ...declared, claims: ['emails'] });
    const bodies = graph.requests.filter(({ method }) => method !== 'GET').map(({ body }) => body);
    expect(bodies).toEqual([{ id: ID, userFlowType: 'signUpOrSignIn', userFlowTypeVersion: 3 }]);
  });
});

describe('a documented setting that Graph refuses', () => {
  const declared = { ...base, attributes: [{ attribute: 'city', isOptional: true }], identityProviders: ['a'] };
  const refuse = (status: number): void => {
    graph.fault = ({ method, path }) =>
      method === 'POST' && path.includes('/userFlowIdentityProviders') ? status : undefined;
  };

  test.each([400, 401, 403, 404, 405, 409, 429, 500, 501, 503])(
    'fails with %i, and the next up makes it once Graph takes it',
    async (status) => {
      refuse(status);
      await expect(stack.up(declared)).rejects.toThrow(`userFlowIdentityProviders/$ref: ${status} `);
      expect([stack.stored?.id, flow().order]).toEqual([ID, ['city']]);
      graph.fault = () => undefined;
      await stack.up(declared);
      expect(flow().providers).toEqual(new Set(['a']));
    },
  );
});

describe('read', () => {
  test('a refresh shows what somebody changed', async () => {
    const declared = {
      ...base,
      attributes: [{ attribute: 'Given Name' }, { attribute: 'City' }],
      identityProviders: ['a'],
    };
    await stack.up(declared);
    flow().order.reverse();
    flow().providers.add('b');
    await stack.refresh();
    expect([...stack.preview(declared).changes.keys()]).toEqual([
      'attributes[0].attribute',
      'attributes[1].attribute',
      'identityProviders[1]',
    ]);
    await stack.up(declared);
    await stack.refresh();
    expect([...stack.preview(declared).changes]).toEqual([]);
  });

  test('a choice of which Graph says nothing is not the default, and what Graph adds to it is no change', async () => {
    const choice = { name: 'Private', value: 'private', isDefault: false };
    const declared = {
      ...base,
      attributes: [{ attribute: 'City', userInputType: 'radioSingleSelect', userAttributeValues: [choice] }],
    };
    await stack.up(declared);
    const live = flow().assignments.get('city') ?? {};
    const answer = { '@odata.type': '#microsoft.graph.userAttributeValuesItem', ...choice, isDefault: null };
    flow().assignments.set('city', { ...live, userAttributeValues: [answer] });
    await stack.refresh();
    expect([...stack.preview(declared).changes]).toEqual([]);
  });

  test('an attribute that somebody added is removed again', async () => {
    const declared = { ...base, attributes: [{ attribute: 'City' }] };
    await stack.up(declared);
    const { assignments, order } = flow();
    assignments.set('surname', {
      id: 'surname',
      userInputType: 'textbox',
      userAttribute: { id: 'surname', displayName: 'Surname' },
    });
    order.push('surname');
    await stack.refresh();
    await stack.up(declared);
    expect(flow().order).toEqual(['city']);
  });

  test('import by id reads everything that Graph has', async () => {
    const declared = {
      ...base,
      attributes: [{ attribute: 'city', displayName: 'Town' }],
      identityProviders: ['a'],
    };
    await stack.up({ ...declared, claims: ['emails'] });
    const { inputs } = await new GraphStack(graph, 'UserFlow').import(ID);
    expect(inputs).toMatchObject({ ...declared, userFlowTypeVersion: 3, defaultLanguageTag: 'en' });
    expect(inputs).not.toHaveProperty('languages');
    expect(inputs).not.toHaveProperty('claims');
  });

  test('import by id reads the languages where the flow has more than one', async () => {
    const declared = { ...base, isLanguageCustomizationEnabled: true, languages: ['de', 'en'] };
    await stack.up(declared);
    expect((await new GraphStack(graph, 'UserFlow').import(ID)).inputs).toMatchObject(declared);
  });

  test('a flow that is gone is gone from the state', async () => {
    await stack.up(base);
    graph.flows.flows.clear();
    expect(await stack.refresh()).toBeUndefined();
  });
});

describe('delete', () => {
  test('removes the flow; one that is gone already is no error', async () => {
    await stack.up(base);
    await stack.destroy();
    expect(graph.flows.flows.size).toBe(0);
    await stack.up(base);
    graph.flows.flows.clear();
    await stack.destroy();
  });

  test('a 404 of a replica that lags is not taken for an end', async () => {
    await stack.up(base);
    graph.take();
    graph.fault = (_, index) => (index < 2 ? 'missing' : undefined);
    await stack.destroy();
    expect(graph.flows.flows.size).toBe(0);
  });
});
