import { readAgreed, readOrGone } from '../graph/steps';
import { GraphError } from '../graph/error';
import type { Context } from '../resource';
import { mappingsIn, type Properties, textOf } from '../values';
import { type PageText, sortedTexts, textKey, textName } from './inputs';

// Texts that pages of a flow show in place of Microsoft's, by language. Graph keeps those of a page as one JSON document, in which
// an entry counts where `Override` is true: Microsoft Graph, 'Update userFlowLanguagePage', and Azure AD B2C, 'Language
// customization'.

const pagesPath = (flow: string, language: string, kind: 'defaultPages' | 'overridesPages'): string =>
  `${flow}/languages/${encodeURIComponent(language)}/${kind}`;

const contentPath = (flow: string, { language, page }: Pick<PageText, 'language' | 'page'>): string =>
  `${pagesPath(flow, language, 'overridesPages')}/${encodeURIComponent(page)}/$value`;

/** Texts of one page in one language. */
type PageOfTexts = readonly [PageText, ...PageText[]];

function byPage(texts: readonly PageText[]): readonly PageOfTexts[] {
  const pages = Map.groupBy(texts, ({ language, page }) => `${language}/${page}`);
  return [...pages.values()].flatMap(([first, ...rest]) => (first === undefined ? [] : [[first, ...rest] as const]));
}

/** The document of a page; empty where nothing of it is overridden. */
async function readContent(context: Context, path: string): Promise<Properties> {
  const found = await readOrGone(context, () => context.graph.find(path));
  return Object.fromEntries(Object.entries(found ?? {}).filter(([key]) => !key.startsWith('@')));
}

const entriesOf = (content: Properties): readonly Properties[] => mappingsIn(content['LocalizedStrings']);

function entryName({ ElementType, ElementId, StringId }: Properties): string {
  return textName({ elementType: textOf(ElementType), elementId: textOf(ElementId), stringId: textOf(StringId) });
}

/** The text that a document shows under the name of another one. */
function shownIn(content: Properties, text: PageText): string | undefined {
  const entry = entriesOf(content).find((one) => one['Override'] === true && entryName(one) === textName(text));
  return entry && textOf(entry['Value']);
}

/** Declared texts as they are; one that is not overridden is left out. */
export async function readTexts(
  context: Context,
  flow: string,
  declared: readonly PageText[],
): Promise<readonly PageText[]> {
  const found: PageText[] = [];
  for (const page of byPage(declared)) {
    const content = await readContent(context, contentPath(flow, page[0]));
    found.push(
      ...page.flatMap((text) => {
        const value = shownIn(content, text);
        return value === undefined ? [] : [{ ...text, value }];
      }),
    );
  }
  return found;
}

/** Every text of some languages that is overridden. */
export async function readAllTexts(
  context: Context,
  flow: string,
  languages: readonly string[],
): Promise<readonly PageText[]> {
  const found: PageText[] = [];
  for (const language of languages) {
    const pages = await context.graph.find(pagesPath(flow, language, 'overridesPages'));
    for (const { id } of mappingsIn(pages?.['value'])) {
      const page = textOf(id);
      const content = await context.graph.find(contentPath(flow, { language, page }));
      found.push(...overridden(content ?? {}).map((entry) => textOfEntry({ language, page }, entry)));
    }
  }
  return sortedTexts(found);
}

function overridden(content: Properties): readonly Properties[] {
  return entriesOf(content).filter(({ Override, ElementType, StringId }) => {
    return Override === true && textOf(ElementType) !== '' && textOf(StringId) !== '';
  });
}

function textOfEntry(place: Pick<PageText, 'language' | 'page'>, entry: Properties): PageText {
  const { ElementType, ElementId, StringId, Value } = entry;
  const elementId = textOf(ElementId);
  return {
    ...place,
    elementType: textOf(ElementType),
    ...(elementId !== '' && { elementId }),
    stringId: textOf(StringId),
    value: textOf(Value),
  };
}

interface TextsGoal {
  /** Path of the flow. */
  readonly flow: string;
  readonly wanted: readonly PageText[];
  /** Texts that were declared before: unless they still are, pages show Microsoft's again. */
  readonly before: readonly PageText[];
  /** Texts that the state has, in whatever words. */
  readonly known: readonly PageText[];
}

/** Makes the pages show the declared texts, and waits until they read so. What else is overridden stays. */
export async function convergeTexts(context: Context, { flow, wanted, before, known: all }: TextsGoal): Promise<void> {
  const kept = new Set(wanted.map(textKey));
  const isDropped = (text: PageText): boolean => !kept.has(textKey(text));
  const known = new Set(all.map(textKey));
  for (const page of byPage([...wanted, ...before.filter(isDropped)])) {
    const [dropped, set] = [page.filter(isDropped), page.filter((text) => !isDropped(text))];
    await convergePage(context, { flow, page, set, dropped, known: set.filter((text) => known.has(textKey(text))) });
  }
}

interface PageGoal {
  readonly flow: string;
  readonly page: PageOfTexts;
  readonly set: readonly PageText[];
  readonly dropped: readonly PageText[];
  /** Those that are set and that the state has, in whatever words. */
  readonly known: readonly PageText[];
}

async function convergePage(context: Context, { flow, page: [place], set, dropped, known }: PageGoal): Promise<void> {
  const path = contentPath(flow, place);
  const what = `texts of the page ${place.page} of ${flow} in ${place.language}`;
  await context.waiter.until(what, async () => {
    const content = await readAgreed(context, {
      what,
      read: () => readContent(context, path),
      lacks: (found) => known.filter((text) => shownIn(found, text) === undefined).map(textName),
    });
    const isSet = set.every((text) => shownIn(content, text) === text.value);
    if (isSet && dropped.every((text) => shownIn(content, text) === undefined)) return true;
    const next = contentWith(content, { set, dropped });
    if (isEmpty(next)) await context.graph.sendIfThere({ method: 'DELETE', path });
    else await replaceContent(context, { flow, place, content: next });
    return undefined;
  });
}

/** A document with texts set and taken away; entries of others stay as they are. */
function contentWith(content: Properties, { set, dropped }: Pick<PageGoal, 'set' | 'dropped'>): Properties {
  const own = new Set([...set, ...dropped].map(textName));
  const others = entriesOf(content).filter((entry) => !own.has(entryName(entry)));
  const entries = set.map(({ elementType, elementId, stringId, value }) => ({
    ElementType: elementType,
    ElementId: elementId ?? null,
    StringId: stringId,
    Override: true,
    Value: value,
  }));
  return { ...content, LocalizedStrings: [...others, ...entries] };
}

function isEmpty(content: Properties): boolean {
  return overridden(content).length === 0 && mappingsIn(content['LocalizedCollections']).length === 0;
}

interface Replacement {
  readonly flow: string;
  readonly place: PageText;
  readonly content: Properties;
}

async function replaceContent(context: Context, { flow, place, content }: Replacement): Promise<void> {
  try {
    await context.graph.send({ method: 'PUT', path: contentPath(flow, place), body: content });
  } catch (error) {
    if (!(error instanceof GraphError) || !error.isNotFound) throw error;
    // Either the language has not arrived at this replica of Graph, or the flow has no such page.
    await ensurePage(context, flow, place);
  }
}

/** @throws Error for a page that the flow does not have. A language that Microsoft has no texts for has no default pages. */
async function ensurePage({ graph }: Context, flow: string, { language, page }: PageText): Promise<void> {
  const pages = await graph.list(pagesPath(flow, language, 'defaultPages'), { missing: 'lags' });
  const names = pages.map(({ id }) => textOf(id));
  if (names.length === 0 || names.includes(page)) return;
  throw new Error(`the user flow has no page '${page}' in the language '${language}'; pages: ${names.join(', ')}`);
}
