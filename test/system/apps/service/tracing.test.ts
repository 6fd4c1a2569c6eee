import express from 'express';
import { listen } from '../../../../apps/service/listen';
import { requestTrace } from '../../../../apps/service/request-trace';
import { sendSpans } from '../../../../apps/service/open-telemetry';
import { PoliciesApi } from '../../../../apps/web/policies/policies-api';
import { Collector } from '../../../support/collector';

test('a request to the web and what it asks of the API are one trace, without URLs, tokens and probes', async () => {
  const collector = await Collector.start();
  process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = collector.url;
  const stop = sendSpans('sandbox-web');
  const api = express();
  const headers: (string | undefined)[] = [];
  api.use(requestTrace());
  api.get('/public', (request, response) => {
    headers.push(request.get('traceparent'));
    response.json({ message: 'hello' });
  });
  const apiServer = await listen(api, { host: '127.0.0.1', port: 0 });
  const web = express();
  web.use(requestTrace());
  web.get('/healthz', (_request, response) => void response.end());
  web.get('/page/:name', async (_request, response) => {
    response.send(await new PoliciesApi(new URL(apiServer.url)).readPublic('request-id'));
  });
  const webServer = await listen(web, { host: '127.0.0.1', port: 0 });
  try {
    await fetch(`${webServer.url}/healthz`);
    const answer = await fetch(`${webServer.url}/page/of-anna?code=hidden-code`, {
      headers: { authorization: 'Bearer hidden-token' },
    });
    expect(await answer.text()).toBe('hello');
    await stop();
    const sent = collector.received();
    const [, traceId = ''] = /^00-([0-9a-f]{32})-[0-9a-f]{16}-01$/.exec(headers[0] ?? '') ?? [];
    // Both spans have the id of the one trace, and the root is made now: X-Ray reads the time from the id.
    expect(sent.toString('hex').split(traceId)).toHaveLength(3);
    expect(Math.abs(parseInt(traceId.slice(0, 8), 16) - Date.now() / 1000)).toBeLessThan(600);
    const text = sent.toString('latin1');
    for (const told of ['sandbox-web', 'GET /page/:name', 'GET /public']) expect(text).toContain(told);
    for (const hidden of ['of-anna', 'hidden-code', 'hidden-token', 'healthz']) expect(text).not.toContain(hidden);
  } finally {
    for (const server of [webServer, apiServer]) await server.stop(0);
    collector.stop();
    delete process.env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  }
});
