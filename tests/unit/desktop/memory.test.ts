import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DesktopSettings } from '@desktop/desktop-settings';
import { GrantedFolders } from '@desktop/granted-folders';
import { openLog } from '@desktop/log-file';
import { placeWindow } from '@desktop/window-place';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'relief-desktop-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('DesktopSettings', () => {
  it('remembers changes from start to start', () => {
    const file = join(folder, 'home', 'desktop.json');
    new DesktopSettings(file).change({ theme: 'light' });
    new DesktopSettings(file).change({ grantedFolders: ['/data'] });
    expect(new DesktopSettings(file).current).toEqual({
      theme: 'light',
      window: null,
      grantedFolders: ['/data'],
      toldOfTray: false,
    });
  });

  it.each(['', '{"theme":"purple"}', '{"theme":"dark"', 'null'])('starts afresh from a damaged file: %j', (text) => {
    const file = join(folder, 'desktop.json');
    writeFileSync(file, text);
    expect(new DesktopSettings(file).current.theme).toBe('system');
  });
});

describe('GrantedFolders', () => {
  const create = () => new GrantedFolders(new DesktopSettings(join(folder, 'desktop.json')));

  it('covers a granted folder and what lies below, across starts', () => {
    create().grant('/data/faces');
    const folders = create();
    expect(folders.covers('/data/faces')).toBe(true);
    expect(folders.covers('/data/faces/live/1.jpg')).toBe(true);
  });

  it('covers neither neighbours nor ways out', () => {
    const folders = create();
    folders.grant('/data/faces');
    expect(folders.covers('/data/faces-private/1.jpg')).toBe(false);
    expect(folders.covers('/data/faces/../other')).toBe(false);
    expect(folders.covers('/data')).toBe(false);
  });

  it('stores a folder inside a granted one only once, and tells of it all the same', () => {
    const folders = create();
    const told: string[] = [];
    folders.granted.subscribe((path) => told.push(path));
    folders.grant('/data');
    folders.grant('/data/faces');
    expect(folders.all).toEqual(['/data']);
    expect(told).toEqual(['/data', '/data/faces']);
  });
});

describe('placeWindow', () => {
  const display = { x: 0, y: 0, width: 1920, height: 1080 };

  it('opens in the default size at first', () => {
    expect(placeWindow(null, [display])).toEqual({ width: 1440, height: 900 });
  });

  it('is never larger than a small display nor smaller than the smallest layout', () => {
    expect(placeWindow(null, [{ ...display, width: 1280, height: 650 }])).toEqual({ width: 1280, height: 700 });
  });

  it('returns to where it was', () => {
    const place = { x: 200, y: 100, width: 1200, height: 800, maximized: false };
    expect(placeWindow(place, [display])).toEqual({ x: 200, y: 100, width: 1200, height: 800 });
  });

  it.each([
    ['a display that was unplugged', { x: 2500, y: 100 }],
    ['above the top edge', { x: 100, y: -60 }],
    ['almost out at the left', { x: -1150, y: 100 }],
  ])('does not return to %s', (_what, corner) => {
    const place = { ...corner, width: 1200, height: 800, maximized: false };
    expect(placeWindow(place, [display])).toEqual({ width: 1440, height: 900 });
  });
});

describe('openLog', () => {
  it('appends stamped lines and puts a full file aside', () => {
    const file = join(folder, 'logs', 'desktop.log');
    const log = openLog(file, false);
    log('workbench', 'first\n\nsecond\n');
    expect(readFileSync(file, 'utf8')).toMatch(/^\S+Z workbench first\n\S+Z workbench second\n$/);
    writeFileSync(file, 'x'.repeat(2 * 1024 * 1024 + 1));
    log('main', 'after');
    expect(readFileSync(file, 'utf8')).toMatch(/^\S+Z main after\n$/);
    expect(readFileSync(`${file}.1`, 'utf8')).toHaveLength(2 * 1024 * 1024 + 1);
  });
});
