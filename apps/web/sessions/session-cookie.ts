import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

// Browsers take a `__Host-` cookie only if it is Secure, of this very host and of every path.
const HTTPS = { name: '__Host-session', secure: '; Secure', pattern: /(?:^|;\s*)__Host-session=([^;]*)/g };
const HTTP = { name: 'customer-session', secure: '', pattern: /(?:^|;\s*)customer-session=([^;]*)/g };

/** The cookie that has the id of a session, signed: what nobody was given is not looked up. */
export class SessionCookie {
  readonly #secrets: readonly Buffer[];
  readonly #form: typeof HTTPS;

  /** @param keys the first signs, all are good */
  constructor(keys: readonly Buffer[], { isHttps }: { readonly isHttps: boolean }) {
    this.#secrets = keys.map((key) => Buffer.from(hkdfSync('sha256', key, '', 'session cookie', 32)));
    this.#form = isHttps ? HTTPS : HTTP;
  }

  /** Tells whether a header names a session, whichever it is. */
  static isIn(header: string): boolean {
    return [HTTPS, HTTP].some(({ pattern }) => header.search(pattern) >= 0);
  }

  /**
   * The id in a `Cookie` header; undefined without one that is signed. Over https the other name counts for nothing: a
   * neighbouring host can set it, with a session of its own.
   */
  read(header: string | undefined): string | undefined {
    const values = [...(header ?? '').matchAll(this.#form.pattern)].map(([, value = '']) => value);
    return values.find((value) => this.#isSigned(value))?.split('.')[0];
  }

  write(id: string): string {
    const [secret] = this.#secrets;
    if (secret === undefined) throw new Error('there is no session key');
    const { name, secure } = this.#form;
    return `${name}=${id}.${signature(id, secret).toString('base64url')}; Path=/; HttpOnly${secure}; SameSite=Lax`;
  }

  #isSigned(value: string): boolean {
    const [id = '', given = '', ...rest] = value.split('.');
    const bytes = Buffer.from(given, 'base64url');
    return (
      rest.length === 0 &&
      this.#secrets.some((secret) => {
        const expected = signature(id, secret);
        return bytes.length === expected.length && timingSafeEqual(bytes, expected);
      })
    );
  }
}

function signature(id: string, secret: Buffer): Buffer {
  return createHmac('sha256', secret).update(id).digest();
}
