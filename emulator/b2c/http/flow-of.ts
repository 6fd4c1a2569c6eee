import type { RequestHandler, Response } from 'express';
import { errorText } from '../aadb2c';
import type { Parts } from '../parts';
import type { Flow } from '../registrations';
import { findFlow, isDirectory } from '../registrations';
import { B2cError } from './b2c-error';

/** Finds the flow that a path names, in any case. @throws B2cError 404 */
export function findFlowInPath({ registrations }: Parts): RequestHandler<{ tenant: string; flow: string }> {
  return (req, res, next) => {
    const { tenant, flow: name } = req.params;
    const flow = isDirectory(registrations, tenant) ? findFlow(registrations, name) : undefined;
    if (flow === undefined) throw new B2cError(404, errorText('AADB2C90022', name, tenant));
    res.locals['flow'] = flow;
    next();
  };
}

/** The flow of a request that came through `findFlowInPath`. */
export function flowOf(res: Response): Flow {
  return res.locals['flow'] as Flow;
}
