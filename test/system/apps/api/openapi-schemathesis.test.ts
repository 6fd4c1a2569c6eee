import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { startDynalite } from '../../../support/dynalite';
import { describeWithPython, pythonEnvironment } from '../../../support/python';
import { STEP_UP, TABLE, ask, startApi, tokenFor } from './api';

const EXAMPLES = '40';

describeWithPython('the OpenAPI document', () => {
  test.each([
    // Its tags are never the current one, of which schemathesis warns.
    ['with tags that it makes up', ['--warnings', 'off']],
    ['with a change that any version takes', ['--header', 'If-Match: *']],
  ])('is true: schemathesis, %s, finds no answer that it does not describe', async (_what, options) => {
    const database = await startDynalite();
    await database.createTable(TABLE);
    const api = await startApi({ database: database.endpoint });
    const folder = mkdtempSync(join(tmpdir(), 'schemathesis-'));
    try {
      const token = await tokenFor(api.issuer, { tfp: STEP_UP });
      await ask(`${api.url}/policy`, token);
      for (const keys of Object.values(api.keys)) await keys.refresh();
      const { code, output } = await schemathesis(folder, [
        ...['run', `${api.url}/openapi.json`, '--header', `Authorization: Bearer ${token}`],
        ...['--checks', 'all', '--max-examples', EXAMPLES, '--generation-deterministic', '--no-color'],
        ...['--suppress-health-check', 'all', ...options],
      ]);
      expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });
      expect(output).toContain('Tested: 3');
      // A warning would tell of a part that was left out, or of bodies that are mostly refused.
      expect(output).not.toMatch(/warning/i);
    } finally {
      await api.stop();
      await database.stop();
      rmSync(folder, { recursive: true });
    }
  });
});

async function schemathesis(folder: string, args: readonly string[]): Promise<{ code: number; output: string }> {
  const python = pythonEnvironment();
  if (!python.ok) throw new Error(python.reason);
  const child = spawn(python.bin('schemathesis'), ['--config-file', join(__dirname, 'schemathesis.toml'), ...args], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      SCHEMATHESIS_HOOKS: 'schemathesis_hooks',
      PYTHONPATH: __dirname,
      PYTHONDONTWRITEBYTECODE: '1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = new Promise<number>((resolve) =>
    child.once('close', (code) => {
      resolve(code ?? -1);
    }),
  );
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await exited, output: stdout + stderr };
}
