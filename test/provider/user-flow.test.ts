import { FakeGraph } from '../support/fake-graph';
import { GraphStack } from '../support/graph-stack';
import { IncompleteError } from '../../provider/resource';
import { UNKNOWN, type Properties } from '../../provider/values';

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
    stack.provider.check('UserFlow', { ...base, ...inputs }, undefined).failures;

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
    [
      { tokenLifetime: { refreshTokenLifetimeInDays: 91 } },
      'tokenLifetime.refreshTokenLifetimeInDays',
      '91 must be 1 to 90 days',
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
    const { failures } = stack.provider.check('UserFlow', { userFlowId: ID }, undefined);
    expect(failures.map(({ property }) => property)).toEqual(['userFlowType']);
    expect(failures[0]?.reason).toContain('expected signUp or signIn');
  });

  test('what is not known yet is no fault', () => {
    expect(
      failuresOf({
        userFlowId: UNKNOWN,
        attributes: UNKNOWN,
        multifactor: { state: UNKNOWN },
        identityProviders: ['a', UNKNOWN],
      }),
    ).toEqual([]);
  });

  test('fills in the defaults of Graph, and sorts what is a set', () => {
    const { inputs } = stack.provider.check(
      'UserFlow',
      { ...base, attributes: [{ attribute: 'City' }], identityProviders: ['b', 'a'] },
      undefined,
    );
    expect(inputs).toEqual({
      ...base,
      userFlowTypeVersion: 3,
      manualSteps: 'fail',
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
    await stack.up({ ...base, multifactor: { state: 'on' } });
    expect([...stack.preview(base).changes]).toEqual([]);
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
    graph.flows.refuses.add('defaultLanguageTag');
    await expect(stack.up({ ...base, defaultLanguageTag: 'de' })).rejects.toThrow(
      `PATCH /beta/identity/b2cUserFlows/${ID}: 400 BadRequest: The property 'defaultLanguageTag' does not exist on type ` +
        "'b2cIdentityUserFlow'. (request-id 11111111-2222-3333-4444-555555555555)",
    );
  });
});

describe('undocumented settings', () => {
  const withMfa = { ...base, multifactor: { state: 'on', method: 'email' } };

  test('are patched only where they differ', async () => {
    await stack.up({ ...base, multifactor: { state: 'off' } });
    expect(graph.take().filter((line) => line.startsWith('PATCH'))).toEqual([]);
    await stack.up(withMfa);
    expect(graph.take().filter((line) => line.startsWith('PATCH'))).toEqual([
      `PATCH /beta/identity/b2cUserFlows/${ID}`,
    ]);
    expect(stack.stored?.state['pendingManualSteps']).toEqual([]);
  });

  test('fail with place and value where Graph forgets them', async () => {
    graph.flows.forgets.add('multifactorAuthenticationConfiguration');
    const failed = stack.up(withMfa);
    await expect(failed).rejects.toThrow(IncompleteError);
    await expect(failed).rejects.toThrow(
      "Graph did not keep a setting. multifactor: set 'state: on, method: email' at Azure portal > Azure AD B2C > User flows > " +
        `${ID} > Properties > Multifactor authentication (Graph took it but reads state: off, method: email). ` +
        "Then run `pulumi refresh`; or declare manualSteps: 'warn' to go on without",
    );
  });

  test('are recorded with manualSteps: warn, cause no further update, and are done when a person did them', async () => {
    graph.flows.refuses.add('applicationClaims');
    const declared = { ...base, tokenClaims: ['objectId'], manualSteps: 'warn' };
    await stack.up(declared);
    expect(stack.warnings).toHaveLength(1);
    expect(stack.stored?.state['pendingManualSteps']).toMatchObject([
      {
        property: 'tokenClaims',
        value: 'objectId',
        where: `Azure portal > Azure AD B2C > User flows > ${ID} > Application claims`,
      },
    ]);
    await stack.refresh();
    expect([...stack.preview(declared).changes]).toEqual([]);
    expect(stack.stored?.state['pendingManualSteps']).toHaveLength(1);
    flow().body['applicationClaims'] = ['objectId'];
    await stack.refresh();
    expect(stack.stored?.state['pendingManualSteps']).toEqual([]);
    expect([...stack.preview(declared).changes]).toEqual([]);
  });

  test('a method that the service changed by itself is never reported as set', async () => {
    graph.flows.forgets.add('multifactorAuthenticationConfiguration');
    await stack.up({ ...base, manualSteps: 'warn', multifactor: { state: 'off', method: 'authenticator' } });
    expect(stack.stored?.state['pendingManualSteps']).toMatchObject([
      { reason: 'Graph took it but reads state: off, method: email' },
    ]);
  });

  test('a PATCH leaves JavaScript as it was, though Graph would switch it off', async () => {
    await stack.up(base);
    flow().body['isJavaScriptEnabled'] = true;
    await stack.up(withMfa);
    expect(flow().body['isJavaScriptEnabled']).toBe(true);
  });

  test('what nobody declared inside of a setting stays', async () => {
    await stack.up(base);
    flow().body['singleSignOnSessionConfiguration'] = { sessionScope: 'tenant', keepMe: 7 };
    await stack.up({ ...base, session: { sessionScope: 'policy' } });
    expect(flow().body['singleSignOnSessionConfiguration']).toEqual({ sessionScope: 'policy', keepMe: 7 });
  });
});

describe('read', () => {
  test('a refresh shows what somebody changed', async () => {
    const declared = {
      ...base,
      attributes: [{ attribute: 'Given Name' }, { attribute: 'City' }],
      identityProviders: ['a'],
      multifactor: { state: 'on' },
    };
    await stack.up(declared);
    flow().order.reverse();
    flow().providers.add('b');
    flow().body['multifactorAuthenticationConfiguration'] = { multifactorAuthenticationState: 'off' };
    await stack.refresh();
    expect([...stack.preview(declared).changes.keys()]).toEqual([
      'attributes[0].attribute',
      'attributes[1].attribute',
      'identityProviders[1]',
      'multifactor.state',
    ]);
    await stack.up(declared);
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

  test('import by id reads everything', async () => {
    const declared = {
      ...base,
      attributes: [{ attribute: 'city', displayName: 'Town' }],
      identityProviders: ['a'],
      multifactor: { state: 'on', method: 'email' },
    };
    await stack.up(declared);
    const { inputs } = await new GraphStack(graph, 'UserFlow').import(ID);
    expect(inputs).toMatchObject({ ...declared, userFlowTypeVersion: 3, defaultLanguageTag: 'en' });
    expect(inputs).not.toHaveProperty('languages');
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
