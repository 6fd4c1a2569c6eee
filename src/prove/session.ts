import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import tls from 'node:tls';
import { trustCertificateFile } from '../../provider/trust';
import { openDirectory } from '../clouds/graph/directory';
import { PROGRAM_OF, type Kind } from './marked-estate';
import { type Exchange, Recorder } from './recorder';

/** Variables that would lead past the recorder, or to another one. */
const PROXIES = ['https_proxy', 'http_proxy', 'all_proxy', 'no_proxy'];

/** Way of a run to its directories: everything of it goes through one recorder. */
export class RecordedSession {
  private listener: ((exchange: Exchange) => void) | undefined;

  private constructor(
    private readonly recorder: Recorder,
    private readonly trusted: string,
  ) {}

  /**
   * Starts the recorder, and leads this process through it.
   *
   * @param folder where the certificates are written that the programs must trust
   * @param authorities further ones
   */
  static async start(folder: string, authorities: readonly string[] = []): Promise<RecordedSession> {
    const recorder = await Recorder.start((exchange) => session.listener?.(exchange));
    const file = resolve(join(folder, 'trusted.pem'));
    const session = new RecordedSession(recorder, file);
    // Go reads this file in place of the system's.
    const known = new Set([...tls.getCACertificates('default'), ...tls.getCACertificates('system'), ...authorities]);
    writeFileSync(file, [recorder.certificate, ...known].join('\n'));
    trustCertificateFile(file);
    // The library that signs in and asks Graph reads the proxy here.
    Object.assign(process.env, { HTTPS_PROXY: recorder.url });
    return session;
  }

  /** The environment of a program that is recorded. */
  environment(given: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
    // Empty, since programs inherit what is absent.
    const none = Object.keys(given).filter((name) => PROXIES.includes(name.toLowerCase()));
    return {
      ...given,
      ...Object.fromEntries(none.map((name) => [name, ''])),
      HTTPS_PROXY: this.recorder.url,
      SSL_CERT_FILE: this.trusted,
    };
  }

  /** Opens the directory that an environment signs in to, and records its Graph. @returns its address as well */
  async open(kind: Kind, tenantId: string, environment: NodeJS.ProcessEnv) {
    const directory = openDirectory(PROGRAM_OF[kind], tenantId, environment);
    const { graph } = await directory.cloud();
    await this.recorder.watch(graph);
    return { ...directory, graph };
  }

  onExchange(listener: (exchange: Exchange) => void): void {
    this.listener = listener;
  }

  async stop(): Promise<void> {
    delete process.env['HTTPS_PROXY'];
    await this.recorder.stop();
  }
}
