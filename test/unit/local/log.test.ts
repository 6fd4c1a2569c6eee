import { createLog } from '../../../src/local/log';

function logged(lines: readonly string[], colour = false): string {
  let text = '';
  const write = createLog(['api', 'database'], { colour, write: (part) => (text += part) });
  for (const line of lines) write('api', line);
  return text;
}

const TIME = /\[\d\d:\d\d:\d\d\.\d{3}\]/g;

test('puts the name of the service in front of each line, padded to the longest', () => {
  expect(logged(['plain text'])).toBe('api      | plain text\n');
});

test('makes lines of JSON readable, a request as people write it', () => {
  const line = JSON.stringify({
    level: 30,
    time: '2026-01-31T10:00:00.000Z',
    service: 'api',
    requestId: 'f00f',
    method: 'GET',
    route: '/policy',
    status: 200,
    milliseconds: 12,
    msg: 'answered',
  });
  expect(logged([line]).replace(TIME, '[time]')).toBe('api      | [time] INFO: answered GET /policy 200 12 ms\n');
});

test('shows the other fields of an entry, and the stack of an error', () => {
  const line = JSON.stringify({
    level: 50,
    msg: 'failed',
    flow: 'x',
    err: { type: 'E', message: 'm', stack: 'E: m\n  at f' },
  });
  const text = logged([line]);
  expect(text).toContain('ERROR: failed {"flow":"x","err":{"type":"E","message":"m"}}');
  expect(text).toContain('at f');
  expect(text.split('\n').every((part) => part === '' || part.startsWith('api      | '))).toBe(true);
});

test('colours the name where colours are wanted, and nowhere else', () => {
  expect(logged(['text'], true)).toContain('\u001b[36mapi');
  expect(logged(['{"level":30,"msg":"text"}'])).not.toContain('\u001b');
});

test.each([
  ['a plain line', 'a\u001b]0;title\u0007b\u009b31m'],
  ['a message', JSON.stringify({ level: 30, msg: 'a\u001b]0;title\u0007b\u009b31m' })],
  ['a message behind a backslash', JSON.stringify({ level: 30, msg: '\\\u001b]0;b \\\\u001b' })],
  ['a field', JSON.stringify({ level: 30, msg: 'm', field: '\u001b[2J' })],
  ['the stack of an error', JSON.stringify({ level: 50, err: { stack: 'E: \u001b[2J\b\r' } })],
])('sends no control character of a service to the terminal: %s', (_where, line) => {
  expect(logged([line])).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
});

test('the time is that of this machine', () => {
  const noon = new Date(2026, 0, 31, 12, 0, 0, 7);
  const [text, epoch] = [noon.toISOString(), noon.getTime()].map((time) =>
    logged([JSON.stringify({ time, msg: 'm' })]),
  );
  expect([text, epoch]).toEqual(Array(2).fill('api      | [12:00:00.007] m\n'));
});

test('keeps a line that only looks like JSON', () => {
  expect(logged(['{ not: json }'])).toBe('api      | { not: json }\n');
});
