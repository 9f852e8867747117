import { describe, expect, it } from 'vitest';
import { parseMediaAddress } from '@desktop/protocols/media-request';
import { contentSecurityPolicy } from '@desktop/security/content-security-policy';
import { isTrustedSender } from '@desktop/security/sender';

describe('parseMediaAddress', () => {
  it('reads kind, dataset, sample and size', () => {
    expect(parseMediaAddress('lab-media://thumb/casia-fasd/17?s=320')).toEqual({
      kind: 'thumb',
      dataset: 'casia-fasd',
      index: 17,
      size: 320,
    });
  });

  it('asks for 160 px unless told', () => {
    expect(parseMediaAddress('lab-media://crop/r/0')?.size).toBe(160);
  });

  it.each([
    'lab-media://file/r/0',
    'lab-media://thumb/r',
    'lab-media://thumb/r/-1',
    'lab-media://thumb/r/1.5',
    'lab-media://thumb/r/1e3',
    'lab-media://thumb/r/0/extra',
    'lab-media://thumb/..%2F..%2Fetc/0',
    'lab-media://thumb/%2Fetc%2Fpasswd/0',
    'lab-media://thumb/r/0?s=100000',
    'lab-media://thumb/r/0?s=NaN',
    'lab-media://thumb//0',
    'no address',
  ])('refuses %s', (address) => {
    expect(parseMediaAddress(address)).toBeNull();
  });
});

describe('isTrustedSender', () => {
  it('trusts the top frame of the own page', () => {
    expect(isTrustedSender({ parent: null, url: 'app://bundle/index.html#/runs' })).toBe(true);
  });

  it.each([
    ['a frame that is gone', null],
    ['a frame inside the page', { parent: {}, url: 'app://bundle/index.html' }],
    ['an empty address', { parent: null, url: '' }],
    ['about:blank', { parent: null, url: 'about:blank' }],
    ['another host', { parent: null, url: 'app://bundle.evil/index.html' }],
    ['another scheme', { parent: null, url: 'https://bundle/index.html' }],
    ['credentials before another host', { parent: null, url: 'app://bundle@evil/' }],
    ['a data page', { parent: null, url: 'data:text/html,app://bundle/' }],
  ])('refuses %s', (_what, frame) => {
    expect(isTrustedSender(frame)).toBe(false);
  });
});

describe('contentSecurityPolicy', () => {
  const directives = Object.fromEntries(
    contentSecurityPolicy('abc')
      .split('; ')
      .map((directive) => {
        const [name = '', ...values] = directive.split(' ');
        return [name, values];
      }),
  );

  it('allows nothing unless said', () => {
    expect(directives['default-src']).toEqual([`'none'`]);
  });

  it('runs own script files only and styles by nonce', () => {
    expect(directives['script-src']).toEqual([`'self'`]);
    expect(directives['style-src']).toEqual([`'self'`, `'nonce-abc'`]);
    expect(contentSecurityPolicy('abc')).not.toContain('unsafe');
  });

  it('reaches no network', () => {
    expect(contentSecurityPolicy('abc')).not.toMatch(/https?:|\*/);
  });
});
