import { useProxy } from '../../../src/cli/program/cli';

const PROXY = 'http://proxy.example.com:3128';
const LOCAL = 'localhost,127.0.0.1,::1';

const setProxy = jest.fn<() => void, [NodeJS.ProcessEnv]>();
jest.mock('node:http', () => ({ setGlobalProxyFromEnv: (env: NodeJS.ProcessEnv) => setProxy(env) }));

beforeEach(() => setProxy.mockReset());

test.each([{}, { NO_PROXY: 'a.example.com' }, { HTTPS_PROXY: '' }])('changes nothing without a proxy: %j', (given) => {
  const environment = { ...given };
  useProxy(environment);
  expect(environment).toEqual(given);
  expect(setProxy).not.toHaveBeenCalled();
});

test.each([
  [{ HTTPS_PROXY: PROXY }, LOCAL],
  [{ https_proxy: PROXY }, LOCAL],
  [{ http_proxy: PROXY, NO_PROXY: ' .corp.example.com, localhost,' }, '.corp.example.com,localhost,127.0.0.1,::1'],
  [{ HTTPS_PROXY: PROXY, NO_PROXY: 'upper', no_proxy: 'lower' }, `lower,${LOCAL}`],
  [{ HTTPS_PROXY: PROXY, no_proxy: '*' }, '*'],
])('with %j, this machine and what is named is reached directly: %s', (given, direct) => {
  const environment = { ...given };
  useProxy(environment);
  expect(environment).toEqual({ ...given, NO_PROXY: direct, no_proxy: direct });
  expect(setProxy).toHaveBeenCalledWith(environment);
});

test('says what the address of a proxy must be', () => {
  setProxy.mockImplementation(() => {
    throw new Error('Invalid URL');
  });
  const use = () => {
    useProxy({ HTTPS_PROXY: 'proxy:x' });
  };
  expect(use).toThrow('HTTPS_PROXY must be the address of a proxy, such as http://proxy:3128: Invalid URL');
});
