// SPDX-License-Identifier: Apache-2.0

import LLVMIR
import SMT

/// The numbers of the properties that the semantics itself has obligations of.
public struct SemanticProperties: Sendable {
  /// Arithmetic of the strategy wraps or is truncated.
  public var wrap: Int
  /// An access is outside of its object, of something uninitialised, or after its life.
  public var bounds: Int
  /// The processor traps: a division by zero, an `unreachable`.
  public var trap: Int

  /// Makes a choice of numbers.
  public init(wrap: Int, bounds: Int, trap: Int) {
    self.wrap = wrap
    self.bounds = bounds
    self.trap = trap
  }
}

/// How a machine runs.
public struct MachineSettings: Sendable {
  /// What `vmc_bound` answers, by its argument; 0 beyond.
  public var bounds: [UInt64]
  /// How often a block may be entered in one call before the run pauses.
  public var unwindLimit: Int
  /// The same where the run has decided something as often: each such round may be a run's last, so
  /// that there are as many runs.
  public var decidingLimit: Int
  /// The numbers of the semantics' own properties.
  public var properties: SemanticProperties
  /// In a concrete run, the inputs by name; an input without a value has the least that it may.
  public var values: [String: UInt64]?
  /// Notes and reports are kept, which only a counterexample needs.
  public var keepsNotes: Bool
  /// The run pauses where a loop begins a round, so that an invariant can stand for all rounds.
  public var cutsLoops: Bool

  /// Makes settings.
  public init(
    bounds: [UInt64], unwindLimit: Int, decidingLimit: Int = .max,
    properties: SemanticProperties,
    values: [String: UInt64]? = nil, keepsNotes: Bool = false, cutsLoops: Bool = false
  ) {
    self.bounds = bounds
    self.unwindLimit = unwindLimit
    self.decidingLimit = decidingLimit
    self.properties = properties
    self.values = values
    self.keepsNotes = keepsNotes
    self.cutsLoops = cutsLoops
  }
}

/// The meaning of a program, written once: over terms it is the symbolic execution, and where
/// every input is a constant all terms fold and it is the concrete one.
///
/// A machine belongs to one task. Runs are `State`s; the machine itself keeps nothing of them.
public final class Machine {
  let program: Program
  /// The terms of every run of this machine.
  public let pool: TermPool
  /// How this machine runs.
  public let settings: MachineSettings
  /// Of the arrays of all runs.
  var fieldWidths: [FieldWidths.Array: FieldWidths] = [:]

  /// What ends a step before it is done: nothing of it has happened then.
  enum Interruption: Error {
    case pause(Pause)
    case failure(String)
  }

  /// Makes a machine for a program.
  public init(program: Program, pool: TermPool, settings: MachineSettings) {
    self.program = program
    self.pool = pool
    self.settings = settings
  }

  /// A run that is about to call a function with constants as arguments.
  ///
  /// - Throws: `ExecutionError` if there is no such function or it takes other arguments.
  public func begin(_ name: String, _ arguments: [UInt64]) throws(ExecutionError) -> State {
    guard let number = program.function(named: name) else {
      throw ExecutionError("there is no function \(name)")
    }
    guard program.code[number].parameterCount == arguments.count else {
      throw ExecutionError("\(name) takes other arguments")
    }
    var state = State(memory: Memory(statics: program.statics), maps: 16)
    let values = arguments.map { Value.term(Term($0, width: 64)) }
    state.push(frame(number, values, use: .discard, servesWindow: false, state))
    return state
  }

  /// Runs until something has to be decided from outside, or to the end.
  ///
  /// - Throws: `ExecutionError` where the C does something that the semantics does not have.
  public func run(_ state: inout State) throws(ExecutionError) -> Pause {
    while !state.frames.isEmpty {
      do throws(Interruption) {
        if let pause = try step(&state) { return pause }
      } catch {
        switch error {
        case .pause(let pause): return pause
        case .failure(let message):
          throw ExecutionError(message, callStack: callStack(state))
        }
      }
    }
    return .ended
  }

  /// Where a run is, the innermost frame first.
  public func callStack(_ state: State) -> [CallSite] {
    state.frames.indices.reversed().map { index in
      let frame = state.frames[index]
      let code = program.code[frame.function]
      let steps = code.blocks?[frame.block] ?? []
      // A caller stands behind its call.
      let isInnermost = index == state.frames.count - 1
      let step = min(max(0, isInnermost ? frame.step : frame.step - 1), steps.count - 1)
      let location = steps.indices.contains(step) ? steps[step].location : nil
      return CallSite(function: code.name, location: location ?? code.location)
    }
  }

  /// Where a run was last, in its innermost frame: behind a call, at the call.
  public func lastSite(_ state: State) -> CallSite? {
    guard let frame = state.frames.last else { return nil }
    let code = program.code[frame.function]
    let steps = code.blocks?[frame.block] ?? []
    let location = steps.indices.contains(frame.step - 1) ? steps[frame.step - 1].location : nil
    return CallSite(function: code.name, location: location ?? code.location)
  }

  func frame(
    _ number: Int, _ arguments: [Value], use: ResultUse, servesWindow: Bool, _ state: State
  ) -> Frame {
    let code = program.code[number]
    var registers = arguments
    registers += Array(repeating: .undefined, count: max(0, code.registerCount - arguments.count))
    return Frame(
      id: 0, function: number, registers: registers,
      visits: Array(repeating: 0, count: code.blocks?.count ?? 0),
      stackHeight: state.memory.stack.count, use: use, servesWindow: servesWindow)
  }

  // MARK: One step

  /// Executes the next step. A pause that is returned comes after the step, one that is thrown
  /// before it.
  private func step(_ state: inout State) throws(Interruption) -> Pause? {
    let top = state.frames.count - 1
    let frame = state.frames[top]
    guard let blocks = program.code[frame.function].blocks else {
      throw .failure("a function without a body")
    }
    let step = blocks[frame.block][frame.step]
    state.steps += 1
    switch step.action {
    case .jump(let block): return try enter(block, &state)
    case .branch(let condition, let yes, let no):
      let condition = try term(condition, state)
      if let side = sideTaken(condition, yes, no, &state) {
        return try enter(side ? yes : no, &state)
      }
      let isTrue = try decide(condition, state)
      state.noteExitTest(yes, no, isConstant: condition.constant != nil)
      return try enter(isTrue ? yes : no, &state)
    case .multiway(let source, let other, let cases):
      let value = try term(source, state)
      for option in cases {
        let isEqual = pool.equal(value, Term(option.value, width: value.width))
        if try decide(isEqual, state) { return try enter(option.block, &state) }
      }
      return try enter(other, &state)
    case .ret(let source):
      try leave(source, &state)
      return state.leavesScope(frame.id) ? .left : nil
    case .call(let callee, let arguments, let byValue, let result):
      return try call(callee, arguments, byValue, result, step, &state)
    case .load(let shape, let source, let unwritten):
      return try load(shape, source, unwritten, step, &state)
    case .wrap(let address): return try wrap(address, step, &state)
    case .store(let value, let shape, let address):
      return try store(value, shape, address, &state)
    default:
      try checkAddresses(step, &state)
      let value = try self.value(of: step, &state)
      if step.result >= 0 { state.frames[top].registers[step.result] = value }
      state.frames[top].step += 1
      return nil
    }
  }

  /// Goes to a block of the same function; its phis take their values at once.
  private func enter(_ block: Int, _ state: inout State) throws(Interruption) -> Pause? {
    let top = state.frames.count - 1
    let function = state.frames[top].function
    guard let blocks = program.code[function].blocks, blocks.indices.contains(block) else {
      throw .failure("a jump to nowhere")
    }
    let visits = state.frames[top].visits[block]
    if visits >= settings.unwindLimit
      || visits >= settings.decidingLimit && state.path.count >= visits
    {
      let site =
        callStack(state).first ?? CallSite(function: program.code[function].name, location: nil)
      throw .pause(.unwound(limit: visits, site))
    }
    let previous = state.frames[top].block
    var phis: [(register: Int, value: Value)] = []
    for step in blocks[block] {
      guard case .phi(let inputs) = step.action else { break }
      guard let input = inputs.first(where: { $0.block == previous }) else {
        throw .failure("a phi without a value for its predecessor")
      }
      phis.append((step.result, value(input.source, state)))
    }
    for phi in phis { state.frames[top].registers[phi.register] = phi.value }
    state.frames[top].visits[block] += 1
    noteJump(from: previous, to: block, of: function, &state)
    state.frames[top].block = block
    state.frames[top].step = phis.count
    return settings.cutsLoops ? loopPause(from: previous, &state) : nil
  }

  // MARK: Operands

  func value(_ source: Source, _ state: State) -> Value {
    switch source {
    case .register(let number): state.frames[state.frames.count - 1].registers[number]
    case .value(let value): value
    }
  }

  func term(_ source: Source, _ state: State) throws(Interruption) -> Term {
    guard case .term(let term) = value(source, state) else {
      throw .failure("an undefined value is used")
    }
    guard let fixed = state.fixed[term] else { return term }
    return Term(fixed, width: term.width)
  }

  // MARK: Decisions

  /// What is known of a truth value; nil if both are possible.
  func truth(_ condition: Term, _ state: State) -> Bool? {
    if let value = condition.constant { return value == 1 }
    if let value = state.known[condition] { return value }
    return state.known[pool.not(condition)].map { !$0 }
  }

  /// A truth value that the run depends on.
  func decide(_ condition: Term, _ state: State) throws(Interruption) -> Bool {
    guard let value = truth(condition, state) else { throw .pause(.decide(condition)) }
    return value
  }

  /// What must hold before the step goes on.
  func require(
    _ condition: Term, _ property: Int, _ message: @autoclosure () -> String, _ state: State,
    mayBeOfAnother: Bool = false
  ) throws(Interruption) {
    if truth(condition, state) == true { return }
    if state.scope?.search?.granted.contains(condition) == true { return }
    throw .pause(
      .require(
        Obligation(
          condition: condition, property: property, message: message(),
          callStack: callStack(state), mayBeOfAnother: mayBeOfAnother)))
  }

  /// The term as a constant, each of its values in a run of its own.
  func enumerate(_ term: Term, _ state: State) throws(Interruption) -> UInt64 {
    if let value = term.constant { return value }
    if let value = state.fixed[term] { return value }
    throw .pause(.enumerate(term))
  }
}
