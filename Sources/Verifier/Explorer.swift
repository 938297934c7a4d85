// SPDX-License-Identifier: Apache-2.0

import Execution
import SMT

/// What a search found.
struct Exploration {
  var violations: [Property: Violation] = [:]
  /// Why a property that was not refuted cannot be called clean.
  var unknowns: [Property: String] = [:]
  /// Why nothing that was not refuted can be called clean.
  var incomplete: String?
  /// The loop that went on beyond the limit, where one did.
  var unwound: CallSite?
  var obligations: [Property: Int] = [:]
  var reached: Set<Int> = []
  var notApplicable: [Int: String] = [:]
  var assumptions: [String] = []
  var invariants: [Invariant] = []
  /// What the author of a loop should know of it.
  var remarks: [String] = []
  /// The assumptions that were not plainly true, where they are told apart.
  var assumed: [Assumption] = []
  /// What some run has been through of the strategy.
  var coverage = Coverage()
  var effort = Effort()
}

/// Explores every run of a spec, depth first, and checks the obligations on its way.
struct Explorer {
  let machine: Machine
  let solver: Solver
  let properties: Set<Property>
  /// A search that meets a loop without end is of no use: stop there.
  let stopsAtUnwinding: Bool
  let pathLimit: Int
  /// The search is given up once the solver has taken so many resource units; 0 for no limit.
  var resourceLimit: UInt64 = 0
  /// The search ends once these points are reached, and a round of each loop was gone through; nil
  /// if it ends with the last run.
  var goal: Set<Int>?
  /// What a proof has entered: the loops of other functions are no part of the goal, as it goes by
  /// contracts of these.
  var entered: Coverage?
  var result = Exploration()
  var agenda: [Run] = []
  /// The loops that an invariant is being looked for, the innermost last. Meanwhile obligations are
  /// taken for granted.
  var inferring: [LoopKey] = [] { didSet { log?.isPaused = !inferring.isEmpty } }
  /// Assumptions that are left out; nil where they are not told apart.
  var dropped: Set<Assumption>?
  /// Keeps what a proof rests on, where that is asked for.
  var log: ProofLog?
  /// By place and by the loop around it: what was found of a loop before.
  var plans: [String: LoopPlan] = [:]
  /// The plans that the search under way has come by.
  var visited: Set<String> = []
  /// The search under way has not changed any plan.
  var isSettled = true

  /// More values of one address than this are not told apart.
  static let enumerationLimit = 512

  init(
    machine: Machine, solver: Solver, properties: Set<Property>, stopsAtUnwinding: Bool,
    pathLimit: Int
  ) {
    self.machine = machine
    self.solver = solver
    self.properties = properties
    self.stopsAtUnwinding = stopsAtUnwinding
    self.pathLimit = pathLimit
  }

  var pool: TermPool { machine.pool }

  /// Explores all runs from a state.
  mutating func explore(_ state: State) throws {
    agenda = [Run(state: state, witness: Witness(Assignment(), pool: pool))]
    while var run = agenda.popLast() {
      try Task.checkCancellation()
      try follow(&run)
      result.effort.paths += 1
      result.effort.steps += run.state.steps
      if result.unwound != nil, stopsAtUnwinding { return }
      if isAtGoal { return }
      if dropped != nil, goal == nil, !result.reached.isEmpty { return }
      if result.effort.paths >= pathLimit, !agenda.isEmpty {
        result.incomplete = "more than \(pathLimit) paths"
        return
      }
      if isHopeless {
        result.incomplete = "none of the properties is proved"
        return
      }
    }
  }

  /// Whether a run may take long to be told from one that there is not: not where invariants are
  /// looked for, as what is missed there is seen where they are proved.
  private var isThorough: Bool { inferring.isEmpty }

  /// Whether a proof has nothing left to prove.
  var isHopeless: Bool { machine.settings.cutsLoops && properties.allSatisfy(isLost) }

  /// Whether nothing can prove a property any more.
  private func isLost(_ property: Property) -> Bool {
    result.unknowns[property] != nil || result.violations[property] != nil
  }

  private var isAtGoal: Bool {
    guard let goal, goal.isSubset(of: result.reached.union(result.notApplicable.keys)) else {
      return false
    }
    var coverage = result.coverage
    if let entered { coverage.keepFunctions(of: entered) }
    return dropped != nil || machine.loops(notIn: coverage).isEmpty
  }

  /// Follows one run to its end; its forks go onto the agenda.
  @discardableResult
  mutating func follow(_ run: inout Run) throws -> RunEnd {
    if run.isGivenUp { return .ended }
    if let arrival = run.pending {
      run.pending = nil
      guard try open(arrival, &run) else { return .ended }
    }
    while true {
      if resourceLimit > 0, solver.statistics.resources > resourceLimit {
        throw ExecutionError.description("the search for invariants takes too long")
      }
      switch try machine.run(&run.state) {
      case .ended:
        finish(run)
        return .ended
      case .left: return .left
      case .decide(let condition): try fork(&run, on: condition)
      case .settle(let condition): try settle(condition, &run)
      case .enumerate(let term): try fork(&run, byValueOf: term)
      case .assume(_, let why) where leavesOut(why, run): break
      case .assume(let condition, _):
        guard try narrow(&run, to: condition) else { return .ended }
      case .violated(let obligation):
        if inferring.isEmpty, !isLookedAtElsewhere(obligation, run) { try check(obligation, run) }
      case .require(let obligation):
        let goesOn =
          inferring.isEmpty && !isLookedAtElsewhere(obligation, run)
          ? try require(obligation, &run) : try narrow(&run, to: obligation.condition)
        guard goesOn else {
          finish(run)
          return .ended
        }
      case .loop(let arrival):
        if let end = try arrive(arrival, &run) { return end }
      case .unwound(let limit, let site):
        result.unwound = site
        let place = site.file.map { "\($0):\(site.line ?? 0)" } ?? site.function
        result.incomplete = "the loop at \(place) was entered \(limit) times and goes on"
        return .ended
      }
    }
  }

  mutating func finish(_ run: Run) {
    if !inferring.isEmpty { return }
    result.reached.formUnion(run.state.reached)
    result.coverage.formUnion(run.state.coverage)
    result.notApplicable.merge(run.state.notApplicable) { first, _ in first }
    for assumption in run.state.assumptions where !assumption.isEmpty {
      if !result.assumptions.contains(assumption) { result.assumptions.append(assumption) }
    }
  }

  private func isLookedAtElsewhere(_ obligation: Obligation, _ run: Run) -> Bool {
    machine.settings.cutsLoops
      && run.state.isLookedAtElsewhere(obligation, pool: pool)
  }

  // MARK: Forks

  mutating func fork(_ run: inout Run, on condition: Term) throws {
    let isTrue = run.witness.isTrue(condition)
    let taken = isTrue ? condition : pool.not(condition)
    let other = isTrue ? pool.not(condition) : condition
    note(.path, run)
    switch try solver.check(
      run.state.path + [other], near: run.witness.assignment, isThorough: isThorough)
    {
    case .unsatisfiable: run.state.note(implied: taken)
    case .satisfiable(let assignment):
      var second = run
      learn(other, &second.state)
      second.witness = Witness(assignment, pool: pool)
      agenda.append(second)
      learn(taken, &run.state)
    case .unknown(let reason):
      giveUp(reason)
      learn(taken, &run.state)
    }
  }

  /// Notes a truth value where the path leaves no other.
  func settle(_ condition: Term, _ run: inout Run) throws {
    let isTrue = run.witness.isTrue(condition)
    let other = isTrue ? pool.not(condition) : condition
    note(.path, run)
    let answer = try solver.check(
      run.state.path + [other], near: run.witness.assignment, isThorough: isThorough)
    if case .unsatisfiable = answer {
      run.state.note(implied: pool.not(other))
    } else {
      run.state.note(open: condition)
    }
  }

  private mutating func fork(_ run: inout Run, byValueOf term: Term) throws {
    let value = run.witness.value(of: term)
    let isThis = pool.equal(term, Term(value, width: term.width))
    let isOther = pool.not(isThis)
    note(.path, run)
    switch try solver.check(
      run.state.path + [isOther], near: run.witness.assignment, isThorough: isThorough)
    {
    case .unsatisfiable: run.state.note(implied: isThis)
    case .satisfiable(let assignment):
      let count = run.excluded[term, default: 0] + 1
      if count > Explorer.enumerationLimit {
        throw ExecutionError.description(
          "an address or a size has more than \(Explorer.enumerationLimit) values here",
          machine.callStack(run.state))
      }
      var second = run
      learn(isOther, &second.state)
      second.excluded[term] = count
      second.witness = Witness(assignment, pool: pool)
      agenda.append(second)
      learn(isThis, &run.state)
    case .unknown(let reason):
      giveUp(reason)
      learn(isThis, &run.state)
    }
    run.state.fix(term, at: value)
  }

  /// Nothing that was not refuted can be called clean any more.
  mutating func giveUp(_ reason: String) { result.incomplete = result.incomplete ?? reason }

  func learn(_ fact: Term, _ state: inout State) {
    for part in pool.conjuncts(of: fact) { state.learn(part) }
    state.note(implied: fact)
  }

  /// Keeps only the runs in which the condition holds; false if there is none.
  mutating func narrow(_ run: inout Run, to condition: Term) throws -> Bool {
    if condition.isFalse { return false }
    if !run.witness.isTrue(condition) {
      note(.path, run)
      switch try solver.check(
        run.state.path + [condition], near: run.witness.assignment, isThorough: isThorough)
      {
      case .satisfiable(let assignment): run.witness = Witness(assignment, pool: pool)
      case .unsatisfiable: return false
      case .unknown(let reason):
        giveUp(reason)
        return false
      }
    }
    learn(condition, &run.state)
    return true
  }

  // MARK: Obligations

  /// Checks an obligation, then goes on where it holds; false if it holds nowhere.
  private mutating func require(_ obligation: Obligation, _ run: inout Run) throws -> Bool {
    let answer = try check(obligation, run, isRequired: true)
    if answer == .unsatisfiable {
      run.state.note(implied: obligation.condition)
      return true
    }
    // Of a property that is lost, or not asked for, nothing was checked.
    if obligation.mayBeOfAnother, machine.settings.cutsLoops,
      try answer != nil || !holds(obligation.condition, run, topic: nil)
    {
      giveUp("an address may be one of several objects: \(obligation.message)")
    }
    return try narrow(&run, to: obligation.condition)
  }

  /// Looks for a violation, smaller than what is known. The answer `.unsatisfiable` means that
  /// there is none of any size.
  @discardableResult
  private mutating func check(
    _ obligation: Obligation, _ run: Run, isRequired: Bool = false
  ) throws -> Satisfiability? {
    guard let property = Property(rawValue: obligation.property), properties.contains(property)
    else { return nil }
    if machine.settings.cutsLoops, isLost(property) { return nil }
    guard try isTaken(run) else { return .unsatisfiable }
    result.obligations[property, default: 0] += 1
    let isViolated = pool.not(obligation.condition)
    let isNew = self.isNew(property, run.state)
    if isNew.isFalse { return nil }
    if run.witness.isTrue(isViolated), run.witness.isTrue(isNew) {
      record(obligation, property, run, isViolated, run.witness.assignment)
      return nil
    }
    let message = obligation.message
    note(isRequired ? .require(property, message) : .expect(property, message), run)
    let answer = try solver.check(
      run.state.path + [pool.and(isViolated, isNew)], near: run.witness.assignment,
      isThorough: result.unknowns[property] == nil, topic: topic(obligation, run))
    switch answer {
    case .satisfiable(let assignment):
      record(obligation, property, run, isViolated, assignment)
    case .unsatisfiable: break
    case .unknown(let reason):
      result.unknowns[property] = result.unknowns[property] ?? reason
    }
    return isNew.isTrue ? answer : nil
  }

  /// What it is to the solver: the same in every run that comes to this place.
  private func topic(_ obligation: Obligation, _ run: Run) -> String {
    let site = machine.callStack(run.state).first
    let place = "\(site?.function ?? "") \(site?.line ?? 0)"
    return "\(obligation.property) \(obligation.message) \(place)"
  }

  /// Whether there is such a run: of none, anything would hold.
  private func isTaken(_ run: Run) throws -> Bool {
    if run.state.path.allSatisfy(run.witness.isTrue) { return true }
    note(.path, run)
    return try solver.check(run.state.path) != .unsatisfiable
  }

  /// A violation of it would be smaller than the known one, or one as small of another shape.
  private func isNew(_ property: Property, _ state: State) -> Term {
    guard let known = result.violations[property] else { return .yes }
    let objectives = Array(state.objectives.prefix(known.size.count))
    guard objectives.count == known.size.count else { return .no }
    var isSmaller =
      known.isOneOfSeveral
      ? Term.no : Shape(state.inputs, pool: pool).differs(from: known.shape, pool: pool)
    for (objective, size) in zip(objectives, known.size).reversed() {
      let limit = Term(size, width: objective.width)
      isSmaller = pool.or(
        pool.less(objective, limit), pool.and(pool.equal(objective, limit), isSmaller))
    }
    return isSmaller
  }

  private mutating func record(
    _ obligation: Obligation, _ property: Property, _ run: Run, _ isViolated: Term,
    _ assignment: Assignment
  ) {
    let witness = Witness(assignment, pool: pool)
    let objectives = run.state.objectives
    let size = objectives.prefix(2).map { witness.value(of: $0) }
    var violation = Violation(
      obligation: obligation, facts: run.state.path + [isViolated], assignment: assignment,
      inputs: run.state.inputs, objectives: objectives, size: size,
      shape: Shape(run.state.inputs, pool: pool).values(witness))
    if let known = result.violations[property], known.size == size {
      violation = known
      violation.isOneOfSeveral = true
    }
    result.violations[property] = violation
  }
}

extension ExecutionError {
  static func description(_ message: String, _ callStack: [CallSite] = []) -> ExecutionError {
    ExecutionError(message: message, callStack: callStack)
  }
}
