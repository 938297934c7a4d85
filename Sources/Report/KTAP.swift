// SPDX-License-Identifier: Apache-2.0

import Replay
import Verifier

/// Replays in the kernel's own format for test results, KTAP version 1.
public struct KTAP: Sendable {
  let entries: [ReplayEntry]

  /// Makes the text of a run.
  public init(_ entries: [ReplayEntry]) { self.entries = entries }

  /// The lines.
  public var lines: [String] {
    ["KTAP version 1", "1..\(entries.count)"]
      + entries.enumerated().flatMap { test($1, number: $0 + 1) }
  }

  private func test(_ entry: ReplayEntry, number: Int) -> [String] {
    switch entry.outcome {
    case .replayed(let replay):
      let name = "\(replay.counterexample.spec).\(replay.counterexample.property)"
      let notes = replay.differences.map { "# differs: \($0)" }
      switch replay.verdict {
      case .confirmed(let evidence):
        let isSame = replay.differences.isEmpty
        return notes + [
          "# confirmed by \(evidence.rawValue)", "\(isSame ? "ok" : "not ok") \(number) \(name)",
        ]
      case .notReproduced(let reason):
        return notes + ["# not reproduced: \(reason)", "not ok \(number) \(name)"]
      case .cannotBeShown(let reason):
        return notes + [
          "ok \(number) \(name) # SKIP cannot be shown on \(replay.machine): \(reason)"
        ]
      }
    case .conformance(let conformance):
      let word = entry.status == .disagrees ? "not ok" : "ok"
      let skip = entry.status == .cannotBeShown ? " # SKIP cannot be shown on mmu" : ""
      return cases(conformance) + ["\(word) \(number) \(conformance.spec)\(skip)"]
    case .failed(let problem):
      let text = problem.message.split(separator: "\n").map { "# \($0)" }
      return text + ["not ok \(number) \(title(entry)) # ERROR"]
    case .skipped(let reason): return ["ok \(number) \(title(entry)) # SKIP \(reason)"]
    case .interrupted: return ["not ok \(number) \(title(entry)) # TIMEOUT interrupted"]
    }
  }

  private func title(_ entry: ReplayEntry) -> String { entry.name ?? entry.file }

  private func cases(_ conformance: Conformance) -> [String] {
    let rows = conformance.rows.enumerated().flatMap { index, row -> [String] in
      let counts =
        "# \(row.agreements) of \(conformance.ended) cases agree, \(row.modelViolations) "
        + "violations by the model, \(row.machineViolations) by \(conformance.machine)"
      let isRight = row.disagreements.isEmpty && row.unexpected.isEmpty
      var skip = ""
      if isRight, row.expectation == .notApplicable { skip = " # SKIP not applicable" }
      if isRight, conformance.notShown.contains(row.property) { skip = " # SKIP nothing shown" }
      if isRight, conformance.unseen.contains(row.property) { skip = " # SKIP not seen there" }
      return [
        counts, "\(isRight ? "ok" : "not ok") \(index + 1) \(row.property.name)\(skip)",
      ]
    }
    return (["KTAP version 1", "1..\(conformance.rows.count)"] + rows).map { "  \($0)" }
  }
}
