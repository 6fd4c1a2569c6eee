#!/usr/bin/env node
/**
 * rsync, as gitlab-ci-local calls it and no further: the checkout of a job without what git does not know, the files of an
 * artifact, and an artifact into a job. What it does not know it refuses.
 */
const { cpSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync } = require('node:fs');
const { basename, dirname, join, matchesGlob, relative, resolve } = require('node:path');

/** Paths in the list or below one of them. */
function isIn(list, path) {
  return list.some((one) => {
    const name = one.replace(/\/$/, '');
    if (name.startsWith('/') || name.includes('/')) {
      const anchored = name.replace(/^\//, '');
      return path === anchored || path.startsWith(`${anchored}/`) || matchesGlob(path, anchored);
    }
    return basename(path) === name;
  });
}

/** Copies what is in a folder, which may have the target in it where that is left out. */
function copy(from, to, excluded, below = '') {
  for (const name of readdirSync(join(from, below))) {
    const path = join(below, name);
    if (isIn(excluded, path)) continue;
    if (lstatSync(join(from, path)).isDirectory()) {
      mkdirSync(join(to, path), { recursive: true });
      copy(from, to, excluded, path);
    } else cpSync(join(from, path), join(to, path), { verbatimSymlinks: true, preserveTimestamps: true });
  }
}

const flags = [];
const excluded = [];
const lists = [];
const paths = [];
for (let args = process.argv.slice(2); args.length > 0; args = args.slice(1)) {
  const [given] = args;
  const [, name, value] = /^--(exclude|exclude-from|files-from)=(.*)$/.exec(given) ?? [];
  if (given === '--exclude') excluded.push((args = args.slice(1))[0]);
  else if (name === 'exclude') excluded.push(value);
  else if (name === 'exclude-from') excluded.push(...readFileSync(value, 'utf8').split('\n').filter(Boolean));
  else if (name === 'files-from') lists.push(value);
  else if (given.startsWith('-')) flags.push(given);
  else paths.push(given);
}
const unknown = flags.filter((flag) => !['-a', '-Ra', '-rRa', '--delete', '--delete-excluded'].includes(flag));
if (unknown.length > 0 || paths.length < 2) {
  console.error(`rsync: ${process.argv.slice(2).join(' ')} is not known here`);
  process.exit(97);
}

const target = resolve(paths.at(-1));
if (flags.includes('--delete')) rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
const named = lists.flatMap((list) => readFileSync(list, 'utf8').split('\n').filter(Boolean));
if (lists.length > 0 || flags.includes('-Ra')) {
  for (const path of lists.length > 0 ? named : paths.slice(0, -1)) {
    const from = join(paths[0] === '.' ? '.' : '', path);
    if (!existsSync(from)) continue;
    mkdirSync(dirname(join(target, path)), { recursive: true });
    const isLeft = (file) => isIn(excluded, relative('.', file));
    cpSync(from, join(target, path), { recursive: lstatSync(from).isDirectory(), filter: (file) => !isLeft(file) });
  }
} else for (const path of paths.slice(0, -1)) if (existsSync(path)) copy(resolve(path), target, excluded);
