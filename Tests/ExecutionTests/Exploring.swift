// SPDX-License-Identifier: Apache-2.0

import LLVMIR
import SMT

@testable import Execution

/// One run of all, as symbolic execution has it.
struct Path {
  var state: State
  var facts: [Term]
  /// Inputs that take this run.
  var assignment: Assignment
}

/// Explores all runs of a function, in the plainest way.
struct Exploring {
  let machine: Machine
  let solver: Solver
  private(set) var paths: [Path] = []
  /// What can be violated, the first of each place.
  private(set) var failures: [Failed] = []

  init(_ program: Program) throws {
    machine = Machine(program: program, pool: TermPool(), settings: .testing())
    solver = try Solver(pool: machine.pool, budget: Budget())
  }

  mutating func explore(_ name: String) throws {
    var agenda = [Path(state: try machine.begin(name, []), facts: [], assignment: Assignment())]
    while var path = agenda.popLast() {
      guard paths.count + agenda.count < 400 else {
        throw Toolchain.Failure(description: "\(name) has too many paths")
      }
      try follow(&path, &agenda)
    }
  }

  private mutating func follow(_ path: inout Path, _ agenda: inout [Path]) throws {
    while true {
      switch try machine.run(&path.state) {
      case .ended:
        guard try narrow(&path, to: .yes) else { return }
        paths.append(path)
        return
      case .decide(let condition):
        var other = path
        if try narrow(&other, to: machine.pool.not(condition)) { agenda.append(other) }
        guard try narrow(&path, to: condition) else { return }
      case .settle(let condition): path.state.note(open: condition)
      case .enumerate(let term):
        guard try narrow(&path, to: .yes) else { return }
        var evaluator = Evaluator(pool: machine.pool, assignment: path.assignment)
        let value = evaluator.value(of: term)
        let isThis = machine.pool.equal(term, Term(value, width: term.width))
        var other = path
        if try narrow(&other, to: machine.pool.not(isThis)) { agenda.append(other) }
        learn(&path, isThis)
        path.state.fix(term, at: value)
      case .assume(let condition, _):
        guard try narrow(&path, to: condition) else { return }
      case .violated(let obligation):
        throw Toolchain.Failure(description: obligation.message)
      case .require(let obligation):
        var other = path
        if try narrow(&other, to: machine.pool.not(obligation.condition)) {
          let failed = Failed(obligation)
          if !failures.contains(failed) { failures.append(failed) }
        }
        guard try narrow(&path, to: obligation.condition) else { return }
      // Only a machine that cuts loops pauses there.
      case .loop, .left: break
      case .unwound: throw Toolchain.Failure(description: "a loop without end")
      }
    }
  }

  private func learn(_ path: inout Path, _ fact: Term) {
    if fact.constant == nil { path.facts.append(fact) }
    path.state.learn(fact)
  }

  private func narrow(_ path: inout Path, to condition: Term) throws -> Bool {
    if condition.isFalse { return false }
    switch try solver.check(path.facts + [condition]) {
    case .satisfiable(let assignment):
      path.assignment = assignment
      learn(&path, condition)
      return true
    case .unsatisfiable: return false
    case .unknown(let reason): throw Toolchain.Failure(description: reason)
    }
  }
}
