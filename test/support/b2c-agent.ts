/** A page as somebody without JavaScript has it. */
export interface AgentPage {
  readonly url: string;
  readonly status: number;
  readonly html: string;
  readonly headers: Headers;
}

/** The values of a form, by the names of its fields. */
export type Fields = Readonly<Record<string, string>>;

interface Cookie {
  readonly name: string;
  readonly value: string;
  /** Cookies know no ports. */
  readonly host: string;
  readonly path: string;
}

const MAX_REDIRECTS = 20;

/**
 * A browser made of fetch: keeps cookies by host and path, follows redirects, posts forms by their buttons. It stops
 * where `isEnd` says so, as at the redirect URI of an application that does not run.
 */
export class B2cAgent {
  private cookies: readonly Cookie[] = [];
  /** Every address of the last visit, redirects included. */
  visited: readonly string[] = [];

  constructor(private readonly isEnd: (url: URL) => boolean = () => false) {}

  async open(url: string): Promise<AgentPage> {
    return await this.visit(new URL(url), { method: 'GET' });
  }

  /** Presses the button with that text in a form, after filling the fields. */
  async press(page: AgentPage, button: string, fields: Fields = {}): Promise<AgentPage> {
    const form = formWith(page, button);
    const body = new URLSearchParams({ ...form.values, ...fields }).toString();
    return await this.visit(new URL(form.action, page.url), {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'sec-fetch-site': 'same-origin',
        origin: new URL(page.url).origin,
      },
    });
  }

  /** Forgets everything, as a new browser. */
  clear(): void {
    this.cookies = [];
  }

  /** Another browser with the same cookies, as of somebody who has stolen them. */
  copy(): B2cAgent {
    const copied = new B2cAgent(this.isEnd);
    copied.cookies = this.cookies;
    return copied;
  }

  private async visit(start: URL, init: RequestInit): Promise<AgentPage> {
    let [url, request] = [start, init];
    this.visited = [];
    for (let hop = 0; hop < MAX_REDIRECTS; hop += 1) {
      this.visited = [...this.visited, url.href];
      if (this.isEnd(url)) return { url: url.href, status: 0, html: '', headers: new Headers() };
      const response = await this.send(url, request);
      const location = response.headers.get('location');
      if (location === null) {
        return { url: url.href, status: response.status, html: await response.text(), headers: response.headers };
      }
      [url, request] = [new URL(location, url), { method: 'GET' }];
    }
    throw new Error(`more than ${MAX_REDIRECTS} redirects: ${this.visited.join(' -> ')}`);
  }

  private async send(url: URL, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('accept', 'text/html');
    headers.set('cookie', this.cookiesFor(url));
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) this.keep(url, line);
    return response;
  }

  private cookiesFor(url: URL): string {
    const sent = this.cookies.filter(({ host, path }) => host === url.hostname && isBelow(url.pathname, path));
    return sent.map(({ name, value }) => `${name}=${value}`).join('; ');
  }

  private keep(url: URL, line: string): void {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
    const [name = '', ...value] = pair.split('=');
    const attribute = (wanted: string): string | undefined =>
      attributes.find((text) => text.toLowerCase().startsWith(`${wanted}=`))?.slice(wanted.length + 1);
    const cookie = { name, value: value.join('='), host: url.hostname, path: attribute('path') ?? '/' };
    const isSame = (other: Cookie): boolean =>
      other.name === cookie.name && other.host === cookie.host && other.path === cookie.path;
    const isGone = attribute('max-age') === '0' || Date.parse(attribute('expires') ?? '') < Date.now();
    this.cookies = [...this.cookies.filter((other) => !isSame(other)), ...(isGone ? [] : [cookie])];
  }
}

function isBelow(path: string, cookiePath: string): boolean {
  return path === cookiePath || path.startsWith(cookiePath.endsWith('/') ? cookiePath : `${cookiePath}/`);
}

interface Form {
  readonly action: string;
  readonly values: Fields;
}

/** The form that has a button with that text; where the button leads to, and what its fields hold. */
function formWith(page: AgentPage, button: string): Form {
  for (const [, head = '', content = ''] of page.html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)) {
    for (const [, attributes = '', text = ''] of content.matchAll(/<button\b([^>]*)>([\s\S]*?)<\/button>/g)) {
      if (plainText(text) !== button) continue;
      const action = attributeOf(attributes, 'formaction') ?? attributeOf(head, 'action') ?? page.url;
      return { action, values: valuesIn(content) };
    }
  }
  throw new Error(`no button '${button}' on ${page.url} (${page.status}):\n${plainText(page.html)}`);
}

function valuesIn(content: string): Fields {
  const fields = [...content.matchAll(/<input\b([^>]*)>/g)].map(([, attributes = '']) => [
    attributeOf(attributes, 'name') ?? '',
    attributeOf(attributes, 'value') ?? '',
  ]);
  return Object.fromEntries(fields) as Fields;
}

function attributeOf(attributes: string, name: string): string | undefined {
  const value = new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(attributes)?.[1];
  return value === undefined ? undefined : decode(value);
}

/** What a person reads of a page. */
export function plainText(html: string): string {
  return decode(html.replaceAll(/<[^>]*>/g, ' '))
    .replaceAll(/\s+/g, ' ')
    .trim();
}

function decode(text: string): string {
  const entities: Fields = { lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' };
  return text.replaceAll(/&(lt|gt|quot|#39|amp);/g, (_match, name: string) => entities[name] ?? '');
}

/** Where a code for somebody is found. */
export interface CodeSource {
  readonly inbox: { findLatest(to: string): { readonly code: string } | undefined };
}

/** The last code that was sent to an address or number. */
export function codeFor({ inbox }: CodeSource, to: string): string {
  const message = inbox.findLatest(to);
  if (message === undefined) throw new Error(`no message to ${to}`);
  return message.code;
}

/** Signs in on the sign-in page. */
export function signIn(agent: B2cAgent, page: AgentPage, { email, password }: Fields): Promise<AgentPage> {
  return agent.press(page, 'Sign in', { email: email ?? '', password: password ?? '' });
}

/** Gives the second factor by text message, from its first page; `phone` where none is on record. */
export async function giveFactor(
  agent: B2cAgent,
  page: AgentPage,
  { source, to, phone }: { readonly source: CodeSource; readonly to: string; readonly phone?: string },
): Promise<AgentPage> {
  const sent = await agent.press(page, 'Send code', phone === undefined ? {} : { phone });
  return await agent.press(sent, 'Verify code', { code: codeFor(source, to) });
}

/** Signs up, from the sign-in page. */
export async function signUp(
  agent: B2cAgent,
  page: AgentPage,
  { source, email, fields }: { readonly source: CodeSource; readonly email: string; readonly fields: Fields },
): Promise<AgentPage> {
  const start = await agent.press(page, 'Sign up now');
  const sent = await agent.press(start, 'Send verification code', { email });
  const details = await agent.press(sent, 'Verify code', { code: codeFor(source, email) });
  const repeated = fields['password'] ?? '';
  return await agent.press(details, 'Create', { repeated, ...fields });
}
