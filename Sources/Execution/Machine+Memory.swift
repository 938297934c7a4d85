// SPDX-License-Identifier: Apache-2.0

import LLVMIR
import SMT

/// Where an access goes.
struct Place: Sendable {
  var handle: Memory.Handle
  /// In bytes.
  var offset: Int
}

/// What an address turns out to be.
enum Destination {
  case object(Place)
  case window(Window, Term)
  /// An element of an array of unknown size, at an offset in bytes.
  case element(Memory.Handle, Term)
}

/// Loads, stores, and the calls that a window makes of them.
extension Machine {
  // MARK: Steps

  func load(
    _ shape: Shape, _ source: Source, _ unwritten: Unwritten, _ step: Step, _ state: inout State
  ) throws(Interruption) -> Pause? {
    let address = try term(source, state)
    let top = state.frames.count - 1
    switch try destination(address, size(shape), writes: false, state) {
    case .object(let place):
      try checkWrapped(place, size(shape), &state)
      let value = try load(shape, place, unwritten, state)
      if step.result >= 0 { state.frames[top].registers[step.result] = value }
      state.frames[top].step += 1
    case .element(let handle, let offset):
      guard case .scalar(let width, let bytes) = shape else {
        throw .failure("a load of a struct from an array of unknown size")
      }
      let value = try loadElement(handle, offset, bytes, unwritten, &state)
      if step.result >= 0 {
        state.frames[top].registers[step.result] = .term(pool.truncate(value, to: width))
      }
      state.frames[top].step += 1
    case .window(let window, let address):
      guard case .scalar(let width, let bytes) = shape else {
        throw .failure("a load of a struct from the model's window")
      }
      state.frames[top].step += 1
      let arguments: [Value] = [.term(address), .term(Term(UInt64(bytes), width: 32))]
      let use = step.result >= 0 ? ResultUse.loaded(step.result, width: width) : .discard
      state.push(frame(window.load, arguments, use: use, servesWindow: true, state))
    }
    return nil
  }

  func store(
    _ source: Source, _ shape: Shape, _ target: Source, _ state: inout State
  ) throws(Interruption) -> Pause? {
    let address = try term(target, state)
    let value = self.value(source, state)
    let top = state.frames.count - 1
    switch try destination(address, size(shape), writes: true, state) {
    case .object(let place):
      try store(value, shape, place, &state)
      if state.frames[top].hasWrapped {
        state.memory[place.handle].wrap(place.offset)
        state.frames[top].hasWrapped = false
      }
      state.frames[top].step += 1
    case .element(let handle, let offset):
      guard case .scalar(_, let bytes) = shape, case .term(let scalar) = value else {
        throw .failure("a store of a struct to an array of unknown size")
      }
      try storeElement(pool.zeroExtend(scalar, to: 8 * bytes), handle, offset, bytes, &state)
      state.frames[top].step += 1
    case .window(let window, let address):
      guard case .scalar(_, let bytes) = shape, case .term(let scalar) = value else {
        throw .failure("a store of a struct through the model's window")
      }
      state.frames[top].step += 1
      let arguments: [Value] = [
        .term(address), .term(Term(UInt64(bytes), width: 32)),
        .term(pool.zeroExtend(scalar, to: 64)),
      ]
      state.push(frame(window.store, arguments, use: .discard, servesWindow: true, state))
    }
    return nil
  }

  // MARK: Values that wrapped

  /// A value that wraps is about to be stored.
  func wrap(_ target: Source, _ step: Step, _ state: inout State) throws(Interruption) -> Pause? {
    let address = try term(target, state)
    let top = state.frames.count - 1
    switch try destination(address, 1, writes: true, state) {
    case .object: state.frames[top].hasWrapped = true
    // What becomes of it there is not known.
    case .window, .element: return wrapped("a subtraction wraps", step, &state)
    }
    state.frames[top].step += 1
    return nil
  }

  /// That a value has wrapped is a violation where it is read; the run goes on.
  func checkWrapped(_ place: Place, _ size: Int, _ state: inout State) throws(Interruption) {
    guard state.memory[place.handle].takeWrapped(place.offset, size: size) else { return }
    let message = "a subtraction has wrapped, and what it gave is used"
    throw .pause(
      .violated(
        Obligation(
          condition: .no, property: settings.properties.wrap, message: message,
          callStack: callStack(state))))
  }

  func size(_ shape: Shape) -> Int {
    switch shape {
    case .void: 0
    case .scalar(_, let bytes): bytes
    case .aggregate(let elements): elements.map { $0.offset + size($0.shape) }.max() ?? 0
    }
  }

  // MARK: Values in objects

  func load(
    _ shape: Shape, _ place: Place, _ unwritten: Unwritten, _ state: State
  ) throws(Interruption) -> Value {
    switch shape {
    case .void: return .undefined
    case .scalar(let width, let bytes):
      let object = state.memory[place.handle]
      if let value = object.load(place.offset, size: bytes, pool: pool) {
        return .term(pool.truncate(value, to: width))
      }
      let value = try uninitialised(bytes, object, place.offset, unwritten, state)
      return .term(pool.truncate(value, to: width))
    case .aggregate(let elements):
      var values: [Value] = []
      for element in elements {
        let inner = Place(handle: place.handle, offset: place.offset + element.offset)
        values.append(try load(element.shape, inner, unwritten, state))
      }
      return .aggregate(values)
    }
  }

  /// A read of bytes of which some were never written. Where that is no violation, these may be
  /// anything.
  private func uninitialised(
    _ bytes: Int, _ object: MemoryObject, _ offset: Int, _ unwritten: Unwritten, _ state: State
  ) throws(Interruption) -> Term {
    let present = (offset..<offset + bytes).map { object.load($0, size: 1, pool: pool) }
    let isEmpty = present.allSatisfy { $0 == nil }
    if unwritten == .isViolation || (unwritten == .isViolationAlone && isEmpty) {
      try require(
        .no, settings.properties.bounds,
        "reads \(object.name) at byte \(offset), which was never written", state)
    }
    let pieces = zip(offset..., present).map { $1 ?? anything(object, $0) }
    return pieces.dropFirst().reduce(pieces[0]) { pool.concat($1, $0) }
  }

  /// What a byte that was never written happens to be.
  private func anything(_ object: MemoryObject, _ offset: Int) -> Term {
    if settings.values != nil { return Term(0, width: 8) }
    let name = "uninitialised \(object.name)@\(object.base)+\(offset)"
    return pool.symbol(name, width: 8, in: 0...255)
  }

  func store(
    _ value: Value, _ shape: Shape, _ place: Place, _ state: inout State
  ) throws(Interruption) {
    switch (shape, value) {
    case (.scalar(_, let bytes), .term(let term)):
      let extended = pool.zeroExtend(term, to: 8 * bytes)
      state.memory[place.handle].store(extended, place.offset, size: bytes, pool: pool)
    case (.aggregate(let elements), .aggregate(let values)) where elements.count == values.count:
      for (element, value) in zip(elements, values) {
        let inner = Place(handle: place.handle, offset: place.offset + element.offset)
        try store(value, element.shape, inner, &state)
      }
    case (.void, _): break
    default: throw .failure("an undefined value is stored")
    }
  }

  // MARK: Addresses

  /// The place of an access that cannot go through a window.
  func objectPlace(
    _ source: Source, _ shape: Shape, _ state: State
  ) throws(Interruption) -> Place {
    let address = try term(source, state)
    guard
      case .object(let place) = try destination(address, size(shape), writes: true, state)
    else {
      throw .failure("an atomic operation on the model's window")
    }
    return place
  }

  /// Where an access of `size` bytes goes; that it is inside of a live object is an obligation.
  func destination(
    _ address: Term, _ size: Int, writes: Bool, _ state: State
  ) throws(Interruption) -> Destination {
    let address = try alternatives(address, state)
    if let window = try window(address, state) {
      guard state.frames.last?.servesWindow == false else {
        throw .failure("the model's own code reads or writes through a window")
      }
      return .window(window, address)
    }
    guard let handle = try object(address, state) else {
      try require(.no, settings.properties.bounds, wild(address, writes, state), state)
      throw .failure("a wild access goes on")
    }
    let object = state.memory[handle]
    let verb = writes ? "writes" : "reads"
    let isGuess = address.constant == nil
    if object.life == .freed {
      try require(
        .no, settings.properties.bounds, "\(verb) \(object.name) after it was freed", state,
        mayBeOfAnother: isGuess)
    }
    if object.life == .outside {
      try require(
        .no, settings.properties.bounds,
        "\(verb) \(object.name) outside of the block that it is of", state,
        mayBeOfAnother: isGuess)
    }
    if object.kind == .function || (writes && object.kind == .constant) {
      try require(
        .no, settings.properties.bounds, "\(verb) \(object.name), which is read-only", state,
        mayBeOfAnother: isGuess)
    }
    let offset = pool.sub(address, Term(object.base, width: 64))
    let room = pool.sub(object.size, Term(UInt64(size), width: 64))
    let fits = pool.and(
      pool.lessOrEqual(Term(UInt64(size), width: 64), object.size), pool.lessOrEqual(offset, room))
    try require(
      fits, settings.properties.bounds,
      "\(verb) outside of \(object.name)\(sizeText(object))", state, mayBeOfAnother: isGuess)
    if settings.cutsLoops, object.array != nil { return .element(handle, offset) }
    let position = try enumerate(offset, state)
    return .object(Place(handle: handle, offset: Int(truncatingIfNeeded: position)))
  }

  private func sizeText(_ object: MemoryObject) -> String {
    object.size.constant.map { " (\($0) bytes)" } ?? ""
  }

  private func wild(_ address: Term, _ writes: Bool, _ state: State) -> String {
    let verb = writes ? "writes" : "reads"
    if let value = address.constant {
      return value < 4096
        ? "\(verb) through a NULL pointer"
        : "\(verb) where there is no object: 0x\(String(value, radix: 16))"
    }
    return "\(verb) where there is no object"
  }

  /// Of an address that depends on a condition, the side that is taken.
  private func alternatives(_ address: Term, _ state: State) throws(Interruption) -> Term {
    var address = address
    while let (condition, yes, no) = pool.alternatives(of: address) {
      address = try decide(condition, state) ? yes : no
    }
    return address
  }

  private func window(_ address: Term, _ state: State) throws(Interruption) -> Window? {
    let range = pool.range(of: address)
    for window in state.windows {
      if range.upperBound < window.low || range.lowerBound > window.high { continue }
      if range.lowerBound >= window.low, range.upperBound <= window.high { return window }
      let isInside = pool.and(
        pool.lessOrEqual(Term(window.low, width: 64), address),
        pool.lessOrEqual(address, Term(window.high, width: 64)))
      if try decide(isInside, state) { return window }
    }
    return nil
  }

  /// The object that an address belongs to: by its value, or by the base that it was computed from.
  private func object(_ address: Term, _ state: State) throws(Interruption) -> Memory.Handle? {
    if let value = address.constant { return state.memory.findNear(value) }
    let range = pool.range(of: address)
    if let handle = state.memory.find(range.lowerBound),
      handle == state.memory.find(range.upperBound)
    {
      return handle
    }
    if let handle = state.memory.findNear(pool.constantPart(of: address)) { return handle }
    return state.memory.findNear(try enumerate(address, state))
  }

  // MARK: Blocks of memory

  /// Copies or clears `size` bytes inside of objects.
  func object(
    _ address: Term, size: Int, writes: Bool, _ state: State
  ) throws(Interruption) -> Place {
    guard case .object(let place) = try destination(address, size, writes: writes, state) else {
      throw .failure("a block of memory in the model's window")
    }
    return place
  }

  func copyMemory(
    to target: Term, from source: Term, size: Int, _ state: inout State
  ) throws(Interruption) {
    let from = try object(source, size: size, writes: false, state)
    let to = try object(target, size: size, writes: true, state)
    let origin = state.memory[from.handle]
    let cells = origin.copy(from.offset, from.offset + size, pool: pool)
    state.memory[to.handle].replace(
      to.offset, size: size, with: cells, zeroed: origin.isZeroed, pool: pool)
  }

  /// A copy of which one side is a window, as the loads or stores that it stands for; false if
  /// both sides are objects. They are calls that run one after the other once the step is done.
  func copyThroughWindow(
    to target: Term, from source: Term, size: Int, _ step: Step, _ state: inout State
  ) throws(Interruption) -> Bool {
    let from = try destination(source, size, writes: false, state)
    let to = try destination(target, size, writes: true, state)
    var frames: [Frame] = []
    switch (from, to) {
    case (.element, _), (_, .element): throw .failure("a copy of an array of unknown size")
    case (.object, .object): return false
    case (.window, .window): throw .failure("a copy from one of the model's windows to another")
    case (.window(let window, let address), .object(let place)):
      for (offset, bytes) in chunks(size) {
        let part = Place(handle: place.handle, offset: place.offset + offset)
        frames.append(
          frame(
            window.load, [chunk(address, offset), .term(Term(UInt64(bytes), width: 32))],
            use: .memory(part, bytes: bytes), servesWindow: true, state))
      }
    case (.object(let place), .window(let window, let address)):
      try checkWrapped(place, size, &state)
      for (offset, bytes) in chunks(size) {
        let shape = Shape.scalar(width: 8 * bytes, bytes: bytes)
        let part = Place(handle: place.handle, offset: place.offset + offset)
        guard case .term(let value) = try load(shape, part, .isViolation, state) else { continue }
        let arguments: [Value] = [
          chunk(address, offset), .term(Term(UInt64(bytes), width: 32)),
          .term(pool.zeroExtend(value, to: 64)),
        ]
        frames.append(
          frame(window.store, arguments, use: .discard, servesWindow: true, state))
      }
    }
    finish(step, .undefined, &state)
    for frame in frames.reversed() { state.push(frame) }
    return true
  }

  private func chunk(_ address: Term, _ offset: Int) -> Value {
    .term(pool.add(address, Term(UInt64(offset), width: 64)))
  }

  /// A block as accesses of 8, 4, 2 and 1 bytes.
  private func chunks(_ size: Int) -> [(offset: Int, bytes: Int)] {
    var result: [(offset: Int, bytes: Int)] = []
    var offset = 0
    while offset < size {
      let bytes = [8, 4, 2, 1].first { $0 <= size - offset } ?? 1
      result.append((offset, bytes))
      offset += bytes
    }
    return result
  }

  func setMemory(
    _ target: Term, _ byte: Term, size: Int, _ state: inout State
  ) throws(Interruption) {
    let to = try object(target, size: size, writes: true, state)
    let word = (1..<8).reduce(byte) { word, _ in pool.concat(byte, word) }
    let cells = stride(from: 0, to: size, by: 8).map { offset in
      let bytes = min(8, size - offset)
      return Cell(offset: offset, size: bytes, value: pool.truncate(word, to: 8 * bytes))
    }
    state.memory[to.handle].replace(
      to.offset, size: size, with: cells, zeroed: false, pool: pool)
  }
}
