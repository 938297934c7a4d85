// SPDX-License-Identifier: Apache-2.0

import Verifier

/// How much is printed.
public enum Detail: Int, Sendable, Comparable {
  case quiet, normal, verbose

  /// By how much is printed.
  public static func < (left: Detail, right: Detail) -> Bool { left.rawValue < right.rawValue }
}

/// What is known of one spec, as text.
public struct SpecText: Sendable {
  let entry: Entry
  let style: Style
  let detail: Detail

  /// Makes the text of an entry.
  public init(_ entry: Entry, style: Style, detail: Detail) {
    self.entry = entry
    self.style = style
    self.detail = detail
  }

  /// The lines for standard output; the last one begins with `vmapcheck:`.
  public var lines: [String] {
    guard detail > .quiet, case .verified(let result) = entry.outcome else { return [lastLine] }
    var lines = [
      "\(style.paint(result.name, .bold)) (\(result.file):\(result.line))",
      "  \(result.title)",
    ]
    for property in result.properties {
      lines.append(line(property))
      if case .refuted(let counterexample) = property.verdict {
        let text = CounterexampleText(
          counterexample: counterexample, file: entry.counterexampleFiles[property.property],
          style: style)
        lines += text.lines.map { $0.isEmpty ? "" : "    " + $0 }
      }
    }
    lines += result.notes.flatMap { wrapped("note: \($0)", indent: 2, width: 98) }
    lines += assumptions(result)
    if let record = entry.recordFiles.min(by: { $0.key.rawValue < $1.key.rawValue }) {
      let others = entry.recordFiles.count - 1
      let more = others > 0 ? " and \(counted(others, "other"))" : ""
      lines.append("  proofs recorded: \(record.value)\(more)")
    }
    if detail >= .verbose { lines += proofs(result) + sizes(result) }
    return lines + [lastLine, ""]
  }

  private func line(_ result: PropertyResult) -> String {
    let word = padded(result.verdict.word, 14)
    let name = padded(result.property.name, 13)
    var text = result.property.claim
    if let reason = result.verdict.reason { text += ": \(reason)" }
    let facts = [result.verdict.reach, obligations(result)].compactMap { $0 }
    if !facts.isEmpty { text += " (\(facts.joined(separator: "; ")))" }
    if !result.isAsExpected {
      return style.paint("! \(word) \(name)", .red) + " \(text)"
        + style.paint("; EXPECTED: \(result.expectation.name)", .red)
    }
    if case .refuted = result.verdict { text += "; as expected" }
    if case .vacuous = result.verdict { text += "; as expected" }
    return "  " + style.paint(word, tint(result.verdict)) + " \(name) \(text)"
  }

  private func obligations(_ result: PropertyResult) -> String? {
    if case .notApplicable = result.verdict { return nil }
    if result.obligations == 0 { return "settled without Z3" }
    return counted(result.obligations, "obligation") + " for Z3"
  }

  private func tint(_ verdict: Verdict) -> Style.Tint {
    switch verdict {
    case .proved, .bounded: .green
    case .refuted, .vacuous, .unknown: .yellow
    case .notApplicable: .faint
    }
  }

  private func assumptions(_ result: SpecResult) -> [String] {
    guard !result.assumptions.isEmpty else { return [] }
    var seen: Set<String> = []
    let distinct = result.assumptions.filter { seen.insert($0).inserted }
    return wrapped("assumes: " + distinct.joined(separator: "; "), indent: 2, width: 98)
  }

  /// What proofs rest on, and why there is none.
  private func proofs(_ result: SpecResult) -> [String] {
    var lines = result.invariants.flatMap { invariant in
      [
        result.hasProof
          ? "  whenever the loop at \(invariant.place) begins a round:"
          : "  of the loop at \(invariant.place), whenever it begins a round, no more was found than:"
      ] + invariant.claims.map { "    \($0)" }
    }
    for property in result.properties {
      guard case .bounded = property.verdict, let reason = property.whyNotProved else { continue }
      lines += wrapped(
        "\(property.property.name) is not proved: \(Verdict.explained(reason))", indent: 2,
        width: 98)
    }
    return lines
  }

  private func sizes(_ result: SpecResult) -> [String] {
    let effort = result.effort
    return [
      "  sizes: \(counted(effort.paths, "path")), \(counted(effort.steps, "step")), "
        + "\(counted(effort.terms, "term")), \(counted(effort.checks, "check")), "
        + "of which earlier ones settle \(effort.reused), of Z3 "
        + "(\(effort.resources / 1000) thousand units) in "
        + "\(effort.solverTime.words), the longest \(effort.longestCheck.milliseconds)"
    ]
  }

  // MARK: The last line

  /// One line that a script can look for.
  public var lastLine: String {
    let begin = "vmapcheck: \(entry.label): "
    let status = entry.status.rawValue
    switch entry.outcome {
    case .verified(let result):
      let word = style.paint(status, entry.status == .asExpected ? .green : .red)
      return begin + word + ": " + SpecText.counts(result) + ", \(result.effort.time.words)"
    case .needsTree: return begin + "\(status): needs a kernel tree; give one with --kernel TREE"
    case .absent(_, let reason): return begin + "\(status): \(reason)"
    case .failed:
      return begin + style.paint(status, .red) + ": no verdicts; standard error says why"
    case .exhausted(let reason): return begin + style.paint(status, .red) + ": \(reason)"
    case .interrupted: return begin + "\(status): no verdicts"
    }
  }

  /// "11 properties, 9 bounded, 2 not-applicable".
  static func counts(_ result: SpecResult) -> String {
    var parts = [counted(result.properties.count, "property", "properties")]
    for (word, _) in Verdict.glossary {
      let count = result.properties.count { $0.verdict.word == word }
      if count > 0 { parts.append("\(count) \(word)") }
    }
    let amiss = result.properties.count { !$0.isAsExpected }
    if amiss > 0 { parts.append("\(amiss) not as expected") }
    return parts.joined(separator: ", ")
  }
}

/// The words of a text in lines.
func wrapped(_ text: String, indent: Int, width: Int) -> [String] {
  let blanks = String(repeating: " ", count: indent)
  var lines: [String] = []
  var line = blanks
  for word in text.split(separator: " ") {
    if line.count > indent, line.count + 1 + word.count > width {
      lines.append(line)
      line = blanks + "  "
    } else if line.count > indent {
      line += " "
    }
    line += word
  }
  return lines + [line]
}
