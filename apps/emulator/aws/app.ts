import { type Express, type RequestHandler, text } from 'express';
import { createBase, onError } from '../base/app';
import type { RequestLog } from '../base/request-log';
import type { ScimEndpoint } from './scim/endpoint';
import { ScimError } from './scim/patch';

/** Most that a request may carry. */
const MAX_BYTES = 1_048_576;

/** An Express application with IAM Identity Center's SCIM endpoint; a page of requests is the caller's. */
export function createApp(endpoint: ScimEndpoint, log: RequestLog): Express {
  const app = createBase(log, () => ({}));
  app.use(endpoint.path, text({ type: () => true, limit: MAX_BYTES }), serveScim(endpoint), refuseUnreadable);
  return app;
}

/** Bodies that are too large, or in a charset that nobody reads. */
const refuseUnreadable = onError((error, _req, res) => {
  const { body, status } = new ScimError('ValidationException', error instanceof Error ? error.message : String(error));
  res.status(status).json(body);
});

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
