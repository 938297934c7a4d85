// SPDX-License-Identifier: Apache-2.0

import Execution
import Foundation
import Replay
import Verifier

/// Replays as `--format json` prints them; the README describes it.
public struct ReplayDocument: Codable, Sendable {
  /// The version of the form.
  public static let currentSchema = 1

  var schema = ReplayDocument.currentSchema
  var machine: String
  var kernel: KernelFacts?
  var entries: [Item]
  var seconds: Double
  var exitStatus: Int32

  struct Item: Codable, Sendable {
    var file: String
    var spec: String?
    var outcome: String
    var reason: String?
    var property: String?
    var evidence: String?
    var observations: [Observation]?
    var faults: [PageFault]?
    var wrongPages: [WrongPage]?
    var differences: [String]?
    var notes: [String]?
    var log: [String]?
    var seconds: Double?
    var cases: Cases?
  }

  struct Cases: Codable, Sendable {
    var planned: UInt64
    var seed: UInt64
    var ended: Int
    var cannotBeShown: Int
    var obstacles: [String]
    var rejected: Int
    var crashed: [UInt64]
    var differing: [UInt64]
    /// The properties of which the machine says nothing.
    var unseen: [String]?
    var properties: [Row]
  }

  struct Row: Codable, Sendable {
    var property: String
    var expected: String
    var verdict: String?
    var isShown: Bool
    var reached: Int
    var modelViolations: Int
    var machineViolations: Int
    var agreements: Int
    var disagreements: [UInt64]
    var unexpected: [UInt64]
  }

  /// Makes the document of a run.
  ///
  /// - Parameter kernel: what the machine is, where it is a kernel.
  public init(
    _ entries: [ReplayEntry], time: Duration, status: ReplayStatus, machine: String = "mmu",
    kernel: KernelFacts? = nil
  ) {
    self.machine = machine
    self.kernel = kernel
    self.entries = entries.map(ReplayDocument.item)
    seconds = time.seconds
    exitStatus = status.rawValue
  }

  /// The document's text: sorted keys, a line each.
  public func text() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  private static func item(_ entry: ReplayEntry) -> Item {
    var item = Item(file: entry.file, spec: entry.name, outcome: "")
    switch entry.outcome {
    case .replayed(let replay):
      item.outcome = replay.verdict.word.replacing(" ", with: "-")
      item.spec = replay.counterexample.spec
      item.property = replay.counterexample.property
      item.observations = replay.observations
      item.faults = replay.faults
      item.wrongPages = replay.wrongPages
      item.differences = replay.differences
      if !replay.notes.isEmpty { item.notes = replay.notes }
      if !replay.log.isEmpty { item.log = replay.log }
      item.seconds = replay.time.seconds
      switch replay.verdict {
      case .confirmed(let evidence): item.evidence = evidence.rawValue
      case .notReproduced(let reason), .cannotBeShown(let reason): item.reason = reason
      }
    case .conformance(let conformance):
      item.outcome =
        !conformance.agrees ? "disagrees" : conformance.isShown ? "agrees" : "cannot-be-shown"
      item.spec = conformance.spec
      item.seconds = conformance.time.seconds
      item.cases = cases(conformance)
    case .failed(let problem):
      item.outcome = "error"
      item.reason = problem.message
    case .skipped(let reason):
      item.outcome = "skipped"
      item.reason = reason
    case .interrupted: item.outcome = "interrupted"
    }
    return item
  }

  private static func cases(_ conformance: Conformance) -> Cases {
    Cases(
      planned: conformance.plan.cases, seed: conformance.plan.seed, ended: conformance.ended,
      cannotBeShown: conformance.cannot, obstacles: conformance.obstacles,
      rejected: conformance.rejected,
      crashed: conformance.crashed, differing: conformance.differing,
      unseen: conformance.unseen.isEmpty ? nil : conformance.unseen.map(\.name),
      properties: conformance.rows.map { row in
        Row(
          property: row.property.name, expected: row.expectation.word, verdict: row.verdict,
          isShown: !conformance.notShown.contains(row.property), reached: row.reached,
          modelViolations: row.modelViolations, machineViolations: row.machineViolations,
          agreements: row.agreements, disagreements: row.disagreements,
          unexpected: row.unexpected)
      })
  }
}
