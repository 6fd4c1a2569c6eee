import { setTimeout as delay } from 'node:timers/promises';
import type { RequestHandler, Response } from 'express';
import { isLoopbackHost } from '../../../service/loopback';
import type { B2cFaults, FaultRule } from '../faults';
import { endpointOf } from '../faults';
import type { Origins } from '../parts';
import { B2cError } from '../errors';

/**
 * Refuses a `Host` that is not ours: a page elsewhere could let its own name lead to this machine and read the inbox
 * (DNS rebinding).
 */
export function ownHostOnly({ browser, applications }: Origins): RequestHandler {
  const own = [browser, applications].map((origin) => new URL(origin).hostname);
  return (req, _res, next) => {
    const hostname = URL.parse(`http://${req.headers.host ?? ''}`)?.hostname ?? '';
    if (!isLoopbackHost(hostname) && !own.includes(hostname))
      throw new B2cError(421, 'This host name is not served here.');
    next();
  };
}

/** A page of another site cannot post our forms. Their addresses are secret too, and their cookie is for them alone. */
export const ownFormsOnly: RequestHandler = (req, _res, next) => {
  const site = req.headers['sec-fetch-site'];
  if (req.method === 'POST' && site !== undefined && site !== 'same-origin') {
    throw new B2cError(403, 'The form was sent from another site.');
  }
  next();
};

/** Lets requests go wrong. Wrong keys are left to the endpoint that publishes them. */
export function injectFaults(faults: B2cFaults): RequestHandler {
  return async (req, res, next) => {
    const fault = faults.next(endpointOf(req.path));
    res.locals['fault'] = fault?.kind;
    if (fault?.kind === 'slow') await delay(fault.delay ?? 1000);
    // Who had no more patience is not there to be answered.
    if (req.socket.destroyed) return;
    if (fault?.kind === 'unavailable') throw new B2cError(503, 'The service is temporarily unavailable.');
    next();
  };
}

/** The kind of the fault that a request met. */
export function faultOf(res: Response): FaultRule['kind'] | undefined {
  return res.locals['fault'] as FaultRule['kind'] | undefined;
}
