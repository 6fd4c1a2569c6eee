/** Sources: https://learn.microsoft.com/azure/active-directory-b2c/tokens-overview#claims; 'ID token claims reference'. */
const MEANINGS: Readonly<Record<string, string>> = {
  name: 'The name that you want to be called by',
  given_name: 'Your given name',
  family_name: 'Your surname',
  emails: 'Your email addresses',
  email: 'Your email address',
  city: 'The city you live in',
  oid: 'Your number in the sign-in service; your policy is kept under it',
  sub: 'The person whom this is about',
  iss: 'The sign-in service',
  aud: 'The application that you signed in to',
  exp: 'When this ends',
  auth_time: 'When you last proved who you are',
  tfp: 'The pages of the sign-in service that you went through',
  idp: 'Where your account is kept',
};
const TIMES: ReadonlySet<string> = new Set(['exp', 'nbf', 'iat', 'auth_time']);

/** Claims as the page shows them, those that a reader knows first: name, value, the moment if it is one, and meaning. */
export function claimRows(claims: Readonly<Record<string, unknown>>): readonly object[] {
  const known = Object.keys(MEANINGS).filter((name) => Object.hasOwn(claims, name));
  const others = Object.keys(claims).filter((name) => !Object.hasOwn(MEANINGS, name));
  return [...known, ...others.toSorted()].map((name) => {
    const value = claims[name];
    const moment = TIMES.has(name) && typeof value === 'number' ? new Date(value * 1_000).toISOString() : undefined;
    const other = `A detail of your ${name.startsWith('extension_') ? 'account' : 'sign-in'}`;
    return { name, value: textOf(value), moment, meaning: MEANINGS[name] ?? other };
  });
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(String).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
