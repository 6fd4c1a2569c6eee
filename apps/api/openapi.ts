import { STATUS_CODES } from 'node:http';
import * as z from 'zod';
import { PolicyChange, PolicyView, ProblemBody } from '../service/policy';
import { KEY } from './http/conditions';
import type { TokenSource } from './tokens/access-token';
import { describeStepUp } from './tokens/authenticate';

type Json = Readonly<Record<string, unknown>>;

const text = { type: 'string' };
const refTo = (schema: string): Json => ({ $ref: `#/components/schemas/${schema}` });
const jsonContent = (schema: Json): Json => ({ 'application/json': { schema } });
const HEADERS = {
  ETag: { description: 'Strong; changes with every write', schema: text },
  'X-Request-Id': { description: 'As sent, or a new one', schema: text },
};
const TAGS = { pattern: String.raw`^(\*|(W/)?"[!#-~]*"(, ?(W/)?"[!#-~]*")*)$`, examples: ['"4821937465-3"'] };

const header = (name: string, description: string, { required, ...schema }: Json = {}): Json => ({
  name,
  in: 'header',
  required,
  description,
  schema: { ...text, ...schema },
});
const requestId = header(
  'X-Request-Id',
  'Is taken over into the log and the answer if it has 8 to 64 letters, digits, hyphens or underscores.',
);
const ifMatch = header(
  'If-Match',
  'The ETag of the version that was read; several, or *, as in RFC 9110, section 13.1.1.',
  { required: true, ...TAGS },
);
const ifNoneMatch = header(
  'If-None-Match',
  'The ETag of the version that is known; where it is current, the answer is 304.',
);
const idempotencyKey = header(
  'Idempotency-Key',
  "Tells a change that is sent again from another one. The first one with a key is done once; a repetition answers 200 with the policy as it is by then, whatever If-Match says, and 422 with another name. Known for the policy's last 100 changes.",
  { pattern: KEY.source, examples: ['"8e03978e-40d5-43dd-bc93-6894a57f9324"'] },
);

/** The OpenAPI 3.1 document of the API, made of the schemas that check what comes in. */
export function openApiDocument(stepUp: TokenSource): Json {
  return {
    openapi: '3.1.1',
    info: { title: 'Customer policies', version: '1.0.0', license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/' }],
    paths: {
      '/public': { get: open('readPublic', 'What needs no token') },
      '/policy': { get: READ },
      '/policy/beneficiary': { put: changeOperation(stepUp) },
      '/openapi.json': { get: open('readDocument', 'This document') },
    },
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: {
        Policy: schemaOf(PolicyView),
        BeneficiaryChange: schemaOf(PolicyChange),
        Problem: schemaOf(ProblemBody),
      },
    },
  };
}

const READ = {
  operationId: 'readPolicy',
  summary: "The caller's policy; the first visit creates it. Needs the scope Accounts.Read.",
  security: [{ token: [] }],
  parameters: [requestId, ifNoneMatch],
  responses: {
    200: policyResponse('The policy'),
    304: { description: 'The version is still the one of If-None-Match', headers: { ETag: HEADERS.ETag } },
    ...problemsOf(400, 401, 403, 429, 500, 503),
  },
};

function changeOperation(stepUp: TokenSource): Json {
  return {
    operationId: 'changeBeneficiary',
    summary: `Changes the beneficiary. Needs the scope Accounts.Write and a token ${describeStepUp(stepUp)}.`,
    security: [{ token: [] }],
    parameters: [requestId, ifMatch, idempotencyKey],
    requestBody: { required: true, content: jsonContent(refTo('BeneficiaryChange')) },
    responses: {
      200: policyResponse('The policy with the change'),
      ...problemsOf(400, 401, 403, 404, 409, 412, 413, 415, 422, 428, 429, 500, 503),
    },
  };
}

function open(operationId: string, summary: string): Json {
  const headers = { 'X-Request-Id': HEADERS['X-Request-Id'] };
  const responses = { 200: { description: summary, headers, content: jsonContent({ type: 'object' }) } };
  return { operationId, summary, security: [], parameters: [requestId], responses };
}

function policyResponse(description: string): Json {
  return { description, headers: HEADERS, content: jsonContent(refTo('Policy')) };
}

function problemsOf(...statuses: readonly number[]): Json {
  const names: Json = { 401: 'WWW-Authenticate', 403: 'WWW-Authenticate', 429: 'Retry-After', 503: 'Retry-After' };
  const problemOf = (status: number): Json => ({
    description: STATUS_CODES[status],
    ...(status in names && { headers: { [String(names[status])]: { schema: text } } }),
    content: { 'application/problem+json': { schema: refTo('Problem') } },
  });
  return Object.fromEntries(statuses.map((status) => [status, problemOf(status)]));
}

function schemaOf(schema: z.ZodType): Json {
  // The dialect is the document's own.
  return { ...z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input' }), $schema: undefined };
}
