// SPDX-License-Identifier: Apache-2.0

import Execution

/// An error for standard error: `file:line: error: …`, and how control came there.
public struct ProblemText: Sendable {
  let problem: Problem

  /// Makes the text of a problem.
  public init(_ problem: Problem) { self.problem = problem }

  /// The lines.
  public var lines: [String] {
    var lines = [marked(problem.message)]
    for site in problem.callStack where !site.function.isEmpty {
      let place = site.file.map { " (\($0):\(site.line ?? 0))" } ?? ""
      lines.append("  in \(site.function)\(place)")
    }
    return lines
  }

  /// Puts `error:` where compilers put it; clang's own messages have it already.
  private func marked(_ message: String) -> String {
    let first = message.prefix { $0 != "\n" }
    if first.contains(" error: ") || first.contains(" warning: ") {
      return message.hasSuffix("\n") ? String(message.dropLast()) : message
    }
    if let match = message.prefixMatch(of: #/[^\s:][^:\n]*:\d+(:\d+)?: /#) {
      return message[match.range] + "error: " + message[match.range.upperBound...]
    }
    return "vmapcheck: error: " + message
  }
}
