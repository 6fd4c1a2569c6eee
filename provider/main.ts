import { version } from '../package.json';
import { endWithParent } from './orphan';
import { serve } from './rpc/serve';
import { trustCertificateFile } from './trust';

/** The plug-in process of the package `entragraph`: the engine starts it and reads the port from its first line. */
async function main(): Promise<void> {
  endWithParent();
  trustCertificateFile(process.env['SSL_CERT_FILE']);
  const engineAddress = process.argv.slice(2).find((argument) => !argument.startsWith('-'));
  console.log(String(await serve(engineAddress, version)));
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
