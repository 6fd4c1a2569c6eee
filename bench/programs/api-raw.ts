import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { Table } from '../../apps/service/table';

/** Answers GET /policy without Express and without the SDK: what is left are jose and one signed request. */
async function main(): Promise<void> {
  const { SIGN_IN_METADATA_URL: metadataUrl, API_CLIENT_ID: audience, POLICIES_TABLE: table } = process.env;
  const metadata = (await (await fetch(String(metadataUrl))).json()) as {
    readonly issuer: string;
    readonly jwks_uri: string;
  };
  const keys = createRemoteJWKSet(new URL(metadata.jwks_uri));
  const endpoint = process.env['AWS_ENDPOINT_URL_DYNAMODB'];
  const policies = new Table({ table: String(table), region: String(process.env['AWS_REGION']), endpoint });
  const policyOf = async (authorization: string): Promise<unknown> => {
    const token = authorization.slice('Bearer '.length);
    const rules = { issuer: metadata.issuer, audience: String(audience), algorithms: ['RS256'] };
    const { payload } = await jwtVerify(token, keys, rules);
    return await policies.read({ pk: `POLICY#${String(payload['oid'])}` });
  };
  const server = createServer((request, response) => {
    void policyOf(String(request.headers.authorization)).then((policy) => {
      response.setHeader('Content-Type', 'application/json').end(JSON.stringify(policy));
    });
  });
  server.listen(0, '127.0.0.1', () => {
    console.log(JSON.stringify({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }));
  });
}

void main();
