// SPDX-License-Identifier: Apache-2.0

import Replay
import Verifier

/// One thing that was replayed, or was to be.
public struct ReplayEntry: Sendable {
  /// What came of it.
  public enum Outcome: Sendable {
    case replayed(CounterexampleReplay)
    case conformance(Conformance)
    /// It cannot be replayed at all.
    case failed(Problem)
    /// The tree does not have what the spec is about, or there is none.
    case skipped(reason: String)
    case interrupted
  }

  /// The counterexample's file, or the spec's.
  public var file: String
  /// The spec's name, where it is known.
  public var name: String?
  /// What came of it.
  public var outcome: Outcome

  /// Makes an entry.
  public init(file: String, name: String? = nil, outcome: Outcome) {
    self.file = file
    self.name = name
    self.outcome = outcome
  }

  /// What it means for the exit code.
  public var status: ReplayStatus {
    switch outcome {
    case .replayed(let replay):
      if !replay.differences.isEmpty { return .disagrees }
      switch replay.verdict {
      case .confirmed: return .agrees
      case .notReproduced: return .disagrees
      case .cannotBeShown: return .cannotBeShown
      }
    case .conformance(let conformance):
      if !conformance.agrees || !conformance.isAsExpected { return .disagrees }
      return conformance.isShown ? .agrees : .cannotBeShown
    case .failed(let problem): return problem.isInternal ? .internalError : .usage
    case .skipped: return .agrees
    case .interrupted: return .interrupted
    }
  }
}
