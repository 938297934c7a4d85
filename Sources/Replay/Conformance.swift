// SPDX-License-Identifier: Apache-2.0

import Foundation
import Verifier

/// Many drawn cases of one spec, and how model and machine agree on them.
public struct Conformance: Sendable {
  /// Which cases.
  public struct Plan: Sendable, Hashable {
    /// How many.
    public var cases: UInt64
    /// What they are drawn by.
    public var seed: UInt64
    /// Processes at once.
    public var jobs: Int

    /// Makes a plan.
    public init(cases: UInt64, seed: UInt64, jobs: Int) {
      self.cases = cases
      self.seed = seed
      self.jobs = jobs
    }
  }

  /// What is known of one property.
  public struct Row: Sendable, Hashable {
    /// The property.
    public var property: Property
    /// What the cases are held against: what the spec's author expects, or what `verdict` means.
    public var expectation: Expectation
    /// The verifier's word; nil where it was not asked.
    public var verdict: String?
    /// Cases in which the property had its point.
    public var reached = 0
    /// Cases in which the model's C says that it is violated.
    public var modelViolations = 0
    /// Cases in which the machine shows that it is.
    public var machineViolations = 0
    /// Cases in which the two agree.
    public var agreements = 0
    /// The numbers of the other cases, in ascending order.
    public var disagreements: [UInt64] = []
    /// The numbers of cases in which the two agree on what the spec does not expect.
    public var unexpected: [UInt64] = []
    /// Cases of which the model says that the property says nothing about them.
    public var notApplicable = 0

    /// Whether the cases tell anything of the property: one of them ended, and it came to the
    /// property's point, where it is to come to one.
    public var isShown: Bool {
      guard agreements + disagreements.count > 0 else { return false }
      guard property.hasPoint, reached == 0, notApplicable == 0 else { return true }
      return expectation == .vacuous || expectation == .notApplicable
    }
  }

  /// The spec's name.
  public var spec: String
  /// The plan.
  public var plan: Plan
  /// In the order of the contract.
  public var rows: [Row]
  /// Cases that were run to their end.
  public var ended = 0
  /// Cases that the machine cannot show.
  public var cannot = 0
  /// One case is looked at, of which not all properties are to be shown.
  public var isSingle = false
  /// Why it cannot, in words, each reason once.
  public var obstacles: [String] = []
  /// Numbers of cases whose process crashed.
  public var crashed: [UInt64] = []
  /// Cases for which no valid buffer was drawn.
  public var rejected = 0
  /// Numbers of cases in which contents, leaves or layout differ.
  public var differing: [UInt64] = []
  /// Cases that an earlier, interrupted run had done.
  public var resumed = 0
  /// The time for all of them.
  public var time = Duration.zero
  /// The machine's name.
  public var machine = "mmu"
  /// The properties of which the machine says nothing.
  public var unseen: [Property] = []
  /// What to give the command for the same machine.
  public var options = ""
  /// What one case has shown, where only that was asked for.
  public var details: [String] = []

  /// Whether there is nothing on which model and machine disagree.
  public var agrees: Bool { disagreeing.isEmpty }

  /// The properties of which the cases tell nothing.
  public var notShown: [Property] {
    isSingle && ended > 0 ? [] : rows.filter { !$0.isShown }.map(\.property)
  }

  /// Whether the cases stand for the spec: at least half of them were run to their end, none was
  /// too much for the machine, and each property was shown by some. A kernel cannot show every case
  /// nor every property: there it is said of each.
  public var isShown: Bool {
    if machine != "mmu" { return ended > 0 }
    return cannot == 0 && ended > 0 && UInt64(ended) >= plan.cases / 2 && notShown.isEmpty
  }

  /// Whether nothing is violated but what the spec expects to be.
  public var isAsExpected: Bool { unexpected.isEmpty }

  /// Cases in which something is violated that is not expected to be.
  public var unexpected: [UInt64] { Set(rows.flatMap(\.unexpected)).sorted() }

  /// Cases on which they disagree, in any way.
  public var disagreeing: [UInt64] {
    Set(rows.flatMap(\.disagreements) + crashed + differing).sorted()
  }

  /// Draws and runs the cases of a plan.
  ///
  /// - Parameters:
  ///   - verdicts: the verifier's words, to hold the cases against instead of what is expected.
  ///   - progress: told how many cases are done.
  ///   - single: only this case of them.
  ///   - journals: the folder that remembers what an interrupted run has done.
  public static func run(
    _ name: String, on machine: MMU, plan: Plan, verdicts: [Property: String] = [:],
    single: UInt64? = nil, journals: URL,
    progress: @escaping @Sendable (Int) -> Void
  ) async throws -> Conformance {
    let begin = ContinuousClock.now
    var machine = machine
    var settings = machine.settings
    settings.trapsReads = true
    machine = MMU(spec: machine.spec, settings: settings)
    let expectations = try await machine.expectations(of: name)
    var conformance = Conformance(
      spec: name, plan: plan,
      rows: Property.allCases.map { property in
        let verdict = verdicts[property]
        return Row(
          property: property,
          expectation: verdict.map(Expectation.init(verdict:)) ?? expectations[property] ?? .holds,
          verdict: verdict)
      })
    let journal = CaseJournal(folder: journals, machine: machine, spec: name, seed: plan.seed)
    let known = single == nil ? journal.read().filter { $0.number < plan.cases } : []
    conformance.resumed = known.count
    var results = known
    let missing =
      single.map { [$0..<$0 + 1] } ?? chunks(plan, without: Set(known.map(\.number)))
    conformance.isSingle = single != nil
    if single != nil { conformance.plan.cases = 1 }
    try await withThrowingTaskGroup(of: ([CaseResult], [String]).self) { group in
      var waiting = missing[...]
      var running = 0
      while running > 0 || !waiting.isEmpty {
        while running < plan.jobs, let chunk = waiting.popFirst() {
          let machine = machine
          group.addTask {
            let text = try await machine.draw(
              name, seed: plan.seed, cases: chunk, isVerbose: false)
            return (Self.results(of: chunk, text), Self.obstacles(text))
          }
          running += 1
        }
        guard let (chunk, obstacles) = try await group.next() else { break }
        running -= 1
        for obstacle in obstacles where !conformance.obstacles.contains(obstacle) {
          conformance.obstacles.append(obstacle)
        }
        results += chunk
        if single == nil { journal.append(chunk) }
        progress(results.count)
      }
    }
    for result in results.sorted(by: { $0.number < $1.number }) { conformance.add(result) }
    conformance.time = ContinuousClock.now - begin
    if single == nil { journal.remove() }
    return conformance
  }

  /// What the machine has printed of cases; one of which it says nothing has crashed.
  private static func results(of cases: Range<UInt64>, _ text: String) -> [CaseResult] {
    var results: [UInt64: CaseResult] = [:]
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard fields.first == "case", let result = CaseResult(fields: Array(fields.dropFirst()))
      else { continue }
      results[result.number] = result
    }
    return cases.map { results[$0] ?? CaseResult(crashed: $0) }
  }

  private static func obstacles(_ text: String) -> [String] {
    text.split(separator: "\n").compactMap { line in
      let fields = line.split(separator: "\t", maxSplits: 2)
      return fields.first == "cannot" && fields.count == 3 ? String(fields[2]) : nil
    }
  }

  /// What is still to be done, in pieces that take about a tenth of a second.
  private static func chunks(_ plan: Plan, without done: Set<UInt64>) -> [Range<UInt64>] {
    let size: UInt64 = 50
    return stride(from: 0, to: plan.cases, by: Int(size)).compactMap { first in
      let chunk = first..<min(first + size, plan.cases)
      return chunk.allSatisfy(done.contains) ? nil : chunk
    }
  }

  /// Counts a case.
  ///
  /// - Parameter agrees: whether machine and model agree on a property, nil where the machine says
  ///   nothing of it; by default what the case itself says.
  mutating func add(_ result: CaseResult, agrees: ((Property) -> Bool?)? = nil) {
    switch result.outcome {
    case .ended: ended += 1
    case .cannot: cannot += 1
    case .crashed: crashed.append(result.number)
    case .rejected: rejected += 1
    }
    guard result.outcome == .ended else { return }
    if result.differs { differing.append(result.number) }
    for index in rows.indices {
      let property = rows[index].property
      let isMachines = result.machine.contains(property)
      let isModels = result.model.contains(property)
      let hasPoint = result.reached.contains(property) || isModels || isMachines
      if hasPoint { rows[index].reached += 1 }
      if result.notApplicable.contains(property) { rows[index].notApplicable += 1 }
      if isModels { rows[index].modelViolations += 1 }
      if isMachines { rows[index].machineViolations += 1 }
      let isRight = rows[index].allows(isModels || isMachines, hasPoint: hasPoint)
      // What only the machine sees goes against the verdict, wherever the model looks.
      let word = agrees.map { $0(property) } ?? result.agrees(on: property)
      guard let isAgreed = word else { continue }
      if isAgreed, isRight || isModels || !isMachines {
        rows[index].agreements += 1
        if !isRight { rows[index].unexpected.append(result.number) }
      } else {
        rows[index].disagreements.append(result.number)
      }
    }
  }
}

extension Expectation {
  /// What a verdict says of cases. Of what is unknown nothing is said: cases may go either way.
  fileprivate init(verdict: String) {
    switch verdict {
    case "proved", "bounded": self = .holds
    case "vacuous": self = .vacuous
    case "not-applicable": self = .notApplicable
    default: self = .refuted
    }
  }
}

extension Conformance.Row {
  /// Whether a case goes with what is said of all of them.
  fileprivate func allows(_ isViolated: Bool, hasPoint: Bool) -> Bool {
    switch expectation {
    case .holds, .proved, .notApplicable: !isViolated
    case .vacuous: !isViolated && !(hasPoint && property.hasPoint)
    case .refuted: true
    }
  }
}

/// The results of a run that was interrupted, to go on with.
struct CaseJournal {
  private let file: URL

  init(folder: URL, machine: MMU, spec: String, seed: UInt64) {
    let settings = machine.settings
    let fault = settings.fault.map { "-\($0)" } ?? ""
    file = folder.appendingPathComponent(
      "\(spec)-\(seed)-\(settings.seconds)s\(fault)-\(machine.spec.buildHash.prefix(16)).cases")
  }

  func read() -> [CaseResult] {
    guard let text = try? String(contentsOf: file, encoding: .utf8) else { return [] }
    var results: [UInt64: CaseResult] = [:]
    for line in text.split(separator: "\n") {
      guard let result = try? JSONDecoder().decode(CaseResult.self, from: Data(line.utf8)) else {
        continue
      }
      results[result.number] = result
    }
    return Array(results.values)
  }

  /// Without a journal nothing is lost but the time to do it again.
  func append(_ results: [CaseResult]) {
    let encoder = JSONEncoder()
    let lines = results.compactMap { try? encoder.encode($0) + Data("\n".utf8) }
    let data = lines.reduce(into: Data()) { $0 += $1 }
    if let handle = try? FileHandle(forWritingTo: file) {
      defer { try? handle.close() }
      _ = try? handle.seekToEnd()
      try? handle.write(contentsOf: data)
    } else {
      try? FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try? data.write(to: file)
    }
  }

  func remove() { try? FileManager.default.removeItem(at: file) }
}
