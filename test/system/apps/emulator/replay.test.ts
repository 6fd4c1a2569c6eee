import type { GraphEmulator } from '../../../../apps/emulator/graph';
import { startGraphEmulator } from '../../../../apps/emulator/graph';
import type { JsonObject } from '../../../../apps/emulator/graph/json';
import type { Call } from '../../../support/apps/emulator/support/client';
import { callTls, clientOf } from '../../../support/apps/emulator/support/client';
import type { Recorded } from './support/recording';
import { GRAPH_PERMISSIONS } from '../../../support/graph-permissions';
import { CALM } from './support/use-emulator';
import { expectedAnswer, IdMap, readRecording } from './support/recording';

const recording = readRecording();

let emulator: GraphEmulator;
let call: Call;

/** The recorded program had both customers and a workforce, and gave up the applications that it made. */
const PERMISSIONS = [
  ...new Set([...GRAPH_PERMISSIONS.customers.deploy, ...GRAPH_PERMISSIONS.workforce.deploy]),
  'Application.ReadWrite.All',
  'Synchronization.ReadWrite.All',
];
const PERSON = 'ada@contosob2c.onmicrosoft.com';

afterEach(() => emulator.stop());

async function replay(entry: Recorded, ids: IdMap): Promise<{ readonly status: number; readonly body: JsonObject }> {
  const path = ids.translate(entry.path).replaceAll(' ', '+');
  const body = entry.body === undefined ? undefined : ids.translateJson(entry.body);
  if (entry.srv === 'graph') return await call(`${entry.method} ${path}`, body);
  const form = body && { ...(body as Record<string, string>), client_secret: emulator.deployer.clientSecret };
  return await callTls(emulator, path, form);
}

async function start(): Promise<void> {
  emulator = await startGraphEmulator({
    groups: ['Network Operators', 'Security Admins'],
    users: [PERSON],
    deployer: { roles: PERMISSIONS },
    // The stand-in of the recording let them go; see azuread's public issue 1388.
    quirks: { ...CALM, samlDeletion: 'allowed', instantiateOwner: 'caller' },
  });
}

test('all that azuread sent is answered as it was recorded, with the permissions of a deployment: same status, fields, values', async () => {
  await start();
  call = clientOf(emulator);
  const ids = idMap();
  const wrong: string[] = [];
  for (const entry of recording) {
    const answer = await replay(entry, ids);
    const expected = expectedAnswer(recording, entry);
    const differences = [
      ...(answer.status === entry.status
        ? []
        : [`status ${entry.status} != ${answer.status} ${JSON.stringify(answer.body)}`]),
      ...(expected === undefined ? [] : ids.compare(expected, answer.body)),
    ];
    if (differences.length > 0) wrong.push(`${entry.seq} ${entry.method} ${entry.path}\n  ${differences.join('\n  ')}`);
  }
  process.stdout.write(`replayed ${recording.length} recorded requests, ${recording.length - wrong.length} match\n`);
  expect(wrong).toEqual([]);
});

test('none of it is refused to a person whose application was granted the same permissions', async () => {
  await start();
  call = clientOf({ graphUrl: emulator.graphUrl, token: () => emulator.personToken(PERSON, PERMISSIONS) });
  const ids = idMap();
  const refused: string[] = [];
  for (const entry of recording) {
    const answer = await replay(entry, ids);
    // Learns the ids.
    ids.compare(expectedAnswer(recording, entry) ?? {}, answer.body);
    if ([401, 403].includes(answer.status)) refused.push(`${entry.method} ${entry.path}`);
  }
  expect(refused).toEqual([]);
});

function idMap(): IdMap {
  return new IdMap({ 'http://localhost:<graph>': emulator.graphUrl, 'https://localhost:<tls>': emulator.tlsUrl });
}
