import { createProgress } from '../../../src/cli/program/progress';

type Environment = Parameters<typeof createProgress>[1];

function record(
  isTTY: boolean,
  columns = 12,
  environment: Environment = {},
): { readonly written: string[]; readonly progress: ReturnType<typeof createProgress> } {
  const written: string[] = [];
  const progress = createProgress({ isTTY, columns, write: (text) => written.push(text) }, environment);
  return { written, progress };
}

test('says nothing where nobody watches', () => {
  const { written, progress } = record(false);
  progress.show('3 accounts');
  progress.clear();
  expect(written).toEqual([]);
});

test('rewrites one line of a terminal, no wider than it, and takes it away', () => {
  const { written, progress } = record(true);
  progress.show('3 accounts');
  progress.show('3 accounts of 400');
  progress.clear();
  expect(written).toEqual(['\r\u001B[2K3 accounts', '\r\u001B[2K3 accounts ', '\r\u001B[2K']);
});

test('takes 80 columns for a terminal that does not tell its width', () => {
  const { written, progress } = record(true, 0);
  progress.show('3 accounts');
  expect(written).toEqual(['\r\u001B[2K3 accounts']);
});

test.each([{ CI: 'true' }, { TERM: 'dumb' }])('says nothing with %j', (environment) => {
  const { written, progress } = record(true, 12, environment);
  progress.show('3 accounts');
  progress.clear();
  expect(written).toEqual([]);
});

test('overwrites the line without an escape sequence with NO_COLOR', () => {
  const { written, progress } = record(true, 12, { NO_COLOR: '1' });
  progress.show('3 accounts');
  progress.clear();
  expect(written).toEqual(['\r           \r3 accounts', '\r           \r']);
});
