// SPDX-License-Identifier: Apache-2.0

import Execution
import Foundation
import Verifier

/// What a machine says of a counterexample.
public struct CounterexampleReplay: Sendable {
  /// The machine's word.
  public enum Verdict: Sendable, Hashable {
    /// The property is violated there too.
    case confirmed(Evidence)
    /// The run violates nothing, or something else.
    case notReproduced(reason: String)
    /// The machine cannot tell, and why.
    case cannotBeShown(reason: String)

    /// "confirmed", "not reproduced" or "cannot be shown".
    public var word: String {
      switch self {
      case .confirmed: "confirmed"
      case .notReproduced: "not reproduced"
      case .cannotBeShown: "cannot be shown"
      }
    }
  }

  /// What was replayed.
  public var counterexample: Counterexample
  /// The machine's word.
  public var verdict: Verdict
  /// What shows it, the best evidence first.
  public var observations: [Observation]
  /// What else the run violates, by the machine's or the model's word.
  public var others: [Observation]
  /// The page faults of the run.
  public var faults: [PageFault]
  /// The object that a fault was in or near.
  public var object: FaultObject?
  /// The pages of the mapping that are not the buffer's.
  public var wrongPages: [WrongPage]
  /// Where the native run and the model's run part.
  public var differences: [String]
  /// The time of the run, without the compilation.
  public var time: Duration
  /// The machine's name.
  public var machine = "mmu"
  /// What else is to be known of the run, a line each.
  public var notes: [String] = []
  /// The kernel's log, where the machine is one and has something to say.
  public var log: [String] = []

  /// Runs a counterexample.
  public static func run(_ counterexample: Counterexample, on machine: MMU) async throws
    -> CounterexampleReplay
  {
    guard let property = Property(name: counterexample.property) else {
      throw ReplayError.file(
        path: counterexample.file, reason: "there is no property '\(counterexample.property)'")
    }
    var settings = machine.settings
    // By default a load of a freed struct page is none that hardware sees.
    if property == .tailRead { settings.trapsReads = true }
    let clock = ContinuousClock()
    let begin = clock.now
    let report = try await MMU(spec: machine.spec, settings: settings)
      .replay(counterexample.spec, inputs: counterexample.inputs, bounds: counterexample.bounds)
    let time = clock.now - begin
    let stacks = try await Symbolizer(program: machine.spec)
      .callStacks(report.claims.map(\.addresses))
    let all = zip(report.claims, stacks).map { claim, stack in
      Observation(
        property: claim.property.name, evidence: claim.evidence ?? .assertion,
        message: claim.message, callStack: stack)
    }
    // The hardware's word before the assertion's.
    let shown =
      all.filter { $0.property == property.name && $0.evidence != .assertion }
      + all.filter { $0.property == property.name && $0.evidence == .assertion }
    return CounterexampleReplay(
      counterexample: counterexample, verdict: verdict(property, shown, report),
      observations: shown, others: all.filter { $0.property != property.name },
      faults: report.faults, object: report.object, wrongPages: report.wrongPages,
      differences: differences(report, counterexample), time: time)
  }

  private static func verdict(
    _ property: Property, _ shown: [Observation], _ report: NativeReport
  ) -> Verdict {
    guard let result = report.result, result.outcome != .crashed else {
      let reason = report.crash ?? "it has told nothing"
      return .notReproduced(reason: "the process of the run ended: \(reason)")
    }
    // It is another run than the counterexample's, whatever it violates.
    if let input = report.unknownInputs.first(where: { !$0.violated.contains(property) }) {
      return .notReproduced(
        reason: "the run asks for '\(input.name)', which the file does not have")
    }
    if let input = report.outOfRange.first {
      return .notReproduced(reason: "no run has the file's \(input)")
    }
    if let rejection = report.rejection {
      return .notReproduced(reason: "the run does not satisfy an assumption: \(rejection)")
    }
    if let first = shown.first {
      guard result.model.contains(property) else {
        return .notReproduced(
          reason: "the machine shows a violation (\(first.evidence.rawValue)), but the model's own "
            + "check, run natively, does not")
      }
      return .confirmed(first.evidence)
    }
    if let obstacle = report.obstacle { return .cannotBeShown(reason: obstacle) }
    let others = Set(report.claims.map(\.property.name)).sorted()
    if others.isEmpty { return .notReproduced(reason: "the run violates nothing") }
    return .notReproduced(reason: "the run violates \(others.joined(separator: ", ")) only")
  }

  private static func differences(
    _ report: NativeReport, _ counterexample: Counterexample
  ) -> [String] {
    var differences = report.differences
    let says = report.claims.filter { $0.property.name == counterexample.property }
    let same = says.contains { $0.evidence == nil && $0.message == counterexample.message }
    if let other = says.first(where: { $0.evidence == nil }), !same {
      differences.append(
        "the model's C says '\(other.message)' where the counterexample has "
          + "'\(counterexample.message)'")
    }
    return differences
  }
}
