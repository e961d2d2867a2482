import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const fromHere = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Builds the pages that a server hands out. Another page is another HTML file in `src/pages` and another line here. */
export default defineConfig({
  root: fromHere('src/pages'),
  build: {
    outDir: fromHere('dist/pages'),
    emptyOutDir: true,
    target: 'es2022',
    // The pages' content security policy has no room for data: scripts, styles or fonts; a file of its own is cached.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: fromHere('src/pages/index.html'), cluster: fromHere('src/pages/cluster.html') },
    },
  },
})
