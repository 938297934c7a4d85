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
    for candidate in candidates where !names.contains(candidate.name) {
      guard let stated = candidate.stated else { continue }
      let reason =
        candidate.problem.map { "cannot be evaluated where a round begins (\($0))" }
        ?? self.reason(point, cut, at: state, witness)
      plan.refusals[candidate.name] =
        "vmap_invariant(\(stated.text)) at \(stated.site.place) \(reason): nothing rests on it"
    }
  }

  /// Drops what is stated but has no value at the beginning of any round: taken for granted it would
  /// contradict all else.
  mutating func dropHopeless(_ all: [Candidate], from plan: inout LoopPlan, of cut: LoopCut) {
    let names = plan.names ?? []
    let hopeless = all.filter {
      $0.stated != nil && $0.term.isFalse && names.contains($0.name)
    }
    if hopeless.isEmpty { return }
    refuse(hopeless, but: [], .afterRound, cut, at: cut.head, nil, &plan)
    plan.names = names.subtracting(hopeless.map(\.name))
    plan.isComplete = false
    isSettled = false
  }

  private func reason(
    _ point: LoopPoint, _ cut: LoopCut, at state: State, _ witness: Witness?
  ) -> String {
    guard let witness else { return "is more than Z3 settles within its budget" }
    let values = self.values(cut, at: state, witness)
    let example = values.isEmpty ? "" : " (for all that is known, with \(values))"
    return switch point {
    case .entry: "does not hold on entry of the loop\(example)"
    case .afterRound: "is not kept: it does not hold after a round of the loop\(example)"
    }
  }

  /// What the loop changes of the strategy's own, as "i = 3".
  private func values(_ cut: LoopCut, at state: State, _ witness: Witness) -> String {
    cut.changes.ordered.filter(\.handle.isOfTheProgram).compactMap { variable in
      let name = state.name(of: variable)
      guard !isHidden(name), let value = state.value(of: variable, pool: pool) else { return nil }
      let number = witness.value(of: value)
      let text = number < 1 << 32 ? "\(number)" : "0x" + String(number, radix: 16)
      return "\(name) = \(text)"
    }.joined(separator: ", ")
  }

  /// Whether a name is clang's, or one inside of a macro of the kernel's.
  private func isHidden(_ name: String) -> Bool {
    name == "tmp" || [".", "__"].contains { name.hasPrefix($0) }
  }

  /// Tells of the stated invariants that a plan does without.
  mutating func tellRefusals(of plan: LoopPlan) {
    let told = plan.refusals.sorted { $0.key.identity < $1.key.identity }.map(\.value)
    result.remarks += told.filter { !result.remarks.contains($0) }
  }
}
