import { createProgress } from '../../../../src/clouds/aws/progress';

function record(
  isTTY: boolean,
  columns = 12,
): { readonly written: string[]; readonly progress: ReturnType<typeof createProgress> } {
  const written: string[] = [];
  const progress = createProgress({ isTTY, columns, write: (text) => written.push(text) });
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
