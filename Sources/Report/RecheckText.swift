// SPDX-License-Identifier: Apache-2.0

import Recheck

/// What a recheck has found, as text.
public struct RecheckText: Sendable {
  let solver: String
  let style: Style

  /// Makes the text of a check by solvers, whose names and versions these are.
  public init(solver: String, style: Style) {
    self.solver = solver
    self.style = style
  }

  /// The line of one record that is not damaged.
  public func line(_ result: RecheckResult) -> String {
    let name = result.name ?? result.path
    switch result.verdict {
    case .rechecked: return "rechecked  \(name) (\(asked(result.questions)))"
    case .refuted(let words, let solver):
      return style.paint("refuted", .red) + "    \(name): by \(solver) this can be: \(words)"
    case .unknown(let words, let reason):
      return style.paint("unknown", .yellow) + "    \(name): \(reason): \(words)"
    case .damaged(let reason): return "damaged    \(result.path): \(reason)"
    }
  }

  private func asked(_ questions: Int) -> String {
    questions > 0
      ? counted(questions, "question") : "no question: vmapcheck settled it by rewriting terms"
  }

  /// The line for scripts.
  public func lastLine(_ results: [RecheckResult], questions: Int, time: Duration) -> String {
    let words: [(ExitStatus, String)] = [
      (.success, "rechecked"), (.unexpected, "refuted"), (.unknown, "unknown"),
      (.usage, "damaged"),
    ]
    let counts = words.compactMap { status, word in
      let count = results.count { $0.status == status }
      return count > 0 ? "\(count) \(word)" : nil
    }
    let status = ExitStatus.worst(of: results.map(\.status))
    let outcome =
      status == .success
      ? style.paint("ok", .green)
      : style.paint(words.first { $0.0 == status }?.1 ?? "error", .red)
    let unasked = results.count { $0.status == .success && $0.questions == 0 }
    let parts =
      [counted(results.count, "record")] + counts
      + (unasked > 0 ? ["\(unasked) of them without a question"] : [])
      + [counted(questions, "distinct question"), time.words]
    return "vmapcheck: recheck by \(solver): \(outcome): \(parts.joined(separator: ", "))"
  }
}

extension RecheckResult {
  /// What the result alone would have vmapcheck exit with.
  public var status: ExitStatus {
    switch verdict {
    case .rechecked: .success
    case .refuted: .unexpected
    case .unknown: .unknown
    case .damaged: .usage
    }
  }
}
