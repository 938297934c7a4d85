// SPDX-License-Identifier: Apache-2.0

import Foundation
import Verifier

/// A run as `--format json` prints it; the README describes it.
public struct ReportDocument: Codable, Sendable {
  /// The version of the form.
  public static let currentSchema = 1

  var schema: Int
  var tool: Tool
  var specs: [Spec]
  var problems: [String]
  var counts: [String: Int]
  var interrupted: Bool
  var seconds: Double
  var peakMemoryBytes: UInt64
  var exitStatus: Int32

  struct Tool: Codable, Sendable {
    var vmapcheck: String
    var clang: String
    var clangPath: String
    var z3: String
    var seed: UInt32
    var kernel: Basis.Tree?
    var basis: [String]
  }

  struct Spec: Codable, Sendable {
    var file: String
    var status: Status
    var name: String?
    var line: Int?
    var title: String?
    var kernel: String?
    var properties: [PropertyDocument]?
    var notes: [String]?
    var assumptions: [String]?
    var invariants: [InvariantDocument]?
    var effort: EffortDocument?
    var reason: String?
    var callStack: [String]?
  }

  struct PropertyDocument: Codable, Sendable {
    var property: String
    var claim: String
    var verdict: String
    var expected: String
    var asExpected: Bool
    var obligations: Int
    var reason: String?
    var bounds: Bounds?
    var whyNotProved: String?
    var counterexample: Counterexample?
    var counterexampleFile: String?
    var recordFile: String?
  }

  struct InvariantDocument: Codable, Sendable {
    var loop: String
    var claims: [String]
  }

  struct EffortDocument: Codable, Sendable {
    var seconds: Double
    var solverSeconds: Double
    var longestCheckSeconds: Double
    var checks: Int
    var paths: Int
    var steps: Int
    var terms: Int
    var resources: UInt64
  }

  /// Makes the document of a run.
  public init(_ report: RunReport) {
    schema = ReportDocument.currentSchema
    let basis = report.basis
    tool = Tool(
      vmapcheck: basis.vmapcheck, clang: basis.clang, clangPath: basis.clangPath, z3: basis.z3,
      seed: basis.budget.seed, kernel: basis.tree, basis: basis.lines)
    specs = report.entries.map(ReportDocument.spec)
    problems = report.problems.map(\.message)
    counts = Dictionary(uniqueKeysWithValues: report.counts.map { ($0.status.rawValue, $0.count) })
    interrupted = report.isInterrupted
    seconds = report.time.seconds
    peakMemoryBytes = report.peakMemory
    exitStatus = report.exitStatus.rawValue
  }

  /// The document's text: sorted keys, a line each.
  public func text() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  private static func spec(_ entry: Entry) -> Spec {
    var spec = Spec(file: entry.file, status: entry.status, name: entry.name)
    switch entry.outcome {
    case .verified(let result):
      spec.line = result.line
      spec.title = result.title
      spec.kernel = result.kernel
      spec.properties = result.properties.map { property($0, entry) }
      spec.notes = result.notes.isEmpty ? nil : result.notes
      spec.assumptions = result.assumptions
      spec.invariants = (result.hasProof ? result.invariants : []).map {
        InvariantDocument(loop: $0.place, claims: $0.claims)
      }
      spec.effort = effort(result.effort)
    case .needsTree: spec.reason = "needs a kernel tree"
    case .absent(let line, let reason):
      spec.line = line
      spec.reason = reason
    case .failed(let problem):
      spec.reason = problem.message
      spec.callStack = problem.callStack.filter { !$0.function.isEmpty }.map { site in
        site.file.map { "\(site.function) (\($0):\(site.line ?? 0))" } ?? site.function
      }
    case .exhausted(let reason): spec.reason = reason
    case .interrupted: spec.reason = "interrupted"
    }
    return spec
  }

  private static func property(_ result: PropertyResult, _ entry: Entry) -> PropertyDocument {
    var document = PropertyDocument(
      property: result.property.name, claim: result.property.claim, verdict: result.verdict.word,
      expected: result.expectation.word, asExpected: result.isAsExpected,
      obligations: result.obligations, reason: result.verdict.reason)
    document.recordFile = entry.recordFiles[result.property]
    if case .bounded(let bounds) = result.verdict {
      document.bounds = bounds
      document.whyNotProved = result.whyNotProved
    }
    if case .refuted(let counterexample) = result.verdict {
      document.counterexample = counterexample
      document.counterexampleFile = entry.counterexampleFiles[result.property]
    }
    return document
  }

  private static func effort(_ effort: Effort) -> EffortDocument {
    EffortDocument(
      seconds: effort.time.seconds, solverSeconds: effort.solverTime.seconds,
      longestCheckSeconds: effort.longestCheck.seconds, checks: effort.checks,
      paths: effort.paths, steps: effort.steps, terms: effort.terms, resources: effort.resources)
  }
}

extension Expectation {
  /// The word for it in JSON.
  var word: String { self == .notApplicable ? "not-applicable" : name }
}
