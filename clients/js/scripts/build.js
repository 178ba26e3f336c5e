// Makes dist/: the modules twice (ESM and CommonJS, each with its types) and two files that need nothing else: one for pages without a
// bundler, one that runs in a SharedWorker.
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const typescript = dirname(createRequire(import.meta.url).resolve('typescript/package.json'));
const compile = project => execFileSync(process.execPath, [join(typescript, 'bin', 'tsc'), '-p', project], { cwd: root, stdio: 'inherit' });

rmSync(join(root, 'dist'), { recursive: true, force: true });
compile('tsconfig.json');
compile('tsconfig.cjs.json');
writeFileSync(join(root, 'dist/cjs/package.json'), '{ "type": "commonjs" }\n');

const alone = (from, to, format) =>
  build({ entryPoints: [join(root, from)], outfile: join(root, to), bundle: true, minify: true, sourcemap: true, platform: 'browser', target: 'es2022', format });
await Promise.all([
  alone('src/index.ts', 'dist/websocket-client.js', 'esm'),
  alone('src/shared-worker.ts', 'dist/shared-worker.js', 'iife'),
]);
