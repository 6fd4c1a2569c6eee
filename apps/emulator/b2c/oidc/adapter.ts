import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';
import type { Client, Flow, Registrations } from '../registrations';
import { findClient } from '../registrations';
import type { Entries } from '../store/entries';

/** What all flows share: who signed in once has signed in everywhere. Codes and tokens are bound to their flow. */
const SHARED: ReadonlySet<string> = new Set(['Session', 'Grant']);

/** Where the library keeps what it remembers; clients are what is registered at this moment. */
export function adapterFactory(entries: Entries, registrations: Registrations, flow: Flow): AdapterFactory {
  return (model) => {
    if (model === 'Client') return new ClientAdapter(registrations);
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
    return Promise.resolve(this.entries.find({ model: this.model, id }));
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

class ClientAdapter implements Adapter {
  constructor(private readonly registrations: Registrations) {}

  find(id: string): Promise<AdapterPayload | undefined> {
    const client = findClient(this.registrations, id);
    return Promise.resolve(client && metadataOf(client));
  }

  upsert(): Promise<void> {
    return readOnly();
  }

  findByUid(): Promise<undefined> {
    return readOnly();
  }

  findByUserCode(): Promise<undefined> {
    return readOnly();
  }

  consume(): Promise<void> {
    return readOnly();
  }

  destroy(): Promise<void> {
    return readOnly();
  }

  revokeByGrantId(): Promise<void> {
    return readOnly();
  }
}

function readOnly(): Promise<never> {
  return Promise.reject(new Error('clients are registered in the directory, not through the provider'));
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
