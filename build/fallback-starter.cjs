// Runs inside the fallback Electron, and does what npm's Electron does at its start: loads the modules given with `-r`,
// then the application folder named on the command line.
const { app } = require('electron');
const { readFileSync } = require('node:fs');
const { join, resolve } = require('node:path');

const preloads = [];
let folder;
for (let i = 1; i < process.argv.length && folder === undefined; i++) {
  const argument = process.argv[i];
  if (argument === '-r') preloads.push(process.argv[++i]);
  else if (!argument.startsWith('-')) folder = argument;
}

if (folder === undefined) {
  process.stderr.write('usage: electron [flags] [-r <module>] <application folder>\n');
  app.exit(2);
} else {
  const path = resolve(folder);
  const manifest = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
  for (const module of preloads) require(module);
  app.setAppPath(path);
  app.setName(manifest.productName ?? manifest.name);
  app.setVersion(manifest.version);
  require(join(path, manifest.main));
}
