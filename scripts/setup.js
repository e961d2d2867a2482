// Brings a fresh clone to where `npm start` and, with `--test`, `npm test` can run. Plain JavaScript for whatever Node
// the machine has: the project's own Node 24 is one of the things that this installs.
import { makeClients } from './setup/clients.js'
import { fetchKafka } from './setup/kafka.js'
import { installNodeTools } from './setup/node-tools.js'
import { installPackages } from './setup/packages.js'
import { buildPages } from './setup/pages.js'
import { makePythonEnvironments } from './setup/python.js'
import { installServers } from './setup/servers.js'

installPackages()
buildPages()
if (process.argv.includes('--test')) {
  installServers()
  fetchKafka()
  installNodeTools()
  makePythonEnvironments()
  makeClients()
}
