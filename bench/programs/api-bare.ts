import type { AddressInfo } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import express from 'express';
import { createRemoteJWKSet, jwtVerify } from 'jose';

/** The least that answers GET /policy: Express, jose and the SDK, without what makes a service of it. */
async function main(): Promise<void> {
  const metadata = (await (await fetch(String(process.env['SIGN_IN_METADATA_URL']))).json()) as {
    readonly issuer: string;
    readonly jwks_uri: string;
  };
  const keys = createRemoteJWKSet(new URL(metadata.jwks_uri));
  const table = DynamoDBDocumentClient.from(new DynamoDBClient());
  const app = express();
  app.get('/policy', async (request, response) => {
    const token = String(request.headers.authorization).slice('Bearer '.length);
    const { payload } = await jwtVerify(token, keys, {
      issuer: metadata.issuer,
      audience: String(process.env['API_CLIENT_ID']),
      algorithms: ['RS256'],
    });
    const { Item } = await table.send(
      new GetCommand({
        TableName: process.env['POLICIES_TABLE'],
        Key: { pk: `POLICY#${String(payload['oid'])}` },
        ConsistentRead: true,
      }),
    );
    response.json(Item);
  });
  const server = app.listen(0, '127.0.0.1', () => {
    console.log(JSON.stringify({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }));
  });
}

void main();
