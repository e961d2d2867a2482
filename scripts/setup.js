// Brings a fresh clone to where `npm start` and, with `--test`, `npm test` can run. Plain JavaScript for whatever Node
// the machine has: the project's own Node 24 is one of the things that this installs.
import { fetchKafka } from './setup/kafka.js'
import { buildPages, installPackages } from './setup/packages.js'
import { installServers } from './setup/servers.js'

installPackages()
buildPages()
if (process.argv.includes('--test')) {
  installServers()
  fetchKafka()
}
