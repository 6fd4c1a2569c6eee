import type { RequestHandler, Response } from 'express';
import { B2cError, errorText } from '../errors';
import type { Parts } from '../parts';
import type { Flow } from '../registrations';
import { findFlow, isDirectory } from '../registrations';

/** Finds the flow that a path names, in any case. @throws B2cError 404 */
export function findFlowInPath({ registrations }: Parts): RequestHandler<{ tenant: string; flow: string }> {
  return (req, res, next) => {
    const { tenant, flow: name } = req.params;
    const flow = isDirectory(registrations, tenant) ? findFlow(registrations, name) : undefined;
    if (flow === undefined) throw new B2cError(404, errorText(registrations, 'AADB2C90022', name, tenant));
    res.locals['flow'] = flow;
    next();
  };
}

/** Endpoints of External ID are those of the tenant; which flow people see follows from the application. */
const TENANT: Flow = { id: 'external-id', type: 'signUpOrSignIn', refreshTokenDays: 90 };

/** Finds the tenant that a path names. @throws B2cError 404 */
export function findTenantInPath({ registrations }: Parts): RequestHandler<{ tenant: string }> {
  return (req, res, next) => {
    const { tenant } = req.params;
    if (!isDirectory(registrations, tenant)) {
      throw new B2cError(404, errorText(registrations, 'AADB2C90022', '', tenant));
    }
    res.locals['flow'] = TENANT;
    next();
  };
}

/** The flow of a request that came through one of these. */
export function flowOf(res: Response): Flow {
  return res.locals['flow'] as Flow;
}
