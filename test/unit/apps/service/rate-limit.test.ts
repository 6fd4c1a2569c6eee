import type { Request, Response } from 'express';
import { addressOf, limitPerMinute } from '../../../../apps/service/rate-limit';

const addressIn = (ip?: string): string => addressOf({ ip });

test('an IPv6 address counts by the network of its customer', () => {
  expect(addressIn('2001:db8:1:2ff::1')).toBe(addressIn('2001:db8:1:200:2:3:4:5'));
  expect(addressIn('2001:db8:1:2ff::1')).not.toBe(addressIn('2001:db8:1:3ff::1'));
});

test('an IPv4 address counts for itself, in either family', () => {
  expect(addressIn('::ffff:198.51.100.1')).toBe('198.51.100.1');
  expect(addressIn('198.51.100.1')).not.toBe(addressIn('198.51.100.2'));
});

test('a port that a proxy names too does not count', () => {
  expect(['198.51.100.1:443', '198.51.100.1:444'].map(addressIn)).toEqual(['198.51.100.1', '198.51.100.1']);
  for (const ip of ['[2001:db8:1:200::1]:443', '[2001:db8:1:200::2]'])
    expect(addressIn(ip)).toBe(addressIn('2001:db8:1:200::3'));
});

test.each(['unknown', '', undefined])('a proxy may name %j', (ip) => {
  expect(addressIn(ip)).toBe(ip ?? '');
});

test('what is above the limit is refused by key, and told when to come again', () => {
  const headers = new Map<string, string>();
  const response = { set: (name: string, value: string) => headers.set(name, value) } as unknown as Response;
  const limit = limitPerMinute(2, addressOf, () => new Error('too many'));
  const ask = (ip: string): unknown => limit({ ip } as unknown as Request, response, () => undefined);
  for (const ip of ['198.51.100.1', '198.51.100.1', '198.51.100.2']) ask(ip);
  expect(headers.size).toBe(0);
  expect(() => ask('198.51.100.1')).toThrow('too many');
  expect(headers.get('Retry-After')).toBe('60');
  ask('198.51.100.2');
});
