// SPDX-License-Identifier: Apache-2.0

import Execution
import SMT

/// A loop of one call.
struct LoopKey: Hashable {
  var frame: Int
  var block: Int

  init(_ arrival: LoopArrival) {
    frame = arrival.frame
    block = arrival.block
  }
}

/// A loop that a run has entered.
enum EnteredLoop {
  /// A constant ends it after some rounds: they are executed one by one, up to so many more.
  case unrolled(roundsLeft: Int)
  /// The run stands for every round at once.
  case cut(LoopCut)
}

/// A loop whose rounds are all explored as one, from a state that an invariant describes.
struct LoopCut {
  /// On this run.
  var number: Int
  /// The name of its plan.
  var plan: String
  var attempt: LoopAttempt
  var arrival: LoopArrival
  /// Where the loop was entered.
  var entry: State
  /// What one round adds to variables, where that is a constant.
  var steps: [LoopVariable: UInt64]
  /// At the beginning of any round.
  var head: State
  /// The keys of the model's maps that the invariant speaks of.
  var mapKeys: [Term]
  var changes: LoopChanges
  /// What holds at the beginning of every round.
  var invariant: [Candidate]
}

/// A run that enters a loop by an invariant, which may turn out not to be one for that run.
final class LoopAttempt {
  /// Where it enters the loop; what it asks of the loop's plan is not said by others.
  let run: Run
  /// How often that was tried before.
  let number: Int
  /// It goes on from another attempt.
  var isGivenUp = false

  init(run: Run, number: Int) {
    self.run = run
    self.number = number
  }
}

extension LoopCut {
  /// "file:line" of a loop.
  static func place(_ arrival: LoopArrival) -> String {
    arrival.site.place
  }
}

/// What was found of a loop so far.
struct LoopPlan: Equatable {
  var changes = LoopChanges()
  /// What the first round adds to variables, where that is a constant.
  var steps: [LoopVariable: UInt64] = [:]
  /// The names of the candidates that are left; nil if they were not looked for.
  var names: Set<CandidateName>?
  /// By name: why stated candidates are not left.
  var refusals: [CandidateName: String] = [:]
  /// A search has found nothing to drop.
  var isComplete = false
}
