// SPDX-License-Identifier: Apache-2.0

import Execution
import SMT

/// How specs are verified.
public struct VerifierSettings: Sendable {
  /// The properties to check; the others get no verdict.
  public var properties: Set<Property>
  /// What one check of the solver may take.
  public var budget: Budget
  /// Instead of the specs' own bounds and the defaults.
  public var bounds: Bounds?
  /// More runs than this are not told apart.
  public var pathLimit: Int
  /// A loop that a call enters more often than this is taken to have no end.
  public var unwindLimit = 20_000
  /// Whether the search ends where such a loop is found.
  public var endsAtUnwinding = false
  /// Whether the assumptions that leave no run are looked for, where nothing is reached.
  public var explainsVacuity = true
  /// Whether results have the records of their proofs.
  public var keepsRecords = false
  /// Is handed what ends a check of each solver that comes into use, so that who cancels the task
  /// need not wait for Z3.
  public var onSolver: (@Sendable (Interrupter) -> Void)?

  /// Makes settings.
  public init(
    properties: Set<Property> = Set(Property.allCases), budget: Budget = Budget(),
    bounds: Bounds? = nil, pathLimit: Int = 100_000
  ) {
    self.properties = properties
    self.budget = budget
    self.bounds = bounds
    self.pathLimit = pathLimit
  }
}

/// What a verdict's file says of where it comes from.
public struct Provenance: Sendable {
  /// The spec's file, as it was given.
  public var file: String
  /// SHA-256 over all that was compiled.
  public var hash: String
  /// clang's first line.
  public var clang: String
  /// The version of the kernel tree; nil if none was used.
  public var kernel: String?
  /// Options of a kernel's configuration that the text asks for and that are off in the model.
  public var unknownConfiguration: [String]

  /// Makes provenance.
  public init(
    file: String, hash: String, clang: String, kernel: String?, unknownConfiguration: [String]
  ) {
    self.file = file
    self.hash = hash
    self.clang = clang
    self.kernel = kernel
    self.unknownConfiguration = unknownConfiguration
  }
}

/// Verifies one spec of a linked program.
struct SpecVerifier {
  let program: Program
  let entry: Program.Entry
  let settings: VerifierSettings
  let provenance: Provenance

  /// A bound of so many pages, or of ANY_PAGES, is none.
  static let pagesOfLargestFolio = 1 << 18

  /// Searched one after the other until one can be searched to its end.
  static let defaultBounds = [Bounds(ranges: 4, pages: nil), Bounds(ranges: 2, pages: 2)]

  func verify() throws -> SpecResult {
    let clock = ContinuousClock()
    let begin = clock.now
    let description = try SpecDescription(program: program, address: entry.address)
    if let mistake = description.mistake {
      let site = entry.location.map { CallSite(function: "", file: $0.file, line: $0.line) }
      throw ExecutionError.description("\(entry.name): \(mistake)", site.map { [$0] } ?? [])
    }
    let proof = try prove(description)
    let settled = proof?.proved(settings.properties) ?? []
    let finished = proof.flatMap { $0.failure == nil ? $0.exploration : nil }
    var search = try self.search(description, but: settled, entered: finished?.coverage)
    let verdicts = try verdicts(
      &search, proved: settled, isReachedBeyond: proof?.exploration.reached.isEmpty == false)
    var effort = Effort(search.exploration.effort, search.solver, search.pool)
    if let proof { effort.add(proof.effort) }
    effort.time = clock.now - begin
    let results = Property.allCases.filter(settings.properties.contains).map { property in
      var result = PropertyResult(
        property: property, verdict: verdicts[property] ?? .unknown(reason: "not checked"),
        expectation: description.expectations[property] ?? .holds,
        obligations: search.exploration.obligations[property] ?? 0)
      if settled.contains(property) {
        result.obligations = proof?.exploration.obligations[property] ?? 0
      } else {
        result.whyNotProved = proof?.whyNot(property)
      }
      return result
    }
    var assumptions = settled.isEmpty ? [] : proof?.exploration.assumptions ?? []
    if settled.count < settings.properties.count {
      assumptions += search.exploration.assumptions.filter { !assumptions.contains($0) }
    }
    var result = SpecResult(
      name: entry.name, title: description.title, file: provenance.file,
      line: entry.location?.line ?? 0, properties: results,
      assumptions: assumptions + configuration + staticState + inBounds(verdicts)
        + endings(proof, settled),
      invariants: proof?.exploration.invariants ?? [],
      kernel: provenance.kernel, effort: effort)
    result.notes =
      LoopNotes(search.exploration, search.machine, search.bounds, proof: finished).words
    result.endless = search.exploration.unwound
    result.provedThrough = finished.map { search.machine.functions(in: $0.coverage) }
    var coverage = search.exploration.coverage
    if let proof { coverage.formUnion(proof.exploration.coverage) }
    result.unreached = search.machine.lines(notIn: coverage)
    result.notes += proof?.exploration.remarks ?? []
    if let proof {
      result.records = try ProofRecordWriter(provenance, settings, result).records(of: proof)
    }
    return result
  }

  /// A run is followed as long as it is in bounds: what is proved is proved of so much of it.
  private func inBounds(_ verdicts: [Property: Verdict]) -> [String] {
    let proved = verdicts.filter { if case .proved = $0.value { true } else { false } }
    if proved.isEmpty || proved[.inBounds] != nil { return [] }
    return ["every access is in bounds, which is not proved: up to the first that is not"]
  }

  /// What is proved of a loop is proved of each of its rounds, and of how it is left; not that it
  /// is. The model's own loops end.
  private func endings(_ proof: Proof?, _ settled: Set<Property>) -> [String] {
    let loops = proof?.exploration.invariants.map(\.place) ?? []
    if settled.isEmpty || loops.allSatisfy({ $0.hasPrefix("environment/model/") }) { return [] }
    return ["every loop ends: of a run that does not, nothing is said"]
  }

  private var configuration: [String] {
    let names = provenance.unknownConfiguration
    return names.isEmpty ? [] : ["a kernel without \(names.joined(separator: ", "))"]
  }

  /// Without static variables, every map and unmap of a strategy is like its first.
  private var staticState: [String] {
    let names = program.staticVariables
    if names.isEmpty { return [] }
    return [
      "one map and one unmap: what static variables (\(names.joined(separator: ", "))) keep for "
        + "the next is not explored"
    ]
  }

  // MARK: Search

  private struct Search {
    var exploration: Exploration
    var bounds: Bounds
    var solver: Solver
    var pool: TermPool
    var machine: Machine
  }

  /// Rounds of a loop beyond those that the bounds ask for, each of which decides something: of
  /// one that tries an allocation until it succeeds there is no last.
  private static let decidingLimit = 256

  private func ladder(_ description: SpecDescription) -> [Bounds] {
    if let bounds = settings.bounds { return [bounds] }
    if description.ranges > 0 || description.pages > 0 {
      let ranges = description.ranges > 0 ? description.ranges : 2
      let isBounded = (1..<SpecVerifier.pagesOfLargestFolio).contains(description.pages)
      return [Bounds(ranges: ranges, pages: isBounded ? description.pages : nil)]
    }
    return SpecVerifier.defaultBounds
  }

  /// The bounded search, for all but the properties that are proved: of these only whether their
  /// points are reached, and the loops that a finished proof has entered.
  private func search(
    _ description: SpecDescription, but proved: Set<Property>, entered: Coverage?
  ) throws -> Search {
    var last: Search?
    let ladder = ladder(description)
    for (number, bounds) in ladder.enumerated() {
      let isLast = number == ladder.count - 1
      let search = try self.search(
        bounds, but: proved, entered: entered, stopsAtUnwinding: !isLast)
      if search.exploration.incomplete == nil { return search }
      last = search
    }
    guard let last else { throw ExecutionError.description("there are no bounds to search") }
    return last
  }

  private func search(
    _ bounds: Bounds, but proved: Set<Property>, entered: Coverage?, stopsAtUnwinding: Bool
  ) throws -> Search {
    let pool = TermPool()
    let machine = Machine(
      program: program, pool: pool,
      settings: MachineSettings(
        bounds: [UInt64(bounds.ranges), UInt64(bounds.pages ?? 0)],
        unwindLimit: stopsAtUnwinding ? 16 : settings.unwindLimit,
        decidingLimit: SpecVerifier.decidingLimit + bounds.ranges * (bounds.pages ?? 0),
        properties: .contract))
    let solver = try Solver(pool: pool, budget: settings.budget)
    settings.onSolver?(solver.interrupter)
    var explorer = Explorer(
      machine: machine, solver: solver, properties: settings.properties.subtracting(proved),
      stopsAtUnwinding: stopsAtUnwinding || settings.endsAtUnwinding,
      pathLimit: stopsAtUnwinding ? settings.pathLimit / 20 : settings.pathLimit)
    if proved == settings.properties {
      explorer.goal = Set(proved.filter(\.hasPoint).map(\.rawValue))
      explorer.entered = entered
    }
    try explorer.explore(try machine.begin("vmc_main", [entry.address]))
    return Search(
      exploration: explorer.result, bounds: bounds, solver: solver, pool: pool, machine: machine)
  }

  /// The search for proofs; nil where something in it is not understood, or a bound is asked for.
  private func prove(_ description: SpecDescription) throws -> Proof? {
    if settings.bounds != nil { return nil }
    return try Proof(program: program, address: entry.address, settings: settings)
  }

  // MARK: Verdicts

  private func verdicts(
    _ search: inout Search, proved: Set<Property>, isReachedBeyond: Bool
  ) throws -> [Property: Verdict] {
    var verdicts: [Property: Verdict] = [:]
    let emptiness = try self.emptiness(search, isOfBounds: isReachedBeyond)
    for property in Property.allCases where settings.properties.contains(property) {
      let verdict = try verdict(
        property, search, emptiness, isProved: proved.contains(property))
      // What is never reached, or says nothing, is not proved either.
      if case .bounded = verdict, proved.contains(property) {
        verdicts[property] = .proved
      } else {
        verdicts[property] = verdict
      }
    }
    return verdicts
  }

  private func verdict(
    _ property: Property, _ search: Search, _ emptiness: String?, isProved: Bool
  ) throws -> Verdict {
    let exploration = search.exploration
    if let violation = exploration.violations[property] {
      return try refutation(property, violation, search)
    }
    if let reason = exploration.notApplicable[property.rawValue] {
      return .notApplicable(reason: reason)
    }
    let isReached = exploration.reached.contains(property.rawValue)
    // Of what is proved no more is asked than that some run comes to its point.
    if isProved, isReached { return .bounded(search.bounds) }
    if let reason = exploration.incomplete ?? exploration.unknowns[property] {
      return .unknown(reason: reason)
    }
    if let emptiness { return .vacuous(reason: emptiness) }
    if property.hasPoint, !isReached {
      let lines =
        settings.explainsVacuity
        ? try contradiction(search).assumptions(against: property).map(\.words) : []
      return .vacuous(
        reason: SpecVerifier.whyVacuous(property)
          + (lines.isEmpty ? "" : "; without these assumptions some would: \(lines.listed)"))
    }
    return .bounded(search.bounds)
  }

  /// Why no run comes to any property; nil if some run does, or if that is not known.
  ///
  /// - Parameter isOfBounds: whether some run of a larger buffer does.
  private func emptiness(_ search: Search, isOfBounds: Bool) throws -> String? {
    let exploration = search.exploration
    guard exploration.reached.isEmpty, exploration.incomplete == nil else { return nil }
    let lines =
      settings.explainsVacuity ? try contradiction(search).assumptions().map(\.words) : []
    let words =
      isOfBounds
      ? "no run of up to \(search.bounds.words) comes to any property; larger bounds are needed"
      : "no run comes to any property: the assumptions contradict each other"
    return lines.isEmpty ? words : "\(words): \(lines.listed)"
  }

  private func contradiction(_ search: Search) -> Contradiction {
    Contradiction(
      program: program, address: entry.address, settings: settings, bounds: search.bounds,
      file: provenance.file, line: entry.location?.line ?? 0)
  }

  private static func whyVacuous(_ property: Property) -> String {
    switch property {
    case .mapsExactly, .refsHeld: "no run maps anything"
    case .cleanFailure: "no run fails"
    default: "no run comes to its point"
    }
  }

  private func refutation(
    _ property: Property, _ violation: Violation, _ search: Search
  ) throws -> Verdict {
    var minimiser = Minimiser(violation: violation, solver: search.solver, pool: search.pool)
    let (assignment, isOneOfSeveral) = try minimiser.minimise(violation)
    let confirmation = Confirmation(program: program, settings: search.machine.settings)
    guard
      let outcome = try confirmation.run(
        violation, assignment, pool: search.pool, address: entry.address)
    else {
      return .unknown(
        reason: "a counterexample was found that the concrete run does not show; please report it")
    }
    return .refuted(
      Counterexample(
        schema: Counterexample.currentSchema, spec: entry.name, file: provenance.file,
        specHash: provenance.hash, property: property.name,
        message: violation.obligation.message, callStack: violation.obligation.callStack,
        bounds: search.bounds, isUnique: !isOneOfSeveral, inputs: outcome.inputs,
        reports: outcome.reports, trace: outcome.trace,
        origin: Counterexample.Origin(
          vmapcheck: Version.current, clang: provenance.clang, z3: Solver.version,
          seed: settings.budget.seed, kernel: provenance.kernel)))
  }
}

extension [String] {
  /// "a; b".
  fileprivate var listed: String { joined(separator: "; ") }
}
