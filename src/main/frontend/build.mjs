// Bundles the pages' scripts, styles and fonts. `npm run watch` does it again on every change.
import { build, context } from 'esbuild';
import { rm } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';

const options = outdir => ({
  entryPoints: { app: 'src/app.js', viewer: 'src/viewer.js', site: 'src/site.css' },
  outdir,
  bundle: true,
  splitting: true,
  format: 'esm',
  minify: true,
  // Entry points get their hash from Spring's content version strategy, the rest from here.
  chunkNames: 'chunks/[name]-[hash]',
  assetNames: 'fonts/[name]-[hash]',
  target: [ 'es2022', 'chrome111', 'firefox114', 'safari16.4' ],
  sourcemap: process.env.BACKOUT_SOURCEMAP ? 'linked' : false,
  loader: { '.woff2': 'file', '.woff': 'empty', '.ttf': 'empty', '.eot': 'empty', '.svg': 'empty' },
  legalComments: 'linked',
  logLevel: 'warning'
});

export async function bundle(outdir) {
  await rm(outdir, { recursive: true, force: true });
  await build(options(outdir));
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [ outdir, watch ] = process.argv.slice(2);
  if (watch) {
    await (await context({ ...options(outdir), logLevel: 'info' })).watch();
  }
  else {
    await bundle(outdir);
  }
}
