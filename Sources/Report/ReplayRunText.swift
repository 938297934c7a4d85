// SPDX-License-Identifier: Apache-2.0

import Replay

/// The last line of a run that replayed several things.
public struct ReplayRunText: Sendable {
  let entries: [ReplayEntry]
  let time: Duration
  let style: Style

  /// Makes the text of a run.
  public init(_ entries: [ReplayEntry], time: Duration, style: Style) {
    self.entries = entries
    self.time = time
    self.style = style
  }

  /// "vmapcheck: ok: 37 counterexamples: 37 confirmed; 28 specs: 56000 cases agree; 12.3 s".
  public var line: String {
    var words: [String: Int] = [:]
    var cases = 0
    var bad = 0
    var unexpected = 0
    var specs = 0
    var skipped = 0
    var failed = 0
    for entry in entries {
      switch entry.outcome {
      case .replayed(let replay): words[replay.verdict.word, default: 0] += 1
      case .conformance(let conformance):
        specs += 1
        cases += conformance.ended
        bad += conformance.disagreeing.count
        unexpected += conformance.unexpected.count
      case .skipped: skipped += 1
      case .failed, .interrupted: failed += 1
      }
    }
    let total = words.values.reduce(0, +)
    var parts: [String] = []
    if total > 0 {
      let counts = words.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
      parts.append("\(counted(total, "counterexample")): \(counts.joined(separator: ", "))")
    }
    if specs > 0 {
      parts.append(
        "\(counted(specs, "spec")): \(counted(cases, "case")), \(counted(bad, "disagreement"))")
    }
    if unexpected > 0 { parts.append("\(unexpected) not as expected") }
    if skipped > 0 { parts.append("\(skipped) skipped") }
    if failed > 0 { parts.append("\(failed) failed") }
    let status = ReplayStatus.worst(of: entries.map(\.status))
    let word =
      status == .agrees ? style.paint("ok", .green) : style.paint(status.meaning, .red)
    return "vmapcheck: \(word): \(parts.joined(separator: "; ")); \(time.words)"
  }
}
