// SPDX-License-Identifier: Apache-2.0

import Execution
import Foundation
import Frontend
import KernelSource
import Verifier

/// Counterexamples in a real kernel.
public struct KernelReplay: Sendable {
  let session: KernelSession
  let facts: KernelFacts

  /// Makes a replay on a machine that is ready.
  public init(session: KernelSession, facts: KernelFacts) {
    self.session = session
    self.facts = facts
  }

  /// Runs a counterexample.
  ///
  /// - Parameters:
  ///   - source: its spec.
  ///   - native: the spec as it runs on `mmu`.
  public func run(
    _ counterexample: Counterexample, source: SpecSource, native: MMU
  ) async throws -> CounterexampleReplay {
    guard let property = Property(name: counterexample.property) else {
      throw ReplayError.file(
        path: counterexample.file, reason: "there is no property '\(counterexample.property)'")
    }
    let begin = ContinuousClock.now
    let space = KernelBuffer.Space(try await native.description(of: counterexample.spec))
    let buffer = KernelBuffer(
      inputs: counterexample.inputs, space: space, isHVO: session.isHVO)
    func replay(_ verdict: CounterexampleReplay.Verdict) -> CounterexampleReplay {
      var replay = CounterexampleReplay(
        counterexample: counterexample, verdict: verdict, observations: [], others: [],
        faults: [], object: nil, wrongPages: [], differences: [],
        time: ContinuousClock.now - begin)
      replay.machine = session.title
      replay.notes = notes
      return replay
    }
    if let reason = buffer.obstacle { return replay(.cannotBeShown(reason: reason)) }
    if let reason = try await danger(of: counterexample, on: native) {
      return replay(.cannotBeShown(reason: reason))
    }
    let answer: GuestAnswer
    do {
      let spec = try await KernelSpec.make(
        source, names: try await native.names(), kernel: native.spec.kernel, for: session,
        facts: facts)
      session.progress("\(counterexample.spec) on \(session.title)")
      answer = try await session.withKernel { agent in
        try spec.load(into: agent)
        return try spec.run(counterexample.spec, buffer, on: agent)
      }
    } catch let obstacle as KernelSpec.Obstacle {
      return replay(.cannotBeShown(reason: obstacle.reason))
    }
    let sight = KernelSight(answer, of: buffer)
    var result = replay(verdict(property, sight, counterexample))
    result.observations = sight.shown.filter { $0.property == property.name }
    result.others = sight.shown.filter { $0.property != property.name }
    result.faults = sight.faults
    result.wrongPages = property == .mapsExactly ? sight.wrongPages : []
    result.log = sight.log
    result.notes += Self.folios(answer)
    let comparison = compare(counterexample, property, sight)
    result.notes += comparison.same
    result.differences = comparison.different
    return result
  }

  /// Why the run is not tried in a kernel that is in use; nil where it can be.
  private func danger(of counterexample: Counterexample, on native: MMU) async throws -> String? {
    guard let risk = session.risk else { return nil }
    let word = try await CounterexampleReplay.run(counterexample, on: native)
    guard case .confirmed = word.verdict else {
      return "mmu does not confirm it, so that what it does is not known"
    }
    return risk.reason(
      (word.observations + word.others).compactMap { observation in
        Property(name: observation.property).map { ($0, observation.message) }
      })
  }

  private var notes: [String] {
    [
      "Linux \(facts.release) (\(facts.version)), HVO \(session.isHVO ? "on" : "off")"
    ]
  }

  private static func folios(_ answer: GuestAnswer) -> [String] {
    (answer.module?.folios ?? []).enumerated().map { number, folio in
      "folio \(number) there: order \(folio.order) at pfn 0x\(String(folio.pfn, radix: 16))"
        + (folio.optimized ? ", optimised by HVO" : "")
    }
  }

  private func verdict(
    _ property: Property, _ sight: KernelSight, _ counterexample: Counterexample
  ) -> CounterexampleReplay.Verdict {
    if let reason = sight.obstacle { return .cannotBeShown(reason: reason) }
    if let rejection = sight.rejection {
      return .notReproduced(reason: "the run does not satisfy an assumption: \(rejection)")
    }
    if let first = sight.shown.first(where: { $0.property == property.name }) {
      return .confirmed(first.evidence)
    }
    if let reason = KernelSight.blindness(of: property) { return .cannotBeShown(reason: reason) }
    let wantsHVO = counterexample.inputs.contains { $0.name.hasPrefix("hvo[") && $0.value == "1" }
    // Then the buffer is not quite the one that was found.
    if wantsHVO, !session.isHVO {
      return .cannotBeShown(reason: "HVO is off in this guest")
    }
    if property == .apiClass {
      return .cannotBeShown(reason: "this kernel does not notice it")
    }
    if !sight.seen.contains(property) {
      return .cannotBeShown(reason: "the run ends before it comes to that")
    }
    if KernelSight.isSilent(on: counterexample.message) {
      return .cannotBeShown(reason: "this kernel does not check for sleep in atomic context")
    }
    let others = Set(sight.shown.map(\.property)).sorted()
    if others.isEmpty { return .notReproduced(reason: "the run violates nothing") }
    return .notReproduced(reason: "the run violates \(others.joined(separator: ", ")) only")
  }

  /// Whether what is seen is just what the model has said.
  private func compare(
    _ counterexample: Counterexample, _ property: Property, _ sight: KernelSight
  ) -> (same: [String], different: [String]) {
    guard sight.shows(property) else { return ([], []) }
    var same: [String] = []
    var different: [String] = []
    func report(_ name: String) -> UInt64? {
      counterexample.reports.last { $0.name == name }.flatMap { UInt64($0.value) }
    }
    if property == .mapsExactly, report("is mapped") == 1, let place = report("page"),
      let expected = report("expected pfn"), let actual = report("actual pfn"),
      expected != actual
    {
      let page = sight.wrongPages.first { $0.place == place }
      if let page, page.expected == expected, page.actual == actual {
        same.append("page \(place) is the one that the model says, in place of the one that is due")
      } else {
        different.append("page \(place) is not the one that the model says")
      }
    }
    // A line of the kernel's own text: where the tree is of this version it has to be the same.
    let site = counterexample.callStack.first
    let lines = sight.shown.filter { $0.property == property.name }
      .compactMap { $0.callStack.first }.filter { $0.line != nil }
    if let site, let file = site.file, counterexample.origin.kernel == facts.upstream,
      let there = lines.first(where: { $0.file == file })
    {
      if there.line == site.line {
        same.append("the kernel names the verifier's line: \(file):\(site.line ?? 0)")
      } else {
        different.append(
          "the kernel names \(file):\(there.line ?? 0), the verifier \(file):\(site.line ?? 0)")
      }
    }
    return (same, different)
  }
}
