// SPDX-License-Identifier: Apache-2.0

import Execution
import SMT

/// A point at which a loop's invariant is asked for.
enum LoopPoint {
  case entry, afterRound
}

/// What becomes of the invariants that the author of a loop states.
extension Explorer {
  /// Notes in a loop's plan why stated candidates are dropped at a point, all but those that are
  /// left.
  ///
  /// - Parameter witness: a run in which they do not hold; nil where only the solver gave up.
  func refuse(
    _ candidates: [Candidate], but left: [Candidate], _ point: LoopPoint, _ cut: LoopCut,
    at state: State, _ witness: Witness?, _ plan: inout LoopPlan
  ) {
    let names = Set(left.map(\.name))
    for candidate in candidates where candidate.isStated && !names.contains(candidate.name) {
      let reason =
        candidate.problem.map { "it cannot be evaluated where a round begins: \($0)" }
        ?? self.reason(point, cut, at: state, witness)
      plan.refusals[candidate.name] = "\(candidate.name) is not used: \(reason)"
    }
  }

  private func reason(
    _ point: LoopPoint, _ cut: LoopCut, at state: State, _ witness: Witness?
  ) -> String {
    guard let witness else { return "Z3 gave no answer within its budget" }
    let values = self.values(cut, at: state, witness)
    let example = values.isEmpty ? "" : " where, for all that is known, \(values)"
    return switch point {
    case .entry: "it does not hold on entry\(example)"
    case .afterRound: "a round does not keep it, ending\(example)"
    }
  }

  /// What the loop changes of the strategy's own, as "i = 3".
  private func values(_ cut: LoopCut, at state: State, _ witness: Witness) -> String {
    cut.changes.ordered.filter(\.handle.isOfTheProgram).compactMap { variable in
      // clang's own have names like ".compoundliteral".
      let name = state.name(of: variable)
      guard !name.hasPrefix("."), let value = state.value(of: variable, pool: pool) else { return nil }
      let number = witness.value(of: value)
      let text = number < 1 << 32 ? "\(number)" : "0x" + String(number, radix: 16)
      return "\(name) = \(text)"
    }.joined(separator: ", ")
  }

  /// Tells of the stated invariants that a plan does without.
  mutating func tellRefusals(of plan: LoopPlan) {
    for remark in plan.refusals.sorted(by: { $0.key < $1.key }).map(\.value)
    where !result.remarks.contains(remark) {
      result.remarks.append(remark)
    }
  }
}
