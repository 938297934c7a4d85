// SPDX-License-Identifier: Apache-2.0

import SMT

/// The element at which the contents of arrays are followed: an arbitrary one of the first `count`.
public struct WatchedElement: Sendable {
  /// Its number.
  public var index: Term
  /// How many there are.
  public var count: Term
}

/// A word of an array's followed element.
public struct ArrayWord: Sendable {
  /// The array's name, with the bytes into the element where that is not 0.
  public var name: String
  /// What it holds.
  public var value: Term
  /// Of width 1.
  public var isWritten: Term
}

/// A variable that a loop changes.
public struct LoopVariable: Sendable, Hashable {
  /// The object.
  public var handle: Memory.Handle
  /// In bytes.
  public var offset: Int
  /// In bytes.
  public var size: Int
}

/// What the rounds of a loop change.
public struct LoopChanges: Sendable, Equatable {
  /// Pieces of objects.
  public internal(set) var variables: Set<LoopVariable> = []
  /// Where the values of variables are expected to lie; a variable without one may have any value.
  public internal(set) var ranges: [LoopVariable: ClosedRange<UInt64>] = [:]
  /// By how many bits what the rounds add to a variable is expected to be shifted: 12 where it goes
  /// from page to page.
  public internal(set) var strides: [LoopVariable: Int] = [:]
  /// Arrays of unknown size, and the bytes of their words.
  public internal(set) var arrays: [Memory.Handle: Int] = [:]
  /// Maps of the model, by number.
  public internal(set) var maps: Set<Int> = []

  /// Nothing.
  public init() {}

  /// The variables, what is larger first.
  public var ordered: [LoopVariable] {
    variables.sorted {
      ($1.size, $0.handle.number, $0.offset) < ($0.size, $1.handle.number, $1.offset)
    }
  }

  /// All that either of the two changes.
  public func union(_ other: LoopChanges) -> LoopChanges {
    var result = self
    result.variables.formUnion(other.variables)
    result.ranges.merge(other.ranges) { first, _ in first }
    result.strides.merge(other.strides) { first, _ in first }
    result.arrays.merge(other.arrays) { first, _ in first }
    result.maps.formUnion(other.maps)
    return result
  }
}

/// A change that an invariant cannot speak of, in words.
public struct UnsupportedChange: Error, Sendable {
  /// What the loop does.
  public var reason: String

  /// Makes one.
  public init(reason: String) { self.reason = reason }
}

extension State {
  /// What is not the same here as at the beginning of the round.
  ///
  /// - Throws: where the difference is more than one of contents.
  public func changes(since head: State) throws(UnsupportedChange) -> LoopChanges {
    guard frames.count == head.frames.count, windows.count == head.windows.count else {
      throw UnsupportedChange(reason: "it changes the model's own state")
    }
    var result = LoopChanges()
    try compare(memory.statics, head.memory.statics, Memory.Handle.fixed, &result)
    try compare(memory.stack, head.memory.stack, Memory.Handle.stack, &result)
    let heap = memory.heap.prefix(head.memory.heap.count)
    try compare(Array(heap), head.memory.heap, Memory.Handle.heap, &result)
    if memory.heap.dropFirst(head.memory.heap.count).contains(where: { $0.life == .alive }) {
      throw UnsupportedChange(reason: "it allocates memory in each round")
    }
    for number in maps.indices where maps[number] != head.maps[number] {
      result.maps.insert(number)
    }
    return result
  }

  /// Of the changes that another run's rounds made, those to objects that this run has.
  public func those(of changes: LoopChanges) -> LoopChanges {
    var result = changes
    result.variables = changes.variables.filter { memory.has($0.handle) }
    result.arrays = changes.arrays.filter { memory.has($0.key) && memory[$0.key].array != nil }
    return result
  }

  private func compare(
    _ objects: [MemoryObject], _ before: [MemoryObject], _ handle: (Int) -> Memory.Handle,
    _ changes: inout LoopChanges
  ) throws(UnsupportedChange) {
    guard objects.count == before.count else {
      throw UnsupportedChange(reason: "it changes the stack")
    }
    for (index, object) in objects.enumerated() {
      let old = before[index]
      if object.life != old.life {
        throw UnsupportedChange(reason: "it frees \(object.name), from before it")
      }
      if object.mayHaveWrapped, object.cells.contains(where: \.isWrapped) {
        throw UnsupportedChange(reason: "what wrapped in one round is there in the next")
      }
      if old.mayHaveWrapped, object.cells != old.cells, old.cells.contains(where: \.isWrapped) {
        throw UnsupportedChange(reason: "what wrapped before it is there in its first round")
      }
      if object.array != old.array, let size = object.array?.wordSize {
        changes.arrays[handle(index)] = size
      }
      if object.cells == old.cells { continue }
      for cell in object.cells where !old.cells.contains(cell) {
        changes.variables.insert(
          LoopVariable(handle: handle(index), offset: cell.offset, size: cell.size))
      }
      // A smaller cell may have become part of a larger one.
      for cell in old.cells where !object.cells.contains(cell) {
        changes.variables.insert(
          LoopVariable(handle: handle(index), offset: cell.offset, size: cell.size))
      }
      // The state at a round's beginning has a value wherever there was one before the loop.
      for cell in object.cells + old.cells {
        for byte in cell.offset..<cell.end where old.canBeRead(byte) && !object.canBeRead(byte) {
          throw UnsupportedChange(reason: "it leaves \(object.name) uninitialised")
        }
      }
    }
  }

  /// The value of a variable, as it is; nil where it has none.
  public func value(of variable: LoopVariable, pool: TermPool) -> Term? {
    memory[variable.handle].load(variable.offset, size: variable.size, pool: pool)
  }

  /// What stands here for what the rounds change, and what it was before the loop.
  public func forgotten(
    _ changes: LoopChanges, since entry: State, mapKeys: [Term], pool: TermPool
  ) -> [(symbol: Term, before: Term)] {
    var result: [(Term, Term)] = []
    for variable in changes.variables {
      if let value = value(of: variable, pool: pool),
        let before = entry.value(of: variable, pool: pool)
      {
        result.append((value, before))
      }
    }
    for (array, size) in changes.arrays {
      let pairs = zip(
        words(of: array, size: size, pool: pool), entry.words(of: array, size: size, pool: pool))
      for (word, before) in pairs {
        result += [(word.value, before.value), (word.isWritten, before.isWritten)]
      }
    }
    for number in changes.maps {
      for key in mapKeys {
        result.append(
          (maps[number].get(key, pool: pool), entry.maps[number].get(key, pool: pool)))
      }
    }
    return result
  }

  /// What a map of the model has of a key.
  public func value(ofMap number: Int, at key: Term, pool: TermPool) -> Term {
    maps[number].get(key, pool: pool)
  }

  /// A variable's name in C, with the offset in its object where that is not 0.
  public func name(of variable: LoopVariable) -> String {
    let name = Self.plain(memory[variable.handle].name)
    return variable.offset == 0 ? name : "\(name)+\(variable.offset)"
  }

  /// clang's "x.addr" is C's x.
  private static func plain(_ name: String) -> String {
    name.hasSuffix(".addr") ? String(name.dropLast(5)) : name
  }

  /// The words of the element of an array that is followed.
  public func words(of array: Memory.Handle, size: Int, pool: TermPool) -> [ArrayWord] {
    var object = memory[array]
    object.array?.wordSize = size
    guard let contents = object.array else { return [] }
    return followedOffsets(of: object, pool: pool).enumerated().map { number, offset in
      let word = contents.load(offset, zeroed: object.isZeroed, pool: pool)
      let name = number == 0 ? object.name : "\(object.name)+\(number * size)"
      return ArrayWord(name: name, value: word.value, isWritten: word.isWritten)
    }
  }

  /// The variables of the topmost call that hold a value, by name.
  public func scalars(pool: TermPool) -> [(variable: LoopVariable, value: Term)] {
    guard let frame = frames.last else { return [] }
    return memory.stack.indices.dropFirst(frame.stackHeight).flatMap { index in
      memory.stack[index].cells.compactMap { cell in
        guard let value = cell.value, cell.size >= 4 else { return nil }
        let variable = LoopVariable(
          handle: .stack(index), offset: cell.offset, size: cell.size)
        return (variable, value)
      }
    }
  }

  /// Another loop is cut on the way of this run.
  public mutating func countCut() { cuts += 1 }

  /// The state at the beginning of any round: what the rounds change may have any value.
  ///
  /// - Parameters:
  ///   - cut: the loop's number on this run.
  ///   - mapKeys: the keys at which invariants speak of the maps.
  public mutating func forget(
    _ changes: LoopChanges, cut: Int, mapKeys: [Term], pool: TermPool
  ) {
    for variable in changes.ordered {
      let object = memory[variable.handle]
      if object.load(variable.offset, size: variable.size, pool: pool) == nil {
        // Bytes that were not written before every round must not be read at its beginning.
        let nothing = Cell(offset: 0, size: variable.size, value: nil)
        memory[variable.handle].replace(
          variable.offset, size: variable.size, with: [nothing], zeroed: object.isZeroed,
          pool: pool)
        continue
      }
      memory[variable.handle].store(
        unknown(variable, changes, cut: cut, pool: pool), variable.offset, size: variable.size,
        pool: pool)
    }
    for (handle, size) in changes.arrays {
      memory[handle].array?.wordSize = size
      let offsets = followedOffsets(of: memory[handle], pool: pool)
      let origin = "\(memory[handle].name)@\(memory[handle].base) in loop #\(cut)"
      memory[handle].array?.forget(origin: origin, knownOffsets: offsets)
    }
    for number in changes.maps {
      maps[number].forget(origin: "map \(number) in loop #\(cut)", knownKeys: mapKeys)
    }
  }

  /// What a variable may be at the beginning of a round: where it goes in strides, its value here
  /// and so many of these.
  private func unknown(
    _ variable: LoopVariable, _ changes: LoopChanges, cut: Int, pool: TermPool
  ) -> Term {
    let object = memory[variable.handle]
    let width = 8 * variable.size
    let name = "\(object.name)@\(object.base)+\(variable.offset):\(variable.size)"
    let range = changes.ranges[variable] ?? 0...UInt64.max
    guard let shift = changes.strides[variable], shift > 0,
      let first = value(of: variable, pool: pool)
    else {
      return pool.symbol("\(name) in \(range) in loop #\(cut)", width: width, in: range)
    }
    let most = changes.mostStrides(of: variable, from: first, pool: pool)
    let strides = pool.symbol(
      "\(name) in strides of \(1 << shift), up to \(most), in loop #\(cut)", width: width,
      in: 0...most)
    return pool.add(first, pool.shl(strides, Term(UInt64(shift), width: width)))
  }
}

extension LoopChanges {
  /// What counters of pages and of bytes stay below, and addresses of the vmalloc space and of the
  /// model's windows behind it. Nothing depends on them but how fast a proof is found.
  private static let thresholds: [UInt64] = [
    1 << 41, mostNumber, 0xffd2_0000_0000_0000, 0xffe1_0000_0000_0000, 0xffe2_0000_0000_0000,
    0xffe3_0000_0000_0000, 0xffe4_0000_0000_0000, 0xfff0_0000_0000_0000,
  ]

  /// No number of bytes is larger, and no address smaller.
  private static let mostNumber: UInt64 = 1 << 53

  /// The largest `int`.
  private static let mostNatural = UInt64(Int32.max)

  /// What is expected of the strides of variables, the most first.
  private static let shifts = [12, 6, 3, 0]

  /// Expects every variable of 8 bytes to stay between its first value's bounds and the next
  /// threshold, and to go on by pages, and every one of 4 bytes not to become negative, where
  /// nothing is expected yet.
  ///
  /// - Parameter afterOneRound: where that was seen, it says which strides a variable may have.
  public mutating func expectRanges(
    from entry: State, afterOneRound: State? = nil, pool: TermPool
  ) {
    for variable in variables where variable.size >= 4 && ranges[variable] == nil {
      guard let value = entry.value(of: variable, pool: pool) else { continue }
      if variable.size < 8 {
        let isNatural = pool.range(of: value).upperBound <= LoopChanges.mostNatural
        ranges[variable] = 0...(isNatural ? LoopChanges.mostNatural : .max)
        continue
      }
      let known = pool.range(of: value)
      let limit = LoopChanges.thresholds.first { known.upperBound <= $0 }
      ranges[variable] = limit.map { known.lowerBound...$0 } ?? 0...(.max)
      let zeros = afterOneRound?.value(of: variable, pool: pool).map {
        pool.trailingZeros(of: pool.sub($0, value))
      }
      strides[variable] = LoopChanges.shifts.first { $0 <= zeros ?? 64 }
    }
  }

  /// Whether what the rounds add to a variable is expected to be pages, in bytes.
  public func goesByPages(_ variable: LoopVariable) -> Bool { strides[variable] == 12 }

  /// How many strides from its first value a variable may be.
  func mostStrides(of variable: LoopVariable, from first: Term, pool: TermPool) -> UInt64 {
    let limit = ranges[variable]?.upperBound ?? .max
    let shift = UInt64(strides[variable] ?? 0)
    let begin = pool.range(of: first).lowerBound
    return (limit == .max || limit < begin ? .max : limit - begin) >> shift
  }

  /// Expects less of variables: smaller strides, or to stay below the next threshold, or nothing.
  public mutating func widen(_ failing: [Expectation]) {
    for expectation in failing {
      let variable = expectation.variable
      if expectation.isOfStride, let shift = strides[variable] {
        strides[variable] = LoopChanges.shifts.first { $0 < shift } ?? 0
      } else if let range = ranges[variable] {
        let next = variable.size == 8 ? threshold(above: range, for: expectation.most) : nil
        ranges[variable] = next.map { range.lowerBound...$0 } ?? 0...(.max)
      }
    }
  }

  /// What a variable may stay below that does not stay in a range; nil where it went below the
  /// range, or began as a number and is one no more.
  private func threshold(above range: ClosedRange<UInt64>, for most: UInt64) -> UInt64? {
    guard most > range.upperBound,
      let next = LoopChanges.thresholds.first(where: { most <= $0 })
    else { return nil }
    let isNumber = range.lowerBound <= LoopChanges.mostNumber
    return isNumber && next > LoopChanges.mostNumber ? nil : next
  }

  /// What is expected of a variable, at a point.
  public struct Expectation: Sendable {
    var variable: LoopVariable
    var isOfStride: Bool
    /// The variable's value is surely no more than this.
    var most: UInt64
    /// That it holds.
    public var holds: Term
  }

  /// For each variable of which something is expected: that it holds at a point.
  ///
  /// - Parameter entry: where the loop is entered.
  public func expectations(
    at state: State, entry: State, pool: TermPool
  ) -> [Expectation] {
    ordered.flatMap { variable -> [Expectation] in
      guard let range = ranges[variable], let value = state.value(of: variable, pool: pool)
      else { return [] }
      let upper = pool.range(of: value).upperBound
      guard let shift = strides[variable], shift > 0,
        let first = entry.value(of: variable, pool: pool)
      else {
        let low = Term(range.lowerBound, width: value.width)
        let high = Term(range.upperBound, width: value.width)
        let holds = pool.and(pool.lessOrEqual(low, value), pool.lessOrEqual(value, high))
        return [
          Expectation(variable: variable, isOfStride: false, most: upper, holds: holds)
        ]
      }
      let moved = pool.sub(value, first)
      let rest = pool.and(moved, Term(1 << UInt64(shift) - 1, width: value.width))
      let strides = pool.lshr(moved, Term(UInt64(shift), width: value.width))
      let most = Term(mostStrides(of: variable, from: first, pool: pool), width: value.width)
      return [
        Expectation(
          variable: variable, isOfStride: true, most: upper,
          holds: pool.equal(rest, Term(0, width: rest.width))),
        Expectation(
          variable: variable, isOfStride: false, most: upper,
          holds: pool.lessOrEqual(strides, most)),
      ]
    }.filter { !$0.holds.isTrue }
  }
}

extension Memory.Handle {
  /// A number to sort by.
  public var number: Int {
    switch self {
    case .fixed(let index): 3 * index
    case .stack(let index): 3 * index + 1
    case .heap(let index): 3 * index + 2
    }
  }

  /// It is of a function's own variables, or of the heap.
  public var isOfTheProgram: Bool {
    if case .fixed = self { return false }
    return true
  }
}
