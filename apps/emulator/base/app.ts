import type { ErrorRequestHandler, Express, Request, Response } from 'express';
import express from 'express';
import type { LoggedRequest, RequestLog } from './request-log';

/** An Express application that logs its requests and says nothing of itself. */
export function createBase(log: RequestLog, describe: (res: Response) => Partial<LoggedRequest>): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(log.handler(describe));
  return app;
}

/** Answers what was thrown, unless an answer is under way already. */
export function onError(
  answer: (error: unknown, req: Request, res: Response) => void | Promise<void>,
): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  // eslint-disable-next-line max-params
  return async (error: unknown, req, res, next) => {
    if (res.headersSent) next(error);
    else await answer(error, req, res);
  };
}
