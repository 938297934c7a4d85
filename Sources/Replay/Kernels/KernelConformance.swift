// SPDX-License-Identifier: Apache-2.0

import Execution
import Foundation
import Frontend
import KernelSource
import Verifier

/// Drawn cases of a spec in a real kernel: the same buffers that the model and `mmu` have run.
public struct KernelConformance: Sendable {
  let session: KernelSession
  let facts: KernelFacts

  /// Makes a conformance run on a machine that is ready.
  public init(session: KernelSession, facts: KernelFacts) {
    self.session = session
    self.facts = facts
  }

  /// Why no case of a spec can be run.
  public struct Obstacle: Error, Sendable {
    /// In words.
    public var reason: String
  }

  struct Drawn: Sendable {
    var report: NativeReport
    var result: CaseResult
    var buffer: KernelBuffer
  }

  /// Draws cases, runs them natively and in the kernel, and compares.
  ///
  /// - Parameters:
  ///   - native: the spec as it runs on `mmu`.
  ///   - single: only this case of them.
  /// - Throws: ``Obstacle``; ``KernelError``; ``ReplayError``.
  public func run(
    _ name: String, source: SpecSource, native: MMU, plan: Conformance.Plan,
    single: UInt64? = nil
  ) async throws -> Conformance {
    let begin = ContinuousClock.now
    let kernelSpec: KernelSpec
    do {
      kernelSpec = try await KernelSpec.make(
        source, names: try await native.names(), kernel: native.spec.kernel, for: session,
        facts: facts)
    } catch let obstacle as KernelSpec.Obstacle {
      throw Obstacle(reason: obstacle.reason)
    }
    var settings = native.settings
    settings.trapsReads = true
    settings.guestHVO = session.isHVO
    let machine = MMU(spec: native.spec, settings: settings)
    let expectations = try await machine.expectations(of: name)
    var conformance = Conformance(
      spec: name, plan: plan,
      rows: Property.allCases.map { property in
        Conformance.Row(property: property, expectation: expectations[property] ?? .holds)
      })
    conformance.machine = session.title
    conformance.options = " --on \(session.title) --hvo \(session.isHVO ? "on" : "off")"
    conformance.unseen = Property.allCases.filter { KernelSight.blindness(of: $0) != nil }
    let numbers = single.map { $0..<$0 + 1 } ?? 0..<plan.cases
    if single != nil { conformance.plan.cases = 1 }
    let space = KernelBuffer.Space(try await machine.description(of: name))
    let cases = try await draw(name, numbers, plan.seed, machine, space)
    let sights = try await self.sights(of: cases, name, kernelSpec)
    for (drawn, sight) in zip(cases, sights) { conformance.add(drawn, sight) }
    if let number = single, let drawn = cases.first, let sight = sights.first {
      conformance.details = details(of: drawn, sight, number: number, seed: plan.seed)
    }
    conformance.time = ContinuousClock.now - begin
    return conformance
  }

  private func details(
    of drawn: Drawn, _ sight: KernelSight, number: UInt64, seed: UInt64
  ) -> [String] {
    var lines = ["case \(number), seed \(seed), HVO \(session.isHVO ? "on" : "off"):"]
    lines += drawn.report.inputs.map { "  \($0.name) = \($0.value)" }
    for claim in drawn.report.claims {
      let who = claim.evidence.map { "mmu (\($0.rawValue))" } ?? "model"
      lines.append("  \(claim.property.name): \(who): \(claim.message)")
    }
    lines += sight.shown.map { "  \($0.property): kernel (\($0.evidence.rawValue)): \($0.message)" }
    if let obstacle = sight.obstacle { lines.append("  cannot be shown: \(obstacle)") }
    return lines + sight.log.map { "    \($0)" }
  }

  // MARK: The native side

  private func draw(
    _ name: String, _ numbers: Range<UInt64>, _ seed: UInt64, _ machine: MMU,
    _ space: KernelBuffer.Space
  ) async throws -> [Drawn] {
    var cases: [Drawn] = []
    var first = numbers.lowerBound
    while first < numbers.upperBound {
      let chunk = first..<min(first + 50, numbers.upperBound)
      session.progress("\(name): drawing case \(first) of \(numbers.upperBound)")
      let text = try await machine.draw(name, seed: seed, cases: chunk, isVerbose: true)
      cases += Self.cases(in: text, space: space, isHVO: session.isHVO)
      first = chunk.upperBound
    }
    return cases
  }

  /// What a verbose run says of each case ends with the case's own line.
  private static func cases(
    in text: String, space: KernelBuffer.Space, isHVO: Bool
  ) -> [Drawn] {
    var cases: [Drawn] = []
    var lines: [Substring] = []
    for line in text.split(separator: "\n") {
      lines.append(line)
      guard line.hasPrefix("case\t") else { continue }
      let report = NativeReport(lines.joined(separator: "\n"))
      if let result = report.result {
        cases.append(
          Drawn(
            report: report, result: result,
            buffer: KernelBuffer(inputs: report.inputs, space: space, isHVO: isHVO)))
      }
      lines = []
    }
    return cases
  }

  // MARK: The kernel's side

  /// Guests that may end or hang before no more are tried: each takes a minute.
  private static let patience = 3

  /// Has the cases run, in as few guests as can be: a case that leaves traces is its guest's last.
  /// One on which the two differ is run again in a guest of its own, whose word counts.
  private func sights(
    of cases: [Drawn], _ name: String, _ spec: KernelSpec
  ) async throws -> [KernelSight] {
    let risk = session.risk
    var sights: [KernelSight] = []
    while sights.count < cases.count {
      let done = sights.count
      if sights.count(where: \.isGone) >= Self.patience {
        let reason = "not tried, as \(Self.patience) guests have ended or hung before"
        sights += cases.dropFirst(done).map { KernelSight(notTried: reason, $0.buffer) }
        break
      }
      sights += try await session.withKernel { agent in
        try spec.load(into: agent)
        var sights: [KernelSight] = []
        for (number, drawn) in cases.dropFirst(done).enumerated() {
          session.progress("\(name): case \(done + number) of \(cases.count) on \(session.title)")
          guard drawn.result.outcome == .ended, drawn.buffer.obstacle == nil else {
            sights.append(KernelSight(GuestAnswer(), of: drawn.buffer))
            continue
          }
          if let reason = drawn.danger(risk) {
            sights.append(KernelSight(notTried: reason, drawn.buffer))
            continue
          }
          let answer = try spec.run(name, drawn.buffer, on: agent)
          sights.append(KernelSight(answer, of: drawn.buffer))
          if answer.isDirty { break }
        }
        return sights
      }
      // A kernel that is in use is not gone on with.
      if session.isLive {
        let reason = "not tried, as a run has left traces in this kernel"
        sights += cases.dropFirst(sights.count).map { KernelSight(notTried: reason, $0.buffer) }
        return sights
      }
    }
    for (number, drawn) in cases.enumerated()
    where drawn.result.outcome == .ended
      && (sights[number].isGone
        || sights[number].obstacle == nil && !drawn.agrees(with: sights[number]))
    {
      sights[number] = try await session.withKernel { agent in
        try spec.load(into: agent)
        return KernelSight(try spec.run(name, drawn.buffer, on: agent), of: drawn.buffer)
      }
    }
    return sights
  }
}

extension KernelConformance.Drawn {
  /// What model and `mmu` say is violated, of what a kernel can tell.
  var expected: Set<Property> {
    let said = Property.allCases.filter {
      result.model.contains($0) || result.machine.contains($0)
    }
    return Set(said.filter { KernelSight.blindness(of: $0) == nil })
  }

  /// Why the case is not tried in a kernel that is in use.
  func danger(_ risk: HostRisk?) -> String? {
    risk?.reason(report.claims.map { ($0.property, $0.message) })
  }

  /// Whether the kernel shows all of that which it has come to, and nothing else.
  func agrees(with sight: KernelSight) -> Bool {
    Property.allCases.allSatisfy { agrees(on: $0, with: sight) != false }
  }

  /// Nil where the kernel says nothing of the property.
  func agrees(on property: Property, with sight: KernelSight) -> Bool? {
    if KernelSight.blindness(of: property) != nil { return nil }
    if sight.shows(property) { return expected.contains(property) }
    let isSilent = report.claims.contains {
      $0.property == property && KernelSight.isSilent(on: $0.message)
    }
    if isSilent { return nil }
    return sight.seen.contains(property) ? !expected.contains(property) : nil
  }
}

extension Conformance {
  /// Cases of which none can be shown, and why.
  public init(_ spec: String, plan: Plan, on machine: String, obstacle: String) {
    self.init(spec: spec, plan: plan, rows: [])
    self.machine = machine
    cannot = Int(clamping: plan.cases)
    obstacles = [obstacle]
  }

  /// Counts a case that a kernel has run.
  fileprivate mutating func add(_ drawn: KernelConformance.Drawn, _ sight: KernelSight) {
    var result = drawn.result
    if result.outcome == .ended, sight.rejection != nil { result.outcome = .rejected }
    if result.outcome == .ended, sight.isGone, sight.obstacle != nil { result.outcome = .crashed }
    if result.outcome == .ended, let obstacle = sight.obstacle {
      result.outcome = .cannot
      if !obstacles.contains(obstacle) { obstacles.append(obstacle) }
    }
    result.model = PropertySet(drawn.expected)
    result.machine = PropertySet(Property.allCases.filter(sight.shows))
    result.differs = false
    add(result) { drawn.agrees(on: $0, with: sight) }
  }
}

extension PropertySet {
  fileprivate init(_ properties: some Sequence<Property>) {
    self.init(bits: properties.reduce(0) { $0 | 1 << UInt32($1.rawValue) })
  }
}
