// Runs inside the fallback Electron: loads the application folder named on the command line, as npm's Electron does.
const { app } = require('electron');
const { readFileSync } = require('node:fs');
const { join, resolve } = require('node:path');

const folder = process.argv.slice(1).find((argument) => !argument.startsWith('-'));
if (folder === undefined) {
  process.stderr.write('usage: electron [flags] <application folder>\n');
  app.exit(2);
} else {
  const path = resolve(folder);
  const manifest = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
  app.setAppPath(path);
  app.setName(manifest.productName ?? manifest.name);
  app.setVersion(manifest.version);
  require(join(path, manifest.main));
}
