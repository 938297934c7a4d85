// SPDX-License-Identifier: Apache-2.0

import LLVMIR
import SMT

/// Steps that make a value of values.
extension Machine {
  func value(of step: Step, _ state: inout State) throws(Interruption) -> Value {
    switch step.action {
    case .binary(let op, let a, let b):
      return .term(try binary(op, try term(a, state), try term(b, state), state))
    case .compare(let comparison, let a, let b):
      return .term(pool.apply(comparison, try term(a, state), try term(b, state)))
    case .resize(let source, let width, let signed):
      return .term(resize(try term(source, state), to: width, isSigned: signed, state))
    case .copy(let source): return value(source, state)
    case .select(let condition, let a, let b):
      return try select(try term(condition, state), value(a, state), value(b, state), state)
    case .allocate(let bytes, let isOfBlock):
      try checkStack(bytes, state)
      let name = step.result >= 0 ? registerName(step.result, state) : "a local variable"
      let address = state.memory.allocateStack(
        bytes: bytes, name: name, life: isOfBlock ? .outside : .alive)
      return .term(Term(address, width: 64))
    case .lifetime(let variable, let begins):
      guard let address = try term(variable, state).constant,
        let handle = state.memory.find(address)
      else { throw .failure("the life of what is no local variable") }
      state.memory[handle].renew(begins ? .alive : .outside)
      return .undefined
    case .address(let base, let offset, let scaled):
      return .term(try address(base, offset, scaled, state))
    case .extract(let source, let indices):
      return try element(value(source, state), indices[...])
    case .insert(let aggregate, let element, let indices):
      return try inserting(value(element, state), into: value(aggregate, state), indices[...])
    case .compareExchange(let address, let expected, let new, let shape):
      return try compareExchange(address, expected, new, shape, &state)
    case .atomicUpdate(let op, let address, let source, let shape):
      return try atomicUpdate(op, address, source, shape, &state)
    case .nothing: return .undefined
    case .unreachable:
      try require(.no, settings.properties.trap, "control reaches what must not be reached", state)
      return .undefined
    case .unsupported(let text): throw .failure("not supported: \(text)")
    default: throw .failure("a step out of place")
    }
  }

  /// A value that was cut off and comes out of it as it was, as the path knows, is that value again.
  private func resize(_ a: Term, to width: Int, isSigned: Bool, _ state: State) -> Term {
    let wide = isSigned ? pool.signExtend(a, to: width) : pool.resize(a, to: width)
    guard let whole = pool.whole(of: a), whole.width == width,
      truth(pool.equal(wide, whole), state) == true
    else { return wide }
    return whole
  }

  func registerName(_ register: Int, _ state: State) -> String {
    let names = program.code[state.frames[state.frames.count - 1].function].registerNames
    let name = names.indices.contains(register) ? names[register] : ""
    return name.hasSuffix(".addr") ? String(name.dropLast(5)) : name
  }

  private func binary(
    _ op: BinaryOperator, _ a: Term, _ b: Term, _ state: State
  ) throws(Interruption) -> Term {
    switch op {
    case .udiv, .sdiv, .urem, .srem:
      let isNonZero = pool.not(pool.equal(b, Term(0, width: b.width)))
      try require(isNonZero, settings.properties.trap, "division by zero", state)
      if op == .sdiv || op == .srem { try requireQuotient(a, b, state) }
    case .shl, .lshr, .ashr:
      let isInside = pool.less(b, Term(UInt64(b.width), width: b.width))
      // A width of 1 holds no number above 1.
      if b.width > 1 {
        try require(
          isInside, settings.properties.wrap, "a shift by the operand's width or more", state)
      }
    default: break
    }
    return pool.apply(op, a, b)
  }

  /// x86's `idiv` traps where the quotient does not fit: the least number divided by -1.
  private func requireQuotient(_ a: Term, _ b: Term, _ state: State) throws(Interruption) {
    let least = Term(UInt64(1) << UInt64(a.width - 1), width: a.width)
    let overflows = pool.and(
      pool.equal(a, least), pool.equal(b, Term(.max, width: b.width)))
    try require(pool.not(overflows), settings.properties.trap, "a division overflows", state)
  }

  func select(
    _ condition: Term, _ a: Value, _ b: Value, _ state: State
  ) throws(Interruption) -> Value {
    if let known = truth(condition, state) { return known ? a : b }
    switch (a, b) {
    case (.term(let x), .term(let y)): return .term(pool.choose(condition, x, y))
    case (.aggregate(let x), .aggregate(let y)) where x.count == y.count:
      var elements: [Value] = []
      for (p, q) in zip(x, y) { elements.append(try select(condition, p, q, state)) }
      return .aggregate(elements)
    default: throw .failure("an undefined value is selected")
    }
  }

  private func address(
    _ base: Source, _ offset: UInt64, _ scaled: [ScaledIndex], _ state: State
  ) throws(Interruption) -> Term {
    var address = pool.add(try term(base, state), Term(offset, width: 64))
    for part in scaled {
      let index = pool.signExtend(try term(part.index, state), to: 64)
      address = pool.add(address, pool.mul(index, Term(part.scale, width: 64)))
    }
    return address
  }

  private func element(
    _ value: Value, _ indices: ArraySlice<Int>
  ) throws(Interruption) -> Value {
    guard let first = indices.first else { return value }
    guard case .aggregate(let elements) = value, elements.indices.contains(first) else {
      throw .failure("an element of an undefined value")
    }
    return try element(elements[first], indices.dropFirst())
  }

  private func inserting(
    _ element: Value, into value: Value, _ indices: ArraySlice<Int>
  ) throws(Interruption) -> Value {
    guard let first = indices.first else { return element }
    var elements: [Value]
    switch value {
    case .aggregate(let present): elements = present
    case .undefined: elements = []
    case .term: throw .failure("an element of a scalar")
    }
    while elements.count <= first { elements.append(.undefined) }
    elements[first] = try inserting(element, into: elements[first], indices.dropFirst())
    return .aggregate(elements)
  }

  // MARK: Atomics

  private func compareExchange(
    _ address: Source, _ expected: Source, _ new: Source, _ shape: Shape,
    _ state: inout State
  ) throws(Interruption) -> Value {
    let place = try objectPlace(address, shape, state)
    try checkWrapped(place, size(shape), &state)
    let old = try load(shape, place, .isViolation, state)
    guard case .term(let present) = old else { throw .failure("an atomic operation on a struct") }
    let isSame = try decide(pool.equal(present, try term(expected, state)), state)
    if isSame { try store(value(new, state), shape, place, &state) }
    return .aggregate([old, .term(isSame ? .yes : .no)])
  }

  private func atomicUpdate(
    _ op: AtomicOperator, _ address: Source, _ source: Source, _ shape: Shape,
    _ state: inout State
  ) throws(Interruption) -> Value {
    let place = try objectPlace(address, shape, state)
    try checkWrapped(place, size(shape), &state)
    let old = try load(shape, place, .isViolation, state)
    guard case .term(let present) = old else { throw .failure("an atomic operation on a struct") }
    let operand = try term(source, state)
    try store(.term(updated(op, present, operand)), shape, place, &state)
    return old
  }

  private func updated(_ op: AtomicOperator, _ a: Term, _ b: Term) -> Term {
    switch op {
    case .xchg: b
    case .add: pool.add(a, b)
    case .sub: pool.sub(a, b)
    case .and: pool.and(a, b)
    case .nand: pool.not(pool.and(a, b))
    case .or: pool.or(a, b)
    case .xor: pool.xor(a, b)
    case .max: pool.choose(pool.lessSigned(a, b), b, a)
    case .min: pool.choose(pool.lessSigned(a, b), a, b)
    case .umax: pool.choose(pool.less(a, b), b, a)
    case .umin: pool.choose(pool.less(a, b), a, b)
    }
  }
}
