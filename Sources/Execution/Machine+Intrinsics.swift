// SPDX-License-Identifier: Apache-2.0

import LLVMIR
import SMT

/// What `vmapcheck/intrinsics.h` declares.
extension Machine {
  /// The arguments of an intrinsic.
  struct Arguments {
    let values: [Value]
    let name: String

    func term(_ index: Int) throws(Interruption) -> Term {
      guard values.indices.contains(index), case .term(let term) = values[index] else {
        throw .failure("\(name): argument \(index + 1) is undefined or missing")
      }
      return term
    }

    func constant(_ index: Int) throws(Interruption) -> UInt64 {
      guard let value = try term(index).constant else {
        throw .failure("\(name): argument \(index + 1) is not a constant")
      }
      return value
    }

    /// A truth value: C passes a `_Bool` as an i1.
    func truth(_ index: Int, _ pool: TermPool) throws(Interruption) -> Term {
      let term = try term(index)
      return term.width == 1 ? term : pool.not(pool.equal(term, Term(0, width: term.width)))
    }
  }

  func intrinsic(
    _ name: String, _ values: [Value], _ result: Shape, _ step: Step, _ state: inout State
  ) throws(Interruption) -> Pause? {
    let arguments = Arguments(values: values, name: name)
    if name.hasPrefix("llvm.memcpy") || name.hasPrefix("llvm.memmove") {
      let size = Int(clamping: try enumerate(arguments.term(2), state))
      let target = try arguments.term(0)
      let source = try arguments.term(1)
      if size > 0,
        try copyThroughWindow(to: target, from: source, size: size, step, &state)
      {
        return nil
      }
    }
    if name.hasPrefix("llvm.") {
      let value = try llvmIntrinsic(name, arguments, result, &state)
      finish(step, value, &state)
      return nil
    }
    if let kind = Machine.wrapKinds[name] {
      return wrapped(kind, step, &state)
    }
    guard name.hasPrefix("vmc_") else {
      throw .failure(
        "\(name)() is called, but neither the spec, the kernel's tree nor the model has it")
    }
    return try modelIntrinsic(name, arguments, step, &state)
  }

  /// Gives the result and goes on behind the call.
  func finish(_ step: Step, _ value: Value, _ state: inout State) {
    let top = state.frames.count - 1
    if step.result >= 0 { state.frames[top].registers[step.result] = value }
    state.frames[top].step += 1
  }

  // MARK: Wrapping arithmetic

  /// What clang calls where arithmetic of the strategy wraps (`-fsanitize`, minimal runtime).
  static let wrapKinds = [
    "__ubsan_handle_add_overflow_minimal": "an addition wraps",
    "__ubsan_handle_sub_overflow_minimal": "a subtraction wraps",
    "__ubsan_handle_mul_overflow_minimal": "a multiplication wraps",
    "__ubsan_handle_negate_overflow_minimal": "a negation wraps",
    "__ubsan_handle_divrem_overflow_minimal": "a division overflows",
    "__ubsan_handle_shift_out_of_bounds_minimal": "a shift loses bits",
    "__ubsan_handle_implicit_conversion_minimal": "a conversion truncates the value",
  ]

  func wrapped(_ message: String, _ step: Step, _ state: inout State) -> Pause {
    let stack = callStack(state)
    state.frames[state.frames.count - 1].step += 1
    return .violated(
      Obligation(
        condition: .no, property: settings.properties.wrap, message: message, callStack: stack))
  }

  // MARK: The model's intrinsics

  private func modelIntrinsic(
    _ name: String, _ arguments: Arguments, _ step: Step, _ state: inout State
  ) throws(Interruption) -> Pause? {
    switch name {
    case "vmc_landmark", "vmc_claim", "vmc_watch_element":
      try landmark(name, arguments, &state)
      finish(step, .undefined, &state)
    case "vmc_assume", "vmc_assert", "vmc_expect", "vmc_expect_of_watched", "vmc_violation",
      "vmc_stop", "vmc_reached", "vmc_not_applicable":
      return try claim(name, arguments, step, &state)
    case "vmc_note", "vmc_report", "vmc_minimise", "vmc_describe", "vmc_describe_text":
      try report(name, arguments, &state)
      finish(step, .undefined, &state)
    case Machine.statedMarker:
      let isWanted = try wantsInvariant(&state)
      finish(step, .term(Term(isWanted ? 1 : 0, width: 1)), &state)
    case "vmc_invariant":
      guard state.scope?.search != nil else { throw .failure("vmc_invariant() was not asked for") }
      state.scope?.search?.found = try arguments.truth(0, pool)
      finish(step, .undefined, &state)
      return .left
    case "vmc_input", "vmc_choice":
      return try choose(name, arguments, step, &state)
    default:
      let value = try modelValue(name, arguments, &state)
      finish(step, value, &state)
    }
    return nil
  }

  private func claim(
    _ name: String, _ arguments: Arguments, _ step: Step, _ state: inout State
  ) throws(Interruption) -> Pause? {
    switch name {
    case "vmc_assume":
      let condition = try arguments.truth(0, pool)
      let why = try string(arguments, 1, state)
      finish(step, .undefined, &state)
      if !state.assumptions.contains(why) { state.assumptions.append(why) }
      return truth(condition, state) == true ? nil : .assume(condition, why: why)
    case "vmc_assert":
      let property = Int(try arguments.constant(1))
      let message = try string(arguments, 2, state)
      let condition = try arguments.truth(0, pool)
      state.reached.insert(property)
      try require(condition, property, message, state)
      finish(step, .undefined, &state)
      return nil
    case "vmc_expect", "vmc_expect_of_watched":
      let expected = Obligation(
        condition: try arguments.truth(0, pool), property: Int(try arguments.constant(1)),
        message: try string(arguments, 2, state), callStack: callStack(state),
        isOfWatched: name == "vmc_expect_of_watched")
      finish(step, .undefined, &state)
      return truth(expected.condition, state) == true ? nil : .violated(expected)
    case "vmc_violation":
      let property = Int(try arguments.constant(0))
      let violated = Obligation(
        condition: .no, property: property, message: try string(arguments, 1, state),
        callStack: callStack(state))
      state.reached.insert(property)
      finish(step, .undefined, &state)
      return .violated(violated)
    case "vmc_stop":
      state.frames.removeAll()
      return .ended
    case "vmc_reached":
      state.reached.insert(Int(try arguments.constant(0)))
    default:
      state.notApplicable[Int(try arguments.constant(0))] = try string(arguments, 1, state)
    }
    finish(step, .undefined, &state)
    return nil
  }

  private func report(
    _ name: String, _ arguments: Arguments, _ state: inout State
  ) throws(Interruption) {
    switch name {
    case "vmc_minimise": state.objectives.append(try arguments.term(0))
    case "vmc_describe":
      state.descriptions.append(
        Description(
          field: try string(arguments, 0, state), index: try arguments.constant(1),
          value: try arguments.constant(2), text: nil))
    case "vmc_describe_text":
      let text = try arguments.constant(1) == 0 ? "" : string(arguments, 1, state)
      state.descriptions.append(
        Description(field: try string(arguments, 0, state), index: 0, value: 0, text: text))
    case "vmc_report":
      if settings.keepsNotes {
        state.reports[try string(arguments, 0, state)] = try arguments.term(1)
      }
    default:
      if settings.keepsNotes {
        let terms = [try arguments.term(1), try arguments.term(2), try arguments.term(3)]
        state.notes.append(
          Note(
            format: try string(arguments, 0, state), arguments: terms, callStack: callStack(state)))
      }
    }
  }

  private func modelValue(
    _ name: String, _ arguments: Arguments, _ state: inout State
  ) throws(Interruption) -> Value {
    switch name {
    case "vmc_split":
      let term = try arguments.term(0)
      return .term(Term(try enumerate(term, state), width: term.width))
    case "vmc_select":
      let condition = try arguments.truth(0, pool)
      return .term(try chosen(condition, arguments.term(1), arguments.term(2), state))
    case "vmc_bound":
      let index = Int(try arguments.constant(0))
      let bound = settings.bounds.indices.contains(index) ? settings.bounds[index] : 0
      return .term(Term(bound, width: 64))
    case "vmc_alloc":
      let address = state.memory.allocateHeap(
        size: try arguments.term(0), zeroed: try decide(arguments.truth(1, pool), state),
        owner: try arguments.constant(2), name: try string(arguments, 3, state))
      return .term(Term(address, width: 64))
    case "vmc_free": return try free(arguments.term(0), &state)
    case "vmc_object_size":
      return .term(state.memory[try liveObject(arguments.term(0), "the size of", state)].size)
    case "vmc_by_contract":
      let function = try string(arguments, 0, state)
      guard program.function(named: "vmc_contract_\(function)") != nil else {
        throw .failure("the model has no contract of \(function)()")
      }
      state.contracts.insert(function)
      try check(program.takenStaticVariables)
      return .undefined
    case "vmc_of_any_call":
      try check(program.staticVariables)
      return .undefined
    case "vmc_look":
      state.isLooking = try decide(arguments.truth(0, pool), state)
      return .undefined
    case "vmc_is_unfollowed":
      let isUnfollowed = state.isOfUnfollowedElement(try arguments.term(0), pool: pool)
      return .term(Term(isUnfollowed ? 1 : 0, width: 1))
    case "vmc_live_objects":
      let owner = try arguments.constant(0)
      let count = state.memory.heap.count { $0.life == .alive && $0.kind == .heap(owner: owner) }
      return .term(Term(UInt64(count), width: 64))
    case "vmc_window": return try addWindow(arguments, &state)
    case "vmc_map_get", "vmc_map_read", "vmc_map_set", "vmc_map_set_range",
      "vmc_map_set_unknown":
      return try map(name, arguments, &state)
    default: throw .failure("there is no intrinsic \(name)")
    }
  }

  private func chosen(
    _ condition: Term, _ a: Term, _ b: Term, _ state: State
  ) throws(Interruption) -> Term {
    if let known = truth(condition, state) { return known ? a : b }
    let chosen = pool.choose(condition, a, b)
    // What folds by itself is not worth a question.
    if !state.open.contains(condition), pool.alternatives(of: chosen) != nil {
      throw .pause(.settle(condition))
    }
    return chosen
  }

  // MARK: Inputs

  private func choose(
    _ name: String, _ arguments: Arguments, _ step: Step, _ state: inout State
  ) throws(Interruption) -> Pause? {
    let text = try string(arguments, 0, state)
    let isInput = name == "vmc_input"
    let low = try arguments.term(isInput ? 2 : 1)
    let high = try arguments.term(isInput ? 3 : 2)
    var label = text
    if isInput {
      let index = try inputIndex(arguments.term(1), state)
      if index.constant != .max { label += "[\(indexText(index))]" }
    } else {
      let count = state.choiceCounts[text, default: 0]
      label += "#\(count)"
      state.choiceCounts[text] = count + 1
    }
    // An input is the same at every call, whatever the limits.
    let value = state.input(named: label) ?? free(label, low, high)
    state.addInput(label, value)
    finish(step, .term(value), &state)
    var isInside = pool.and(pool.lessOrEqual(low, value), pool.lessOrEqual(value, high))
    if isInput, settings.cutsLoops {
      let index = try arguments.term(1)
      if let agreement = agreement(text, index, value, &state) {
        isInside = pool.and(isInside, agreement)
      }
    }
    return truth(isInside, state) == true ? nil : .assume(isInside, why: "")
  }

  private func inputIndex(_ index: Term, _ state: State) throws(Interruption) -> Term {
    settings.cutsLoops ? index : Term(try enumerate(index, state), width: 64)
  }

  private func indexText(_ index: Term) -> String {
    index.constant.map(String.init) ?? pool.identity(of: index)
  }

  /// Of an input with an index: it is a function of the index, so that equal indices have equal
  /// values.
  private func agreement(
    _ name: String, _ index: Term, _ value: Term, _ state: inout State
  ) -> Term? {
    let others = state.functionValues[name, default: []]
    if index.constant == .max || others.contains(where: { $0.index == index }) { return nil }
    state.functionValues[name, default: []].append((index, value))
    return others.reduce(Term.yes) { all, other in
      pool.and(
        all, pool.or(pool.not(pool.equal(index, other.index)), pool.equal(value, other.value)))
    }
  }

  /// A value that the run does not determine. Constant limits are the symbol's own range.
  private func free(_ label: String, _ low: Term, _ high: Term) -> Term {
    let least = pool.range(of: low).lowerBound
    let most = max(least, pool.range(of: high).upperBound)
    if let values = settings.values { return Term(values[label] ?? least, width: 64) }
    // Runs that give other limits to the same name have another symbol.
    return pool.symbol("\(label) in \(least)...\(most)", width: 64, in: least...most)
  }

  // MARK: Memory

  private func liveObject(
    _ address: Term, _ verb: String, _ state: State
  ) throws(Interruption) -> Memory.Handle {
    let base = try enumerate(address, state)
    guard let handle = state.memory.find(base), case .heap = state.memory[handle].kind else {
      try require(
        .no, settings.properties.bounds, "\(verb) what was never allocated", state)
      throw .failure("a wild free goes on")
    }
    let object = state.memory[handle]
    if object.life == .freed {
      try require(
        .no, settings.properties.bounds, "\(verb) \(object.name), which was freed before", state)
    }
    if object.base != base {
      try require(.no, settings.properties.bounds, "\(verb) the middle of \(object.name)", state)
    }
    return handle
  }

  private func free(_ address: Term, _ state: inout State) throws(Interruption) -> Value {
    let handle = try liveObject(address, "frees", state)
    state.memory[handle].life = .freed
    state.memory[handle].cells = []
    return .undefined
  }

  private func addWindow(
    _ arguments: Arguments, _ state: inout State
  ) throws(Interruption) -> Value {
    guard let load = program.function(at: try arguments.constant(2)),
      let store = program.function(at: try arguments.constant(3))
    else { throw .failure("a window without functions") }
    state.windows.append(
      Window(
        low: try arguments.constant(0), high: try arguments.constant(1), load: load, store: store))
    return .undefined
  }

  private func map(
    _ name: String, _ arguments: Arguments, _ state: inout State
  ) throws(Interruption) -> Value {
    let number = Int(clamping: try arguments.constant(0))
    guard state.maps.indices.contains(number) else { throw .failure("there is no map \(number)") }
    switch name {
    case "vmc_map_get":
      let key = try knownKey(arguments.term(1), state.maps[number].knownKeys, state)
      state.noteLook(at: key, of: number, pool: pool)
      return .term(state.maps[number].get(key, pool: pool))
    case "vmc_map_read":
      let key = try knownKey(arguments.term(1), state.maps[number].knownKeys, state)
      state.noteRead(
        of: key, of: number,
        isFollowedOnce: try isFollowedOnce(
          key, arguments.term(2), arguments.term(3), stride: arguments.constant(4), state),
        pool: pool)
      return .term(state.maps[number].get(key, pool: pool))
    case "vmc_map_set_unknown":
      let count = state.choiceCounts["something", default: 0]
      state.choiceCounts["something"] = count + 1
      state.maps[number].setSomething(
        low: try arguments.term(1), high: try arguments.term(2), number: count)
    case "vmc_map_set":
      state.maps[number].set(try arguments.term(1), try arguments.term(2))
    default:
      let stride = try arguments.constant(3)
      guard stride.nonzeroBitCount == 1 else { throw .failure("a stride that is no power of two") }
      state.maps[number].setRange(
        low: try arguments.term(1), high: try arguments.term(2), stride: stride,
        value: try arguments.term(4), step: try arguments.term(5))
    }
    return .undefined
  }

  /// Whether the key is one of those that are followed in some run each.
  private func isFollowedOnce(
    _ key: Term, _ low: Term, _ high: Term, stride: UInt64, _ state: State
  ) throws(Interruption) -> Bool {
    let rest = pool.and(key, Term(stride &- 1, width: 64))
    let isInside = pool.and(pool.lessOrEqual(low, key), pool.lessOrEqual(key, high))
    return try decide(
      pool.and(isInside, pool.equal(rest, Term(0, width: 64))), state)
  }

  /// The key, or the one of these that it surely equals.
  private func knownKey(
    _ key: Term, _ keys: [Term], _ state: State
  ) throws(Interruption) -> Term {
    if keys.contains(key) { return key }
    for known in keys {
      if try decide(pool.equal(key, known), state) { return known }
    }
    return key
  }

  // MARK: Strings

  /// The constant string at an address.
  func string(
    _ arguments: Arguments, _ index: Int, _ state: State
  ) throws(Interruption) -> String {
    guard let text = text(at: try arguments.constant(index), state) else {
      throw .failure("\(arguments.name): argument \(index + 1) is no string")
    }
    return text
  }

  /// The constant string that begins at an address; nil if there is none.
  public func text(at address: UInt64, _ state: State) -> String? {
    guard let handle = state.memory.find(address) else { return nil }
    let object = state.memory[handle]
    var bytes: [UInt8] = []
    var offset = Int(truncatingIfNeeded: address &- object.base)
    let limit = Int(clamping: object.size.constant ?? 0)
    while offset < limit, let byte = object.load(offset, size: 1, pool: pool)?.constant, byte != 0 {
      bytes.append(UInt8(truncatingIfNeeded: byte))
      offset += 1
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
