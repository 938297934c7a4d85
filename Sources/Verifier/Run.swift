// SPDX-License-Identifier: Apache-2.0

import Execution
import SMT

/// An assignment that satisfies a run's path, with what was evaluated under it.
final class Witness {
  let assignment: Assignment
  private var evaluator: Evaluator

  init(_ assignment: Assignment, pool: TermPool) {
    self.assignment = assignment
    evaluator = Evaluator(pool: pool, assignment: assignment)
  }

  func value(of term: Term) -> UInt64 { evaluator.value(of: term) }
  func isTrue(_ term: Term) -> Bool { evaluator.isTrue(term) }
}

/// A run to be explored, and an assignment that takes it.
struct Run {
  var state: State
  var witness: Witness
  /// How many values of a term have been set aside on the way here.
  var excluded: [Term: Int] = [:]
  /// The loops that the run is in, or has been in, where loops are cut.
  var loops: [LoopKey: EnteredLoop] = [:]
  /// It is about to enter this loop once more.
  var pending: LoopArrival?
  /// How often it has tried to enter a loop.
  var attempts: [LoopKey: Int] = [:]

  /// It is in a loop, or has been, that it was found to have entered by too much of an invariant.
  var isGivenUp: Bool {
    loops.values.contains { loop in
      if case .cut(let cut) = loop { cut.attempt.isGivenUp } else { false }
    }
  }
}

/// How a run that is followed comes to an end.
enum RunEnd {
  case ended
  /// It left the loop of its scope.
  case left
}

/// A way to violate a property.
struct Violation {
  var obligation: Obligation
  /// The facts under which it happens.
  var facts: [Term]
  var assignment: Assignment
  var inputs: [Input]
  var objectives: [Term]
  /// The first two objectives' values: ranges and pages.
  var size: [UInt64]
  /// Its values, by their names.
  var shape: [String: UInt64]
  /// There are others of the same size and another shape.
  var isOneOfSeveral = false
}
