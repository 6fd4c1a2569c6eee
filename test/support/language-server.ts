import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { REPOSITORY } from './repository';

const PACKAGES = join(REPOSITORY, '.ci/system/node_modules');

interface Position {
  readonly line: number;
  readonly character: number;
}

interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** Fault that an editor shows. */
export interface Diagnostic {
  readonly range: Range;
  readonly message: string;
}

/** What an editor offers. */
export interface Offer {
  readonly label: string;
  readonly insertText: string;
  /** Without it, the text replaces the word before the cursor. */
  readonly textEdit?: { readonly range: Range; readonly newText: string };
}

interface Connection {
  readonly listen: () => void;
  readonly dispose: () => void;
  readonly sendRequest: (method: string, params: object) => Promise<unknown>;
  readonly sendNotification: (method: string, params: object) => Promise<void>;
  readonly onRequest: (method: string, handler: (params: { readonly items: readonly unknown[] }) => unknown) => void;
  readonly onNotification: (method: string, handler: (params: Published) => void) => void;
}

interface Published {
  readonly uri: string;
  readonly diagnostics: readonly Diagnostic[];
}

interface Rpc {
  readonly createMessageConnection: (reader: object, writer: object) => Connection;
  readonly StreamMessageReader: new (stream: object) => object;
  readonly StreamMessageWriter: new (stream: object) => object;
}

/** yaml-language-server as an editor runs it, over its standard input and output. */
export interface LanguageServer {
  /** Opens a text in place of a file; faults that are shown of it. */
  readonly open: (uri: string, text: string) => Promise<readonly Diagnostic[]>;
  readonly offers: (uri: string, at: Position) => Promise<readonly Offer[]>;
  /** Markdown that is shown at a place; empty where nothing is. */
  readonly hover: (uri: string, at: Position) => Promise<string>;
  readonly end: () => void;
}

const SETTINGS = { validate: true, hover: true, completion: true, schemaStore: { enable: false } };
const CAPABILITIES = {
  workspace: { configuration: true },
  textDocument: {
    completion: { completionItem: { snippetSupport: true, documentationFormat: ['markdown'] } },
    hover: { contentFormat: ['markdown'] },
  },
};

export async function startLanguageServer(): Promise<LanguageServer> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- a folder with a lock file of its own
  const rpc = require(join(PACKAGES, 'vscode-jsonrpc/lib/node/main.js')) as Rpc;
  const program = join(PACKAGES, 'yaml-language-server/bin/yaml-language-server');
  const child = spawn(process.execPath, [program, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const reader = new rpc.StreamMessageReader(child.stdout);
  const connection = rpc.createMessageConnection(reader, new rpc.StreamMessageWriter(child.stdin));
  const waiting = new Map<string, (found: readonly Diagnostic[]) => void>();
  connection.onNotification('textDocument/publishDiagnostics', ({ uri, diagnostics }) => {
    waiting.get(uri)?.(diagnostics);
  });
  connection.onRequest('workspace/configuration', ({ items }) => items.map(() => SETTINGS));
  connection.onRequest('client/registerCapability', () => null);
  connection.listen();
  await connection.sendRequest('initialize', { processId: process.pid, rootUri: null, capabilities: CAPABILITIES });
  await connection.sendNotification('initialized', {});
  return {
    open: async (uri, text) => {
      const shown = new Promise<readonly Diagnostic[]>((resolve) => waiting.set(uri, resolve));
      const textDocument = { uri, languageId: 'yaml', version: 1, text };
      await connection.sendNotification('textDocument/didOpen', { textDocument });
      return shown;
    },
    offers: async (uri, position) => {
      const answer = await connection.sendRequest('textDocument/completion', { textDocument: { uri }, position });
      return (answer as { readonly items: readonly Offer[] }).items;
    },
    hover: async (uri, position) => {
      const answer = await connection.sendRequest('textDocument/hover', { textDocument: { uri }, position });
      return (answer as { readonly contents: { readonly value: string } } | null)?.contents.value ?? '';
    },
    end: () => {
      connection.dispose();
      child.kill();
    },
  };
}
