import type { JsonObject } from '../../../apps/emulator/graph/json';
import { textOf } from '../../../apps/emulator/graph/json';
import { isKnownToEntra, type Read, readDirectory } from '../../../lambda/leavers/entra';
import type { Directory, StoreUser } from '../../../lambda/leavers/people';
import { isKnown } from '../../../lambda/leavers/decide';
import { useEmulator, user as entraUser } from '../apps/emulator/support/use-emulator';
import { NOW, user } from '../../support/lambda/leavers-facts';

const GRAPH = 'https://graph.example';

describe('the list of who exists', () => {
  const page = (ids: readonly string[], more: object = {}): object => ({
    value: ids.map((id) => ({ id, userPrincipalName: `${id}@example.com` })),
    ...more,
  });
  const read = (...pages: readonly object[]): Promise<Directory> => {
    const left = [...pages];
    return readDirectory(GRAPH, () => Promise.resolve({ at: NOW, body: left.shift() }));
  };
  const next = (token = 'x'): object => ({ '@odata.nextLink': `${GRAPH}/v1.0/users?$skiptoken=${token}` });

  test('is read to its last page, an empty one among them', async () => {
    const pages = [page(['a', 'B'], { '@odata.count': 3, ...next('1') }), page([], next('2')), page(['c'])];
    const directory = await read(...pages);
    expect([directory.size, directory.asOf]).toEqual([3, NOW]);
    const found = ['b', 'c@example.com', 'C@Example.com', 'd'].map((identifier) => directory.has(identifier));
    expect(found).toEqual([true, true, true, false]);
  });

  test('knows people by every id, name and mail address, in whatever composition', async () => {
    const person = {
      id: 'a',
      userPrincipalName: 'ju\u0308rgen_ext#EXT#@example.com',
      mail: 'Ju\u0308rgen@example.com',
      mailNickname: 'juergen',
      onPremisesSamAccountName: 'DOM-j',
      employeeId: '4711',
      otherMails: ['j@home.example'],
      proxyAddresses: ['SMTP:first@example.com', 'smtp:second@example.com'],
    };
    const directory = await read({ value: [person], '@odata.count': 1 });
    const names = ['J\u00fcrgen@example.com', 'Juergen', 'dom-j', '4711', 'J@home.example', 'first@example.com'];
    expect([...names, 'second@example.com'].filter((name) => !directory.has(name))).toEqual([]);
  });

  test('of people whose other names Graph leaves empty is read too', async () => {
    const empty = { mail: null, mailNickname: null, otherMails: null, proxyAddresses: [] };
    const directory = await read({ value: [{ id: 'a', userPrincipalName: 'b', ...empty }], '@odata.count': 1 });
    expect([directory.size, directory.has('')]).toEqual([1, false]);
  });

  test.each([
    ['fewer than Graph counts', [page(['a'], { '@odata.count': 2 })], 'Entra ID has 2 users and gave 1'],
    ['no count', [page(['a'])], 'Entra ID does not say how many users there are'],
    [
      'a second page that repeats the first',
      [page(['a', 'b'], { '@odata.count': 4, ...next() }), page(['A', 'b'])],
      'Entra ID gave the user A twice: its pages repeat each other',
    ],
    [
      'pages that lead back to each other',
      [page(['a'], { '@odata.count': 2, ...next() }), page([], next()), page([], next())],
      "Graph's pages do not end",
    ],
    [
      'a next page elsewhere',
      [page(['a'], { '@odata.count': 2, '@odata.nextLink': 'https://evil.example/v1.0/users' })],
      "Graph's next page is elsewhere",
    ],
    ['a user without an id', [{ value: [{}], '@odata.count': 1 }], 'Invalid input'],
  ])('is refused: %s', async (_, pages, message) => {
    await expect(read(...pages)).rejects.toThrow(message);
  });

  test('is refused where Graph knows no list', async () => {
    await expect(readDirectory(GRAPH, () => Promise.resolve({ at: NOW }))).rejects.toThrow('Invalid input');
  });
});

describe('one person, asked again', () => {
  const ID = '5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e11';
  const person = user('x', {
    userName: "jo.o'hara@example.com",
    externalIds: [ID, 'johara'],
    emails: ['jo@mail.example.com'],
  });

  async function ask(knows: (url: string) => boolean): Promise<{ readonly isKnown: boolean; readonly urls: string[] }> {
    const urls: string[] = [];
    const isKnown = await isKnownToEntra(
      GRAPH,
      (address) => {
        const url = decodeURIComponent(address);
        urls.push(url);
        const isFound = knows(url);
        if (!url.includes('$filter')) return Promise.resolve(isFound ? { at: NOW, body: { id: ID } } : { at: NOW });
        return Promise.resolve({ at: NOW, body: { value: isFound ? [{ id: ID }] : [] } });
      },
      person,
    );
    return { isKnown, urls };
  }

  test('is asked for by object id, and by each other id, name and mail address', async () => {
    const { isKnown, urls } = await ask(() => false);
    expect(isKnown).toBe(false);
    const conditions = (name: string): string =>
      `userPrincipalName eq '${name}' or mail eq '${name}' or mailNickname eq '${name}' or onPremisesSamAccountName eq '${name}' ` +
      `or employeeId eq '${name}' or otherMails/any(x:x eq '${name}') or proxyAddresses/any(x:x eq 'smtp:${name}')`;
    expect(urls).toEqual([
      `${GRAPH}/v1.0/users/${ID}?$select=id`,
      ...['johara', "jo.o''hara@example.com", 'jo@mail.example.com'].map(
        (name) => `${GRAPH}/v1.0/users?$select=id&$count=true&$filter=${conditions(name)}`,
      ),
    ]);
  });

  test.each(['/users/', 'johara', 'hara@', 'jo@mail'])('is known where Entra ID has %s', async (part) => {
    expect((await ask((url) => url.includes(part))).isKnown).toBe(true);
  });

  test('an answer that can not be read is not a no', async () => {
    const asked = isKnownToEntra(GRAPH, () => Promise.resolve({ at: NOW, body: {} }), user('x'));
    await expect(asked).rejects.toThrow('Invalid input');
  });
});

describe('the emulator of Graph', () => {
  const { call } = useEmulator();

  const read: Read = async (url) => {
    const { status, body, headers } = await call(`GET ${url.slice(GRAPH.length)}`, undefined, {
      headers: { consistencylevel: 'eventual' },
    });
    const at = new Date(headers.get('date') ?? Number.NaN);
    return status === 404 ? { at } : { at, body };
  };

  test.each<[string, JsonObject, Partial<StoreUser>]>([
    ['a proxy address', { proxyAddresses: ['SMTP:Proxy@example.com'] }, { userName: 'proxy@example.com' }],
    ['another mail address', { otherMails: ["o'hara@example.com"] }, { emails: ["O'Hara@example.com"] }],
    ['a mail nickname', { mailNickname: 'jdoe' }, { externalIds: ['jdoe'] }],
    ['an employee number', { employeeId: '4711' }, { externalIds: ['4711'] }],
    ['an account name', { onPremisesSamAccountName: 'DOM-j' }, { externalIds: ['dom-j'] }],
    ['its name', {}, { userName: 'NAMED@contosob2c.onmicrosoft.com' }],
  ])('answers for one person by %s, as its list does', async (_, names, changes) => {
    const person = user('x', { externalIds: [], emails: [], ...changes });
    expect(await isKnownToEntra(GRAPH, read, person)).toBe(false);
    const { body } = await call('POST /v1.0/users', entraUser('named', names));
    const directory = await readDirectory(GRAPH, read);
    const found = [await isKnownToEntra(GRAPH, read, person), isKnown(person, directory)];
    await call(`DELETE /v1.0/users/${textOf(body, 'id')}`);
    expect(found).toEqual([true, true]);
  });
});
