import { Flow } from '../../../../apps/web/sign-in/flow';
import { API, CLIENT, FLOW, READ, STEP_UP, TENANT, WRITE } from '../emulator/external-id/tenant';
import { keysAt, type SystemDirectory } from '../../../support/apps/web/system';

/** An external tenant of External ID in place of the B2C directory. */
export const EXTERNAL_TENANT: SystemDirectory = {
  registrations: (client) => ({ ...TENANT, clients: [client] }),
  client: CLIENT,
  scopes: { read: READ, write: WRITE },
  flows: (tenant) => {
    const flow = new Flow({
      metadataUrl: new URL(tenant.metadataUrl(FLOW.id)),
      clientId: CLIENT.clientId,
      clientSecret: CLIENT.secrets[0] ?? '',
      onFailure: () => undefined,
    });
    return { 'sign-in': flow, 'step-up': flow };
  },
  tokens: (tenant) => {
    const keys = keysAt(tenant.metadataUrl(FLOW.id));
    return {
      authorizedParty: CLIENT.clientId,
      flows: {
        'sign-in': { audience: API.clientId, keys },
        'step-up': { audience: STEP_UP.clientId, keys },
      },
    };
  },
};
