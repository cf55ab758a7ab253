// Bundles the pages' scripts, styles and fonts. `npm run watch` does it again on every change.
import { build, context } from 'esbuild';
import { readFile, rm } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';

/** Some icons of bpmn-js carry inline styles, which our content policy refuses: the same as attributes of their own. */
const noInlineStyle = {
  name: 'no-inline-style',
  setup(bundler) {
    bundler.onLoad({ filter: /(AlignElementsIcons|DistributeElementsIcons)\.js$/ }, async file => ({
      contents: (await readFile(file.path, 'utf8')).replace(/ style="([^"]*)"/g, (whole, style) => style.split(';').filter(Boolean)
        .map(one => one.split(':').map(part => part.trim())).map(([ name, value ]) => ` ${name}="${value}"`).join('')),
      loader: 'js'
    }));
  }
};

const options = outdir => ({
  entryPoints: { app: 'src/app.js', viewer: 'src/viewer.js', modeler: 'src/modeler.js', site: 'src/site.css' },
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
  plugins: [ noInlineStyle ],
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
