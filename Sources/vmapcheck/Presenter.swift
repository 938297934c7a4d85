// SPDX-License-Identifier: Apache-2.0

import Foundation
import Report
import Verifier

/// Prints what is known, in the order of files and specs, and writes the counterexamples.
struct Presenter: Sendable {
  let format: VerifyCommand.Format
  let style: Style
  let detail: Detail
  private let folder: CounterexampleFolder
  private let proofs: ProofFolder?
  private(set) var entries: [Entry] = []
  private(set) var problems: [Problem] = []

  init(
    format: VerifyCommand.Format, style: Style, detail: Detail, output: CounterexampleFolder,
    proofs: ProofFolder?
  ) {
    self.format = format
    self.style = style
    self.detail = detail
    folder = output
    self.proofs = proofs
  }

  /// Takes the next entry.
  mutating func add(_ entry: Entry) {
    var entry = entry
    if case .verified(let result) = entry.outcome {
      for property in result.properties {
        guard case .refuted(let counterexample) = property.verdict else { continue }
        do {
          entry.counterexampleFiles[property.property] = try folder.write(counterexample)
        } catch {
          complain(Problem(message: error.description))
        }
      }
      if let proofs { write(result, to: proofs, &entry) }
    }
    entries.append(entry)
    if case .failed(let problem) = entry.outcome {
      Console.shared.complain(ProblemText(problem).lines.joined(separator: "\n"))
    }
    if format == .text {
      let text = SpecText(entry, style: style, detail: detail)
      Console.shared.write(text.lines.joined(separator: "\n") + "\n")
    }
  }

  private mutating func write(
    _ result: SpecResult, to folder: ProofFolder, _ entry: inout Entry
  ) {
    let proved = Set(result.records.map(\.property))
    for property in result.properties.map(\.property) where !proved.contains(property) {
      folder.removeRecord(of: property, spec: result.name)
    }
    for record in result.records {
      do {
        entry.recordFiles[record.property] = try folder.write(record)
      } catch {
        complain(Problem(message: error.description))
      }
    }
  }

  /// Tells of something that is of no spec alone, once.
  mutating func complain(_ problem: Problem) {
    if problems.contains(problem) { return }
    problems.append(problem)
    Console.shared.complain(ProblemText(problem).lines.joined(separator: "\n"))
  }

  /// Says something on standard error that is no error.
  func remark(_ text: String) {
    if detail > .quiet { Console.shared.complain("vmapcheck: \(text)") }
  }

  /// Prints the end of the report.
  func finish(_ report: RunReport) {
    switch format {
    case .text:
      let text = RunText(report, style: style, detail: detail)
      Console.shared.write(text.lines.joined(separator: "\n") + "\n")
    case .json:
      do {
        Console.shared.write(try ReportDocument(report).text() + "\n")
      } catch {
        Console.shared.complain("vmapcheck: error: the JSON cannot be made: \(error)")
      }
    }
  }
}
