import { createHash, randomBytes, randomInt } from 'node:crypto';
import type { Directory } from '../directory/directory';
import type { Entity } from '../store/store';
import { consentTo, type PublicClient } from './consent';
import { OAuthError } from './oauth-error';

/** Seconds in which a device code must be used: as Entra ID answers it. */
export const DEVICE_CODE_SECONDS = 900;
const CODE_MS = 600_000;
/** No vowels, nothing that looks like another one. */
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ23456789';

/** Somebody who signed in, and what the client may do in their name. */
export interface SignedIn {
  readonly person: Entity;
  readonly scopes: readonly string[];
  /** As the client gave it, to find it again in the id token. */
  readonly nonce?: string;
}

interface Asked {
  readonly client: PublicClient;
  readonly scopes: readonly string[];
}

interface AskedByBrowser extends Asked {
  readonly redirectUri: string;
  readonly challenge: string;
  readonly nonce: string | undefined;
}

interface DeviceSignIn extends Asked {
  readonly userCode: string;
  readonly ends: number;
  outcome: SignedIn | OAuthError | undefined;
}

/** Sign-ins under way. They end with the process, as the codes do after minutes. */
export class PendingSignIns {
  private readonly codes = new Map<string, AskedByBrowser & Omit<SignedIn, 'nonce'> & { readonly ends: number }>();
  private readonly devices = new Map<string, DeviceSignIn>();

  constructor(private readonly directory: Directory) {}

  /** The code that a browser brings back to the client. @throws OAuthError where a consent is missing */
  authorize(asked: AskedByBrowser, person: Entity): string {
    const code = secretText();
    const scopes = consentTo(this.directory, asked.client, { person, scopes: asked.scopes });
    this.codes.set(code, { ...asked, person, scopes, ends: this.now() + CODE_MS });
    return code;
  }

  /** @throws OAuthError for a code that is used, or of somebody else */
  redeemCode(form: URLSearchParams): SignedIn {
    const code = form.get('code') ?? '';
    const found = this.codes.get(code);
    this.codes.delete(code);
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (found === undefined || found.ends < this.now() || found.client.appId !== form.get('client_id')) {
      throw invalidGrant('AADSTS70008: The provided authorization code or refresh token is expired.');
    }
    if (found.challenge !== challenge)
      throw invalidGrant('AADSTS501481: The Code_Verifier does not match the code_challenge.');
    if (found.redirectUri !== form.get('redirect_uri')) {
      throw invalidGrant('AADSTS500112: The reply address does not match the one of the request for the code.');
    }
    const { person, scopes, nonce } = found;
    return { person, scopes, ...(nonce !== undefined && { nonce }) };
  }

  /** Codes of a device: one for the client, one for the person. */
  startDevice(asked: Asked): { readonly deviceCode: string; readonly userCode: string } {
    const deviceCode = secretText();
    const userCode = Array.from({ length: 9 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
    this.devices.set(deviceCode, {
      ...asked,
      userCode,
      ends: this.now() + DEVICE_CODE_SECONDS * 1000,
      outcome: undefined,
    });
    return { deviceCode, userCode };
  }

  /** The person enters the code, and signs in. @throws OAuthError for an unknown code, or where a consent is missing */
  enterDeviceCode(userCode: string, person: Entity): void {
    const device = [...this.devices.values()].find((one) => one.userCode === userCode.trim().toUpperCase());
    if (device === undefined || device.outcome !== undefined) {
      throw new OAuthError(400, 'invalid_request', "AADSTS70019: That code didn't work.");
    }
    try {
      const scopes = consentTo(this.directory, device.client, { person, scopes: device.scopes });
      device.outcome = { person, scopes };
    } catch (error) {
      if (error instanceof OAuthError) device.outcome = error;
      throw error;
    }
  }

  /** @throws OAuthError `authorization_pending` until somebody has signed in */
  redeemDevice(form: URLSearchParams): SignedIn {
    const code = form.get('device_code') ?? '';
    const device = this.devices.get(code);
    if (device === undefined || device.client.appId !== form.get('client_id')) {
      throw invalidGrant('AADSTS70000: The provided device code is not valid.');
    }
    if (device.ends < this.now())
      throw new OAuthError(400, 'expired_token', 'AADSTS70020: The device code is expired.');
    if (device.outcome === undefined) {
      throw new OAuthError(400, 'authorization_pending', 'AADSTS70016: The person has not finished signing in.');
    }
    this.devices.delete(code);
    if (device.outcome instanceof OAuthError) throw device.outcome;
    return device.outcome;
  }

  private now(): number {
    return this.directory.clock().getTime();
  }
}

function secretText(): string {
  return randomBytes(32).toString('base64url');
}

function invalidGrant(problem: string): OAuthError {
  return new OAuthError(400, 'invalid_grant', problem);
}
