import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';
import type { Client, Flow, Registrations } from '../registrations';
import { findClient } from '../registrations';
import type { Entries } from '../store/entries';
import { Payload } from '../store/entries';

/** Models that all flows share: one sign-in counts everywhere. Codes and tokens are bound to their flow. */
const SHARED: ReadonlySet<string> = new Set(['Session', 'Grant']);

/** The library's memory; its clients are those that are registered at this moment. */
export function adapterFactory(entries: Entries, registrations: Registrations, flow: Flow): AdapterFactory {
  return (model) => {
    if (model === 'Client') return new ClientAdapter(entries, registrations);
    return new EntryAdapter(entries, SHARED.has(model) ? model : `${flow.id.toLowerCase()}:${model}`);
  };
}

class EntryAdapter implements Adapter {
  constructor(
    private readonly entries: Entries,
    private readonly model: string,
  ) {}

  upsert(id: string, payload: AdapterPayload, seconds = 0): Promise<void> {
    this.entries.put({ model: this.model, id }, payload, seconds);
    return Promise.resolve();
  }

  find(id: string): Promise<AdapterPayload | undefined> {
    return Promise.resolve(this.entries.find({ model: this.model, id }, Payload));
  }

  findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return Promise.resolve(this.entries.findByUid(this.model, uid));
  }

  /** For devices without a browser, which user flows do not have. */
  findByUserCode(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  consume(id: string): Promise<void> {
    this.entries.consume({ model: this.model, id });
    return Promise.resolve();
  }

  destroy(id: string): Promise<void> {
    this.entries.remove({ model: this.model, id });
    return Promise.resolve();
  }

  revokeByGrantId(grantId: string): Promise<void> {
    this.entries.removeByGrant(this.model, grantId);
    return Promise.resolve();
  }
}

/** Clients are registered in the directory, never through the library. */
class ClientAdapter extends EntryAdapter {
  constructor(
    entries: Entries,
    private readonly registrations: Registrations,
  ) {
    super(entries, 'Client');
  }

  override find(id: string): Promise<AdapterPayload | undefined> {
    const client = findClient(this.registrations, id);
    return Promise.resolve(client && metadataOf(client));
  }
}

function metadataOf({ clientId, displayName, redirectUris }: Client): AdapterPayload {
  return {
    client_id: clientId,
    client_name: displayName,
    // The library wants one; what is compared are the digests, in `compareClientSecret`.
    client_secret: 'not the secret',
    token_endpoint_auth_method: 'client_secret_post',
    redirect_uris: [...redirectUris],
    response_types: ['code'],
    grant_types: ['authorization_code', 'refresh_token'],
  };
}
