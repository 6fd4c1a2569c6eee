import type { RequestHandler } from 'express';
import { isLoopbackHost } from '../../service/loopback';

/** Refuses a `Host` of another machine: a page elsewhere could let its own name lead to this one (DNS rebinding). */
export const ownHost: RequestHandler = (req, res, next) => {
  const hostname = URL.parse(`http://${req.headers.host ?? ''}`)?.hostname ?? '';
  if (isLoopbackHost(hostname)) next();
  else res.status(421).type('text').send('This host name is not served here.');
};

/** Refuses forms that a page elsewhere posts. */
export const ownForms: RequestHandler = (req, res, next) => {
  const site = req.headers['sec-fetch-site'];
  if (req.method !== 'POST' || site === undefined || site === 'same-origin') next();
  else res.status(403).type('text').send('The form was sent from another site.');
};
