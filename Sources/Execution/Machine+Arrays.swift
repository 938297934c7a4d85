// SPDX-License-Identifier: Apache-2.0

import LLVMIR
import SMT

/// Arrays of unknown size.
extension Machine {
  func loadElement(
    _ handle: Memory.Handle, _ offset: Term, _ bytes: Int, _ unwritten: Unwritten,
    _ state: inout State
  ) throws(Interruption) -> Term {
    let offset = try word(handle, offset, bytes, &state)
    let object = state.memory[handle]
    guard let array = object.array else { throw .failure("no array") }
    let word = array.load(offset, zeroed: object.isZeroed, pool: pool)
    var isElsewhere =
      array.origin != nil && !array.knownOffsets.contains(offset)
      && !state.dependsOnWatched(offset, pool: pool)
    if isElsewhere { isElsewhere = try decide(isFollowed(offset, object, state), state) }
    if unwritten != .isAnything, !isElsewhere {
      try require(
        word.isWritten, settings.properties.bounds,
        "reads an element of \(object.name) that was never written", state)
    }
    if let known = try knownValue(of: word.value, state) {
      if !state.isLooking { state.hasReadFollowed = true }
      return known
    }
    if let symbol = array.unknownWord(offset, pool: pool) {
      state.elementReads[symbol] = ElementRead(
        index: index(of: offset, object, state), isFollowed: !isElsewhere)
    }
    return word.value
  }

  /// What loops have made of an array is known at one element only, an arbitrary one of so many. A
  /// read of another of these is looked at where that one is followed: every run with a
  /// violation has a first one. But one at a place that depends on what is watched is another one
  /// there.
  private func isFollowed(_ offset: Term, _ object: MemoryObject, _ state: State) -> Term {
    guard let element = state.watchedElement(of: object, pool: pool) else { return .no }
    let end = pool.mul(element.watched.count, Term(element.stride, width: 64))
    return pool.less(offset, end)
  }

  /// What an invariant says that an element is: a smaller term than the symbol that stands for it.
  private func knownValue(of element: Term, _ state: State) throws(Interruption) -> Term? {
    for (condition, value) in state.elementValues[element] ?? [] {
      if truth(condition, state) == nil, !state.open.contains(condition) {
        throw .pause(.settle(condition))
      }
      if truth(condition, state) == true { return value }
    }
    return nil
  }

  private func index(of offset: Term, _ object: MemoryObject, _ state: State) -> Term {
    let stride = state.watchedElement(of: object, pool: pool)?.stride ?? 1
    return pool.udiv(offset, Term(stride, width: 64))
  }

  func storeElement(
    _ value: Term, _ handle: Memory.Handle, _ offset: Term, _ bytes: Int, _ state: inout State
  ) throws(Interruption) {
    let offset = try word(handle, offset, bytes, &state)
    let width = 8 * (state.memory[handle].array?.wordSize ?? bytes)
    state.memory[handle].array?.store(pool.zeroExtend(value, to: width), at: offset)
  }

  /// The offset of a word, as the one that is followed where it surely is that.
  private func word(
    _ handle: Memory.Handle, _ offset: Term, _ bytes: Int, _ state: inout State
  ) throws(Interruption) -> Term {
    let size = state.memory[handle].array?.wordSize ?? bytes
    state.memory[handle].array?.wordSize = size
    let rest = pool.and(offset, Term(UInt64(size - 1), width: 64))
    let object = state.memory[handle]
    let place = place(offset, in: object, state)
    let array = FieldWidths.Array(base: object.base, size: object.size)
    var widths = fieldWidths[array] ?? FieldWidths(word: size)
    let agrees = bytes <= size && size == widths.word && widths.note(bytes, at: place)
    fieldWidths[array] = widths
    guard agrees, rest.constant == 0 else {
      throw .failure(
        "an access to \(object.name), of unknown size, that is not like the others to it")
    }
    let offsets = object.array?.knownOffsets ?? []
    if offsets.contains(offset) { return offset }
    for known in offsets {
      if let place, let other = self.place(known, in: object, state), other != place { continue }
      if try decide(pool.equal(offset, known), state) { return known }
    }
    return offset
  }

  /// Where in a struct of an array of them an offset is; nil if that is not known.
  private func place(_ offset: Term, in object: MemoryObject, _ state: State) -> UInt64? {
    guard let (watched, stride) = state.watchedElement(of: object, pool: pool),
      pool.mul(watched.count, Term(stride, width: 64)) == object.size
    else { return nil }
    return pool.remainder(of: offset, by: stride)
  }

  func landmark(
    _ name: String, _ arguments: Arguments, _ state: inout State
  ) throws(Interruption) {
    if name == "vmc_watch_element" {
      state.watchedElements.append(
        WatchedElement(index: try arguments.term(0), count: try arguments.term(1)))
      return
    }
    if name == "vmc_claim" {
      state.landmarks.append(
        Landmark(
          kind: .claim, name: try string(arguments, 0, state), term: try arguments.truth(1, pool)))
      return
    }
    let kinds: [Landmark.Kind] = [.value, .watched, .element, .key]
    let kind = Int(clamping: try arguments.constant(0))
    guard kinds.indices.contains(kind) else { throw .failure("there is no landmark of that kind") }
    state.landmarks.append(
      Landmark(
        kind: kinds[kind], name: try string(arguments, 1, state), term: try arguments.term(2)))
  }
}

extension State {
  /// The element that an array's contents are followed at, and the bytes of one: the one of as many
  /// as the array has.
  func watchedElement(
    of object: MemoryObject, pool: TermPool
  ) -> (watched: WatchedElement, stride: UInt64)? {
    // Else some words would be those of no element.
    let word = UInt64(object.array?.wordSize ?? 8)
    for watched in watchedElements {
      for stride in stride(from: word, through: 64, by: Int(word))
      where pool.mul(watched.count, Term(stride, width: 64)) == object.size {
        return (watched, stride)
      }
    }
    return watchedElements.first.map { ($0, word) }
  }

  /// The offsets in an array that are followed: the words of the watched element.
  func followedOffsets(of object: MemoryObject, pool: TermPool) -> [Term] {
    guard let (watched, size) = watchedElement(of: object, pool: pool) else { return [] }
    let first = pool.mul(watched.index, Term(size, width: 64))
    let word = UInt64(object.array?.wordSize ?? 8)
    return stride(from: 0, to: size, by: Int(word)).map {
      pool.add(first, Term($0, width: 64))
    }
  }

  /// Whether an obligation, on this path, is about one element alone, and one that is not followed
  /// here. Then it is looked at in the runs where that one is followed: these are like this one
  /// but for what is known of the element. Not so where it speaks of what is watched: in those runs
  /// that is something else.
  ///
  /// The same holds of the keys of the model's maps, of which another one is watched: a run that
  /// violates something is found where its element is followed, or its key, or both.
  public func isLookedAtElsewhere(_ obligation: Obligation, pool: TermPool) -> Bool {
    if elementReads.isEmpty && unfollowedValues.isEmpty { return false }
    let facts = path.filter { !invariants.contains($0) } + [obligation.condition]
    let symbols = facts.reduce(into: Set<Term>()) { $0.formUnion(pool.symbols(in: $1)) }
    return isOfUnfollowedElement(obligation, symbols)
      || isOfUnfollowedKey(obligation, symbols, pool: pool)
  }

  private func isOfUnfollowedElement(_ obligation: Obligation, _ symbols: Set<Term>) -> Bool {
    if hasReadFollowed || obligation.isOfWatched { return false }
    let reads = symbols.compactMap { elementReads[$0] }
    return !reads.contains(where: \.isFollowed) && Set(reads.map(\.index)).count == 1
  }

  private func isOfUnfollowedKey(
    _ obligation: Obligation, _ symbols: Set<Term>, pool: TermPool
  ) -> Bool {
    if hasReadFollowedKey || symbols.isDisjoint(with: unfollowedValues) { return false }
    let keys = maps.flatMap(\.knownKeys)
    let watched = keys.reduce(into: Set<Term>()) { $0.formUnion(pool.symbols(in: $1)) }
    return symbols.isDisjoint(with: followedValues)
      && watched.isDisjoint(with: pool.symbols(in: obligation.condition))
  }

  /// A look at the value of a key, which nothing but obligations goes by.
  mutating func noteLook(at key: Term, of map: Int, pool: TermPool) {
    guard maps[map].knownKeys.contains(key), let value = maps[map].unknownValue(key, pool: pool)
    else { return }
    followedValues.insert(value)
  }

  /// A read of the value of a key that the strategy goes by.
  ///
  /// - Parameter isFollowedOnce: whether there are runs in which that very key is followed.
  mutating func noteRead(of key: Term, of map: Int, isFollowedOnce: Bool, pool: TermPool) {
    guard let value = maps[map].unknownValue(key, pool: pool) else { return }
    if maps[map].knownKeys.contains(key) {
      hasReadFollowedKey = true
      followedValues.insert(value)
    } else if isFollowedOnce {
      unfollowedValues.insert(value)
    }
  }

  /// Whether a term depends on an element that is not followed.
  func isOfUnfollowedElement(_ term: Term, pool: TermPool) -> Bool {
    if elementReads.isEmpty { return false }
    return pool.symbols(in: term).contains { elementReads[$0]?.isFollowed == false }
  }

  /// Whether a term is another one for another watched element.
  func dependsOnWatched(_ term: Term, pool: TermPool) -> Bool {
    let symbols = Set(pool.symbols(in: term))
    return watchedElements.contains {
      !symbols.isDisjoint(with: pool.symbols(in: $0.index))
    }
  }
}

/// An element of what loops have made of an array.
struct ElementRead: Sendable {
  /// Its number.
  var index: Term
  /// It is the one whose contents are known.
  var isFollowed: Bool
}
