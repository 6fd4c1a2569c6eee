import { z } from 'zod';
import { describeStepUp } from './http/authenticate';
import { KEY } from './http/idempotency-key';
import { BeneficiaryChange, PolicyView } from './policies/policy';
import type { TokenSource } from './tokens/access-token';
import { problemSchema, problemsOf } from './openapi-problems';

type Json = Readonly<Record<string, unknown>>;

const JSON_SCHEMA_OPTIONS = { target: 'draft-2020-12', io: 'input' } as const;
const TAG_HEADER = { description: 'Strong; changes with every write', schema: { type: 'string' } };
const REQUEST_ID_HEADER = { description: 'As sent, or a new one', schema: { type: 'string' } };

const requestId = {
  name: 'X-Request-Id',
  in: 'header',
  description: 'Is taken over into the log and the answer if it has 8 to 64 letters, digits, hyphens or underscores.',
  schema: { type: 'string' },
};
const ENTITY_TAGS = String.raw`^(\*|(W/)?"[!#-~]*"(, ?(W/)?"[!#-~]*")*)$`;
const ifMatch = {
  name: 'If-Match',
  in: 'header',
  required: true,
  description: 'The ETag of the version that was read; several, or *, as in RFC 9110, section 13.1.1.',
  schema: { type: 'string', pattern: ENTITY_TAGS, examples: ['"4821937465-3"'] },
};
const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  description:
    "Tells a change that is sent again from another one. The first one with a key is done once; a repetition answers 200 with the policy as it is by then, whatever If-Match says, and 422 with another name. Known for the policy's last 100 changes.",
  schema: { type: 'string', pattern: KEY.source, examples: ['"8e03978e-40d5-43dd-bc93-6894a57f9324"'] },
};
const ifNoneMatch = {
  name: 'If-None-Match',
  in: 'header',
  description: 'The ETag of the version that is known; where it is current, the answer is 304.',
  schema: { type: 'string' },
};

/** The OpenAPI 3.1 document of the API, made of the schemas that check what comes in. */
export function openApiDocument(stepUp: TokenSource): Json {
  return {
    openapi: '3.1.1',
    info: { title: 'Customer policies', version: '1.0.0', license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/' }],
    paths: {
      '/public': { get: publicOperation() },
      '/policy': { get: readOperation() },
      '/policy/beneficiary': { put: changeOperation(stepUp) },
      '/openapi.json': { get: open('readDocument', 'This document', { type: 'object' }) },
      '/healthz': { get: open('readHealth', 'The process answers', { type: 'object' }) },
      '/readyz': { get: readinessOperation() },
    },
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: { Policy: schemaOf(PolicyView), BeneficiaryChange: schemaOf(BeneficiaryChange), Problem: problemSchema },
    },
  };
}

function publicOperation(): Json {
  const schema = { type: 'object', properties: { message: { type: 'string' } }, required: ['message'] };
  return open('readPublic', 'What needs no token', schema);
}

function readOperation(): Json {
  return {
    operationId: 'readPolicy',
    summary: "The caller's policy; the first visit creates it. Needs the scope Accounts.Read.",
    security: [{ token: [] }],
    parameters: [requestId, ifNoneMatch],
    responses: {
      200: policyResponse('The policy'),
      304: { description: 'The version is still the one of If-None-Match', headers: { ETag: TAG_HEADER } },
      ...problemsOf(400, 401, 403, 429, 500, 503),
    },
  };
}

function changeOperation(stepUp: TokenSource): Json {
  return {
    operationId: 'changeBeneficiary',
    summary: `Changes the beneficiary. Needs the scope Accounts.Write and a token ${describeStepUp(stepUp)}.`,
    security: [{ token: [] }],
    parameters: [requestId, ifMatch, idempotencyKey],
    requestBody: { required: true, content: jsonContent('BeneficiaryChange') },
    responses: {
      200: policyResponse('The policy with the change'),
      ...problemsOf(400, 401, 403, 404, 409, 412, 413, 415, 422, 428, 429, 500, 503),
    },
  };
}

function readinessOperation(): Json {
  const state = (description: string): Json => ({
    description,
    content: { 'application/json': { schema: { type: 'object' } } },
  });
  return {
    operationId: 'readReadiness',
    summary: 'Whether the table and the signing keys can be reached',
    security: [],
    responses: { 200: state('They can'), 503: state('Not yet, or not any more') },
  };
}

function open(operationId: string, summary: string, schema: Json): Json {
  const response = {
    description: summary,
    headers: { 'X-Request-Id': REQUEST_ID_HEADER },
    content: { 'application/json': { schema } },
  };
  return { operationId, summary, security: [], parameters: [requestId], responses: { 200: response } };
}

function policyResponse(description: string): Json {
  return {
    description,
    headers: { ETag: TAG_HEADER, 'X-Request-Id': REQUEST_ID_HEADER },
    content: jsonContent('Policy'),
  };
}

function jsonContent(schema: string): Json {
  return { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } };
}

function schemaOf(schema: z.ZodType): Json {
  // The dialect is the document's own.
  return { ...z.toJSONSchema(schema, JSON_SCHEMA_OPTIONS), $schema: undefined };
}
