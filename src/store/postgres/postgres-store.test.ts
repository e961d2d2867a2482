import { sharedPostgres } from '../../../test/support/backends/postgres.ts'
import { describeDurableStore } from '../store.contract.ts'
import { openPostgresStore } from './postgres-store.ts'

const pg = sharedPostgres()

describeDurableStore('PostgreSQL', () => pg.createDatabase(), openPostgresStore)
