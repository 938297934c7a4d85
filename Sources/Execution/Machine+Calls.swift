// SPDX-License-Identifier: Apache-2.0

import LLVMIR
import SMT

/// Calls and returns.
extension Machine {
  func call(
    _ callee: Callee, _ arguments: [Source], _ byValue: [Int?], _ result: Shape, _ step: Step,
    _ state: inout State
  ) throws(Interruption) -> Pause? {
    switch callee {
    case .function(let number):
      try enter(number, arguments.map { value($0, state) }, step, &state)
      return nil
    case .indirect(let source):
      let address = try enumerate(try term(source, state), state)
      guard let number = program.function(at: address) else {
        try require(
          .no, settings.properties.bounds,
          address == 0 ? "calls a NULL function pointer" : "calls what is no function", state)
        throw .failure("a wild call goes on")
      }
      try enter(number, arguments.map { value($0, state) }, step, &state)
      return nil
    case .intrinsic(let name):
      var terms: [Value] = []
      for argument in arguments { terms.append(fixedValue(argument, state)) }
      return try intrinsic(name, terms, result, step, &state)
    }
  }

  private func fixedValue(_ source: Source, _ state: State) -> Value {
    let value = value(source, state)
    if case .term(let term) = value, let fixed = state.fixed[term] {
      return .term(Term(fixed, width: term.width))
    }
    return value
  }

  private func enter(
    _ number: Int, _ arguments: [Value], _ step: Step, _ state: inout State
  ) throws(Interruption) {
    let number = try contract(of: number, state)
    let code = program.code[number]
    if code.isVariadic { throw .failure("\(code.name) takes a variable number of arguments") }
    guard arguments.count == code.parameterCount else {
      throw .failure(
        "\(code.name) is called with \(arguments.count) arguments, not \(code.parameterCount)")
    }
    if state.frames.contains(where: { $0.function == number }) {
      throw .failure("recursion is not supported: \(code.name) calls itself")
    }
    let servesWindow = state.frames.last?.servesWindow ?? false
    let use = step.result >= 0 ? ResultUse.register(step.result) : .discard
    var callee = frame(number, arguments, use: use, servesWindow: servesWindow, state)
    try copyStructs(code, &callee, &state)
    state.frames[state.frames.count - 1].step += 1
    noteCall(of: number, &state)
    state.push(callee)
  }

  /// The contract of a function, where the run goes by it; else the function itself. What contracts
  /// are proved of is the text of kernel trees, and no other.
  private func contract(of number: Int, _ state: State) throws(Interruption) -> Int {
    let name = program.code[number].name
    guard settings.cutsLoops, state.contracts.contains(name),
      state.frames.last.map({ program.code[$0.function].name }) != "vmc_contract_\(name)"
    else { return number }
    guard let contract = program.function(named: "vmc_contract_\(name)") else {
      throw .failure("the model has no contract of \(name)()")
    }
    guard program.taken.contains(name) else {
      throw .failure("\(name)() is no text of a kernel tree, of which its contract is proved")
    }
    return contract
  }

  /// The callee owns a copy of what is passed by value.
  private func copyStructs(
    _ code: Code, _ callee: inout Frame, _ state: inout State
  ) throws(Interruption) {
    for (index, bytes) in code.byValue.enumerated() {
      guard let bytes, case .term(let original) = callee.registers[index] else { continue }
      // Nothing of the step may have happened when it pauses: look before the copy is made.
      let source = try object(original, size: bytes, writes: false, state)
      let name = code.registerNames.indices.contains(index) ? code.registerNames[index] : "a copy"
      let copy = state.memory.allocateStack(bytes: bytes, name: name)
      let cells = state.memory[source.handle].copy(
        source.offset, source.offset + bytes, pool: pool)
      if let target = state.memory.find(copy) {
        let zeroed = state.memory[source.handle].isZeroed
        state.memory[target].replace(0, size: bytes, with: cells, zeroed: zeroed, pool: pool)
      }
      callee.registers[index] = .term(Term(copy, width: 64))
    }
  }

  /// Returns from a function.
  func leave(_ source: Source?, _ state: inout State) throws(Interruption) {
    let result = source.map { value($0, state) } ?? .undefined
    let frame = state.frames.removeLast()
    state.memory.popStack(to: frame.stackHeight)
    guard !state.frames.isEmpty else {
      if case .term(let term) = result { state.result = term }
      return
    }
    let caller = state.frames.count - 1
    switch frame.use {
    case .discard: break
    case .memory(let place, let bytes):
      guard case .term(let term) = result else {
        throw .failure("a window's load gives an undefined value")
      }
      state.memory[place.handle].store(
        pool.resize(term, to: 8 * bytes), place.offset, size: bytes, pool: pool)
    case .register(let register): state.frames[caller].registers[register] = result
    case .loaded(let register, let width):
      guard case .term(let term) = result else {
        throw .failure("a window's load gives an undefined value")
      }
      state.frames[caller].registers[register] = .term(pool.resize(term, to: width))
    }
  }
}
