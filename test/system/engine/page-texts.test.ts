import { B2cUserFlows } from '../../../constructs/entra/customers-directory';
import { GraphProvider } from '../../../constructs/graph/provider';
import { objectsOf } from '../../../apps/emulator/graph/json';
import { userFlow } from '../../support/customers-estate';
import { pageTexts } from '../../support/page-texts';
import { EngineGraph } from '../../support/engine-graph';
import { EngineStack } from '../../support/engine-stack';
import { describeEngine } from '../../support/engine-suite';

const GERMAN = '/beta/identity/b2cUserFlows/B2C_1_in/languages/de/overridesPages';

describeEngine('texts of pages on the real engine', (cli) => {
  let graph: EngineGraph;
  let engine: EngineStack;
  let texts: ReturnType<typeof pageTexts>[] | undefined = [
    pageTexts('de', 'phonefactor', { 'UxElement/alert_message': 'Abbrechen?', 'UxElement/button_send_code': 'Senden' }),
    pageTexts('de', 'selfasserted1_1', { 'ClaimType/email/DisplayName': 'Mail' }),
  ];

  beforeAll(async () => {
    graph = await EngineGraph.start({ deployer: { roles: ['IdentityUserFlow.ReadWrite.All'] } });
    const program = () => {
      const languages = { default: 'en', shown: ['en', 'de'], ...(texts && { texts }) };
      new B2cUserFlows(
        'flows',
        { flows: [userFlow('in', { languages })] },
        { providers: [new GraphProvider('graph')] },
      );
      return Promise.resolve({});
    };
    engine = await EngineStack.create({ cli, program, environment: graph.environment });
    await graph.configure(engine.stack);
  });

  afterAll(async () => {
    engine.remove();
    await graph.stop();
  });

  /** Texts of a page by their ids. */
  const shown = async (page: string): Promise<unknown> => {
    const { status, body } = await graph.call(`GET ${GERMAN}/${page}/$value`);
    if (status === 404) return 'of Microsoft';
    return Object.fromEntries(objectsOf(body, 'LocalizedStrings').map((one) => [one['StringId'], one['Value']]));
  };

  test('go from nothing to done in one run, and the second preview shows no change', async () => {
    await engine.stack.up();
    expect([await shown('phonefactor'), await shown('selfasserted1_1')]).toEqual([
      { alert_message: 'Abbrechen?', button_send_code: 'Senden' },
      { DisplayName: 'Mail' },
    ]);
    await engine.stack.preview({ expectNoChanges: true });
    await engine.stack.preview({ expectNoChanges: true, refresh: true });
  });

  test('a text that somebody changed is found and set again, beside one that no one declares', async () => {
    const string = { ElementType: 'UxElement', ElementId: null, Override: true };
    const LocalizedStrings = [
      { ...string, StringId: 'alert_message', Value: 'Ende?' },
      { ...string, StringId: 'button_verify', Value: 'Anrufen' },
    ];
    await graph.call(`PUT ${GERMAN}/phonefactor/$value`, { LocalizedStrings });
    expect((await engine.stack.refresh()).summary.resourceChanges).toMatchObject({ update: 1 });
    await engine.stack.up();
    expect(await shown('phonefactor')).toEqual({
      alert_message: 'Abbrechen?',
      button_send_code: 'Senden',
      button_verify: 'Anrufen',
    });
    await engine.stack.refresh({ expectNoChanges: true });
  });

  test('a page that the flow does not have fails the deployment, with those that it has', async () => {
    const declared = texts;
    texts = [...(declared ?? []), pageTexts('de', 'heading', { 'UxElement/heading': 'Hallo' })];
    await expect(engine.stack.up()).rejects.toThrow(/no page 'heading' in the language 'de'; pages: idpselections, /);
    texts = declared;
  });

  test('what is declared no more gives way to Microsoft’s, and a page of which nothing is left is deleted', async () => {
    texts = [pageTexts('de', 'phonefactor', { 'UxElement/alert_message': 'Wirklich?' })];
    expect((await engine.stack.up()).summary.resourceChanges).toMatchObject({ update: 1 });
    expect([await shown('phonefactor'), await shown('selfasserted1_1')]).toEqual([
      { alert_message: 'Wirklich?', button_verify: 'Anrufen' },
      'of Microsoft',
    ]);
    texts = undefined;
    await engine.stack.up();
    expect(await shown('phonefactor')).toEqual({ button_verify: 'Anrufen' });
    await engine.stack.preview({ expectNoChanges: true, refresh: true });
    await engine.stack.destroy();
  });
});
