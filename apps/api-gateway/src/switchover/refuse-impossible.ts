import { Problem } from '../http/problem';
import type { PresentInstance } from '../read-model/read-model';

/** What no state of the record could make possible; whether it is possible now is for the orchestrator to say. */
export function refuseImpossible(state: PresentInstance, target: string | undefined): void {
  const { spec, plan } = state;
  if (spec.edition === 'basic') {
    throw new Problem('wrong-edition', `${spec.name} is of the Basic edition: it has one node.`);
  }
  if (state.status === 'creating' || state.status === 'deleting') {
    const params = { operationId: state.operationId };
    throw new Problem('operation-in-progress', `${spec.name} is ${state.status}.`, { params });
  }
  if (state.status === 'failed') throw new Problem('switchover-not-open', `The creation of ${spec.name} failed.`);
  if (target !== undefined && !Object.hasOwn(plan.nodes, target)) {
    const detail = `${target} is not a node of ${spec.name}; its nodes are ${Object.keys(plan.nodes).join(', ')}.`;
    throw new Problem('switchover-target', detail);
  }
}
