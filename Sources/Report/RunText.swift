// SPDX-License-Identifier: Apache-2.0

/// The end of a run's text.
public struct RunText: Sendable {
  let report: RunReport
  let style: Style
  let detail: Detail

  /// Makes the text of a run.
  public init(_ report: RunReport, style: Style, detail: Detail) {
    self.report = report
    self.style = style
    self.detail = detail
  }

  /// What the verdicts rest on, and the last line.
  public var lines: [String] {
    var lines: [String] = []
    if detail > .quiet, report.entries.contains(where: \.isVerified) {
      lines.append("The verdicts rest on:")
      lines += report.basis.lines.map { "  \($0)" }
      lines.append("Bounded is no proof: of larger buffers nothing is said.")
      if detail >= .verbose {
        let budget = report.basis.budget
        lines.append("clang: \(report.basis.clangPath), \(report.basis.clang)")
        lines.append(
          "budget of a check: \(limit(budget.resources, "units of work")), "
            + "\(limit(budget.milliseconds, "ms")), memory \(limit(budget.megabytes, "MB"))")
      }
    }
    return lines + [lastLine]
  }

  private func limit(_ number: UInt32, _ unit: String) -> String {
    number == 0 ? "unlimited" : "\(number) \(unit)"
  }

  private var lastLine: String {
    let counts = report.counts.map { "\($0.count) \($0.status.rawValue)" }
    let total = counted(report.entries.count, "spec")
    let status = report.exitStatus
    let word =
      status == .success
      ? style.paint("ok", .green) : style.paint("\(status.word)", .red)
    let parts = [total] + counts + [report.time.words]
    return "vmapcheck: \(word): \(parts.joined(separator: ", "))"
  }
}

extension Entry {
  var isVerified: Bool {
    if case .verified = outcome { true } else { false }
  }
}

extension ExitStatus {
  /// For the last line of a run.
  var word: String {
    switch self {
    case .success: "ok"
    case .unexpected: "NOT as expected"
    case .usage: "error"
    case .unknown: "unknown"
    case .internalError: "internal error"
    case .interrupted: "interrupted"
    }
  }
}
