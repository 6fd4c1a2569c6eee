import { type Express, type RequestHandler, text } from 'express';
import { createBase } from '../base/app';
import type { RequestLog } from '../base/request-log';
import type { ScimEndpoint } from './scim/endpoint';

/** Most that a request may carry. */
const MAX_BYTES = 1_048_576;

/** An Express application with IAM Identity Center's SCIM endpoint; a page of requests is the caller's. */
export function createApp(endpoint: ScimEndpoint, log: RequestLog): Express {
  const app = createBase(log, () => ({}));
  app.use(endpoint.path, text({ type: () => true, limit: MAX_BYTES }), serveScim(endpoint));
  return app;
}

function serveScim(endpoint: ScimEndpoint): RequestHandler {
  return (req, res) => {
    const { method, originalUrl: url, headers } = req;
    const body = typeof req.body === 'string' && req.body !== '' ? req.body : undefined;
    const reply = endpoint.handle({ method, url, authorization: headers.authorization, body });
    res.status(reply.status);
    if (reply.body === undefined) res.end();
    else res.type('application/json').send(JSON.stringify(reply.body));
  };
}
