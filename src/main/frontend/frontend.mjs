// Maven's way in: installs and bundles only what changed. Has no dependencies of its own.
// Usage: node frontend.mjs [outdir]
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const outdir = resolve(process.argv[2] ?? join(here, '../../../target/classes/static/assets'));
process.chdir(here);

const [ major, minor ] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  fail(`Node 20.19 or newer is needed to bundle the pages, this is ${process.version}`);
}

const sources = digest(files('.'), String(major));
const stamp = join(outdir, '.stamp');
if (read(stamp) === sources) done('unchanged');

const lock = digest([ 'package-lock.json', '.npmrc' ]);
const installed = 'node_modules/.backout-lock';
if (read(installed) !== lock) {
  // a shell, as npm is npm.cmd on Windows
  const npm = spawnSync('npm ci --prefer-offline --loglevel=error', { stdio: 'inherit', shell: true });
  if (npm.status !== 0) fail('npm ci failed; without a network run the build once online, or give Maven -Dfrontend.skip');
  writeFileSync(installed, lock);
}

const started = Date.now();
const { bundle } = await import('./build.mjs');
await bundle(outdir);
mkdirSync(outdir, { recursive: true });
writeFileSync(stamp, sources);
done(`bundled in ${Date.now() - started} ms`);

function files(dir) {
  return readdirSync(dir, { withFileTypes: true })
    .filter(entry => entry.name !== 'node_modules')
    .flatMap(entry => entry.isDirectory() ? files(join(dir, entry.name)) : [ join(dir, entry.name) ])
    .sort();
}

function digest(list, extra = '') {
  const sha = createHash('sha256').update(extra);
  for (const file of list) {
    sha.update(relative(here, resolve(file)).replaceAll('\\', '/')).update('\0').update(readFileSync(file)).update('\0');
  }
  return sha.digest('hex');
}

function read(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function done(message) {
  console.log(`frontend: ${message}`);
  process.exit(0);
}

function fail(message) {
  console.error(`frontend: ${message}`);
  process.exit(1);
}
