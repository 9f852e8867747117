import type { Plan, PlanProblem } from '@shared/contract/channels';
import { type Leak, leakWords } from '@shared/domain/leak';

/** Leaks that a problem tells in full. */
const told = 2;

/**
 * A plan with what its folds would leak. A leak holds the Run button until a reason for it stands in the experiment.
 * @param leaks of each of the plan's folds
 */
export function withLeaks(plan: Plan, leaks: readonly (readonly Leak[])[]): Plan {
  const words = leaks.map((own) => own.map((leak) => leakWords(leak)));
  const all = [...new Set(words.flat())];
  if (all.length === 0) return plan;
  const isWaived = (plan.config?.data.leakWaiver ?? '') !== '';
  return {
    ...plan,
    folds: plan.folds.map((fold, index) => {
      const own = words[index] ?? [];
      return own.length === 0 ? fold : { ...fold, leaks: own };
    }),
    problems: isWaived ? plan.problems : [...plan.problems, leakProblem(all)],
  };
}

function leakProblem(all: readonly string[]): PlanProblem {
  const more = all.length - told;
  return {
    path: 'data.leakWaiver',
    message: `${all.slice(0, told).join(' ')}${more > 0 ? ` There are ${more} more.` : ''} ${whatToDo}`,
    fixes: [],
  };
}

/** Said wherever a run is refused for a leak. */
export const whatToDo =
  'A run is not judged by what it trains on: exclude the samples, divide by subject, or say here (data.leakWaiver) why it may stand.';
