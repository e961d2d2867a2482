import type { Plan } from './plan.ts'
import { runPlan } from './run.ts'

// The load of bench:overload, in a process and on a core of its own: it is sent plans, and sends back what it saw.
process.on('message', (plan: Plan) => {
  void runPlan(plan).then((seen) => process.send?.(seen))
})
process.once('disconnect', () => process.exit())
