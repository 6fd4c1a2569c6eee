import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

const SEQUENCE = 0x30;
const SET = 0x31;
const OID = 0x06;
const INTEGER = 0x02;
const UTF8 = 0x0c;
const UTC_TIME = 0x17;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;

/** One value in DER: tag, length, content. */
function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const oid = (hex: string): Buffer => der(OID, Buffer.from(hex, 'hex'));
const ECDSA_SHA256 = der(SEQUENCE, oid('2a8648ce3d040302'));

const utcTime = (date: Date): Buffer =>
  der(UTC_TIME, Buffer.from(`${date.toISOString().slice(2, 19).replaceAll(/[-T:]/g, '')}Z`));

const extension = (id: string, value: Buffer): Buffer => der(SEQUENCE, oid(id), der(OCTET_STRING, value));

export interface SelfSigned {
  readonly key: string;
  readonly certificate: string;
}

/** A certificate for this machine, valid for a day, that is its own authority. */
export function selfSigned(): SelfSigned {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = der(SEQUENCE, der(SET, der(SEQUENCE, oid('550403'), der(UTF8, Buffer.from('localhost')))));
  const now = Date.now();
  const validity = der(SEQUENCE, utcTime(new Date(now - 3_600_000)), utcTime(new Date(now + 86_400_000)));
  const alternative = der(SEQUENCE, der(0x82, Buffer.from('localhost')), der(0x87, Buffer.from([127, 0, 0, 1])));
  const authority = der(SEQUENCE, der(0x01, Buffer.from([0xff])));
  const extensions = der(0xa3, der(SEQUENCE, extension('551d11', alternative), extension('551d13', authority)));
  const serial = der(INTEGER, Buffer.from([1, ...randomBytes(8)]));
  const version = der(0xa0, der(INTEGER, Buffer.from([2])));
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const tbs = der(SEQUENCE, version, serial, ECDSA_SHA256, name, validity, name, spki, extensions);
  const signature = der(BIT_STRING, Buffer.from([0]), sign('sha256', tbs, privateKey));
  const certificate = der(SEQUENCE, tbs, ECDSA_SHA256, signature).toString('base64').replaceAll(/.{64}/g, '$&\n');
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificate: `-----BEGIN CERTIFICATE-----\n${certificate.trimEnd()}\n-----END CERTIFICATE-----\n`,
  };
}
