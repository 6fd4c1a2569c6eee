/** actions/checkout: the commit of the run and, with fetch-depth 0, every branch. */
const { execFileSync } = require('node:child_process');

const { GITHUB_SHA, GITHUB_REF, GITHUB_WORKSPACE, RUNNER_REMOTE } = process.env;
const depth = process.env['INPUT_FETCH-DEPTH'] || '1';
const git = (...args) => execFileSync('git', args, { cwd: GITHUB_WORKSPACE, stdio: 'inherit' });

const branch = /^refs\/heads\/(.+)$/.exec(GITHUB_REF)?.[1];
const ref = branch === undefined ? GITHUB_REF.replace('refs/', 'refs/remotes/') : `refs/remotes/origin/${branch}`;
git('init', '--quiet');
git('remote', 'add', 'origin', `file://${RUNNER_REMOTE}`);
if (depth === '0') git('fetch', '--quiet', 'origin', '+refs/heads/*:refs/remotes/origin/*');
git('fetch', '--quiet', '--no-tags', ...(depth === '0' ? [] : ['--depth', depth]), 'origin', `+${GITHUB_SHA}:${ref}`);
git('checkout', '--quiet', ...(branch === undefined ? ['--detach'] : ['-B', branch]), ref);
