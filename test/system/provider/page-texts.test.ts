import { checkInputs } from '../../../provider/check';
import { resourceType } from '../../../provider/resource-types';
import { UNKNOWN, type Properties } from '../../../provider/values';
import { FakeGraph } from '../../support/fake-graph';
import { GraphStack } from '../../support/graph-stack';

const ID = 'B2C_1_in';
const base: Properties = {
  userFlowId: ID,
  userFlowType: 'signUpOrSignIn',
  isLanguageCustomizationEnabled: true,
  languages: ['de', 'en'],
};

const text = (value: string, more: Properties = {}): Properties => ({
  language: 'de',
  page: 'phonefactor',
  elementType: 'UxElement',
  stringId: 'alert_message',
  value,
  ...more,
});
const send = (value: string): Properties => text(value, { stringId: 'button_send_code' });

/** An entry as Graph has it. */
const entry = (StringId: string, Value: string, more: object = {}) => ({
  ElementType: 'UxElement',
  ElementId: null,
  StringId,
  Override: true,
  Value,
  ...more,
});

let graph: FakeGraph;
let stack: GraphStack;

beforeEach(async () => {
  graph = await new FakeGraph().start();
  stack = new GraphStack(graph, 'UserFlow');
});

afterEach(() => graph.stop());

const documents = () => graph.flows.flow(ID).texts;
const stringsOf = (key: string): unknown => documents().get(key)?.['LocalizedStrings'];
const writes = (): readonly string[] =>
  graph
    .take()
    .filter((line) => !line.startsWith('GET'))
    .map((line) => line.replace(`/beta/identity/b2cUserFlows/${ID}/languages/`, ''));

describe('check', () => {
  const failuresOf = (inputs: Properties) =>
    checkInputs(resourceType('UserFlow'), { ...base, ...inputs }, undefined).failures;

  test.each<[string, Properties, string, string]>([
    [
      'a language that is not shown',
      { pageTexts: [text('a', { language: 'fr' })] },
      'pageTexts[0].language',
      "'fr' is not among languages",
    ],
    [
      'a text twice',
      { pageTexts: [text('a'), send('b'), text('c')] },
      'pageTexts[1]',
      'is declared already, as pageTexts[0]; a page has each text once',
    ],
    ['a text without a name', { pageTexts: [text('a', { stringId: '' })] }, 'pageTexts[0].stringId', '"" is empty'],
    [
      'a key that texts do not have',
      { pageTexts: [text('a', { override: true })] },
      'pageTexts[0].override',
      "unknown key 'override'; known keys: 'language', 'page', 'elementType', 'elementId', 'stringId', 'value'",
    ],
  ])('refuses %s', (_, inputs, ...failure) => {
    expect(failuresOf(inputs).map(({ property, reason }) => [property, reason])).toEqual([failure]);
  });

  test('refuses texts of a flow that speaks one language', () => {
    const failures = failuresOf({ isLanguageCustomizationEnabled: false, languages: UNKNOWN, pageTexts: [text('a')] });
    const reason = 'need isLanguageCustomizationEnabled: true; without it the flow shows one language only';
    expect(failures).toEqual([{ property: 'pageTexts', reason }]);
  });

  test('what is not known yet is no fault, and the order of texts means nothing', () => {
    expect(failuresOf({ pageTexts: [text(UNKNOWN), send(UNKNOWN), text('a', { language: UNKNOWN })] })).toEqual([]);
    const { inputs } = checkInputs(resourceType('UserFlow'), { ...base, pageTexts: [send('b'), text('a')] }, undefined);
    expect(inputs['pageTexts']).toEqual([text('a'), send('b')]);
  });
});

describe('texts that are declared', () => {
  test('are set beside those of others, once', async () => {
    await stack.up(base);
    const collections = [{ ElementType: 'ClaimType', ElementId: 'Plan', Override: true, Items: [] }];
    const others = [entry('intro', 'Wie erreichen wir Sie?'), entry('retry', 'Nochmal', { Override: false })];
    documents().set('de/phonefactor', { LocalizedStrings: others, LocalizedCollections: collections });
    const declared = {
      ...base,
      pageTexts: [
        text('Abbrechen?'),
        text('Mail', { elementType: 'ClaimType', elementId: 'email', stringId: 'DisplayName' }),
      ],
    };
    graph.take();
    await stack.up(declared);
    expect(documents().get('de/phonefactor')).toEqual({
      '@odata.context': 'x',
      LocalizedStrings: [
        ...others,
        entry('DisplayName', 'Mail', { ElementType: 'ClaimType', ElementId: 'email' }),
        entry('alert_message', 'Abbrechen?'),
      ],
      LocalizedCollections: collections,
    });
    expect(writes()).toEqual(['PUT de/overridesPages/phonefactor/$value']);
    expect([...stack.preview(declared).changes]).toEqual([]);
    await stack.refresh();
    expect([...stack.preview(declared).changes]).toEqual([]);
  });

  test('take the place of an entry that is ignored', async () => {
    await stack.up(base);
    documents().set('de/phonefactor', { LocalizedStrings: [entry('alert_message', 'Cancel?', { Override: false })] });
    await stack.up({ ...base, pageTexts: [text('Cancel?')] });
    expect(stringsOf('de/phonefactor')).toEqual([entry('alert_message', 'Cancel?')]);
  });

  test('give way to those of Microsoft once they are declared no more; those of others stay', async () => {
    await stack.up({ ...base, pageTexts: [text('a'), send('b'), text('c', { language: 'en' })] });
    const own = stringsOf('de/phonefactor') as readonly unknown[];
    documents().set('de/phonefactor', { LocalizedStrings: [...own, entry('intro', 'of others')] });
    graph.take();
    const rest = { ...base, pageTexts: [send('b')] };
    expect([...stack.preview(rest).changes]).toEqual([
      ['pageTexts[0].stringId', 'update'],
      ['pageTexts[0].value', 'update'],
      ['pageTexts[1]', 'delete'],
      ['pageTexts[2]', 'delete'],
    ]);
    await stack.up(rest);
    expect(stringsOf('de/phonefactor')).toEqual([entry('intro', 'of others'), entry('button_send_code', 'b')]);
    expect([documents().has('en/phonefactor'), writes()]).toEqual([
      false,
      ['PUT de/overridesPages/phonefactor/$value', 'DELETE en/overridesPages/phonefactor/$value'],
    ]);
    expect([...stack.preview(base).changes]).toEqual([['pageTexts', 'delete']]);
    await stack.up(base);
    expect(stringsOf('de/phonefactor')).toEqual([entry('intro', 'of others')]);
  });

  test('a refresh shows what somebody changed or took away, and the next up sets it again', async () => {
    const declared = { ...base, pageTexts: [text('a'), send('b'), text('c', { language: 'en' })] };
    await stack.up(declared);
    documents().set('de/phonefactor', { LocalizedStrings: [entry('alert_message', 'other'), entry('intro', 'x')] });
    const refreshed = await stack.refresh();
    expect(refreshed?.inputs['pageTexts']).toEqual([text('other'), text('c', { language: 'en' })]);
    await stack.up(declared);
    expect(stringsOf('de/phonefactor')).toEqual([
      entry('intro', 'x'),
      entry('alert_message', 'a'),
      entry('button_send_code', 'b'),
    ]);
    await stack.refresh();
    expect([...stack.preview(declared).changes]).toEqual([]);
  });

  test('an update that was cut off is finished by the next one, what goes too', async () => {
    const english = text('a', { language: 'en' });
    await stack.up({ ...base, pageTexts: [text('a'), english] });
    graph.fault = ({ method, path }) => (method === 'DELETE' && path.includes('/en/') ? 403 : undefined);
    const next = { ...base, pageTexts: [text('b')] };
    await expect(stack.up(next)).rejects.toThrow('overridesPages/phonefactor/$value: 403 ');
    expect(stringsOf('de/phonefactor')).toEqual([entry('alert_message', 'b')]);
    graph.fault = () => undefined;
    await stack.up(next);
    expect([...documents().keys()]).toEqual(['de/phonefactor']);
  });
});

describe('an import', () => {
  const english = text('Sure?', { language: 'en' });

  test('that nothing was changed of since belongs to the declaration', async () => {
    await stack.up({ ...base, pageTexts: [text('a'), english] });
    const imported = new GraphStack(graph, 'UserFlow');
    const { id, state } = await imported.import(ID);
    // As the engine stores what a declaration does not change.
    imported.stored = {
      id,
      state,
      inputs: { ...base, userFlowTypeVersion: 3, pageTexts: [text('a')] },
      initErrors: [],
    };
    await imported.up(base);
    expect([...documents().keys()]).toEqual(['en/phonefactor']);
  });

  test('reads every text of the languages that are shown, and a declaration of some is no difference', async () => {
    await stack.up({ ...base, pageTexts: [text('a'), send('b'), english] });
    const imported = new GraphStack(graph, 'UserFlow');
    const { inputs } = await imported.import(ID);
    expect(inputs['pageTexts']).toEqual([text('a'), send('b'), english]);
    expect([...imported.preview({ ...base, pageTexts: [text('a')] }).changes]).toEqual([]);
    expect([...imported.preview(base).changes]).toEqual([]);
    await imported.up({ ...base, pageTexts: [text('changed')] });
    expect(stringsOf('de/phonefactor')).toEqual([entry('button_send_code', 'b'), entry('alert_message', 'changed')]);
    expect(documents().has('en/phonefactor')).toBe(true);
    await imported.up(base);
    expect(stringsOf('de/phonefactor')).toEqual([entry('button_send_code', 'b')]);
  });
});

test('texts of others stay although the flow had something that no declaration could have', async () => {
  const declared = { ...base, attributes: [{ attribute: 'city' }] };
  await stack.up({ ...declared, pageTexts: [text('a')] });
  const own = stringsOf('de/phonefactor') as readonly unknown[];
  documents().set('de/phonefactor', { LocalizedStrings: [...own, entry('intro', '')] });
  const city = graph.flows.flow(ID).assignments.get('city') ?? {};
  city['userInputType'] = 'slider';
  await stack.refresh();
  await stack.refresh();
  expect(stack.stored?.inputs['pageTexts']).toEqual([text('a'), text('', { stringId: 'intro' })]);
  await stack.up(declared);
  expect(stringsOf('de/phonefactor')).toEqual([entry('intro', '')]);
});

test('a flow of which no text is declared is read without its texts', async () => {
  await stack.up(base);
  graph.take();
  await stack.refresh();
  await stack.up({ ...base, languages: ['en'] });
  expect(graph.take().filter((line) => line.includes('Pages'))).toEqual([]);
});

test('a page that the flow does not have is named with those that it has', async () => {
  await expect(stack.up({ ...base, pageTexts: [text('a', { page: 'phonefaktor' })] })).rejects.toThrow(
    "the user flow has no page 'phonefaktor' in the language 'de'; pages: idpselections, phonefactor",
  );
  expect(stack.stored?.id).toBe(ID);
  await stack.up({ ...base, pageTexts: [text('a')] });
  expect(stringsOf('de/phonefactor')).toEqual([entry('alert_message', 'a')]);
});

test('a text that Graph refuses fails with its words', async () => {
  graph.fault = ({ method, path }) => (method === 'PUT' && path.includes('Pages') ? 400 : undefined);
  await expect(stack.up({ ...base, pageTexts: [text('a')] })).rejects.toThrow(
    `PUT /beta/identity/b2cUserFlows/${ID}/languages/de/overridesPages/phonefactor/$value: 400 Refused`,
  );
});
