#!/usr/bin/env -S node --max-semi-space-size=16
// The limit is half of Node's own: viewers who join leave less garbage behind, which a process keeps as memory.
// Plain JavaScript that an old Node can read too: it says what is missing instead of failing on syntax.
const major = Number(process.versions.node.split('.')[0])
if (major < 24) {
  process.stderr.write(
    `Chorus needs Node 24 or newer; this is ${process.versions.node}. In its folder, \`npm start\` brings its own.\n`,
  )
  process.exit(2)
}
await import('../src/main.ts')
