import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { writeTogether } from '../../../../src/cli/program/cli';
import { inTemporaryFolder } from '../../../support/in-temporary-folder';

inTemporaryFolder();

test('where one file can not be written, all stay as they are, and no draft is left', async () => {
  mkdirSync('estate');
  writeFileSync('estate/first', 'before');
  writeFileSync('file', 'no folder');
  const files = [
    { path: 'estate/first', text: 'after' },
    { path: 'file/second', text: 'after' },
  ];
  await expect(writeTogether(files)).rejects.toThrow('file');
  expect(readFileSync('estate/first', 'utf8')).toBe('before');
  expect(readdirSync('estate')).toEqual(['first']);
  await writeTogether(files.slice(0, 1));
  expect(readFileSync('estate/first', 'utf8')).toBe('after');
  expect(readdirSync('estate')).toEqual(['first']);
});
