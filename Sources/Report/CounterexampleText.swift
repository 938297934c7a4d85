// SPDX-License-Identifier: Apache-2.0

import Execution
import Verifier

/// A counterexample as text, in the order of the kernel's own reports: what, where, the call
/// trace, the memory around it.
struct CounterexampleText {
  let counterexample: Counterexample
  /// Where it was written, if it was.
  let file: String?
  let style: Style

  private static let rule = String(repeating: "=", count: 66)

  var lines: [String] {
    var lines = [CounterexampleText.rule]
    let title = "\(counterexample.property): \(counterexample.message)"
    lines.append(style.paint(title, .bold))
    if let site = counterexample.callStack.first {
      lines.append("at \(place(site))")
    }
    lines.append("")
    lines += callTrace
    lines += BufferPicture(counterexample).lines
    lines += mapping
    lines += way
    lines.append(
      counterexample.isUnique
        ? "This is the only counterexample of its size (\(size))."
        : "It is one of several of its size (\(size)).")
    if let file { lines.append("Counterexample: \(file)") }
    lines.append(CounterexampleText.rule)
    return lines
  }

  private func place(_ site: CallSite) -> String {
    guard let file = site.file else { return site.function }
    return "\(file):\(site.line ?? 0)"
  }

  private var callTrace: [String] {
    guard !counterexample.callStack.isEmpty else { return [] }
    let width = counterexample.callStack.map(\.function.count).max() ?? 0
    return ["Call trace:"]
      + counterexample.callStack.map { site in
        site.file == nil
          ? "  \(site.function)" : "  \(padded(site.function, width))  \(place(site))"
      }
  }

  private func report(_ name: String) -> UInt64? {
    counterexample.reports.first { $0.name == name }.flatMap { UInt64($0.value) }
  }

  /// Where the pages should be and are, as far as the run came.
  private var mapping: [String] {
    let told: Set<String> = [
      "mapping", "page", "page's range", "page in its range", "expected pfn", "actual pfn",
      "is mapped", "total pages",
    ]
    var lines: [String] = []
    if let mapping = report("mapping") {
      let pages = report("total pages").map { " of \(counted(Int(clamping: $0), "page"))" } ?? ""
      lines.append("Mapping\(pages) at \(hex(mapping)):")
      if let page = report("page"), let expected = report("expected pfn") {
        let range = report("page's range") ?? 0
        let inRange = report("page in its range") ?? 0
        let actual = report("actual pfn").map(hex) ?? "unknown"
        let found = report("is mapped") == 0 ? "nothing is mapped" : "is pfn \(actual)"
        lines.append(
          "  page \(page) (range \(range), page \(inRange) of it): should be pfn \(hex(expected)), "
            + found)
      }
    }
    for value in counterexample.reports where !told.contains(value.name) {
      lines.append("\(value.name): \(shown(value.name, UInt64(value.value) ?? 0))")
    }
    return lines
  }

  private var way: [String] {
    guard !counterexample.trace.isEmpty else { return [] }
    return ["On the way:"]
      + counterexample.trace.flatMap { step in
        let frames = step.callStack.filter { !CounterexampleText.isModel($0) }
        let width = frames.map(\.function.count).max() ?? 0
        return ["  \(step.text)"]
          + frames.map { "    \(padded($0.function, width))  \(place($0))" }
      }
  }

  /// The model's own frames: the strategy's call of it is what is looked for.
  private static func isModel(_ site: CallSite) -> Bool {
    site.file?.hasPrefix("environment/") ?? true
  }

  private var size: String {
    let ranges = counterexample.inputs.first { $0.name == "ranges" }.flatMap { Int($0.value) }
    let pages = report("total pages").map { Int(clamping: $0) }
    let words = [ranges.map { counted($0, "range") }, pages.map { counted($0, "page") }]
    return words.compactMap { $0 }.joined(separator: ", ")
  }
}
