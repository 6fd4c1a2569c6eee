import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { readRegionStatus } from '../../../src/clouds/aws/preflight/gather-preflight';
import { withEnvironment } from '../doctor/with-environment';

const OWN = '210000000001';
const OTHER = '210000000011';

/** Answers as Account Management does (`GetRegionOptStatus`), and keeps what it was asked. */
const asked: unknown[] = [];
const server = createServer((request, response) => {
  void text(request).then((body) => {
    const input = JSON.parse(body) as { readonly AccountId?: string; readonly RegionName: string };
    asked.push([request.method, request.url, input]);
    const isDenied = input.RegionName === 'ap-east-1';
    response.writeHead(isDenied ? 403 : 200, isDenied ? { 'x-amzn-errortype': 'AccessDeniedException' } : {});
    response.end(
      JSON.stringify(
        isDenied ? { message: 'not authorized' } : { RegionName: input.RegionName, RegionOptStatus: 'DISABLED' },
      ),
    );
  });
});
let restore: () => void;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  restore = withEnvironment({
    AWS_ENDPOINT_URL_ACCOUNT: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'example',
  });
});

afterAll(() => {
  restore();
  server.close();
});

test('the management account is asked for others, and does not name itself', async () => {
  expect(await readRegionStatus('eu-south-1', OTHER, false)).toBe('DISABLED');
  expect(await readRegionStatus('eu-south-1', OWN, true)).toBe('DISABLED');
  expect(asked).toEqual([
    ['POST', '/getRegionOptStatus', { RegionName: 'eu-south-1', AccountId: OTHER }],
    ['POST', '/getRegionOptStatus', { RegionName: 'eu-south-1' }],
  ]);
});

test('a denial names the action', async () => {
  await expect(readRegionStatus('ap-east-1', OTHER, false)).rejects.toThrow('account:GetRegionOptStatus');
});
