import { context, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { RequestHandler } from 'express';
import { isQuiet, routeOf } from './request-log';

/**
 * A span for each request, as a part of the caller's trace where its headers name one. It has the method, the route that
 * took the request and the status, never the URL: a callback's URL has the code.
 */
export function requestTrace(): RequestHandler {
  const tracer = trace.getTracer('requests');
  return (request, response, next) => {
    if (isQuiet(request)) {
      next();
      return;
    }
    const { method } = request;
    const parent = propagation.extract(ROOT_CONTEXT, request.headers);
    const options = { kind: SpanKind.SERVER, attributes: { 'http.request.method': method } };
    const span = tracer.startSpan(method, options, parent);
    response.once('close', () => {
      const route = routeOf(request);
      span.updateName(`${method} ${route}`);
      span.setAttributes({ 'http.route': route, 'http.response.status_code': response.statusCode });
      if (response.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    });
    context.with(trace.setSpan(parent, span), next);
  };
}

/** Headers that make what another service does a part of the trace of the current request; none without `startTracing`. */
export function traceHeaders(): Record<string, string> {
  const headers: Record<string, string> = {};
  propagation.inject(context.active(), headers);
  return headers;
}
