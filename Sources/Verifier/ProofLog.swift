// SPDX-License-Identifier: Apache-2.0

import Execution
import SMT

/// What a proof rests on: each question of the search that was answered "that cannot be".
///
/// It is told by the solver, so that no answer is forgotten, and says of each what it was for. What
/// is asked only to find an invariant is left out: what was found is proved where it is used.
final class ProofLog {
  /// What a question was for.
  enum Purpose: Hashable {
    /// No run goes this way, or every run does.
    case path
    /// The invariant holds where the loop at a place is entered.
    case begin(loop: String)
    /// A round of the loop keeps the invariant.
    case keep(loop: String)
    /// It must hold; later runs are those in which it does.
    case require(Property, String)
    /// It must hold, and no other answer depends on it.
    case expect(Property, String)
  }

  /// One question.
  struct Question: Hashable {
    var purpose: Purpose
    /// Where the run was that asked.
    var place: String
    /// They cannot hold together.
    var facts: [Term]
  }

  private(set) var questions: [Question] = []
  private var asked: Set<[Term]> = []
  private var purpose = Purpose.path
  private var place = ""
  /// How many searches for an invariant are under way.
  var isPaused = false

  /// The next questions are for this.
  func note(_ purpose: Purpose, at site: CallSite?) {
    if isPaused { return }
    self.purpose = purpose
    place = site.map { site in site.file.map { "\($0):\(site.line ?? 0)" } ?? site.function } ?? ""
  }

  /// These facts were found not to hold together.
  func add(_ facts: [Term]) {
    // A fact that is false was settled before the solver.
    if isPaused || facts.contains(where: \.isFalse) { return }
    let facts = facts.filter { !$0.isTrue }
    // An obligation is kept for each property that asks it.
    if case .expect = purpose {
    } else if !asked.insert(facts).inserted {
      return
    }
    questions.append(Question(purpose: purpose, place: place, facts: facts))
  }
}

extension Explorer {
  /// The next questions to the solver are for this.
  func note(_ purpose: ProofLog.Purpose, _ run: Run) {
    log?.note(purpose, at: machine.callStack(run.state).first)
  }
}
