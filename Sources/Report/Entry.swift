// SPDX-License-Identifier: Apache-2.0

import Execution
import Verifier

/// What has become of one spec, or of a file whose specs are not known.
public struct Entry: Sendable {
  /// The file, as it was given.
  public var file: String
  /// The spec's name in C; nil where the file could not be read so far.
  public var name: String?
  /// What has become of it.
  public var outcome: Outcome
  /// Where counterexamples were written.
  public var counterexampleFiles: [Property: String]
  /// Where the records of proofs were written.
  public var recordFiles: [Property: String] = [:]

  /// Makes an entry.
  public init(
    file: String, name: String? = nil, outcome: Outcome,
    counterexampleFiles: [Property: String] = [:]
  ) {
    self.file = file
    self.name = name
    self.outcome = outcome
    self.counterexampleFiles = counterexampleFiles
  }

  /// How the entry is called in the last line: by the spec's name, else by the file's.
  public var label: String { name ?? file }
}

/// What can become of a spec.
public enum Outcome: Sendable {
  /// There are verdicts.
  case verified(SpecResult)
  /// It takes from a kernel tree and there is none.
  case needsTree
  /// The kernel tree does not have what the spec is about.
  case absent(line: Int, reason: String)
  /// There are no verdicts, for a reason that lies in the spec or in the set-up.
  case failed(Problem)
  /// The solver gave up on all of it.
  case exhausted(reason: String)
  /// The user ended the run before.
  case interrupted
}

/// An error as the user is told it.
public struct Problem: Sendable, Hashable {
  /// In words; the place first, as `file:line: …`, where it is known.
  public var message: String
  /// How control came there, the innermost frame first.
  public var callStack: [CallSite]
  /// The fault is vmapcheck's own.
  public var isInternal: Bool

  /// Makes a problem.
  public init(message: String, callStack: [CallSite] = [], isInternal: Bool = false) {
    self.message = message
    self.callStack = callStack
    self.isInternal = isInternal
  }
}

/// The word for what has become of a spec, the same in every output and every version.
public enum Status: String, Sendable, Hashable, Codable, CaseIterable {
  case asExpected = "as-expected"
  case notAsExpected = "not-as-expected"
  case unknown
  case error
  case needsTree = "needs-tree"
  case absent
  case interrupted
}

extension Entry {
  /// The word for the outcome.
  public var status: Status {
    switch outcome {
    case .verified(let result): result.status
    case .needsTree: .needsTree
    case .absent: .absent
    case .failed: .error
    case .exhausted: .unknown
    case .interrupted: .interrupted
    }
  }

  /// What the outcome alone would have vmapcheck exit with.
  var exitStatus: ExitStatus {
    if case .failed(let problem) = outcome, problem.isInternal { return .internalError }
    switch status {
    case .asExpected, .needsTree, .absent: return .success
    case .notAsExpected: return .unexpected
    case .unknown: return .unknown
    case .error: return .usage
    case .interrupted: return .interrupted
    }
  }
}

extension SpecResult {
  /// Unknown only where nothing else is amiss.
  public var status: Status {
    let amiss = properties.filter { !$0.isAsExpected }
    if amiss.isEmpty { return .asExpected }
    let areUnknown = amiss.allSatisfy { result in
      if case .unknown = result.verdict { true } else { false }
    }
    return areUnknown ? .unknown : .notAsExpected
  }
}
