import { execFileSync, spawn } from 'node:child_process';
import { createServer } from 'node:http';

test('a unit test can neither start a process nor open a port', () => {
  expect(() => spawn('true')).toThrow('A unit test must not start a process: spawn true. Move the test to test/system');
  expect(() => execFileSync('true')).toThrow('must not start a process');
  expect(() => createServer().listen(0)).toThrow('must not open a port');
});
