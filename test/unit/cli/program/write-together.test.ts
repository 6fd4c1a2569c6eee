import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { writeAtomically, writeTogether } from '../../../../src/cli/program/cli';
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

test('a text in pieces is written whole, to those alone who may read what it replaces', async () => {
  writeFileSync('file', 'before');
  chmodSync('file', 0o600);
  await writeAtomically('file', ['a', 'b', 'ü']);
  expect(readFileSync('file', 'utf8')).toBe('abü');
  expect(statSync('file').mode & 0o777).toBe(0o600);
  expect(readdirSync('.')).toContain('file');
  expect(readdirSync('.').filter((name) => name.startsWith('file.'))).toEqual([]);
});
