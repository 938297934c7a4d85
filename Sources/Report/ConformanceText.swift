// SPDX-License-Identifier: Apache-2.0

import Replay
import Verifier

/// How model and machine agree on the drawn cases of a spec, as a table.
public struct ConformanceText: Sendable {
  let conformance: Conformance
  /// The spec's file, as it was given.
  let file: String
  let style: Style
  let detail: Detail

  /// Makes the text.
  public init(_ conformance: Conformance, file: String, style: Style, detail: Detail) {
    self.conformance = conformance
    self.file = file
    self.style = style
    self.detail = detail
  }

  /// The lines.
  public var lines: [String] {
    (detail > .quiet ? ["\(conformance.spec) (\(file))"] + table + remarks : []) + [lastLine]
  }

  private var header: [String] {
    let says = hasVerdicts ? "verdict" : "spec expects"
    return ["property", says, "point", "model", conformance.machine, "agree", ""]
  }

  private var hasVerdicts: Bool { conformance.rows.contains { $0.verdict != nil } }

  private var table: [String] {
    let rows = conformance.rows
    let cells = rows.map { row in
      [
        row.property.name, row.verdict ?? row.expectation.name, "\(row.reached)",
        "\(row.modelViolations)",
        isUnseen(row) ? "not seen" : "\(row.machineViolations)",
        isShown(row) ? "\(row.agreements)" : "-", remark(row),
      ]
    }
    let all = [header] + cells
    let widths = header.indices.map { column in
      all.map { $0[column].count }.max() ?? 0
    }
    return all.enumerated().map { number, cells in
      let text = cells.enumerated().map { column, cell in
        let blanks = String(repeating: " ", count: widths[column] - cell.count)
        return column < 2 || column == 6 ? cell + blanks : blanks + cell
      }
      let line = "  " + text.joined(separator: "  ")
      let isBad = number > 0 && rows[number - 1].isBad
      return number == 0
        ? style.paint(line.trimmingEnd, .faint) : isBad ? style.paint(line, .red) : line.trimmingEnd
    }
  }

  private func isShown(_ row: Conformance.Row) -> Bool {
    !conformance.notShown.contains(row.property) && !isUnseen(row)
  }

  private func isUnseen(_ row: Conformance.Row) -> Bool {
    conformance.unseen.contains(row.property)
  }

  private func remark(_ row: Conformance.Row) -> String {
    var words: [String] = isShown(row) || isUnseen(row) ? [] : ["nothing shown"]
    if !row.disagreements.isEmpty { words.append("\(row.disagreements.count) DISAGREE") }
    if !row.unexpected.isEmpty { words.append("\(row.unexpected.count) not as expected") }
    return words.joined(separator: ", ")
  }

  private var remarks: [String] {
    var lines = conformance.details.map { "  \($0)" }
    if conformance.cannot > 0 {
      lines.append("  \(counted(conformance.cannot, "case")) cannot be shown on this machine:")
      lines += conformance.obstacles.prefix(4).map { "    \($0)" }
    }
    if conformance.rejected > 0 {
      lines.append(
        "  of \(counted(conformance.rejected, "case")) no buffer meets the spec's assumptions")
    }
    if conformance.resumed > 0 {
      lines.append("  \(conformance.resumed) of them were run before it was interrupted")
    }
    if !conformance.differing.isEmpty {
      lines.append(
        style.paint(
          "  contents, leaves or layout differ in \(counted(conformance.differing.count, "case"))",
          .red))
    }
    if !conformance.crashed.isEmpty {
      lines.append(style.paint("  \(counted(conformance.crashed.count, "case")) crashed", .red))
    }
    if let first = conformance.disagreeing.first ?? conformance.unexpected.first {
      lines.append(
        "  to see one: vmapcheck replay \(file) --only \(conformance.spec) "
          + "--seed \(conformance.plan.seed) --case \(first)\(conformance.options)")
    }
    return lines
  }

  private var agreement: String {
    if conformance.isShown { return "agree" }
    return conformance.ended == 0 ? "cannot be shown" : "agree as far as it can be shown"
  }

  private var lastLine: String {
    if conformance.ended == 0, conformance.cannot > 0 {
      return "vmapcheck: \(conformance.spec): cannot be shown on \(conformance.machine): "
        + (conformance.obstacles.first ?? "no case could be run")
    }
    let bad = conformance.disagreeing.count
    var word = bad == 0 ? agreement : "\(counted(bad, "case")) DISAGREE\(bad == 1 ? "S" : "")"
    let unexpected = conformance.unexpected.count
    if unexpected > 0 {
      word +=
        ", \(counted(unexpected, "case")) not as \(hasVerdicts ? "verified" : "the spec expects")"
    }
    return "vmapcheck: \(conformance.spec): model and \(conformance.machine): \(word), "
      + "\(conformance.ended) of \(counted(Int(conformance.plan.cases), "case")), "
      + "seed \(conformance.plan.seed), \(conformance.time.words)"
  }
}

extension Conformance.Row {
  fileprivate var isBad: Bool { !disagreements.isEmpty || !unexpected.isEmpty }
}

extension String {
  /// Without the blanks at its end.
  fileprivate var trimmingEnd: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}
